"""Queries for the records behind a number. A query can be written to a file, read in one line and run on a store.

A condition names *places* in a record: `factors.dataset`, `status`, `measurements.alarms.ddm@5`, or, in its base spec,
`spec.scenario.strength.harm`, with a number for a place in a list. Of several places the first that holds something counts,
for a factor that a sweep leaves out stands in the base spec.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from harness.analysis.record_fields import field_at, only_fields
from harness.core import Status
from harness.running.store.stored import Stored

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Among:
    """The value at a place is one of some values. None among them means that there is no value."""

    places: tuple[str, ...]
    values: tuple[Any, ...]

    def rows(self, stored: Stored) -> Mask:
        """Whether it is so, for each record."""
        column = field_at(stored, self.places)
        chosen = _mask(pc.is_in(column, value_set=_values_as(self.values, column.type)))
        return chosen | _mask(pc.is_null(column)) if None in self.values else chosen

    def __str__(self) -> str:
        names = ["none" if value is None else str(value) for value in self.values]
        return f"{_name(self.places)} {'is' if len(names) == 1 else 'among'} {', '.join(names)}"

    def as_json(self) -> dict[str, Any]:
        """To be written into a file."""
        return {"at": list(self.places), "among": list(self.values)}


@dataclass(frozen=True)
class Between:
    """A number at a place is above one bound and at most the other; None sets no bound."""

    places: tuple[str, ...]
    above: float | None = None
    most: float | None = None

    def rows(self, stored: Stored) -> Mask:
        """Whether it is so, for each record; not where there is no number."""
        column = field_at(stored, self.places)
        if pa.types.is_null(column.type):
            return np.zeros(len(stored), dtype=np.bool_)
        numbers = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        least, most = (-math.inf if self.above is None else self.above), (math.inf if self.most is None else self.most)
        chosen: Mask = (numbers > least) & (numbers <= most)
        return chosen

    def __str__(self) -> str:
        bounds = (("above", self.above), ("at most", self.most))
        return f"{_name(self.places)} " + " and ".join(f"{word} {end:g}" for word, end in bounds if end is not None)

    def as_json(self) -> dict[str, Any]:
        """To be written into a file."""
        return {"at": list(self.places), "above": self.above, "most": self.most}


@dataclass(frozen=True)
class Holds:
    """Something stands at one place at least, such as the alarms of a detector that has read the stream.

    A record that holds more than was asked for is not needed whole: `Query.narrowed` leaves out what stands beside the places.
    """

    places: tuple[str, ...]

    def rows(self, stored: Stored) -> Mask:
        """Whether it is so, for each record."""
        each = (_mask(pc.is_valid(field_at(stored, (place,)))) for place in self.places)
        return reduce(np.logical_or, each, np.zeros(len(stored), np.bool_))

    def __str__(self) -> str:
        return f"has {' or '.join(_name((place,)) for place in self.places)}"

    def as_json(self) -> dict[str, Any]:
        """To be written into a file."""
        return {"holds": list(self.places)}


@dataclass(frozen=True)
class Either:
    """At least one of several queries finds the record."""

    queries: tuple[Query, ...]

    def rows(self, stored: Stored) -> Mask:
        """Whether it is so, for each record."""
        return reduce(np.logical_or, (query.rows(stored) for query in self.queries), np.zeros(len(stored), np.bool_))

    def __str__(self) -> str:
        return " or ".join(f"({query})" for query in self.queries)

    def as_json(self) -> dict[str, Any]:
        """To be written into a file."""
        return {"either": [query.as_json() for query in self.queries]}


Condition = Among | Between | Holds | Either


@dataclass(frozen=True)
class Query:
    """The records that meet all of some conditions; without any, all records."""

    conditions: tuple[Condition, ...] = ()

    def __and__(self, other: Query) -> Query:
        """What both find."""
        return Query(tuple(dict.fromkeys((*self.conditions, *other.conditions))))

    def rows(self, stored: Stored) -> Mask:
        """Whether each record of the table is found, shape (n_records,)."""
        return reduce(np.logical_and, (each.rows(stored) for each in self.conditions), np.ones(len(stored), np.bool_))

    def ids(self, stored: Stored) -> list[str]:
        """The trial ids that are found, in order."""
        found: list[str] = stored.table["trial_id"].filter(pa.array(self.rows(stored))).to_pylist()
        return sorted(found)

    def narrowed(self, stored: Stored) -> Stored:
        """The store with nothing but what is found, and of mappings that the query asks for places of, only those places."""
        table = only_fields(stored.table, list(dict.fromkeys(self._held()))).filter(pa.array(self.rows(stored)))
        used = set(table["spec"].unique().to_pylist())
        return replace(stored, table=table, specs={key: spec for key, spec in stored.specs.items() if key in used})

    def _held(self) -> Iterable[str]:
        for condition in self.conditions:
            if isinstance(condition, Holds):
                yield from condition.places
            elif isinstance(condition, Either):
                yield from (place for query in condition.queries for place in query._held())

    def __str__(self) -> str:
        """In one line."""
        return "; ".join(map(str, self.conditions)) or "all records"

    def as_json(self) -> list[dict[str, Any]]:
        """To be written into a file."""
        return [condition.as_json() for condition in self.conditions]

    @classmethod
    def of_json(cls, written: Sequence[Mapping[str, Any]]) -> Query:
        """As it was written by `as_json`."""
        return cls(tuple(_condition(one) for one in written))


EVERYTHING = Query()
"""All records of a study, of whatever status."""


def of_status(status: Status) -> Query:
    """The records of trials that ended in this way."""
    return Query((Among(("status",), (str(status),)),))


OK = of_status(Status.OK)
"""The records of trials that ended well."""


def where(**factors: Any) -> Query:
    """Records whose factors have these values; a tuple or list stands for any of its members, None for no value."""
    return Query(
        tuple(
            Among((f"factors.{name}",), tuple(value) if isinstance(value, (tuple, list)) else (value,))
            for name, value in factors.items()
        )
    )


def holding(*places: str) -> Query:
    """Records that hold something at one of the places at least."""
    return Query((Holds(places),))


def either(queries: Iterable[Query]) -> Query:
    """The records that any of the queries finds; none without queries."""
    each = tuple(dict.fromkeys(queries))
    return each[0] if len(each) == 1 else Query((Either(each),))


def _condition(written: Mapping[str, Any]) -> Condition:
    if "either" in written:
        return Either(tuple(Query.of_json(one) for one in written["either"]))
    if "holds" in written:
        return Holds(tuple(written["holds"]))
    places = tuple(written["at"])
    if "among" in written:
        return Among(places, tuple(written["among"]))
    return Between(places, written["above"], written["most"])


def _name(places: Sequence[str]) -> str:
    return places[0].removeprefix("factors.").removeprefix("measurements.").replace("alarms.", "alarms of ")


def _mask(found: pa.Array) -> Mask:
    mask: Mask = pc.fill_null(found, False).to_numpy(zero_copy_only=False)
    return mask


def _values_as(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """The values that a column of this kind can hold."""
    if pa.types.is_null(kind):
        return pa.array([], kind)
    wanted = str if pa.types.is_string(kind) else (int, float)
    return pa.array([value for value in values if isinstance(value, wanted)], kind)
