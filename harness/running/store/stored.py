"""All that a study's store holds: the parts and the compacted file, merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from harness.core import PROTOCOL_VERSION, Record
from harness.running.store.rows import COLUMNS, empty_table, records_of


def _no_rows() -> pa.Table:
    return empty_table(COLUMNS)


@dataclass(frozen=True)
class Stored:
    """All that a study's store holds, or some columns of it.

    Attributes:
        table: one row for each trial id, sorted by it; its columns are the fields of a record, `factors`, `measurements`
            and `clock` as structs of what any trial has. Of several records of a trial it is the newest, but one that is ok
            stays.
        specs: the base specs of these records by digest.
        headers: the headers of their parts by digest.
        torn: lines that were cut off at the end of a part.
        duplicates: records that another one of the same trial superseded; equal ones count once.
        data: for data sets that a plan names, the checksums by which the newest such plan knows them.
    """

    table: pa.Table = field(default_factory=_no_rows)
    specs: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    torn: int = 0
    duplicates: int = 0
    data: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records in order of trial id, made at the first call: some 50 us each. Needs all columns."""
        return tuple(records_of(self.table))

    def by_id(self) -> dict[str, Record]:
        """Records by trial id."""
        return {record.trial_id: record for record in self.records}

    def find(self, trial_id: str) -> Record | None:
        """The record of one trial. Needs all columns."""
        found = self.table.filter(pc.equal(self.table["trial_id"], trial_id))
        return next(records_of(found), None)

    # ---- what is stale ----------------------------------------------------------------------------------------------

    @cached_property
    def _other_protocols(self) -> frozenset[str]:
        """Digests of headers with another protocol version than the present one."""
        return frozenset(key for key, header in self.headers.items() if header.get("protocol") != PROTOCOL_VERSION)

    @cached_property
    def _other_data(self) -> frozenset[str]:
        """Digests of base specs whose data set has changed since."""
        return frozenset(key for key, spec in self.specs.items() if self._has_changed(spec))

    def _has_changed(self, spec: Any) -> bool:
        name, checksum = dataset_of(spec)
        return checksum is not None and name in self.data and checksum not in self.data[name]

    def of_another_protocol(self) -> pa.ChunkedArray:
        """For each row, whether it was measured under another protocol version than the present one."""
        return _is_in(self.table["header"], self._other_protocols)

    def of_other_data(self) -> pa.ChunkedArray:
        """For each row, whether its data set has other content in the newest sweep that names it."""
        return _is_in(self.table["spec"], self._other_data)

    def current(self) -> Stored:
        """The same store without stale records: protocols and versions of data are never mixed."""
        if not self._other_protocols and not self._other_data:
            return self
        stale = pc.or_(self.of_another_protocol(), self.of_other_data())
        return replace(self, table=self.table.filter(pc.invert(stale)))


def dataset_of(spec: Any) -> tuple[str, str | None]:
    """Name and checksum of the data set of a base spec; no checksum if there is none."""
    node = spec.get("dataset") if isinstance(spec, Mapping) else None
    return (str(node.get("name", "")), node.get("checksum")) if isinstance(node, Mapping) else ("", None)


def _is_in(column: pa.ChunkedArray, digests: frozenset[str]) -> pa.ChunkedArray:
    return pc.is_in(column, pa.array(sorted(digests), pa.string()))
