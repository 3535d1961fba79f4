"""The loss by which models and ensembles are chosen on out-of-fold predictions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from harness.core import Floats, Ints


class Loss(NamedTuple):
    """Compared part by part: the share of errors first (0 for regression), then the smooth loss."""

    errors: float
    smooth: float


def selection_loss(answers: Floats, target: Ints | Floats) -> Loss:
    """The share of wrong classes, ties broken by log loss; for regression the mean squared error.

    Args:
        answers: class probabilities, shape (n, n_classes), or values, shape (n, 1).
        target: shape (n,).
    """
    if target.dtype.kind == "f":
        return Loss(0.0, float(np.mean((answers[:, 0] - target) ** 2)))
    errors = float(np.mean(answers.argmax(axis=1) != target))
    chosen = np.clip(answers[np.arange(len(target)), target], np.finfo(np.float64).eps, None)
    return Loss(errors, float(-np.mean(np.log(chosen))))
