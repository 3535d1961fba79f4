"""A drift: its concepts, what a model answers under each of them, the streams, and what a record says of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from harness.core import ConfigError, Floats
from harness.drift.answers import Answers, Predict, error_signal
from harness.drift.concepts import Concepts
from harness.drift.distance import marginal_distances
from harness.drift.reference_model import points
from harness.drift.staged import StagedStream, make_stream


@dataclass(frozen=True, eq=False)
class Drift(Concepts):
    """What happens to the rows of some pools, and what comes of it; see `Concepts` for its fields."""

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

    def stream(self, draw: int = 0) -> StagedStream:
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
    def reference_harm(self) -> float:
        """The points that the reference model loses when all parts are on."""
        last = self.n_concepts - 1
        after = self.pools.reference_model.points(self.concept(last), self.concept_weights(last))
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
            "reference_harm": self.reference_harm,
            "ks": float(self.distances.max()),
            "touched": [self.pools.population.columns[column] for column in self.touched],
            "touches_labels": self.touches_labels,
        }
