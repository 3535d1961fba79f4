"""Arrays of recorded values, converted to one type and joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from harness.core import HarnessError
from harness.running.store.columns import TEXT, as_text, column_type, type_of


def array_of(mappings: Sequence[Mapping[str, Any] | None]) -> pa.Array:
    """An array of mappings, whatever they hold.

    Raises:
        HarnessError: a whole number is too large to stand beside fractions.
    """
    fields = ({key: type_of(entry) or TEXT for key, entry in (mapping or {}).items()} for mapping in mappings)
    kind = column_type([pa.null(), *(pa.struct(list(types.items())) for types in fields if types)])
    with _refusing_too_large():
        return pa.array([_shaped(mapping, kind) for mapping in mappings], type=kind)


def _shaped(value: Any, kind: pa.DataType) -> Any:
    if value is None or pa.types.is_null(kind):
        return None
    if pa.types.is_struct(kind):
        return {field.name: _shaped(value.get(field.name), field.type) for field in kind}
    if pa.types.is_list(kind):
        return [_shaped(entry, kind.value_type) for entry in value]
    return as_text(value) if kind == TEXT else value


def conformed(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """The array, converted to a type that was made of its own type and others.

    Raises:
        HarnessError: a whole number is too large to stand beside fractions.
    """
    if array.type == kind:
        return array
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), kind)
    if pa.types.is_struct(kind):
        found = {field.name: child for field, child in zip(array.type, array.flatten(), strict=True)}
        children = [conformed(found.get(field.name, pa.nulls(len(array))), field.type) for field in kind]
        return pa.StructArray.from_arrays(children, fields=list(kind), mask=array.is_null())
    if pa.types.is_list(kind):
        return _list_of(array, conformed(array.flatten(), kind.value_type))
    if kind == pa.float64():
        with _refusing_too_large():
            return array.cast(kind)
    return pa.array([as_text(value) for value in array.to_pylist()], type=TEXT)


@contextmanager
def _refusing_too_large() -> Iterator[None]:
    try:
        yield
    except pa.ArrowInvalid as error:
        raise HarnessError(
            f"the records hold a whole number that no column of fractions can: {error}; correct it."
        ) from error


def _list_of(array: pa.ListArray, entries: pa.Array) -> pa.ListArray:
    """An array of lists with the lengths of those in `array` and other entries."""
    lengths = pc.fill_null(array.value_lengths(), 0).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), type=pa.int32())
    return pa.ListArray.from_arrays(offsets, entries, mask=array.is_null())


def trimmed(array: pa.Array) -> pa.Array:
    """The array without fields that no row has, its fields sorted by name. So equal stores are equal tables."""
    if pa.types.is_list(array.type) and pa.types.is_nested(array.type.value_type):
        return _list_of(array, trimmed(array.flatten()))
    if not pa.types.is_struct(array.type):
        return array
    children = dict(zip((field.name for field in array.type), map(trimmed, array.flatten()), strict=True))
    found = {name: children[name] for name in sorted(children) if children[name].null_count < len(array)}
    if not found:
        return pa.nulls(len(array))
    return pa.StructArray.from_arrays(list(found.values()), names=list(found), mask=array.is_null())


def joined(chunks: list[pa.Array], kind: pa.DataType, order: pa.Array | None = None) -> pa.Array:
    """The arrays, joined into one.

    Args:
        chunks: at least one array. The list is emptied during copying, so that only one field at a time is in memory twice.
        kind: a type that holds all values.
        order: the positions of the entries in the result; their present order by default.

    Raises:
        HarnessError: a whole number is too large to stand beside fractions.
    """
    if not pa.types.is_struct(kind):
        whole = pa.concat_arrays([conformed(chunk, kind) for chunk in chunks])
        chunks.clear()
        return whole if order is None else whole.take(order)
    is_null = joined([chunk.is_null() for chunk in chunks], pa.bool_(), order)
    fields = [_fields(chunk) for chunk in chunks]
    chunks.clear()
    children = [joined([_taken(found, field.name) for found in fields], field.type, order) for field in kind]
    return pa.StructArray.from_arrays(children, fields=list(kind), mask=is_null)


class _Fields(NamedTuple):
    """The fields of an array of mappings, and its length."""

    arrays: dict[str, pa.Array]
    length: int


def _fields(array: pa.Array) -> _Fields:
    if not pa.types.is_struct(array.type):
        return _Fields({}, len(array))
    names = [field.name for field in array.type]
    return _Fields(dict(zip(names, array.flatten(), strict=True)), len(array))


def _taken(fields: _Fields, name: str) -> pa.Array:
    """Remove a field and return it; nulls if there is no such field."""
    return fields.arrays.pop(name) if name in fields.arrays else pa.nulls(fields.length)
