"""A model's probabilities fitted anew on labelled rows, the model itself left as it is.

All three ways give class c the probability p'_c, which is in proportion to exp(a log p_c + b_c). They differ in what is fitted:
a, the b, or both. The log loss is convex in them, so that there is one answer, also for more than two classes.

    temperature   a, the inverse of the temperature (Guo et al. 2017, arXiv 1706.04599). The most probable class stays.
    thresholds    the b: weights of the classes, which for two classes is a threshold
                  (Saerens et al. 2002, doi 10.1162/089976602753284446, where labels are not known).
    platt         both. For two classes these are the logistic curve of Platt 1999; for more see Alexandari et al. 2020
                  (bias-corrected temperature scaling, arXiv 1901.06852). With a below 0 answers are turned round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from harness.core import Code, Floats, Ints, Skip
from harness.synthesis import Prediction
from harness.synthesis.predictions import most_probable

LEAST = 1e-3
"""Probabilities below count as this: a model that was never wrong says 0, of which there is no logarithm."""

RIDGE = 1e-3
"""Weight of (a - 1)^2 + sum b_c^2 beside the mean log loss, which without it may have no minimum."""

FLATTEST = 0.01
"""The least inverse of a temperature: none turns the order of the classes round."""


@dataclass(frozen=True, eq=False)
class Recalibration:
    """New probabilities from those of a model.

    Attributes:
        slope: a.
        biases: b, shape (n_classes,).
    """

    slope: float
    biases: Floats

    @classmethod
    def fit(cls, said: Prediction, target: Ints, how: str) -> Recalibration:
        """The recalibration by which these rows have the least log loss. Without any rows all stays as it is.

        Args:
            said: what the model said of rows that it did not learn from.
            target: of the rows, shape (n,).
            how: one of `harness.policies.world.WAYS`.

        Raises:
            Skip: the model gives no probabilities.
        """
        logs = _logs(said)
        n_classes = logs.shape[1]
        if not len(target):
            return cls(1.0, np.zeros(n_classes))
        free = np.full(n_classes + 1, how != "temperature")
        free[0] = how != "thresholds"
        start = np.zeros(n_classes + 1)
        start[0] = 1.0
        truth = np.eye(n_classes)[target]

        def loss(chosen: Floats) -> tuple[float, Floats]:
            values = start.copy()
            values[free] = chosen
            scores = values[0] * logs + values[1:]
            excess = (softmax(scores, axis=1) - truth) / len(target)
            gradient = np.append(np.sum(excess * logs), excess.sum(axis=0)) + 2 * RIDGE * (values - start)
            mean = -float(log_softmax(scores, axis=1)[np.arange(len(target)), target].mean())
            return mean + RIDGE * float(np.sum((values - start) ** 2)), gradient[free]

        found, bounds = start.copy(), [(FLATTEST, None)] if how == "temperature" else None
        found[free] = minimize(loss, start[free], jac=True, method="L-BFGS-B", bounds=bounds).x
        return cls(float(found[0]), found[1:])

    def of(self, said: Prediction) -> Prediction:
        """What the model says with its new probabilities."""
        return most_probable(softmax(self.slope * _logs(said) + self.biases, axis=1))


def _logs(said: Prediction) -> Floats:
    if said.probabilities is None:
        raise Skip("the model gives no probabilities that could be fitted anew", code=Code.NO_PROBABILITIES)
    logs: Floats = np.log(np.maximum(said.probabilities, LEAST))
    return logs


def averaged(said: list[Prediction]) -> Prediction:
    """What several models say together: the class of the largest mean probability, or the mean of their values.

    A class that a model says without a probability has probability 1.
    """
    if said[0].target.dtype.kind == "f":
        return Prediction(np.mean([one.target for one in said], axis=0), None)
    known = [one.probabilities for one in said]
    n_classes = next((one.shape[1] for one in known if one is not None), 1 + max(int(one.target.max()) for one in said))
    return most_probable(
        np.mean(
            [np.eye(n_classes)[one.target] if one.probabilities is None else one.probabilities for one in said], axis=0
        )
    )
