"""The classifier two-sample test: can a classifier tell the window's rows from the reference's?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from scipy.special import bdtrc
from sklearn.base import clone

from harness.core import ConfigError, Floats, Ints
from harness.detectors.contract import Knob
from harness.detectors.encoding import Cloud, encode, thinned
from harness.detectors.rules import WindowFindings, jointly
from harness.detectors.windows import Mask, WindowTest
from harness.settings import at_least, at_most, require
from harness.synthesis import quick_trees


@dataclass(frozen=True, kw_only=True)
class ClassifierTwoSample(WindowTest):
    """Classifier two-sample test (Lopez-Paz and Oquab 2017, arXiv 1610.06545) of all columns at once.

    Window and reference are cut to equal size, drawn without replacement, and encoded together (`harness.detectors.encoding`).
    A classifier is fitted to a drawn half of the rows of each and tells the other halves apart; the p-value is the chance
    that a coin gets as many right. That is the paper's test, and its level is exact. It names no columns.

    With `folds` every row is tested, by a classifier that was fitted to the other folds. That gives more power. But errors of
    these classifiers are not independent, so that a nominal level of 5 % gives 8 to 10 % of false alarms
    (docs/detectors_rows.md; Noirhomme et al. 2014, doi 10.1016/j.nicl.2014.04.004): set the knob by calibration.

    Attributes:
        classifier: an unfitted scikit-learn-compatible classifier; every `random_state` in it is set from the rng.
        level: below which the p-value alarms.
        folds: 2 or more; None for two halves, one to learn from and one to test.
    """

    knob: ClassVar[Knob | None] = Knob("level", loosest=1.0, strictest=1e-15, logarithmic=True)
    draws: ClassVar[bool] = True

    name: str = "classifier_two_sample"
    classifier: Any
    level: Annotated[float, at_least(0), at_most(1)] = 0.05
    folds: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self, "folds", at_least(2), at_most(self.window))  # each fold has a row of every window

    def _fit(self, rows: Floats, columns: Ints, nominal: Mask, rng: np.random.Generator | None) -> Cloud:
        parts = self.folds or 2
        if len(rows) < parts:
            raise ConfigError(f"{self.name} cuts the reference into {parts} parts: give it more rows than {len(rows)}")
        return Cloud.of(rows, columns, nominal, rng)

    def _test(self, reference: Cloud, rows: Floats, ends: Ints) -> WindowFindings:
        windows = (rows[end - self.window + 1 : end + 1, reference.read] for end in ends)
        return jointly(np.array([self._p_value(reference, window) for window in windows]), level=self.level)

    def _p_value(self, reference: Cloud, window: Floats) -> float:
        rng = reference.rng
        size = min(len(reference.rows), len(window))
        rows = np.concatenate([thinned(reference.rows, size, rng), thinned(window, size, rng)])
        points, label = encode(rows, reference.nominal), np.repeat([0, 1], size)
        if not points.shape[1]:
            return 1.0
        part = np.concatenate([rng.permutation(size) % (self.folds or 2) for _ in range(2)])
        tested = part < (self.folds or 1)  # all folds, or one of the halves
        right = sum(self._right(points, label, part == held_out, rng) for held_out in np.unique(part[tested]))
        return float(bdtrc(right - 1, np.count_nonzero(tested), 0.5)) if right else 1.0

    def _right(self, points: Floats, label: Ints, held_out: Mask, rng: np.random.Generator) -> int:
        classifier = clone(self.classifier)
        seeds = {name: int(rng.integers(2**31)) for name in classifier.get_params() if _takes_a_seed(name)}
        fitted = quick_trees.fit(classifier.set_params(**seeds), points[~held_out], label[~held_out])
        return int(np.count_nonzero(quick_trees.predict(fitted, points[held_out]) == label[held_out]))


def _takes_a_seed(name: str) -> bool:
    return name == "random_state" or name.endswith("__random_state")
