"""Greedy ensemble selection from a pool of models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np

from harness.core import Floats, Ints
from harness.memo import Timed, timed
from harness.settings import Checked, at_least
from harness.synthesis.learner import Learner
from harness.synthesis.loss import Loss, selection_loss
from harness.synthesis.pool import fit_members, out_of_fold
from harness.synthesis.predictions import Fitted
from harness.synthesis.training import Training
from harness.synthesis.voting import WeightedAverage


@dataclass(frozen=True)
class Greedy(Checked):
    """Forward selection with replacement (Caruana et al. 2004, doi 10.1145/1015330.1015432).

    Selection starts from the best model. Each round adds the model that makes the average of the chosen models best on
    out-of-fold predictions. A model that is added again gets more weight. The average of the best round is kept.
    Deviations: selection uses out-of-fold rows of the training set instead of a hold-out set, and the pool is not bagged.

    Attributes:
        pool: the models to choose from.
        n_rounds: the number of rounds, each of which adds a model.
        name: the level's name.
        about: documentation.
    """

    pool: Sequence[Learner]
    n_rounds: Annotated[int, at_least(1)] = 30
    name: str = "greedy"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """The weighted average, with every model fitted on all rows. Models that are not chosen are fitted too, and clocked."""
        members, member_seconds = fit_members(self.pool, training)
        answers, answer_seconds = out_of_fold(self.pool, training)
        counts, seconds = timed(lambda: select(answers, training.target, n_rounds=self.n_rounds))
        chosen = np.flatnonzero(counts)
        kept = tuple(members[index] for index in chosen)
        fitted = WeightedAverage(kept, counts[chosen] / counts.sum(), training.n_classes)
        return Timed(fitted, member_seconds + answer_seconds + seconds)


def select(answers: Floats, target: Ints | Floats, *, n_rounds: int) -> Ints:
    """The number of times that each model is chosen.

    Args:
        answers: out-of-fold scores, shape (n_models, n, n_classes), or (n_models, n, 1) for regression.
        target: shape (n,).
        n_rounds: rounds of forward selection, at least 1.

    Returns:
        The counts of the round with the lowest loss (the earliest of equals), shape (n_models,).
    """
    total = np.zeros(answers.shape[1:])
    counts = np.zeros(len(answers), dtype=np.int64)
    best: tuple[Loss, Ints] | None = None
    for size in range(1, n_rounds + 1):
        losses = [selection_loss((total + answer) / size, target) for answer in answers]
        added = min(range(len(answers)), key=losses.__getitem__)
        total += answers[added]
        counts[added] += 1
        if best is None or losses[added] < best[0]:
            best = (losses[added], counts.copy())
    assert best is not None, "n_rounds is at least 1"
    return best[1]
