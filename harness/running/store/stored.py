"""The content of a study's store: its parts and its compacted file, merged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from harness.building import CODE
from harness.core import PROTOCOL_VERSION, Record
from harness.running.store.levels import differing_levels
from harness.running.store.rows import COLUMNS, empty_table, records_of
from harness.running.user_code import differing


def _no_rows() -> pa.Table:
    return empty_table(COLUMNS)


@dataclass(frozen=True)
class Stored:
    """The content of a study's store, or some columns of it.

    Attributes:
        table: one row for each trial, sorted by trial id. Its columns are the fields of a record. `factors`, `measurements`
            and `clock` are structs with the fields of all trials. Of several records of a trial it has the newest, but the
            newest that is ok if there is one.
        specs: the base specs of these records by digest.
        headers: the headers of their parts by digest.
        torn: the number of lines that were cut off at the end of a part.
        duplicates: the number of records that another one of the same trial superseded; equal records count once.
        data: the checksums of each data set in the newest plan that names it.
        code: the version of each of a user's classes in the newest plan that names it.
        levels: the present versions of levels whose files have changed.
        newest: when the newest record was written; None if that is not known.
    """

    table: pa.Table = field(default_factory=_no_rows)
    specs: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    torn: int = 0
    duplicates: int = 0
    data: Mapping[str, frozenset[str]] = field(default_factory=dict)
    code: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    newest: datetime | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records in order of trial id. The first call makes them, in about 50 us each. Needs all columns."""
        return tuple(records_of(self.table))

    def by_id(self) -> dict[str, Record]:
        """Records by trial id."""
        return {record.trial_id: record for record in self.records}

    def find(self, trial_id: str) -> Record | None:
        """The record of one trial. Needs all columns."""
        found = self.table.filter(pc.equal(self.table["trial_id"], trial_id))
        return next(records_of(found), None)

    def only(self, trial_ids: Collection[str]) -> Stored:
        """The same store with these trials alone, as far as it has them."""
        return replace(self, table=self.table.filter(_is_in(self.table["trial_id"], trial_ids)))

    def n_of(self, trial_ids: pa.Array | pa.ChunkedArray) -> int:
        """How many of these trials it has."""
        return pc.sum(pc.is_in(trial_ids, value_set=self.table["trial_id"])).as_py() or 0

    # ---- what is stale ----------------------------------------------------------------------------------------------

    @cached_property
    def _other_protocols(self) -> frozenset[str]:
        """The digests of headers with another protocol version than the present one."""
        return frozenset(key for key, header in self.headers.items() if header.get("protocol") != PROTOCOL_VERSION)

    @cached_property
    def _other_data(self) -> frozenset[str]:
        """The digests of base specs whose data set has changed since."""
        return frozenset(key for key, spec in self.specs.items() if self._has_changed(spec))

    def _has_changed(self, spec: Any) -> bool:
        name, checksum = dataset_of(spec)
        return checksum is not None and name in self.data and checksum not in self.data[name]

    @cached_property
    def _other_code(self) -> Mapping[str, Sequence[str]]:
        """The digests of base specs with a class or a level that has changed since, each with what has changed."""
        found = {key: self._changed(spec) for key, spec in self.specs.items() if isinstance(spec, Mapping)}
        return {key: parts for key, parts in found.items() if parts}

    def _changed(self, spec: Mapping[str, Any]) -> list[str]:
        return [*differing(spec, self.code), *differing_levels(spec, self.levels)]

    @property
    def stale_specs(self) -> frozenset[str]:
        """The digests of base specs whose data set, class or level has changed since."""
        return self._other_data | self._other_code.keys()

    def of_another_protocol(self) -> pa.ChunkedArray:
        """Whether each row was measured under another protocol version than the present one."""
        return _is_in(self.table["header"], self._other_protocols)

    def of_other_data(self) -> pa.ChunkedArray:
        """Whether each row's data set has other content in the newest sweep that names it."""
        return _is_in(self.table["spec"], self._other_data)

    def of_other_code(self) -> pa.ChunkedArray:
        """Whether each row was measured with an earlier version of a class or a level of a user's."""
        return _is_in(self.table["spec"], self._other_code)

    @property
    def changed_code(self) -> list[str]:
        """The files, packages and levels whose other version makes rows stale."""
        return sorted({part for parts in self._other_code.values() for part in parts})

    def current(self) -> Stored:
        """The store without stale records, so that protocols and versions of data and of classes are never mixed."""
        if not self._other_protocols and not self._other_data and not self._other_code:
            return self
        stale = pc.or_(pc.or_(self.of_another_protocol(), self.of_other_data()), self.of_other_code())
        return replace(self, table=self.table.filter(pc.invert(stale)))


def dataset_of(spec: Any) -> tuple[str, str | None]:
    """The name and checksum of a base spec's data set; None for the checksum if it has none."""
    node = spec.get("dataset") if isinstance(spec, Mapping) else None
    return (str(node.get("name", "")), node.get("checksum")) if isinstance(node, Mapping) else ("", None)


def code_in(spec: Any) -> Mapping[str, Mapping[str, str]]:
    """The versions of a user's classes in a base spec, by class."""
    found: Mapping[str, Mapping[str, str]] = spec.get(CODE, {}) if isinstance(spec, Mapping) else {}
    return found


def _is_in(column: pa.ChunkedArray, digests: Collection[str]) -> pa.ChunkedArray:
    return pc.is_in(column, pa.array(sorted(digests), pa.string()))
