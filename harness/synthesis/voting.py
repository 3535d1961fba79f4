"""Votes of a pool: by majority and by averaging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness.core import Code, Floats, Skip, Task
from harness.memo import Timed
from harness.synthesis.learner import Learner
from harness.synthesis.pool import fit_members, from_scores, member_scores
from harness.synthesis.predictions import Fitted, Prediction, most_probable
from harness.synthesis.training import Training


@dataclass(frozen=True)
class HardVote:
    """A vote with one vote for each model. The class with most votes wins, the lowest code among equals.

    The shares of votes are used as probabilities.
    """

    pool: Sequence[Learner]
    name: str = "hard_vote"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """The vote of all models, each fitted. Raises `Skip` for regression, where a vote is an average (soft_vote)."""
        if training.task is Task.REGRESSION:
            why = "a majority vote has no meaning for a regression target; soft_vote averages"
            raise Skip(why, code=Code.NEEDS_CLASSES)
        members, seconds = fit_members(self.pool, training)
        return Timed(FittedHardVote(members, training.n_classes), seconds)


@dataclass(frozen=True)
class FittedHardVote:
    """Fitted members that vote."""

    members: tuple[Fitted, ...]
    n_classes: int

    def predict(self, matrix: Floats) -> Prediction:
        """The class with most votes, and the shares of votes."""
        votes = np.stack([member.predict(matrix).target for member in self.members])
        return most_probable((votes[:, :, None] == np.arange(self.n_classes)).mean(axis=0))


@dataclass(frozen=True)
class SoftVote:
    """The average of class probabilities (for regression: values) over all models, with equal weights."""

    pool: Sequence[Learner]
    name: str = "soft_vote"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """Fit every model."""
        members, seconds = fit_members(self.pool, training)
        weights = np.full(len(members), 1 / len(members))
        return Timed(WeightedAverage(members, weights, training.n_classes), seconds)


@dataclass(frozen=True)
class WeightedAverage:
    """Fitted members whose scores are averaged with weights that sum to 1, shape (n_members,)."""

    members: tuple[Fitted, ...]
    weights: Floats
    n_classes: int

    def predict(self, matrix: Floats) -> Prediction:
        """The class with the highest average probability, or the average value."""
        combined = np.tensordot(self.weights, member_scores(self.members, matrix), axes=1)
        return from_scores(combined, self.n_classes)
