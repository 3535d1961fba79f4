"""Disagreement: the share of refitted models that answer the same."""

from __future__ import annotations

from harness.core import Floats
from harness.estimators.reference import checked_shares, mean_of


def disagreement(otherwise: Floats) -> float:
    """1 - the mean share of refitted models that answer a row otherwise than the model in service.

    Two models that learned from rows drawn anew disagree about as often as one of them errs, if they are calibrated together:
    Jiang et al. 2022, arXiv 2106.13799. Watched over time as by Nguyen et al. 2025 (D3M), arXiv 2506.05047; they draw models
    from a posterior and ask for the one that disagrees most, where this is the mean over refits on bootstrap samples.

    Args:
        otherwise: the share of each row of a window, in [0, 1], shape (n,).

    Raises:
        DataError: the window has no rows, or a share that cannot be.
    """
    return 1.0 - mean_of(checked_shares(otherwise, "a share of models"))
