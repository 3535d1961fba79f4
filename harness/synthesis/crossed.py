"""Methods that are crossed with every base model: the model alone, bagged, boosted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor, BaggingClassifier, BaggingRegressor
from sklearn.utils.validation import has_fit_parameter

from harness.core import Code, Floats, Ints, Skip, Task
from harness.memo import Timed, timed
from harness.settings import Checked, at_least
from harness.synthesis.learner import Learner, seeded
from harness.synthesis.predictions import Fitted
from harness.synthesis.training import Training


@dataclass(frozen=True)
class Single:
    """The base model alone: the baseline of every combination."""

    model: Learner
    name: str = "single"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """The model, fitted on all training rows."""
        return Timed(*training.fit_learner(self.model))


@dataclass(frozen=True)
class Bagging(Checked):
    """Bootstrap aggregating (Breiman 1996, doi 10.1007/BF00058655).

    Members train on bootstrap samples. Their class probabilities (or regression values) are averaged.
    """

    model: Learner
    n_members: Annotated[int, at_least(1)] = 25
    name: str = "bagging"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """The fitted ensemble. Raises `Skip` if the base model is an ensemble itself."""
        combine = BaggingClassifier if training.task is Task.CLASSIFICATION else BaggingRegressor
        return _fit_around(combine, self.model, self.n_members, self.name, training)


@dataclass(frozen=True)
class AdaBoost(Checked):
    """Adaptive boosting.

    SAMME for classes (Zhu et al. 2009, doi 10.4310/SII.2009.v2.n3.a8), AdaBoost.R2 for regression (Drucker 1997). If the
    base model is already perfect on its training rows, boosting stops at one member. There are two deviations from
    scikit-learn. The weights for a base classifier have mean 1 instead of sum 1 (`MeanOneWeights`). A base model that does
    no better than chance is used alone instead of raising an error, so that no method drops out of the comparison because
    it did badly.
    """

    model: Learner
    n_members: Annotated[int, at_least(1)] = 25
    name: str = "adaboost"
    about: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def fit(self, training: Training) -> Timed[Fitted]:
        """The fitted ensemble, or the model alone if it does no better than chance on these rows.

        Raises:
            Skip: the model is an ensemble, or takes no sample weights.
        """
        if training.task is Task.REGRESSION:
            return _fit_around(AdaBoostRegressor, self.model, self.n_members, self.name, training)
        if not has_fit_parameter(self.model.estimator(training.task, random_state=0), "sample_weight"):
            why = f"AdaBoost weights its rows, and the model {self.model.name!r} takes no sample weights"
            raise Skip(why, code=Code.CANNOT_WEIGH_ROWS)
        try:
            return _fit_around(_boost_classifier, self.model, self.n_members, self.name, training)
        except ValueError as error:
            if "worse than random" not in str(error):
                raise
            return Timed(*training.fit_learner(self.model))


def _boost_classifier(estimator: Any, n_estimators: int) -> Any:
    return AdaBoostClassifier(MeanOneWeights(estimator), n_estimators=n_estimators)


class MeanOneWeights(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier that is fitted with its sample weights scaled to mean 1.

    AdaBoost's weights sum to 1. For a model with a penalty (logistic regression, SVM, neural network) this acts like a
    penalty many times stronger, which cripples the model. Without weights such a model gives each row the weight 1.
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, X: Floats, y: Ints, sample_weight: Floats | None = None) -> MeanOneWeights:
        """Fit a clone of the estimator; X of shape (n, n_features), y and sample_weight of shape (n,)."""
        weights = None if sample_weight is None else sample_weight / np.mean(sample_weight)
        self.estimator_ = clone(self.estimator).fit(X, y, sample_weight=weights)
        self.classes_ = self.estimator_.classes_
        return self

    def predict(self, X: Floats) -> Ints:
        """The predictions of the fitted estimator, shape (n,)."""
        return np.asarray(self.estimator_.predict(X))


def _fit_around(combine: Any, model: Learner, n_members: int, method: str, training: Training) -> Timed[Fitted]:
    if model.ensemble:
        raise Skip(
            f"the model {model.name!r} is an ensemble by itself; {method} on top of it is not part of the design",
            code=Code.ALREADY_AN_ENSEMBLE,
        )
    seed = training.random_state("model", method, model.name)
    estimator = combine(model.estimator(training.task, random_state=seed), n_estimators=n_members)
    training.prepared()
    return Timed(*timed(lambda: training.fit_estimator(seeded(estimator, seed), who=f"{method} of {model.who}")))
