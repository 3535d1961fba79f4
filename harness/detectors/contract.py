"""What a detector is, so that every one of them can be swept, replayed, calibrated and scored alike.

A detector is a frozen description (its parameters); `start` makes the state that one run of it carries. A state is changed by
`scan` and belongs to one signal. Positions are 0-based indices into the signal that was given to `scan`; a test over a window
alarms at the window's last row. After an alarm a detector resets by its own rule, as its source says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats, Ints


class Input(StrEnum):
    """What a detector reads, one entry for each row of the stream."""

    ERROR = "error"
    """Shape (n,): 1 for an error and 0 for a hit, or a float loss."""
    ROWS = "rows"
    """Shape (n, n_features): the rows themselves, as `Table.matrix` (category codes, NaN for missing)."""
    TRUTH = "truth"
    """Shape (n,): whether a drift is under way (1) or not (0); for the oracle alone."""


@dataclass(frozen=True)
class Scan:
    """What a detector found in one signal.

    Attributes:
        alarms: positions of alarms, ascending.
        warnings: positions at which it warned without alarming, ascending; empty if it knows no warnings.
        features: for each alarm, the columns that moved (ascending); empty for detectors that do not read rows.
        score: shape (n,), the statistic on the scale of its threshold, NaN at rows where none was computed; shape (0,) for
            detectors that do not give it.
    """

    alarms: Ints
    warnings: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    features: tuple[Ints, ...] = ()
    score: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class Knob:
    """The one parameter by which a detector is set to a false-alarm rate.

    Attributes:
        name: of the parameter.
        loosest: a value with (almost) as many alarms as the detector can give.
        strictest: a value with (almost) none. It may be smaller or larger than `loosest`.
        logarithmic: whether the range is searched on a logarithmic scale.
    """

    name: str
    loosest: float
    strictest: float
    logarithmic: bool = False


class Detector(Protocol):
    """A detector's parameters. Implementations are frozen dataclasses, so that a knob is turned by `dataclasses.replace`."""

    input: ClassVar[Input]
    knob: ClassVar[Knob | None]
    """None for a detector that cannot be calibrated; its docstring says why."""

    def start(
        self,
        reference: Floats | None = None,
        columns: NDArray[np.bool_] | None = None,
        rng: np.random.Generator | None = None,
    ) -> Any:
        """A fresh state.

        Args:
            reference: rows (or errors) from before the stream, for detectors that compare with them.
            columns: shape (n_features,), which columns are nominal; none by default.
            rng: for detectors that draw; refused as missing (`ConfigError`) by those only.
        """
        ...

    def scan(self, signal: NDArray[Any], state: Any) -> Scan:
        """Read the signal on from `state`; scanning it in chunks gives what scanning it whole gives."""
        ...

    def alarms(
        self,
        signal: NDArray[Any],
        reference: Floats | None = None,
        columns: NDArray[np.bool_] | None = None,
        rng: np.random.Generator | None = None,
    ) -> Ints:
        """Positions of the alarms in one signal, from a fresh start."""
        ...


@dataclass(frozen=True, kw_only=True)
class Startable:
    """What all detectors here share: a name, and `alarms` from `start` and `scan`.

    Attributes:
        name: the level of the factor `detector`.
        about: documentation; no part of a trial's identity.
    """

    name: str = ""
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False, repr=False)

    def alarms(
        self: Detector,
        signal: NDArray[Any],
        reference: Floats | None = None,
        columns: NDArray[np.bool_] | None = None,
        rng: np.random.Generator | None = None,
    ) -> Ints:
        """Positions of the alarms in one signal, from a fresh start."""
        return self.scan(signal, self.start(reference, columns, rng)).alarms
