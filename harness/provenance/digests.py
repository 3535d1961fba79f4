"""One digest of the records of each part of a study, and one of all parts: its root.

A digest is over what a record says of a trial: its id, study, status, code, reason, factors, measurements, the digest of its
predictions, its base spec and the processor core that it was measured on; not over the clock, the machine and tracebacks, which
are another time others. It is taken of bytes of numbers and never of printed ones: every number of a record counts as a double,
so that 1 and 1.0 are the same, as are 0 and -0. It does not depend on what other parts have: fields that no record of a part
has are not in it. docs/digests.md has it byte by byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from harness.core import Floats, HarnessError, Ints
from harness.provenance.cores import of_header
from harness.running.identity import digest
from harness.running.store.stored import Stored

FIELDS = ("trial_id", "study", "status", "code", "reason", "factors", "measurements", "predictions", "spec", "header")
"""The columns that are needed. Of `spec` the content counts and of `header` the core, not what they are called in the file."""

PARTED_BY = ("dataset", "scenario", "synthesis", "tracker")
"""The factors by whose levels a study is in parts, as far as it has them."""


@dataclass(frozen=True)
class Digests:
    """The digests of a tier's records.

    Attributes:
        parts: by the levels of `PARTED_BY`, joined by " / ".
        n_records: in all.
    """

    parts: Mapping[str, str]
    n_records: int

    @property
    def root(self) -> str:
        """Of all parts, by name in alphabetical order."""
        return hashed("".join(f"{name}\n{digest}\n" for name, digest in sorted(self.parts.items())))

    def as_json(self) -> dict[str, Any]:
        """To be written into a file."""
        return {"root": self.root, "records": self.n_records, "parts": dict(sorted(self.parts.items()))}


def hashed(text: str) -> str:
    """The sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def root_of(roots: Mapping[str, str]) -> str:
    """The root of several roots by name, of tiers or of studies."""
    return hashed(json.dumps(dict(sorted(roots.items())), sort_keys=True))


def digests_of(stored: Stored) -> Digests:
    """The digests of a store's records. It needs the columns `FIELDS`.

    Raises:
        HarnessError: the base spec or the header of a record is absent.
    """
    table = _told(stored)
    names = _part_names(table)
    order = pc.sort_indices(
        pa.table({"part": names, "id": table["trial_id"]}), [("part", "ascending"), ("id", "ascending")]
    )
    table, names = table.take(order), names.take(order)
    starts, known = _runs(names)
    parts = {name: hashlib.sha256() for name in known}
    for leaf in sorted(_leaves(table), key=lambda leaf: (leaf.path, leaf.kind)):
        for name, content in zip(known, leaf.contents(starts), strict=True):
            if content:
                parts[name].update(f"{leaf.path}\0{leaf.kind}{len(content)}\0".encode())
                parts[name].update(content)
    return Digests({name: each.hexdigest() for name, each in parts.items()}, len(table))


def _told(stored: Stored) -> pa.Table:
    """The columns that count: base specs by the digest of their content, and cores in the place of headers."""
    specs = _each(stored.table["spec"], stored.specs, digest)
    cores = _each(stored.table["header"], stored.headers, of_header)
    table = stored.table.select([name for name in FIELDS if name not in ("spec", "header")])
    return table.append_column("spec", specs).append_column("core", cores)


def _each(column: pa.ChunkedArray, known: Mapping[str, Any], told: Callable[[Any], str]) -> pa.Array:
    """What is told of the entry that each row names."""
    encoded = _combined(column).dictionary_encode()
    names = encoded.dictionary.to_pylist()
    if absent := [str(name) for name in names if name not in known]:
        raise HarnessError(
            f"records refer to {absent[0][:12]}, which is not in their file; put back the published one."
        )
    return pa.array([told(known[name]) for name in names], pa.string()).take(encoded.indices)


def _part_names(table: pa.Table) -> pa.Array:
    factors = _combined(table["factors"])
    columns = [
        factors.field(name)
        for name in PARTED_BY
        if pa.types.is_struct(factors.type) and factors.type.get_field_index(name) >= 0
    ]
    texts = [pc.fill_null(column.cast(pa.string()), "-") for column in columns]
    return pc.binary_join_element_wise(*texts, " / ") if texts else pa.array([""] * len(table), pa.string())


