"""The border: what a caller gives becomes numbers, names and tables here, or one sentence says why it does not.

Every public function of the package reads its arguments through this module and trusts them from there on. The same mistake
gets the same sentence everywhere. Truth values count as 1 and 0. None, NA, NaN and masked entries are missing: they become NaN.
Text, dates, durations, categories and complex numbers are no numbers, and no text is read as one.

samples   numbers, truth values, p values: one array or two that belong together
scalars   a single number, count, level, region, or pair of limits
tables    tables of scores, columns of a frame, names and levels
entries   what counts as a number and as missing
"""

from harness.inference.inputs.entries import LARGEST, shown
from harness.inference.inputs.samples import Pair, grid, hits, numbers, p_values, paired, truths, whole, without_mask
from harness.inference.inputs.scalars import (
    alpha,
    check_kind,
    count,
    level,
    limits,
    number,
    number_or_nan,
    region,
    text,
)
from harness.inference.inputs.tables import columns, declared, family, frame, levels, names, scores

__all__ = [
    "LARGEST",
    "Pair",
    "alpha",
    "check_kind",
    "columns",
    "count",
    "declared",
    "family",
    "frame",
    "grid",
    "hits",
    "level",
    "levels",
    "limits",
    "names",
    "number",
    "number_or_nan",
    "numbers",
    "p_values",
    "paired",
    "region",
    "scores",
    "shown",
    "text",
    "truths",
    "whole",
    "without_mask",
]
