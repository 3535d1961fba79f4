"""Complete blocks: a data set takes part in a comparison only if it has a value for every method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

NAMED_AT_MOST = 8


class Blocks(NamedTuple):
    """The complete rows of a table, and a note that names the incomplete rows."""

    cells: pd.DataFrame
    note: str


def complete(cells: pd.DataFrame) -> Blocks:
    """The data sets (rows) with a finite value in every column."""
    finite = np.isfinite(cells.to_numpy(dtype=np.float64)).all(axis=1)
    left_out = [str(name) for name in cells.index[~finite]]
    return Blocks(cells.loc[finite], f"Left out, for lack of some values: {listed(left_out)}." if left_out else "")


def listed(names: Sequence[str]) -> str:
    """The names in one line, or the first of them and how many more there are."""
    more = len(names) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
