"""Records of before there were codes are completed when they are read, and no later one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

from harness.core import Code, Record, Status
from harness.running import store
from harness.running.store import legacy
from harness.running.store.rows import COLUMNS
from tests.running.made_records import HEADER, record, write

OLD = {**HEADER, "schema": 1}

SKIPPED = {
    "the package 'x' cannot be imported: install it, or put its folder on PYTHONPATH": Code.NOT_INSTALLED,
    "a harm of 10 points cannot be reached on pima: the most is 9.4 points": Code.HARM_OUT_OF_REACH,
    "a harm of -5 points cannot be reached on iris: it jumps from -0.0 to -8.0 points": Code.HARM_JUMPED_OVER,
    "magic has 0 features that are nominal and not constant, 2 needed": Code.TOO_FEW_NOMINAL_FEATURES,
    "tic_tac_toe has 0 features that are numeric and not constant, 1 needed": Code.TOO_FEW_NUMERIC_FEATURES,
    "AdaBoost weights its rows, and the model 'knn' takes no sample weights": Code.CANNOT_WEIGH_ROWS,
    "only 4 rows of the rarest class are left to train on, fewer than inner_folds=5": Code.RARE_CLASS,
    "a majority vote has no meaning for a regression target; soft_vote averages": Code.NEEDS_CLASSES,
    "my set cannot be reached on Sundays": Code.MAKES_NO_SENSE,
}
FAILED = {
    "it passed its limit of 0.5 seconds": Code.OUT_OF_TIME,
    "its worker process died (exit code -9)": Code.WORKER_LOST,
    "MemoryError": Code.OUT_OF_MEMORY,
    "ModuleNotFoundError: No module named 'numpy.no'": Code.MODULE_NOT_FOUND,
    "ValueError: nan cannot be recorded": Code.NOT_RECORDABLE,
    "ValueError: no": Code.RAISED,
}


@pytest.fixture
def old() -> list[Record]:
    skipped = [replace(record(n, Status.SKIPPED, reason=why), code="") for n, why in enumerate(SKIPPED)]
    failed = [replace(record(100 + n, Status.FAILED, reason=why), code="") for n, why in enumerate(FAILED)]
    refused = record(200, Status.FAILED, reason="Data set 'toy' is not there; fetch it.", code="", error="")
    return [*skipped, *failed, refused, record(300)]


def codes(folder: Path, columns: Sequence[str] = ("code",)) -> list[str]:
    return list(store.read(folder, columns).table["code"].to_pylist())


EXPECTED = [*SKIPPED.values(), *FAILED.values(), Code.REFUSED, ""]


@pytest.mark.parametrize("columns", [("code",), ("trial_id", "code"), COLUMNS])
def test_parts_without_codes_are_completed(tmp_path: Path, old: list[Record], columns: Sequence[str]) -> None:
    write(tmp_path, *old, header=OLD)
    assert codes(tmp_path, columns) == EXPECTED
    assert store.read(tmp_path, columns).table.column_names == list(columns)


@pytest.mark.parametrize("columns", [("code",), ("trial_id", "code"), COLUMNS])
def test_a_compacted_file_without_codes_is_completed_and_stays_as_it_is(
    tmp_path: Path, old: list[Record], columns: Sequence[str]
) -> None:
    write(tmp_path, *old, header=OLD)
    store.compact(tmp_path)
    file = tmp_path / "trials.parquet"
    as_before_codes(file)
    before = file.read_bytes()
    assert codes(tmp_path, columns) == EXPECTED
    store.compact(tmp_path)
    assert file.read_bytes() == before


def as_before_codes(file: Path) -> None:
    """Write the file anew as layout 1 had it."""
    table, metadata = pq.read_table(file), pq.read_metadata(file).metadata
    kept = {key: value for key, value in metadata.items() if key != b"ARROW:schema"} | {b"schema": b"1"}
    pq.write_table(table.drop_columns(["code"]).replace_schema_metadata(kept), file)


def test_old_records_settle_as_they_did(tmp_path: Path, old: list[Record]) -> None:
    write(tmp_path, *old, header=OLD)
    again = {number for number, code in enumerate(EXPECTED) if code in (Code.NOT_INSTALLED, Code.REFUSED)}
    expected = {one.trial_id for number, one in enumerate(old) if number not in again}
    assert store.settled(tmp_path, retry_failed=False) == expected


def test_compaction_writes_the_codes_down(tmp_path: Path, old: list[Record]) -> None:
    write(tmp_path, *old, header=OLD)
    store.compact(tmp_path)
    assert pq.read_table(tmp_path / "trials.parquet").sort_by("trial_id")["code"].to_pylist() == EXPECTED


def test_records_with_codes_never_come_by(tmp_path: Path) -> None:
    sentence = "a harm of 10 points cannot be reached on pima: the most is 9.4 points"
    write(tmp_path, record(1), record(2, Status.SKIPPED, reason=sentence, code="a-code-of-ones-own"))
    with patch.object(legacy, "completed", side_effect=AssertionError):
        assert codes(tmp_path, COLUMNS) == ["", "a-code-of-ones-own"]
        store.compact(tmp_path)
        assert codes(tmp_path, COLUMNS) == ["", "a-code-of-ones-own"]
        assert codes(tmp_path) == ["", "a-code-of-ones-own"]


def test_old_and_new_records_stand_side_by_side(tmp_path: Path, old: list[Record]) -> None:
    write(tmp_path, *old, header=OLD)
    store.compact(tmp_path)
    as_before_codes(tmp_path / "trials.parquet")
    write(tmp_path, record(400, Status.SKIPPED, reason=next(iter(SKIPPED)), code="of-today"))
    assert codes(tmp_path) == [*EXPECTED, "of-today"]
    store.compact(tmp_path)
    assert codes(tmp_path) == [*EXPECTED, "of-today"]
