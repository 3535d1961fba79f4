"""The best model of a pool, chosen by inner cross-validation: the baseline that a combination has to beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.memo import Timed
from harness.synthesis.learner import Learner
from harness.synthesis.loss import selection_loss
from harness.synthesis.pool import out_of_fold
from harness.synthesis.predictions import Fitted
from harness.synthesis.training import Training


@dataclass(frozen=True)
class BestByCV:
    """The model of a pool with the lowest loss on out-of-fold predictions, refitted on all training rows."""

    pool: Sequence[Learner]
    name: str = "best_by_cv"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """The chosen model (the first of equals), fitted alone after all have predicted out of fold."""
        answers, answer_seconds = out_of_fold(self.pool, training)
        losses = [selection_loss(answer, training.target) for answer in answers]
        chosen = self.pool[min(range(len(losses)), key=losses.__getitem__)]
        fitted, seconds = training.fit_learner(chosen)
        return Timed(fitted, answer_seconds + seconds)