def _runs(names: pa.Array) -> tuple[Ints, list[str]]:
    """Where each run of equal names begins, and the end; and the names."""
    encoded = names.dictionary_encode()
    codes = encoded.indices.to_numpy()
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]) if len(codes) else np.zeros(0, np.int64)
    return np.r_[starts, len(codes)].astype(np.int64), [str(names[int(start)]) for start in starts]


# ---- leaves -----------------------------------------------------------------------------------------------------------


class _Leaf(NamedTuple):
    """Values of one kind below a field of the records.

    Attributes:
        path: the names that lead to it, as a JSON list, in which 0 stands for the members of a list.
        kind: n for numbers, b for truth values, t for texts, # for lengths of lists.
        values: numbers; of texts their bytes one behind the other.
        is_there: whether there is one, for each number or text.
        places: of each record, where its values begin; shape (n_records + 1,).
        ends: where each text ends within the bytes, shape (n_texts + 1,); None for numbers.
    """

    path: str
    kind: str
    values: Any
    is_there: Any
    places: Ints
    ends: Ints | None = None

    def contents(self, starts: Ints) -> Iterator[bytes]:
        """The bytes of each part; none where no record of the part has such a value."""
        bounds = self.places[starts]
        for first, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            there = self.is_there[first:end]
            yield self._content(first, end, there) if there.any() else b""

    def _content(self, first: int, end: int, there: Any) -> bytes:
        holes: bytes = b"" if there.all() else np.packbits(there).tobytes()
        if self.ends is None:
            return holes + bytes(self.values[first:end].tobytes())
        lengths = np.diff(self.ends[first : end + 1]).astype("<i8").tobytes()
        return holes + lengths + bytes(self.values[self.ends[first] : self.ends[end]].tobytes())


def _leaves(table: pa.Table) -> Iterator[_Leaf]:
    places = np.arange(len(table) + 1)
    for name in table.column_names:
        yield from _below((name,), _combined(table[name]), places)


def _below(steps: tuple[str | int, ...], array: pa.Array, places: Ints) -> Iterator[_Leaf]:
    kind, path = array.type, json.dumps(steps, separators=(",", ":"))
    if pa.types.is_struct(kind):
        for field, child in zip(kind, array.flatten(), strict=True):
            yield from _below((*steps, field.name), child, places)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        lengths = pc.list_value_length(array)
        counts = pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False)
        yield _Leaf(path, "#", counts.astype("<f8"), _there(array), places)
        ends = np.r_[0, np.cumsum(counts)].astype(np.int64)
        yield from _below((*steps, 0), array.flatten(), ends[places])
    elif pa.types.is_boolean(kind):
        yield _Leaf(path, "b", _filled(array).astype("<f8"), _there(array), places)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        yield _Leaf(path, "n", _numbers(array), _there(array), places)
    elif not pa.types.is_null(kind):
        texts = pc.fill_null(array.cast(pa.large_string()), "")
        yield _Leaf(path, "t", *_bytes_of(texts, _there(array), places))


def _bytes_of(texts: pa.Array, there: Any, places: Ints) -> tuple[Any, Any, Ints, Ints]:
    texts = pa.concat_arrays([texts])  # without an offset
    _, ends, content = texts.buffers()
    values = np.frombuffer(content, np.uint8) if content is not None else np.zeros(0, np.uint8)
    return values, there, places, np.frombuffer(ends, np.int64)[: len(texts) + 1]


def _numbers(array: pa.Array) -> Floats:
    found: Floats = _filled(array).astype("<f8") + 0.0  # -0.0 + 0.0 is 0.0
    return found


def _filled(array: pa.Array) -> Any:
    empty = False if pa.types.is_boolean(array.type) else 0
    return pc.fill_null(array, pa.scalar(empty, array.type)).to_numpy(zero_copy_only=False)


def _there(array: pa.Array) -> Any:
    return pc.is_valid(array).to_numpy(zero_copy_only=False)


def _combined(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    return pa.concat_arrays(found.chunks) if isinstance(found, pa.ChunkedArray) else found


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> Sequence[str]:
    """The parts whose digests differ, or that one of them lacks."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
