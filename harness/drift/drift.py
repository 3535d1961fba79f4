"""A drift: its concepts, what a model answers under each of them, the streams, and what a record says of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from harness.core import ConfigError, Floats
from harness.drift.answers import Answers, error_signal
from harness.drift.concepts import Concepts
from harness.drift.distance import marginal_distances
from harness.drift.staged import StagedStream, make_stream
from harness.drift.yardstick import Answered, Predict, answers_to, points


@dataclass(frozen=True, eq=False)
class Drift(Concepts):
    """What happens to the rows of some pools, and what comes of it; see `Concepts` for its fields."""

    # ---- what a model makes of it -----------------------------------------------------------------------------------

    def ask(self, predict: Predict, *, threshold: float | None = None, before: Answered | None = None) -> Answers:
        """The answers of a model to the evaluation pool under every concept; no row that stays as it was is predicted again.

        Args:
            predict: the model.
            threshold: for regression; see `residual_threshold`.
            before: what the model says of the pool before any drift, if that is known.
        """
        n_classes = self.pools.population.n_classes
        if (threshold is None) != bool(n_classes):
            raise ConfigError("a threshold of errors is needed for a regression model, and for no other.")
        before = before or answers_to(predict, self.pools.before.matrix)
        wrong, scores = np.empty((self.n_concepts, len(self.pools.evaluate))), np.empty(self.n_concepts)
        for concept in range(self.n_concepts):
            rows = self.concept(concept)
            predicted = answers_to(predict, rows.matrix, before).predicted
            wrong[concept] = error_signal(rows.target, predicted, threshold)
            scores[concept] = points(rows.target, predicted, n_classes, self.concept_weights(concept))
        return Answers(wrong, scores, predict, threshold)

    # ---- streams and record -----------------------------------------------------------------------------------------

    def stream(self, draw: int = 0) -> StagedStream:
        """A stream; the same seed and `draw` give the same rows and onset whatever the drift is."""
        return make_stream(self, draw)

    @cached_property
    def distances(self) -> Floats:
        """How far the marginal of each feature has moved when all parts are on, shape (n_features,)."""
        last = self.n_concepts - 1
        after = self.concept(last).matrix
        nominal = self.pools.population.nominal
        return marginal_distances(self.pools.before.matrix, after, self.concept_weights(last), nominal)

    @cached_property
    def reference_harm(self) -> float:
        """The points that the reference model loses when all parts are on."""
        pools, after = self.pools.judged_by(None), self.concept(self.n_concepts - 1)
        predicted = answers_to(pools.yardstick.predict, after.matrix, pools.answered).predicted
        n_classes, weights = pools.population.n_classes, self.concept_weights(self.n_concepts - 1)
        before = points(pools.before.target, pools.answered.predicted, n_classes)
        return before - points(after.target, predicted, n_classes, weights)

    def report(self, answers: Answers) -> dict[str, Any]:
        """What a record says of the drift: JSON-able.

        Returns:
            strengths: of each part, in its unit; harm: of the model that answered, in points; reference_harm: of the fixed
            reference model; ks: the largest distance over features; touched: names of features; touches_labels; kinds: of each
            part at its strength; effective_rows: with all parts on, only where rows are weighed.
        """
        effective = self.effective_rows(self.n_concepts - 1)
        return {
            "strengths": [part.strength for part in self.parts],
            "kinds": [str(part.kind) for part in self.parts],
            "harm": answers.harm,
            "reference_harm": self.reference_harm,
            "ks": float(self.distances.max()),
            "touched": [self.pools.population.columns[column] for column in self.touched],
            "touches_labels": self.touches_labels,
            **({} if effective is None else {"effective_rows": effective}),
        }
