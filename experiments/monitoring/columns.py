"""Nested columns of records as arrays: fields of mappings, numbers, and lists laid end to end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from harness.core import Floats, Ints
from harness.scoring.flat import Bools, offsets_of


class Lists(NamedTuple):
    """The lists of several records, end to end: record i has `values[offsets[i]:offsets[i + 1]]`."""

    values: Any
    offsets: Ints


def struct(column: pa.ChunkedArray) -> pa.StructArray:
    """A column of mappings as one array."""
    whole = column.combine_chunks()
    return plain(pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole)


def plain(whole: pa.StructArray) -> pa.StructArray:
    """The same without an offset, so that its fields are those of its rows, null where the whole is."""
    return pa.StructArray.from_arrays(whole.flatten(), fields=list(whole.type), mask=whole.is_null())


def field_of(structs: pa.StructArray, name: str) -> Any:
    """A field; None if no record has it."""
    place = structs.type.get_field_index(name)
    if place < 0 or pa.types.is_null(structs.type.field(place).type):
        return None
    return pc.struct_field(structs, name)  # null where the whole is


def members(structs: Any) -> Iterator[tuple[str, Any]]:
    """The name and the values of every field, null where the whole is; none of what holds no fields."""
    if structs is not None and pa.types.is_struct(structs.type):
        for field in structs.type:
            yield field.name, pc.struct_field(structs, field.name)


def fields_of(structs: pa.StructArray, name: str) -> Iterator[tuple[str, Any]]:
    """The fields of a field."""
    yield from members(field_of(structs, name))


def numbers(structs: pa.StructArray, name: str) -> Floats:
    """The numbers of a field, NaN where a record has none."""
    column = field_of(structs, name)
    if column is None:
        return np.full(len(structs), np.nan)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False))


def lists_of(structs: pa.StructArray, name: str) -> Lists:
    """The lists of a field end to end; a record without one has an empty list."""
    lists = field_of(structs, name)
    if lists is None or pa.types.is_null(lists.type.value_type):
        return Lists(np.empty(0, np.int64), np.zeros(len(structs) + 1, np.int64))
    counts = pc.fill_null(lists.value_lengths(), 0).to_numpy(zero_copy_only=False)
    return Lists(lists.flatten().to_numpy(zero_copy_only=False), offsets_of(counts))


def firsts(lists: Lists) -> Floats:
    """The first number of each list, NaN of an empty one."""
    found = np.full(len(lists.offsets) - 1, np.nan)
    filled = np.diff(lists.offsets) > 0
    found[filled] = lists.values[lists.offsets[:-1][filled]]
    return found


def counted(chosen: Bools, offsets: Ints) -> Ints:
    """How many entries of each list are chosen."""
    return np.diff(np.concatenate([[0], np.cumsum(chosen)])[offsets]).astype(np.int64)


def summed(lists: Lists) -> tuple[Floats, Ints]:
    """The sum of each list, and how long it is."""
    cumulated = np.concatenate([[0.0], np.cumsum(lists.values.astype(np.float64))])
    return np.diff(cumulated[lists.offsets]), np.diff(lists.offsets)
