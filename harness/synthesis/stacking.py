"""Stacked generalisation: a meta-model on the out-of-fold predictions of a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness.core import Floats
from harness.memo import Timed, timed
from harness.synthesis.learner import Learner
from harness.synthesis.pool import fit_members, member_scores, out_of_fold
from harness.synthesis.predictions import Fitted, FittedEstimator, Prediction
from harness.synthesis.training import Training


@dataclass(frozen=True)
class Stacking:
    """A meta-model that learns to combine a pool (Wolpert 1992, doi 10.1016/S0893-6080(05)80023-1).

    It trains on out-of-fold class probabilities (Ting & Witten 1999, doi 10.1613/jair.594), or on out-of-fold values for
    regression. At prediction time it gets the answers of the models that were fitted on all training rows.

    Attributes:
        pool: the models to combine.
        meta: the meta-model; by default logistic regression (ridge regression for regression sets).
        name: the level's name.
        about: documentation.
    """

    pool: Sequence[Learner]
    meta: Learner
    name: str = "stacking"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """The meta-model, fitted on out-of-fold predictions, and every model, fitted on all rows."""
        members, member_seconds = fit_members(self.pool, training)
        answers, answer_seconds = out_of_fold(self.pool, training)
        seed = training.random_state("model", "meta", self.meta.name)
        meta = self.meta.estimator(training.task, random_state=seed)
        fitted, meta_seconds = timed(
            lambda: training.fit_estimator(meta, meta_features(answers), who=f"the meta-model {self.meta.name!r}")
        )
        return Timed(FittedStacking(members, fitted), member_seconds + answer_seconds + meta_seconds)


@dataclass(frozen=True)
class FittedStacking:
    """Fitted members, and the meta-model that combines their scores."""

    members: tuple[Fitted, ...]
    meta: FittedEstimator

    def predict(self, matrix: Floats) -> Prediction:
        """The meta-model's prediction from the members' scores."""
        return self.meta.predict(meta_features(member_scores(self.members, matrix)))


def meta_features(answers: Floats) -> Floats:
    """The scores of all learners side by side: shape (n_learners, n, n_classes) becomes (n, n_features).

    With two classes the first probability is left out, as in scikit-learn, since it is 1 minus the second.
    """
    kept = answers[:, :, 1:] if answers.shape[2] == 2 else answers
    return np.concatenate(list(kept), axis=1)
