"""What a detector is, so that every one of them can be swept, replayed, calibrated and scored alike.

A detector is a frozen description (its parameters); `start` makes the state that one run of it carries. A state is changed by
`scan` and belongs to one signal. Positions are 0-based indices into the signal that was given to `scan`; a test over a window
alarms at the window's last row. After an alarm a detector resets by its own rule, as its source says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from harness.answers import alarm_positions
from harness.core import ConfigError, DataError, Floats, Ints
from harness.errors import AnswerError
from harness.settings import Checked, above, require


class Input(StrEnum):
    """What a detector reads, one entry for each row of the stream."""

    ERROR = "error"
    """Shape (n,): 1 for an error and 0 for a hit, or a float loss."""
    ROWS = "rows"
    """Shape (n, n_features): the rows themselves, as `DataTable.matrix` (category codes, NaN for missing)."""
    CONFIDENCE = "confidence"
    """Shape (n, 3): the probability that the model gives to its answer to this row; the same of the row whose label arrives
    now, and 1 if its answer was wrong, 0 if not, both NaN where no label arrives. The reference: shape (n_reference, 2),
    confidence and error."""
    DISAGREEMENT = "disagreement"
    """Shape (n,): the share of models, fitted again on rows drawn anew, that answer otherwise than the deployed one. The
    reference: shape (n_reference,)."""
    TRUTH = "truth"
    """Shape (n,): 1 at the row with which a drift begins and 0 elsewhere; for the oracle alone."""
    NOTHING = "nothing"
    """Any signal of the stream's length: only its rows are counted, so that no label has to be waited for."""


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
class Knob(Checked):
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

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.logarithmic:
            require(self, "loosest", above(0))
            require(self, "strictest", above(0))


class Detector(Protocol):
    """A detector's parameters. Implementations are frozen dataclasses."""

    input: ClassVar[Input]

    @property
    def knob(self) -> Knob | None:
        """Mostly a class variable; None for a detector that cannot be calibrated, whose docstring says why."""
        ...

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


def checked_scan(scan: Any, signal: NDArray[Any], detector: Detector) -> Scan:
    """What a detector, a user's own too, found in a whole signal.

    Alarms become an array if they are a list. It takes a microsecond, so that no scan has to be trusted.

    Raises:
        AnswerError: it is no `Scan`, an alarm is outside the signal, alarms do not ascend, or columns that they name are none.
    """
    who = f"the detector {getattr(detector, 'name', '') or type(detector).__name__!r}"
    if not isinstance(scan, Scan):
        raise AnswerError(f"{who} answered with a {type(scan).__name__}: scan has to return a {Scan.__module__}.Scan.")
    alarms = alarm_positions(scan.alarms, len(signal), who)
    if len(scan.features):
        _check_columns(scan, signal, who)
    return scan if alarms is scan.alarms else replace(scan, alarms=alarms)


def _check_columns(scan: Scan, signal: NDArray[Any], who: str) -> None:
    if len(scan.features) != len(scan.alarms):
        raise AnswerError(
            f"{who} named columns at {len(scan.features)} of {len(scan.alarms)} alarms: at each, or at none."
        )
    named = np.concatenate([np.asarray(columns) for columns in scan.features])
    n_columns = signal.shape[1] if signal.ndim == 2 else 0
    if named.size and not (named.dtype.kind in "iu" and named.min() >= 0 and named.max() < n_columns):
        raise AnswerError(
            f"{who} named columns that are none of 0 to {n_columns - 1}, such as {_strange(named, n_columns)}."
        )


def _strange(named: NDArray[Any], n_columns: int) -> Any:
    return next((one for one in named.tolist() if not (isinstance(one, int) and 0 <= one < n_columns)), named[0])


def as_floats(signal: Any, what: str) -> Floats:
    """The signal as float64, contiguous; it may be a list.

    Raises:
        DataError: it holds something else than numbers, such as text; `what` is its name in the sentence.
    """
    try:
        given = np.asarray(signal)
        numbers = np.asarray(given, dtype=np.float64, order="C")
    except (TypeError, ValueError) as error:
        raise DataError(f"{what} has to hold numbers alone: {error}") from error
    if given.dtype.kind not in "biufO":
        raise DataError(f"{what} has to hold numbers alone, and it is of type {given.dtype}")
    return numbers


@dataclass(frozen=True, kw_only=True)
class Startable(Checked):
    """What all detectors here share: a name, parameters that are checked, `turned`, and `alarms` from `start` and `scan`.

    Attributes:
        name: the level of the factor `detector`.
        about: documentation; no part of a trial's identity.
    """

    name: str = ""
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False, repr=False)

    def turned(self: Detector, value: float) -> Detector:
        """The detector with its knob at this value.

        Raises:
            ConfigError: it has no knob, or the value is not allowed.
        """
        if self.knob is None:
            raise ConfigError(f"{type(self).__name__} has no knob to turn")
        turned: Detector = replace(self, **{self.knob.name: value})  # type: ignore[type-var]
        return turned

    def alarms(
        self: Detector,
        signal: NDArray[Any],
        reference: Floats | None = None,
        columns: NDArray[np.bool_] | None = None,
        rng: np.random.Generator | None = None,
    ) -> Ints:
        """Positions of the alarms in one signal, from a fresh start."""
        return self.scan(signal, self.start(reference, columns, rng)).alarms
