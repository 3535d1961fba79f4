"""One type for each column, although trials record values of different types.

Trials may record what they like: mappings with different keys, a whole number in one trial and a fraction in the next. A
column with whole numbers and floats becomes one of floats, and mappings get the keys of all trials. Where trials have
values of several kinds (a number here, text or a list there), the whole factor, measurement or clock value becomes text. A
null in a mapping counts as absent, at any depth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

import orjson
import pyarrow as pa

TEXT = pa.string()


# ---- values ---------------------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """The value without null and empty entries of mappings; None for a mapping of which nothing is left."""
    if isinstance(value, Mapping):
        kept = {key: entry for key, entry in ((key, plain(entry)) for key, entry in value.items()) if entry is not None}
        return kept or None
    return [plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def as_text(value: Any) -> str | None:
    """The text of a value for a column of text: text is unchanged, anything else becomes JSON, in which 1.0 is 1."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return orjson.dumps(_with_whole_numbers(plain(value)), option=orjson.OPT_SORT_KEYS).decode()


def _with_whole_numbers(value: Any) -> Any:
    match value:
        case float() if value.is_integer() and abs(value) <= 2**53:
            return int(value)
        case dict():
            return {key: _with_whole_numbers(entry) for key, entry in value.items()}
        case list():
            return [_with_whole_numbers(entry) for entry in value]
    return value


# ---- types ----------------------------------------------------------------------------------------------------------


def column_type(types: Iterable[pa.DataType]) -> pa.DataType:
    """The type of a column that holds values of all these types. Mappings are combined field by field."""
    return reduce(_common_fields, types)


def _common_fields(first: pa.DataType, second: pa.DataType) -> pa.DataType:
    if pa.types.is_struct(first) and pa.types.is_struct(second):
        return pa.struct([(name, common(*pair) or TEXT) for name, pair in _paired(first, second).items()])
    return common(first, second) or TEXT


def common(first: pa.DataType | None, second: pa.DataType | None) -> pa.DataType | None:
    """The type that holds the values of both; None if they are of different kinds."""
    if first is None or second is None:
        return None
    if first == second or pa.types.is_null(second):
        return first
    if pa.types.is_null(first):
        return second
    if pa.types.is_struct(first) and pa.types.is_struct(second):
        fields = {name: common(*pair) for name, pair in _paired(first, second).items()}
        return None if None in fields.values() else pa.struct(list(fields.items()))
    if pa.types.is_list(first) and pa.types.is_list(second):
        entry = common(first.value_type, second.value_type)
        return None if entry is None else pa.list_(entry)
    return pa.float64() if _is_number(first) and _is_number(second) else None


def _paired(first: pa.StructType, second: pa.StructType) -> dict[str, tuple[pa.DataType, pa.DataType]]:
    """The fields of both structs by name, each with its two types; null is the type of a field that a struct lacks."""
    one, other = ({field.name: field.type for field in struct} for struct in (first, second))
    return {name: (one.get(name, pa.null()), other.get(name, pa.null())) for name in {**one, **other}}


def type_of(value: Any) -> pa.DataType | None:
    """The type of a JSON value; None if the entries of a list differ in kind."""
    match value:
        case None:
            return pa.null()
        case bool():
            return pa.bool_()
        case int() if -(2**63) <= value < 2**63:
            return pa.int64()
        case float():
            return pa.float64()
        case Mapping():
            types = {key: type_of(entry) for key, entry in value.items()}
            return None if None in types.values() else pa.struct(list(types.items()))
        case list() | tuple():
            entry = reduce(common, map(type_of, value), pa.null())
            return None if entry is None else pa.list_(entry)
    return TEXT


def without_times(kind: pa.DataType) -> pa.DataType:
    """The type with text instead of points in time: text that looks like a date stays text."""
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, without_times(field.type)) for field in kind])
    if pa.types.is_list(kind):
        return pa.list_(without_times(kind.value_type))
    return TEXT if pa.types.is_timestamp(kind) else kind


def known_part(kind: pa.DataType) -> pa.DataType | None:
    """The type without fields that had no value so far; None if nothing is left."""
    if pa.types.is_struct(kind):
        found = [(field.name, known_part(field.type)) for field in kind]
        return (
            pa.struct([(name, part) for name, part in found if part is not None])
            if any(part for _, part in found)
            else None
        )
    if pa.types.is_list(kind):
        entry = known_part(kind.value_type)
        return None if entry is None else pa.list_(entry)
    return None if pa.types.is_null(kind) else kind


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
