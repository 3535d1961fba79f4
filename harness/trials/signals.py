"""The signals of one stream, and a detector that reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats
from harness.detectors.contract import Detector, Input, Scan, checked_scan


@dataclass(frozen=True)
class Signals:
    """The signals of one stream; those that few detectors read are made when they are asked for.

    Attributes:
        errors: of the deployed model, shape (n_rows,).
        reference_errors: of the same on the reference rows.
        nominal: which columns are nominal, shape (n_features,).
        make_rows: the rows, shape (n_rows, n_features).
        make_reference: the reference rows, shape (n_reference, n_features).
        make_truth: whether a drift is under way, shape (n_rows,).
    """

    errors: Floats
    reference_errors: Floats
    nominal: NDArray[np.bool_]
    make_rows: Callable[[], Floats]
    make_reference: Callable[[], Floats]
    make_truth: Callable[[], Floats]

    @cached_property
    def rows(self) -> Floats:
        """The rows, made once."""
        return self.make_rows()

    def scan(self, detector: Detector, rng: np.random.Generator) -> Scan:
        """Let a detector read its kind of signal, from a fresh start.

        Raises:
            ConfigError: it cannot read it.
            AnswerError: what it found cannot be.
        """
        signal, state = self._for(detector, rng)
        return checked_scan(detector.scan(signal, state), signal, detector)

    def _for(self, detector: Detector, rng: np.random.Generator) -> tuple[NDArray[Any], Any]:
        """The signal that a detector reads, and its fresh state."""
        if detector.input is Input.ERROR:
            return self.errors, detector.start(self.reference_errors, None, rng)
        if detector.input is Input.NOTHING:
            return self.errors, detector.start(None, None, rng)
        if detector.input is Input.TRUTH:
            return self.make_truth(), detector.start(None, None, rng)
        return self.rows, detector.start(self.make_reference(), self.nominal, rng)
