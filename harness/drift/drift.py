"""A scenario on the pools of one seed: what the concepts are, what a model answers under each, and the streams."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core import ConfigError, Floats, Ints
from harness.drift.distance import marginal_distances
from harness.drift.injectors.injection import Injection, Injector
from harness.drift.pools import Pools
from harness.drift.population import Rows
from harness.drift.profiles import Profile
from harness.drift.stream import Stream, make_stream
from harness.drift.yardstick import points

Predict = Callable[[Floats], NDArray[Any]]
"""A fitted model: rows as `DataTable.matrix`, shape (n, n_features), to class codes or values, shape (n,)."""


@dataclass(frozen=True, eq=False)
class Part:
    """One scenario of a drift, bound and at its strength.

    Attributes:
        injector: what changes.
        injection: the same, bound to the pools.
        profile: when.
        strength: in the unit of the injector.
        number: its place among the scenarios of the drift; names its random streams.
    """

    injector: Injector
    injection: Injection
    profile: Profile
    strength: float
    number: int


@dataclass(frozen=True, eq=False)
class Answers:
    """What one model answers to a drift.

    Attributes:
        wrong: shape (n_concepts, n_evaluate), 1.0 where the model is wrong about a row of the evaluation pool, else 0.0.
        points: of each concept, accuracy in points or R2 x 100, exact over the evaluation pool.
        predict: the model.
        threshold: the absolute error above which a regression counts as wrong; None for classification.
    """

    wrong: Floats
    points: Floats
    predict: Predict
    threshold: float | None

    @property
    def harm(self) -> float:
        """Points that this model loses when all parts of the drift are on."""
        return float(self.points[0] - self.points[-1])

    def judge(self, rows: Rows) -> Floats:
        """1.0 where the model is wrong about these rows, else 0.0, shape (n,)."""
        return error_signal(rows.target, self.predict(rows.matrix), self.threshold)


@dataclass(frozen=True, eq=False)
class Drift:
    """What happens to the rows of some pools.

    Concepts are numbered: bit k of the number says whether part k is on. 0 is the world before, the last has all parts on.

    Attributes:
        pools: of the trial.
        parts: one for each scenario on the stream.
    """

    pools: Pools
    parts: tuple[Part, ...]

    @property
    def key(self) -> Hashable:
        """What the answers of a model depend on, beside the pools: injectors and strengths, but no profile."""
        return tuple((part.injector, part.strength, part.number) for part in self.parts)

    @property
    def n_concepts(self) -> int:
        """2 to the number of parts."""
        return 1 << len(self.parts)

    @cached_property
    def touched(self) -> Ints:
        """Ascending indices of the features that any part changes directly."""
        together: Ints = np.unique(np.concatenate([part.injection.touched for part in self.parts]))
        return together

    @property
    def touches_labels(self) -> bool:
        """Whether any part changes labels, or how often each is drawn."""
        return any(part.injection.labels for part in self.parts)

    # ---- concepts ---------------------------------------------------------------------------------------------------

    def rows(self, ids: Ints, strengths: Sequence[float | Floats]) -> Rows:
        """These rows under a strength of each part, one for all of them or one for each row.

        Values only: how often a row is drawn is the matter of a stream.
        """
        rows = self.pools.population.take(ids)
        for part, strength in zip(self.parts, strengths, strict=True):
            if part.injection.change is not None and np.any(strength):
                rows = part.injection.change(rows, ids, strength)
        return rows

    def concept(self, number: int) -> Rows:
        """The evaluation pool under a concept."""
        return self.rows(self.pools.evaluate, self._strengths(number))

    def concept_weights(self, number: int) -> Floats | None:
        """The weights with which the rows of the evaluation pool are drawn under a concept; None for all alike."""
        return self.weights(self.pools.evaluate, self._strengths(number))

    def weights(self, ids: Ints, strengths: Sequence[float]) -> Floats | None:
        """The draw weights of these rows at a strength of each part; None for all alike."""
        weights: Floats | None = None
        for part, strength in zip(self.parts, strengths, strict=True):
            if part.injection.weights is not None and strength:
                factor = part.injection.weights(ids, strength)
                weights = factor if weights is None else weights * factor
        return weights

    def _strengths(self, concept: int) -> list[float]:
        return [part.strength if concept >> k & 1 else 0.0 for k, part in enumerate(self.parts)]

    # ---- what a model makes of it -----------------------------------------------------------------------------------

    def ask(self, predict: Predict, *, threshold: float | None = None, unchanged: Answers | None = None) -> Answers:
        """The answers of a model, which predicts the evaluation pool once for every concept that changes values.

        Args:
            predict: the model.
            threshold: for regression; see `residual_threshold`.
            unchanged: answers of the same model to any drift on the same pools: what it says of the world before is taken over.
        """
        n_classes = self.pools.population.n_classes
        if (threshold is None) != bool(n_classes):
            raise ConfigError("a threshold of errors is needed for a regression model, and for no other.")
        wrong = np.empty((self.n_concepts, len(self.pools.evaluate)))
        scores = np.empty(self.n_concepts)
        values = self._value_bits
        for concept in range(self.n_concepts):
            if concept == 0 and unchanged is not None:
                wrong[0], scores[0] = unchanged.wrong[0], unchanged.points[0]
                continue
            weights = self.concept_weights(concept)
            if n_classes and concept & ~values:
                wrong[concept] = wrong[concept & values]
                scores[concept] = 100 - 100 * float(np.average(wrong[concept], weights=weights))
                continue
            rows = self.concept(concept)
            predicted = predict(rows.matrix)
            wrong[concept] = error_signal(rows.target, predicted, threshold)
            scores[concept] = points(rows.target, predicted, n_classes, weights)
        return Answers(wrong, scores, predict, threshold)

    @property
    def _value_bits(self) -> int:
        return sum(1 << k for k, part in enumerate(self.parts) if part.injection.change is not None)

    # ---- streams and record -----------------------------------------------------------------------------------------

    def stream(self, draw: int = 0) -> Stream:
        """A stream; the same seed and `draw` give the same rows and onset whatever the drift is."""
        return make_stream(self, draw)

    @cached_property
    def distances(self) -> Floats:
        """How far the marginal of each feature has moved when all parts are on, shape (n_features,)."""
        last = self.n_concepts - 1
        after = self.concept(last).matrix if self._value_bits else self.pools.before.matrix
        nominal = self.pools.population.nominal
        return marginal_distances(self.pools.before.matrix, after, self.concept_weights(last), nominal)

    @cached_property
    def yardstick_harm(self) -> float:
        """The points that the reference model loses when all parts are on."""
        last = self.n_concepts - 1
        after = self.pools.yardstick.points(self.concept(last), self.concept_weights(last))
        return self.pools.points_before - after

    def report(self, answers: Answers) -> dict[str, Any]:
        """What a record says of the drift: JSON-able.

        Returns:
            strengths: of each part, in its unit; harm: of the model that answered, in points; reference_harm: of the fixed
            reference model; ks: the largest distance over features; touched: names of features; touches_labels.
        """
        return {
            "strengths": [part.strength for part in self.parts],
            "harm": answers.harm,
            "reference_harm": self.yardstick_harm,
            "ks": float(self.distances.max()),
            "touched": [self.pools.population.columns[column] for column in self.touched],
            "touches_labels": self.touches_labels,
        }


def error_signal(target: Any, predicted: Any, threshold: float | None) -> Floats:
    """What error-based detectors read: 1.0 for an error and 0.0 for a hit, shape (n,).

    Args:
        target: what is true, shape (n,).
        predicted: what the model says, shape (n,).
        threshold: None for classes; for regression an absolute error above it is an error.
    """
    is_wrong = predicted != target if threshold is None else np.abs(target - predicted) > threshold
    return np.asarray(is_wrong, dtype=np.float64)


def residual_threshold(pools: Pools, predict: Predict, *, quantile: float = 0.9) -> float:
    """That quantile of the absolute errors of a regression model on rows that it has not seen and that are not scored.

    These are the rows of `adapt` before any drift: call it before the model is retrained on some of them.
    """
    held_out = pools.population.take(pools.adapt)
    return float(np.quantile(np.abs(held_out.target - predict(held_out.matrix)), quantile))
