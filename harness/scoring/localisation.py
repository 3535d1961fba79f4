"""Do the columns that an alarm names agree with those that the drift touched?"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

from harness.core import ConfigError, DataError
from harness.inference import inputs


class Localisation(NamedTuple):
    """How well the named columns agree with those that the drift touched, in percent.

    Attributes:
        precision: the share of named columns that were touched; NaN if none was named.
        at_k: the same of the k that moved most, where k is the number of columns touched and a place that no named column
            takes counts as wrong; NaN if none was touched.
        recall: the share of touched columns that were named; NaN if none was touched.
        chance: the expected precision of columns drawn at random: touched / all columns.
    """

    precision: float
    at_k: float
    recall: float
    chance: float


def localise(named: Sequence[str], touched: Collection[str], n_columns: float) -> Localisation:
    """Compare what one alarm names with the truth.

    Args:
        named: the names of columns, each once, the one that moved most first; may be empty.
        touched: the names of the columns that the drift touched, each once.
        n_columns: how many columns the data set has; NaN if that is not known, and then so is `chance`.

    Raises:
        DataError: a column named twice.
        ConfigError: what is no list of names, or fewer columns than were touched.
    """
    for what, columns in (("named", named), ("touched", touched)):
        if (
            isinstance(columns, str)
            or not isinstance(columns, Collection)
            or not all(isinstance(one, str) for one in columns)
        ):
            raise ConfigError(f"{what} is {columns!r}; give a list of the names of columns.")
    inputs.number_or_nan(n_columns, what="n_columns")
    if len(set(touched)) > n_columns or len(set(touched)) < len(touched):
        raise ConfigError(f"{len(touched)} columns were touched of {n_columns}; give each once, and all in n_columns.")
    if len(set(named)) < len(named):
        raise DataError(f"The columns named are {', '.join(named)}; name each once, the one that moved most first.")
    k, hits = len(touched), len(set(touched).intersection(named))
    best = len(set(touched).intersection(named[:k]))
    return Localisation(
        precision=_percent(hits, len(named)),
        at_k=100 * (best / k) if k else math.nan,  # rounded as in the published tables
        recall=_percent(hits, k),
        chance=_percent(k, n_columns),
    )


def _percent(part: int, whole: float) -> float:
    return 100 * part / whole if whole else math.nan
