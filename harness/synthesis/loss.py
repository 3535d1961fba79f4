"""The loss on out-of-fold predictions by which models and ensembles are chosen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from harness.core import Floats, Ints


class Loss(NamedTuple):
    """A loss in two parts, compared in order: the share of errors (0 for regression), then the smooth loss."""

    errors: float
    smooth: float


def selection_loss(answers: Floats, target: Ints | Floats) -> Loss:
    """The share of wrong classes, with ties broken by log loss; the mean squared error for regression.

    Args:
        answers: class probabilities, shape (n, n_classes), or values, shape (n, 1).
        target: shape (n,).
    """
    if target.dtype.kind == "f":
        return Loss(0.0, float(np.mean((answers[:, 0] - target) ** 2)))
    errors = float(np.mean(answers.argmax(axis=1) != target))
    chosen = np.clip(answers[np.arange(len(target)), target], np.finfo(np.float64).eps, None)
    return Loss(errors, float(-np.mean(np.log(chosen))))
