"""How many rows count when some are drawn more often than others, and how many have to.

Weights that rest on few rows make a stream of copies: what a model or a detector meets is then these rows, not a distribution.
"""

from __future__ import annotations

import numpy as np

from harness.core import Floats

FEWEST = 30
SHARE = 0.1


def effective_rows(weights: Floats) -> float:
    """Kish's effective number of rows, (sum w)^2 / sum w^2: n for equal weights, 1 if all weight is on one row.

    Source: Kish 1965, Survey Sampling, section 11.7.
    """
    return float(weights.sum() ** 2 / np.sum(weights**2))


def fewest_effective_rows(n_rows: int) -> float:
    """The fewest effective rows that a pool may be drawn with: `FEWEST`, or `SHARE` of the pool if that is more."""
    return max(FEWEST, SHARE * n_rows)
