"""A detector, and the signals on which it is tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.building import instantiate
from harness.checks import made_data
from harness.detectors.contract import Detector, Input, Scan
from harness.detectors.step_by_step import as_detector

Signal = NDArray[Any]

N_WINDOWS = 4
"""Windows of rows that a detector on rows is given."""


@dataclass(frozen=True)
class Subject:
    """A detector, and signals that it can read.

    Attributes:
        detector: as the node describes it.
        make: makes it anew.
    """

    detector: Detector
    make: Callable[[], Detector]

    @property
    def window(self) -> int:
        """The rows of its window, or 100 if it has none."""
        return int(getattr(self.detector, "window", 100))

    def signal(self, seed: int = 0, *, drifts: bool = True) -> Signal:
        """A fresh signal of the kind that it reads, with a change in the middle unless said otherwise."""
        kind = self.detector.input
        if kind == Input.ROWS:
            return made_data.rows(N_WINDOWS * self.window, seed=seed, shift=2.0 if drifts else 0.0)
        if kind == Input.CONFIDENCE:
            return made_data.confidences(N_WINDOWS * self.window, seed=seed, drop=0.3 if drifts else 0.0)
        if kind == Input.DISAGREEMENT:
            return made_data.disagreements(N_WINDOWS * self.window, seed=seed, after=0.5 if drifts else 0.1)
        if kind == Input.TRUTH:
            onset = np.zeros(1200)
            onset[600] = 1.0 if drifts else 0.0
            return onset
        return made_data.errors(seed=seed, after=0.5 if drifts else 0.2)

    def start(self, detector: Detector | None = None) -> Any:
        """A fresh state, whose generator is always the same."""
        columns = made_data.NOMINAL if self.detector.input == Input.ROWS else None
        return (detector or self.detector).start(self.reference(), columns, np.random.default_rng(1))

    def reference(self) -> Signal:
        """What there is from before a signal: rows, errors, labelled confidences, or shares of models."""
        if self.detector.input == Input.ROWS:
            return made_data.rows(self.window, seed=99, shift=0.0)
        if self.detector.input == Input.CONFIDENCE:
            return made_data.labelled_confidences()
        if self.detector.input == Input.DISAGREEMENT:
            return made_data.disagreements(300, seed=99, after=0.1)
        return made_data.errors(200, seed=99, after=0.2)

    def scan(self, signal: Signal, detector: Detector | None = None) -> Scan:
        """What it finds in a signal from a fresh start."""
        return (detector or self.detector).scan(signal, self.start(detector))


def make(node: Mapping[str, Any]) -> Subject:
    """The subject of a detector's node."""
    return Subject(as_detector(instantiate(node)), lambda: as_detector(instantiate(node)))
