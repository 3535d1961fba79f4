"""Numbers as they are written: with so many digits that another processor writes the same bytes.

Linear algebra adds in an order that depends on the processor, and so do the last digits of a sum. Of a number ten digits are
kept, more than any measurement has. A p-value magnifies such differences, the more the smaller it is; of one, six are kept,
as of what an optimiser has found, which stops when it is near.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

DIGITS, P_DIGITS = 10, 6
"""Significant digits of a number, and of a p-value or what an optimiser has found.

With twelve, one study in four to twenty would differ in a last digit."""


def rounded(value: float, digits: int = DIGITS) -> float:
    """The number with so many significant digits; zero has no sign, and what is not finite stays."""
    if not math.isfinite(value):
        return value
    return float(f"{value:.{digits}g}") + 0.0  # -0.0 + 0.0 is 0.0


def rounded_frame(frame: pd.DataFrame, coarse: Iterable[str] = ()) -> pd.DataFrame:
    """The frame with all numbers but integers rounded, and those of the columns `coarse` as p-values are."""
    of_p, written = set(coarse), frame.copy()
    for name, kind in frame.dtypes.items():
        if kind.kind in "fO":
            written[name] = _column(frame[name], P_DIGITS if name in of_p else DIGITS)
    return written


def _column(column: pd.Series[Any], digits: int) -> pd.Series[Any]:
    def written(value: Any) -> Any:
        return rounded(float(value), digits) if isinstance(value, float) else value

    return column.map(written).astype(column.dtype)
