"""One value a data set, and the records that it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
import pandas as pd

from experiments.monitoring.cube import Cube, Where
from experiments.monitoring.record_queries import lived
from harness.analysis.query import Query, either
from harness.claims.offers import Counted, Offered

NO_VALUES = pd.Series(dtype=np.float64)

EVERYWHERE = Where()


@dataclass(frozen=True)
class Answer:
    """One value a data set, and what it rests on.

    Attributes:
        values: by data set.
        entries: whose lives were read, all in the cells of `where`.
        where: the cells.
        beside: further answers that it is made of.
    """

    values: pd.Series[Any]
    entries: tuple[str, ...] = ()
    where: Where = EVERYWHERE
    beside: tuple[Answer, ...] = ()

    def counted(self, cube: Cube) -> Counted:
        """The values, and the streams behind each."""
        counts = [cube.counts(one.entries, one.where) for one in self._all if one.entries]
        if len(counts) > 1:
            counts = [pd.concat(counts).groupby(level=0).sum()]
        summed = counts[0] if counts else NO_VALUES
        return Counted(self.values, summed.reindex(self.values.index))

    def records(self, cube: Cube) -> Query:
        """The records of these lives."""
        return either(lived(cube, one.entries, one.where) for one in self._all if one.entries)

    @property
    def _all(self) -> tuple[Answer, ...]:
        return (self, *(each for one in self.beside for each in one._all))


NONE = Answer(NO_VALUES)
"""What a choice has for an answer that makes no sense together with another."""


def offered(answer: Callable[..., Answer]) -> Offered:
    """An answer as the register wants it: its values, and its records, for the same keywords."""

    @wraps(answer)
    def values(cube: Cube, **choices: Any) -> Counted:
        return answer(cube, **choices).counted(cube)

    @wraps(answer)
    def records(cube: Cube, **choices: Any) -> Query:
        return answer(cube, **choices).records(cube)

    return Offered(values, records)
