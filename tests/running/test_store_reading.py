"""Whichever way a part is read, its records are those that a plain reading of its JSON gives."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core import Record, Status
from harness.running import store
from harness.running.store import reading
from harness.running.store.columns import plain
from harness.running.store.lines import LARGEST_WHOLE
from harness.running.store.parsing import Parser

HEADER = {"schema": 1, "protocol": 1, "started": "2026-01-02T03:04:05+00:00"}
SPEC = {"dataset": {"name": "wine"}}

# ---- made-up records ------------------------------------------------------------------------------------------------

wholes = st.integers(-LARGEST_WHOLE, LARGEST_WHOLE)
floats = st.floats(allow_nan=False, allow_infinity=False)
dates = st.sampled_from(["2024-01-02", "2024-01-02T03:04:05", "2024-01-02 03:04:05Z", "12:00:00", "NaN", "null", "1e3"])
texts = st.text(st.characters(codec="utf-8"), max_size=5) | dates

numbers = wholes | floats
kinds = {"whole": wholes, "float": floats, "either": numbers, "text": texts, "truth": st.booleans(), "date": dates}
entries = {name: st.lists(st.none() | values, max_size=4) for name, values in kinds.items()}
mappings = {
    f"{name} by key": st.dictionaries(st.sampled_from("abc"), values, max_size=3) for name, values in kinds.items()
}
deep = st.lists(
    st.dictionaries(st.sampled_from("ab"), st.lists(st.none() | floats, max_size=2), max_size=2), max_size=2
)
tidy = st.fixed_dictionaries(
    {}, optional={**kinds, **{f"{name}s": lists for name, lists in entries.items()}, **mappings}
)
"""Values whose kind their key tells."""

anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "é", ""]), inner, max_size=3)
    ),
    max_leaves=6,
)
untidy = st.dictionaries(st.sampled_from("abc"), anything, max_size=3)
"""Values whose kind nothing tells."""


def records_with(values: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[Record]]:
    ended = st.builds(
        lambda status, factors, measured, reason: Record("", "toys", status, factors, "", "", measured, {}, reason),
        st.sampled_from(Status),
        st.dictionaries(st.sampled_from(["dataset", "model"]), texts, max_size=2),
        values,
        texts,
    )
    return st.lists(ended, max_size=6).map(
        lambda found: [replace(record, trial_id=f"{number:064x}") for number, record in enumerate(found)]
    )


def write(folder: Path, records: Sequence[Record]) -> Path:
    part = store.PartWriter(folder, HEADER)
    for record in records:
        part.append(record, SPEC, {})
    part.close()
    return part.path


@contextmanager
def reading_one_by_one() -> Iterator[None]:
    with patch.object(Parser, "table_of", return_value=None):
        yield


@contextmanager
def reading_in_small_blocks() -> Iterator[None]:
    with patch.multiple(reading, BLOCK_BYTES=700, THREADS=3, LEAST_LINES=1):
        yield


def same_bits(first: Any, second: Any) -> bool:
    """Whether two values are equal, floats by their bits; whole floats may have become whole numbers and back."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same_bits(first[key], second[key]) for key in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same_bits, first, second))
    if isinstance(first, float) and isinstance(second, float):
        return first.hex() == second.hex()
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)


# ---- the ways agree -------------------------------------------------------------------------------------------------


@given(records_with(tidy | st.fixed_dictionaries({"deep": deep})))
@settings(max_examples=100, deadline=None)
def test_records_are_read_as_plain_json_has_them(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    part = write(folder, records)
    lines = [json.loads(line) for line in part.read_bytes().splitlines()]
    expected = [line.get("measurements", {}) for line in lines if line["kind"] == "record"]
    found = [dict(record.measurements) for record in store.read(folder).records]
    assert all(same_bits(plain(one) or {}, other) for one, other in zip(expected, found, strict=True))
    assert [record.reason for record in store.read(folder).records] == [record.reason for record in records]


@given(records_with(untidy | tidy))
@settings(max_examples=100, deadline=None)
def test_many_lines_at_once_read_as_one_by_one_and_in_any_blocks(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    write(folder, records)
    at_once = store.read(folder)
    with reading_one_by_one():
        assert store.read(folder) == at_once
    with reading_in_small_blocks():
        assert store.read(folder) == at_once
    with reading_in_small_blocks(), reading_one_by_one():
        assert store.read(folder) == at_once


@given(records_with(untidy | tidy))
@settings(max_examples=60, deadline=None)
def test_compaction_changes_nothing_that_is_read(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    write(folder, records)
    before = store.read(folder)
    assert store.compact(folder) == before
    assert store.read(folder) == before
