"""What all detectors that read errors share: a checked signal goes in, one mark for each row comes out.

A detector of this kind writes two methods. `fresh` gives the state before the first row, and `read` hands errors, marks and
state to a kernel, which carries the state on. Nothing depends on where a signal is cut, so scanning it in chunks gives what
scanning it whole gives. Each may be warmed by the reference errors (`Warm`) before it reads the stream.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core import ConfigError, DataError, Floats
from harness.detectors.contract import Input, Knob, Scan, Startable, as_floats
from harness.detectors.kernel import kernel

Marks = NDArray[np.uint8]
"""Shape (n_rows,): 0, or `WARNING`, or `ALARM`; a row with both is an alarm."""

WARNING = 1
ALARM = 2


class Domain(Enum):
    """Which values a detector can read."""

    BINARY = "errors of 0 and 1"
    UNIT = "values from 0 to 1"
    REAL = "finite numbers"


class Warm(StrEnum):
    """What a detector has read when the stream begins."""

    NONE = "none"
    """Nothing."""
    REFERENCE = "reference"
    """The reference errors. Alarms and warnings among them are dropped; what they did to the state stays, a reset too."""


@dataclass(slots=True)
class State:
    """What one run of a detector carries from a scan to the next.

    Attributes:
        numbers: the scalars of its kernel, named where the kernel unpacks them.
        arrays: windows and buckets, changed in place.
    """

    numbers: tuple[Any, ...]
    arrays: tuple[NDArray[Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ErrorDetector(Startable, ABC):
    """A detector that reads one number a row and may warn before it alarms.

    Attributes:
        warm: what it has read before the stream.
    """

    input: ClassVar[Input] = Input.ERROR
    knob: ClassVar[Knob | None]
    domain: ClassVar[Domain] = Domain.BINARY
    nested: ClassVar[bool] = False
    """Whether a stricter knob alarms on no stream on which a looser one does not, when nothing is read before the stream.

    It does not if all that is kept up to the first alarm is the same at every setting of the knob, and a stricter one asks for
    more. A class says so for itself, not for those that inherit from it.
    """

    warm: Warm = Warm.NONE

    @property
    def is_nested(self) -> bool:
        """Whether a stricter knob alarms on no stream on which a looser one does not; False if that is not known."""
        return bool(vars(type(self)).get("nested", False)) and self.warm == Warm.NONE

    def start(
        self,
        reference: Floats | None = None,
        columns: NDArray[np.bool_] | None = None,  # noqa: ARG002 - an error has no columns
        rng: np.random.Generator | None = None,
    ) -> State:
        """The state before the stream's first row, from which positions count.

        Args:
            reference: errors from before the stream, shape (n_rows,): read first by a detector that is warmed.
            columns: for detectors that read rows.
            rng: for detectors that draw.

        Raises:
            ConfigError: it is to be warmed, and there are no reference errors.
            DataError: they hold a value that it cannot read.
        """
        state = self.begin(reference, rng)
        if self.warm == Warm.REFERENCE:
            errors = self.checked_reference(required_reference(reference, self.name or type(self).__name__))
            self.read(errors, np.zeros(len(errors), dtype=np.uint8), state)
        return state

    def begin(
        self,
        reference: Floats | None,  # noqa: ARG002 - learned from the stream itself
        rng: np.random.Generator | None,  # noqa: ARG002 - nothing is drawn
    ) -> State:
        """The state before any row, warmed or not; for detectors that compare with the reference, or draw."""
        return self.fresh()

    def scan(self, signal: NDArray[Any], state: State) -> Scan:
        """Read `signal`, shape (n_rows,), on from `state`.

        Raises:
            DataError: the signal is not one number a row, or holds a value that this detector cannot read.
        """
        errors = checked(signal, self.domain, self.name or type(self).__name__)
        marks = np.zeros(len(errors), dtype=np.uint8)
        self.read(errors, marks, state)
        return Scan(np.flatnonzero(marks == ALARM), np.flatnonzero(marks == WARNING))

    @property
    def is_plain(self) -> bool:
        """Whether it starts and scans as all detectors of errors here do, so that `alarms_at_all` tells what a scan tells."""
        return type(self).start is ErrorDetector.start and type(self).scan is ErrorDetector.scan

    @property
    def draws(self) -> bool:
        """Whether it may use the random numbers that it is given."""
        return type(self).begin is not ErrorDetector.begin

    def alarms_at_all(self, errors: Floats, state: State) -> bool:
        """Whether `scan` finds an alarm in errors that `checked` gave: three times as quick where streams are short."""
        marks = np.zeros(len(errors), dtype=np.uint8)
        self.read(errors, marks, state)
        return bool((marks == ALARM).any())

    def checked_reference(self, reference: Any) -> Floats:
        """The reference errors as float64.

        Raises:
            DataError: as of `scan`.
        """
        return checked(reference, self.domain, self.name or type(self).__name__, where=" of the reference")

    def rate_of(self, reference: Floats | None) -> float:
        """The mean of the reference errors; NaN if there are none. Raises as `checked_reference` does."""
        return float(self.checked_reference(reference).mean()) if reference is not None and len(reference) else math.nan

    @abstractmethod
    def fresh(self) -> State:
        """The state before the first row."""

    @abstractmethod
    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows, shape (n_rows,), and carry the state on."""


def required_reference(reference: Floats | None, reader: str) -> Floats:
    """The reference errors of a detector that is warmed.

    Raises:
        ConfigError: there are none.
    """
    if reference is None or len(reference) == 0:
        raise ConfigError(
            f"{reader} is warmed by reference errors, and there are none: give them to start(), or set warm to {Warm.NONE}"
        )
    return reference


def checked(signal: NDArray[Any], domain: Domain, reader: str, where: str = "") -> Floats:
    """The signal as float64; `where` says in a sentence which signal a row is of.

    Raises:
        DataError: the signal has not one dimension, or holds a value that is no number or outside the domain.
    """
    errors = as_floats(signal, f"what {reader} reads")
    if errors.ndim != 1:
        raise DataError(
            f"{reader} reads one number a row, not an array of shape {errors.shape}; give it the errors alone"
        )
    if getattr(signal, "dtype", None) != np.bool_:
        row = _first_outside(errors, domain is Domain.BINARY, *_LIMITS[domain])
        if row < len(errors):
            raise DataError(
                f"{reader} reads {domain.value}, and row {row}{where} holds {errors[row]}; 1 stands for an error"
            )
    return errors


_LARGEST = float(np.finfo(np.float64).max)
_LIMITS = {Domain.BINARY: (0.0, 1.0), Domain.UNIT: (0.0, 1.0), Domain.REAL: (-_LARGEST, _LARGEST)}


@kernel
def _first_outside(errors: Floats, binary: bool, smallest: float, largest: float) -> int:
    """The first row outside the domain, or the number of rows.

    All rows are counted first, in vector instructions; a search that may stop at any row costs more than most detectors.
    """
    n_inside = 0
    if binary:
        for error in errors:
            n_inside += int((error == 0.0) | (error == 1.0))
    else:
        for error in errors:
            n_inside += int((error >= smallest) & (error <= largest))
    row = 0 if n_inside < len(errors) else len(errors)
    while row < len(errors) and smallest <= errors[row] <= largest and (not binary or errors[row] in (0.0, 1.0)):
        row += 1
    return row
