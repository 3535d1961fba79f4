"""Methods that cross with every base model: the model alone, bagged, boosted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor, BaggingClassifier, BaggingRegressor
from sklearn.utils.validation import has_fit_parameter

from harness.core import Skip, Task
from harness.memo import Timed, timed
from harness.synthesis.learner import Learner, seeded
from harness.synthesis.training import Fitted, Training


@dataclass(frozen=True)
class Single:
    """The base model alone: the baseline of every combination."""

    model: Learner
    name: str = "single"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """Fit the model on all training rows."""
        return Timed(*training.fit_learner(self.model))


@dataclass(frozen=True)
class Bagging:
    """Bootstrap aggregating (Breiman 1996, doi 10.1007/BF00058655).

    Members train on bootstrap samples; class probabilities (or regression values) are averaged.
    """

    model: Learner
    n_members: int = 25
    name: str = "bagging"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """Fit the members. Raises `Skip` for a model that is an ensemble by itself."""
        combine = BaggingClassifier if training.task is Task.CLASSIFICATION else BaggingRegressor
        return _fit_around(combine, self.model, self.n_members, self.name, training)


@dataclass(frozen=True)
class AdaBoost:
    """Adaptive boosting: SAMME for classes (Zhu et al. 2009, doi 10.4310/SII.2009.v2.n3.a8), AdaBoost.R2 for regression.

    For a base model that is already perfect on its training rows, boosting stops at one member.
    """

    model: Learner
    n_members: int = 25
    name: str = "adaboost"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """Fit the members. Raises `Skip` for a model that is an ensemble or that takes no sample weights."""
        estimator = self.model.estimator(training.task, random_state=0)
        if training.task is Task.CLASSIFICATION and not has_fit_parameter(estimator, "sample_weight"):
            raise Skip(f"AdaBoost weights its rows, and the model {self.model.name!r} takes no sample weights")
        combine = AdaBoostClassifier if training.task is Task.CLASSIFICATION else AdaBoostRegressor
        return _fit_around(combine, self.model, self.n_members, self.name, training)


def _fit_around(combine: Any, model: Learner, n_members: int, method: str, training: Training) -> Timed[Fitted]:
    if model.ensemble:
        raise Skip(
            f"the model {model.name!r} is an ensemble by itself; {method} on top of it is not part of the design"
        )
    seed = training.random_state("model", method, model.name)
    estimator = combine(model.estimator(training.task, random_state=seed), n_estimators=n_members)
    training.prepared()
    return Timed(*timed(lambda: training.fit_estimator(seeded(estimator, seed))))
