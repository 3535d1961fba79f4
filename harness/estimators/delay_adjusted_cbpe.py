"""Delay-adjusted CBPE: calibrated confidences, moved by the labels that have arrived."""

from __future__ import annotations

import numpy as np

from harness.core import Floats
from harness.estimators.cbpe import Calibration
from harness.estimators.reference import Labelled, checked_shares, mean_of

FARTHEST = 30.0
"""Logits are moved by so much at most: what is moved farther is 0 or 1 to the last bit that counts."""

STEPS = 100
"""Steps of the search for the offset; halving alone would need 60 for the last bit."""

TOLERANCE = 1e-12


def logits_of(calibration: Calibration, n_reference: int, confidence: Floats) -> Floats:
    """The logits of calibrated confidences, shape (n,); NaN where the confidence is.

    Calibrated ones are held 1 / (n_reference + 2) away from 0 and 1, which an isotonic line reaches and no label could move.
    """
    least = 1.0 / (n_reference + 2)
    calibrated = np.clip(calibration(confidence), least, 1.0 - least)
    return np.log(calibrated / (1.0 - calibrated))


def moved(logits: Floats, arrived_logits: Floats, arrived_error: Floats) -> float:
    """The mean of sigmoid(logit + d) over a window, with the d of greatest likelihood; see `delay_adjusted_cbpe`.

    Args:
        logits: of the rows of the window, shape (n,).
        arrived_logits: of the rows whose labels have arrived, shape (m,).
        arrived_error: 1.0 where these were answered wrong, else 0.0, shape (m,).
    """
    pending = max(0.0, 1.0 - len(arrived_error) / len(logits))
    weights = np.repeat([pending, 1.0], [len(logits), len(arrived_logits)])
    known = np.concatenate([logits, arrived_logits])
    right = pending * _sigmoid(logits).sum() + (1.0 - arrived_error).sum()
    low, high, offset = -FARTHEST, FARTHEST, 0.0
    for _ in range(STEPS):
        found = _sigmoid(known + offset)
        expected = weights * found
        excess = expected.sum() - right  # rises with the offset
        slope = expected.sum() - (expected * found).sum()
        low, high = (low, offset) if excess > 0 else (offset, high)
        step = offset - excess / slope if slope > 0 else np.inf
        after = step if low <= step <= high else (low + high) / 2
        if abs(after - offset) <= TOLERANCE:
            break
        offset = after
    return float(_sigmoid(logits + offset).mean())


def _sigmoid(logits: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-logits))
    return found


def delay_adjusted_cbpe(confidence: Floats, arrived: Labelled, reference: Labelled) -> float:
    """The mean of p = sigmoid(logit c + d) over a window, c the calibrated confidence, d learned from labels that have arrived.

    Of n rows in the window and m labels that arrived within its time, d has the greatest likelihood of the m labels and of the
    rows' own calibrated confidences, the latter weighted by the share 1 - m / n of labels that is still to come: all weights
    together are those of n labels. Without labels d is 0, and the estimate CBPE, but for calibrated confidences that are held
    off 0 and 1; with all labels at once it is the share of right answers. So a change of labels alone, which moves no
    confidence, is seen as far as labels have come.

    The offset of logits is Cox's recalibration in the large, 1958, doi 10.1093/biomet/45.3-4.562; weighing what is pending by
    how much has arrived follows Chapelle 2014, doi 10.1145/2623330.2623634, who models conversions of advertisements. Put
    together here. Calibrated confidences are held 1 / (n_reference + 2) away from 0 and 1.

    Args:
        confidence: of the answers in the window, in [0, 1], shape (n,).
        arrived: the rows whose labels arrived meanwhile, which may be older ones; none at all is allowed.
        reference: labelled rows from before.

    Raises:
        DataError: window or reference has no rows, or a value that cannot be.
    """
    window = checked_shares(confidence, "a confidence")
    mean_of(window)  # raises without rows
    calibration = Calibration.of(reference)
    logits, others = (logits_of(calibration, reference.n_rows, one) for one in (window, arrived.confidence))
    return moved(logits, others, arrived.error)
