"""Accuracy along a stream, each row predicted before its label is known (predictive sequential, or prequential).

The functions take hits (1 for a right answer, 0 for an error) and give one value per row, from what was known after that row.
Where labels come in runs, as in many real streams, a high accuracy means little: `kappa_temporal` sets it against that of the
no-change classifier, which repeats the label before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import lfilter

from harness.core import ConfigError, Floats, Ints


def faded_accuracy(hits: ArrayLike, factor: float) -> Floats:
    """Accuracy in which a row i steps back weighs factor ** i.

    Args:
        hits: shape (n,), 1 for a right answer; any other score per row serves as well.
        factor: the fading factor in (0, 1]; 1 is the mean of all rows so far, 0.995 remembers some 200 rows.

    Returns:
        Shape (n,): S(t) / N(t) with S(t) = hit(t) + factor S(t - 1) and N(t) = 1 + factor N(t - 1).

    Raises:
        ConfigError: a factor outside (0, 1].

    Source: Gama, Sebastiao and Rodrigues (2013), On evaluating stream learning algorithms, doi 10.1007/s10994-012-5320-9.
    """
    if not 0 < factor <= 1:
        raise ConfigError(f"The fading factor is {factor}; choose one above 0 and at most 1, such as 0.995.")
    values = np.asarray(hits, dtype=np.float64)
    faded: Floats = lfilter([1.0], [1.0, -factor], values) / lfilter([1.0], [1.0, -factor], np.ones(len(values)))
    return faded


def windowed_accuracy(hits: ArrayLike, window: int) -> Floats:
    """The mean of the last `window` rows, or of all rows so far where there are fewer.

    Args:
        hits: shape (n,), 1 for a right answer.
        window: rows, 1 or more.

    Raises:
        ConfigError: a window without a row.

    Source: Gama, Sebastiao and Rodrigues (2013), doi 10.1007/s10994-012-5320-9.
    """
    if window < 1:
        raise ConfigError(f"The window has {window} rows; give it 1 or more.")
    total = np.concatenate([[0.0], np.cumsum(hits, dtype=np.float64)])
    end = np.arange(1, len(total))
    begin = np.maximum(end - window, 0)
    means: Floats = (total[end] - total[begin]) / (end - begin)
    return means


def no_change_hits(truth: Ints) -> Floats:
    """Whether the no-change classifier is right at rows 1 to n - 1, shape (n - 1,); row 0 has no label before it.

    Args:
        truth: the labels of the stream in their order, shape (n,).
    """
    return np.equal(truth[1:], truth[:-1]).astype(np.float64)


def kappa_temporal(accuracy: ArrayLike, no_change: ArrayLike) -> Floats:
    """How much of the no-change classifier's error the model avoids: (p - p') / (1 - p').

    1 is a perfect model, 0 one that is as good as repeating the last label, below 0 one that is worse.

    Args:
        accuracy: p, the model's accuracy, a number or any shape.
        no_change: p', that of the no-change classifier on the same rows and with the same fading or window. It has no answer
            at row 0: leave that row out of both (`hits[1:]` and `no_change_hits(truth)`).

    Returns:
        The statistic in the same shape; NaN where the no-change classifier makes no error, for then nothing is left to avoid.

    Source: Zliobaite, Bifet, Read, Pfahringer and Holmes (2015), Evaluation methods and decision theory for classification
    of streaming data with temporal dependence, doi 10.1007/s10994-014-5441-4.
    """
    model, repeated = np.broadcast_arrays(np.asarray(accuracy, np.float64), np.asarray(no_change, np.float64))
    left = 1 - repeated
    kappa = np.full(left.shape, np.nan)
    np.divide(model - repeated, left, out=kappa, where=left > 0)
    return kappa
