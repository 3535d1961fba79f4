"""What a study offers to its register of claims: functions that answer contrasts from small sums of its records.

The module `claims` of a study's package holds

    cells(evidence) -> cube                   everything that any choice needs, summed once to small arrays
    CONTRASTS: Mapping[str, Offered]          by the name that the register uses
    scope(cube, dimension, level) -> sets     only if the register has dimensions of scope
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from harness.analysis.query import Query
from harness.core import ConfigError


class Counted(NamedTuple):
    """The answer to a contrast under certain choices.

    Attributes:
        values: one a data set, by its name; what is unknown is NaN or not there. Positive where the claim holds, unless the
            register says that less supports it.
        counts: the trials or streams behind each of them.
    """

    values: pd.Series[Any]
    counts: pd.Series[Any]


@dataclass(frozen=True)
class Offered:
    """A contrast that a study can answer.

    Attributes:
        values: takes the cube, and choices as keywords, each a text or what the register gives under `with`.
        records: takes the same, and tells the records that the answer rests on; None if nobody has declared it.
    """

    values: Callable[..., Counted]
    records: Callable[..., Query] | None = None

    @cached_property
    def choices(self) -> dict[str, bool]:
        """The names of its keywords, and whether each has to be given."""
        every = list(inspect.signature(self.values).parameters.values())[1:]
        return {one.name: one.default is inspect.Parameter.empty for one in every}


def _no_scope(_: Any, dimension: str, level: str) -> Collection[str]:
    raise ConfigError(f"the study does not say which data sets {dimension} {level!r} has: its claims.py lacks scope().")


@dataclass(frozen=True)
class Offers:
    """All that a study offers.

    Attributes:
        cells: makes the cube of the evidence.
        contrasts: by name.
        scope: the data sets of a level of a dimension whose role is scope.
    """

    cells: Callable[[Any], Any]
    contrasts: Mapping[str, Offered]
    scope: Callable[[Any, str, str], Collection[str]] = field(default=_no_scope)
