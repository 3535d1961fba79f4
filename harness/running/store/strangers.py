"""What is in a study's folder and does not belong there: it is left out and said, and the rest is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from harness.running.store import earlier
from harness.running.store.parts import folders_among_parts
from harness.running.store.stored import Stored


@dataclass(frozen=True)
class Sifted:
    """A study's own records.

    Attributes:
        stored: without what does not belong there.
        remarks: one sentence for each kind of what was left out.
    """

    stored: Stored
    remarks: tuple[str, ...]


def sifted(folder: Path, stored: Stored) -> Sifted:
    """The records of the study that the folder is named after, without those that have no factors, if factors were read."""
    own = stored.table.filter(pc.equal(stored.table["study"], folder.name))
    known = own.filter(_has_factors(own)) if "factors" in own.column_names else own
    remarks = [f"{path} is a folder and no part: it is left out." for path in folders_among_parts(folder)]
    remarks += [
        f"{path} keeps records that were measured under that protocol; nothing reads them."
        for path in earlier.kept(folder)
    ]
    remarks += _of_others(stored.table, folder.name)
    if lost := len(own) - len(known):
        remarks.append(f"records without factors: {lost}. They are left out, since nobody knows what they are of.")
    return Sifted(stored if len(known) == len(stored) else replace(stored, table=known), tuple(remarks))


def _of_others(table: pa.Table, study: str) -> Iterator[str]:
    others = table.filter(pc.not_equal(table["study"], study))["study"]
    for count in others.value_counts().to_pylist():
        name = count["values"]
        yield f"records of the study {name!r}: {count['counts']}. They are left out of all tables and counts."


def _has_factors(table: pa.Table) -> pa.Array:
    """Whether each row has the level of any factor."""
    factors = table["factors"].combine_chunks()
    if not pa.types.is_struct(factors.type) or not factors.type.num_fields:
        return pa.array([False] * len(table), pa.bool_())
    has = [pc.is_valid(pc.struct_field(factors, [place])) for place in range(factors.type.num_fields)]
    known = has[0]
    for one in has[1:]:
        known = pc.or_(known, one)
    return known
