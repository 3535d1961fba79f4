"""What a model's answers tell without labels: how sure it is of them, and how often models fitted again answer otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core import Code, Floats, UnreadableError
from harness.drift import error_signal
from harness.randomness import stream
from harness.synthesis import Learner, Method, Prediction, Training
from harness.trials.fits import Ask, learn

N_REFITS = 5
"""Models that are fitted again. A few are enough, for the same ones answer reference and stream."""


def confidence_of(said: Prediction, who: str) -> Floats:
    """The probability that a model gives to each of its answers, shape (n,).

    Args:
        said: what it says of n rows.
        who: the model, as a sentence begins with it.

    Raises:
        UnreadableError: it gives no probabilities.
    """
    if said.probabilities is None:
        raise UnreadableError(
            f"{who} does not say how sure it is of its answers, for it has no probabilities: choose another detector",
            code=Code.NO_PROBABILITIES,
        )
    of_answers: Floats = said.probabilities[np.arange(len(said.target)), said.target]
    return np.clip(of_answers, 0.0, 1.0)


def refits(model: Learner | Method, training: Training) -> list[Ask]:
    """The model, fitted on `N_REFITS` bootstrap samples of the rows."""
    return [learn(model, resampled(training, number)).value.ask for number in range(N_REFITS)]


def resampled(training: Training, number: int) -> Training:
    """A bootstrap sample of the rows, as many of each class (regression: of all) as there are, under a path of its own."""
    rng = stream(training.seed, "bootstrap", *training.path, number)
    strata = training.target if training.n_classes else np.zeros(len(training.target))
    drawn = np.empty(len(strata), dtype=np.int64)
    for one in np.unique(strata):
        rows = np.flatnonzero(strata == one)
        drawn[rows] = rng.choice(rows, size=len(rows))
    return replace(
        training,
        matrix=training.matrix[drawn],
        target=training.target[drawn],
        groups=training.groups[drawn],
        path=(*training.path, "bootstrap", number),
    )


def answered_otherwise(served: NDArray[Any], others: Iterable[NDArray[Any]], threshold: float | None) -> Floats:
    """The share of models that answer each row otherwise than the one in service, shape (n,).

    Args:
        served: what the model in service answers, shape (n,).
        others: what each other one answers, shape (n,).
        threshold: for regression, the difference above which an answer is another one; None for classes.
    """
    share: Floats = np.mean([error_signal(served, other, threshold) for other in others], axis=0)
    return share
