"""Values at a place of every record: in a field of the record, in its factors or measurements, or in its base spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from harness.running.store.stored import Stored

SPEC = "spec"


def field_at(stored: Stored, places: Sequence[str]) -> pa.Array:
    """What stands at the first of the places that holds something, one entry a record.

    Args:
        stored: whose records are asked.
        places: as "factors.dataset" or "spec.scenario.strength.harm"; no record need have them.

    Returns:
        Texts, or numbers as doubles; of lists and mappings only whether there is one (True, else null).
    """
    columns = [column for place in places for column in [_column(stored, place)] if not pa.types.is_null(column.type)]
    if not columns:
        return pa.nulls(len(stored))
    return columns[0] if len(columns) == 1 else pc.coalesce(*columns)


def only_fields(table: pa.Table, places: Sequence[str]) -> pa.Table:
    """The table, whose mappings that have one of these places hold no other fields; mappings without any stay whole."""
    wanted: dict[tuple[str, ...], set[str]] = {}
    for place in places:
        *above, name = place.split(".")
        wanted.setdefault(tuple(above), set()).add(name)
    for path, names in wanted.items():
        at = table.schema.get_field_index(path[0]) if path else -1
        if at >= 0 and pa.types.is_struct(table.schema.field(at).type):
            table = table.set_column(at, path[0], _trimmed(table[path[0]].combine_chunks(), path[1:], names))
    return table


def _trimmed(array: pa.Array, path: Sequence[str], names: set[str]) -> pa.Array:
    """A mapping that holds, at the end of the path, these fields only."""
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    fields, children = list(array.type), [array.field(number) for number in range(array.type.num_fields)]
    if not path:
        kept = [number for number, field in enumerate(fields) if field.name in names]
    else:
        kept = list(range(len(fields)))
        for number in (number for number in kept if fields[number].name == path[0]):
            children[number] = _trimmed(children[number], path[1:], names)
    return pa.StructArray.from_arrays(
        [children[number] for number in kept],
        fields=[pa.field(fields[number].name, children[number].type) for number in kept],
        mask=array.is_null(),
    )


def _column(stored: Stored, place: str) -> pa.Array:
    first, *path = place.split(".")
    if first == SPEC and path:
        return _of_specs(stored, path)
    column = stored.table[first]
    for name in path:
        if not pa.types.is_struct(column.type) or column.type.get_field_index(name) < 0:
            return pa.nulls(len(stored))
        column = pc.struct_field(column, name)
    return _simple(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)


def _of_specs(stored: Stored, path: Sequence[str]) -> pa.Array:
    digests = list(stored.specs)
    values = _simple(pa.array([_inside(stored.specs[digest], path) for digest in digests]))
    return values.take(pc.index_in(stored.table[SPEC], value_set=pa.array(digests, pa.string())).combine_chunks())


def _inside(node: Any, path: Sequence[str]) -> Any:
    """What stands at the end of a path of keys and places of lists; None if nothing does, or nothing simple."""
    for step in path:
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return None if isinstance(node, (Mapping, list)) else node


def _simple(array: pa.Array) -> pa.Array:
    """The array with numbers as doubles, and True for lists and mappings."""
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return array.cast(pa.float64())
    if pa.types.is_nested(array.type):
        return pc.if_else(array.is_valid(), pa.scalar(True), pa.scalar(None, pa.bool_()))
    return array
