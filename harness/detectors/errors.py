"""What all detectors that read errors share: a checked signal goes in, one mark for each row comes out.

A detector of this kind writes two methods. `fresh` gives the state before the first row, and `read` hands errors, marks and
state to a kernel, which carries the state on. Nothing depends on where a signal is cut, so scanning it in chunks gives what
scanning it whole gives.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
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
    """A detector that reads one number a row and may warn before it alarms."""

    input: ClassVar[Input] = Input.ERROR
    knob: ClassVar[Knob | None]
    domain: ClassVar[Domain] = Domain.BINARY

    def start(
        self,
        reference: Floats | None = None,  # noqa: ARG002 - learned from the stream itself
        columns: NDArray[np.bool_] | None = None,  # noqa: ARG002 - an error has no columns
        rng: np.random.Generator | None = None,  # noqa: ARG002 - nothing is drawn
    ) -> State:
        """The state before the first row; the arguments are for other kinds of detectors."""
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

    @abstractmethod
    def fresh(self) -> State:
        """The state before the first row."""

    @abstractmethod
    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows, shape (n_rows,), and carry the state on."""


def checked(signal: NDArray[Any], domain: Domain, reader: str) -> Floats:
    """The signal as float64.

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
            raise DataError(f"{reader} reads {domain.value}, and row {row} holds {errors[row]}; 1 stands for an error")
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


def require(holds: bool, problem: str) -> None:
    """Refuse a parameter.

    Raises:
        ConfigError: `holds` is false; `problem` is its sentence.
    """
    if not holds:
        raise ConfigError(problem)
