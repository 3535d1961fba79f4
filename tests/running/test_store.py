"""The store loses nothing, mixes nothing, and says in one sentence what is wrong."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core import HarnessError, Record, Status
from harness.running import files, predictions, store
from harness.running.store import PartWriter, Stored

HEADER = {"schema": 1, "protocol": 1, "started": "now"}
SPEC = {"dataset": {"name": "wine"}, "synthesis": {"name": "single"}}


def record(number: int, status: Status = Status.OK, **fields: Any) -> Record:
    blank = Record(f"{number:064x}", "toys", status, {"dataset": "wine", "seed": number}, spec="", header="")
    if status is Status.OK:
        measured = {"accuracy": [0.1 * number, 1 / 3], "roc_auc": [None, 0.5], "n_test": [30, 31]}
        blank = replace(blank, measurements=measured, clock={"fit_seconds": [0.25, 1e-9], "model_bytes": [7, 8]})
    else:
        blank = replace(blank, reason="no", error="Traceback ..." if status is Status.FAILED else "")
    return replace(blank, **fields)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[PartWriter]:
    opened = PartWriter(tmp_path, HEADER)
    yield opened
    opened.close()


def write(folder: Path, *records: Record, spec: Any = SPEC, header: Any = HEADER) -> Path:
    """A new part with these records; its path."""
    part = PartWriter(folder, header)
    for one in records:
        part.append(one, spec, {})
    part.close()
    return part.path


# ---- writing and reading --------------------------------------------------------------------------------------------


def test_an_absent_folder_is_an_empty_store(tmp_path: Path) -> None:
    assert store.read(tmp_path / "nothing") == Stored()


def test_what_is_appended_is_read_with_its_digests(writer: PartWriter, tmp_path: Path) -> None:
    complete = writer.append(record(1), SPEC, {"predicted": np.arange(3)})
    stored = store.read(tmp_path)
    assert stored.records == (complete,)
    assert stored.specs[complete.spec] == SPEC
    assert stored.headers[complete.header] == HEADER
    assert len(complete.predictions) == 64
    assert (stored.torn, stored.duplicates) == (0, 0)


def test_a_record_can_be_read_as_soon_as_it_is_appended(writer: PartWriter, tmp_path: Path) -> None:
    for number in range(3):
        writer.append(record(number), SPEC, {})
        assert len(store.read(tmp_path).records) == number + 1


def test_a_part_begins_with_its_header_and_says_each_spec_once(tmp_path: Path) -> None:
    part = write(tmp_path, record(1), record(2), record(3))
    assert [json.loads(line)["kind"] for line in part.read_bytes().splitlines()] == [
        "header",
        "spec",
        "record",
        "record",
        "record",
    ]


def test_two_parts_never_share_a_file(tmp_path: Path) -> None:
    assert len({write(tmp_path, record(1)) for _ in range(5)}) == 5


def test_a_record_line_stays_small(tmp_path: Path) -> None:
    line = write(tmp_path, record(1, clock={})).read_bytes().splitlines()[-1]
    assert len(line) < 600


def test_records_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    write(tmp_path, *(record(number) for number in (3, 1, 2)))
    assert [one.trial_id for one in store.read(tmp_path).records] == [record(n).trial_id for n in (1, 2, 3)]


def test_the_same_record_twice_is_one_and_no_duplicate(tmp_path: Path) -> None:
    for _ in range(2):
        write(tmp_path, record(1))
    stored = store.read(tmp_path)
    assert (len(stored.records), stored.duplicates) == (1, 0)


def test_ok_wins_over_every_failure_before_and_after_it(tmp_path: Path) -> None:
    for status in (Status.FAILED, Status.OK, Status.FAILED, Status.SKIPPED):
        write(tmp_path, record(1, status))
    stored = store.read(tmp_path)
    assert [one.status for one in stored.records] == [Status.OK]
    assert stored.duplicates == 3


def test_of_failures_the_newest_counts_whatever_its_process_was_called(tmp_path: Path) -> None:
    """Process numbers wrap around: an older part may come later in the order of file names."""
    older = write(tmp_path, record(1, Status.SKIPPED, reason="older"))
    older.rename(older.with_name("zzz-99999-1000000000000000000.jsonl"))
    write(tmp_path, record(1, Status.FAILED, reason="newer"))
    assert store.read(tmp_path).records[0].reason == "newer"
    store.compact(tmp_path)
    assert store.read(tmp_path).records[0].reason == "newer"


def test_within_a_part_the_later_line_is_the_newer(tmp_path: Path) -> None:
    write(tmp_path, record(1, Status.FAILED, reason="first"), record(1, Status.FAILED, reason="second"))
    assert store.read(tmp_path).records[0].reason == "second"


# ---- crashes --------------------------------------------------------------------------------------------------------


@given(cut=st.integers(1, 400))
@settings(max_examples=40)
def test_wherever_a_part_is_torn_only_its_last_line_is_lost(tmp_path_factory: Any, cut: int) -> None:
    folder = tmp_path_factory.mktemp("torn")
    part = write(folder, record(1), record(2))
    whole = part.read_bytes()
    last = whole.rfind(b"\n", 0, -1) + 1
    kept = whole[: max(last + 1, len(whole) - 1 - cut)]
    part.write_bytes(kept)
    write(folder, record(3))  # a resumed sweep writes to a part of its own
    stored = store.read(folder)
    assert [one.trial_id for one in stored.records] == [record(n).trial_id for n in (1, 3)]
    assert stored.torn == 1


@pytest.mark.parametrize("rest", [b'{"kind"', b"\x00" * 64, b"\xff\xfe\x80", b"17", b"{}"])
def test_any_rest_of_a_line_at_the_end_counts_as_torn(tmp_path: Path, rest: bytes) -> None:
    part = write(tmp_path, record(1))
    part.write_bytes(part.read_bytes() + rest)
    stored = store.read(tmp_path)
    assert (len(stored.records), stored.torn) == (1, 1)


def test_a_part_torn_in_its_header_has_no_records(tmp_path: Path) -> None:
    part = write(tmp_path, record(1))
    part.write_bytes(part.read_bytes()[:20])
    assert store.read(tmp_path) == Stored(torn=1)


@pytest.mark.parametrize("damage", [b"{broken", b"\x00\x00\x00\x00", b"\xff\xfe\x80", b"[]"])
def test_damage_in_the_middle_is_refused_with_place_and_remedy(tmp_path: Path, damage: bytes) -> None:
    part = write(tmp_path, record(1), record(2))
    lines = part.read_bytes().split(b"\n")
    lines[2] = damage
    part.write_bytes(b"\n".join(lines))
    with pytest.raises(HarnessError, match=rf"line 3 of {part} is damaged; move that file away"):
        store.read(tmp_path)


# ---- compaction -----------------------------------------------------------------------------------------------------

MIXED = (record(1), record(2, Status.FAILED), record(3, Status.SKIPPED), record(4, measurements={"rmse": [1.5]}))


@pytest.mark.parametrize(
    "records",
    [
        MIXED,
        (record(1, Status.FAILED), record(2, Status.FAILED)),
        (record(1, clock={}, measurements={"n": 3, "share": 1.0, "name": "a"}),),
        (record(1, factors={}),),
        (record(1, factors={"label_noise": 0}), record(2, factors={"label_noise": 0.1, "pool": "tree+nb"})),
    ],
    ids=["mixed", "all failed", "scalars", "no factors", "different factors"],
)
def test_compacted_records_equal_those_of_the_parts(tmp_path: Path, records: tuple[Record, ...]) -> None:
    part = write(tmp_path, *records)
    from_parts = store.read(tmp_path)
    store.compact(tmp_path)
    part.unlink()
    assert store.read(tmp_path) == from_parts


def test_a_store_reads_the_same_before_and_after_compaction_with_its_parts_left(tmp_path: Path) -> None:
    write(tmp_path, *MIXED)
    write(tmp_path, record(2), record(3, Status.SKIPPED, reason="another"))
    before = store.read(tmp_path)
    store.compact(tmp_path)
    store.compact(tmp_path)
    assert store.read(tmp_path) == before
    assert before.duplicates == 2


def test_compaction_adds_to_what_was_compacted_before(tmp_path: Path) -> None:
    for number in (1, 2):
        part = write(tmp_path, record(number), header={**HEADER, "started": str(number)})
        store.compact(tmp_path)
        part.unlink()
    stored = store.read(tmp_path)
    assert len(stored.records) == len(stored.headers) == 2


def test_an_empty_store_is_compacted_to_nothing(tmp_path: Path) -> None:
    assert store.compact(tmp_path) == Stored()
    assert not (tmp_path / "trials.parquet").exists()


def test_any_parquet_reader_can_query_measurements(tmp_path: Path) -> None:
    write(tmp_path, *MIXED)
    store.compact(tmp_path)
    frame = pq.read_table(tmp_path / "trials.parquet", columns=["measurements.accuracy", "status"]).to_pandas()
    assert frame["status"].tolist() == ["ok", "failed", "skipped", "ok"]


def test_equal_stores_compact_to_equal_bytes(tmp_path: Path) -> None:
    for name, numbers in (("one", (1, 2)), ("two", (2, 1))):
        write(tmp_path / name, *(record(number) for number in numbers))
        store.compact(tmp_path / name)
    one, two = ((tmp_path / name / "trials.parquet").read_bytes() for name in ("one", "two"))
    assert one == two


# ---- predictions ----------------------------------------------------------------------------------------------------

ARRAYS = {"predicted": np.arange(4, dtype=np.int16), "probabilities": np.eye(4, dtype=np.float16)}


def test_predictions_come_back_as_they_were(writer: PartWriter, tmp_path: Path) -> None:
    kept = writer.append(record(1), SPEC, ARRAYS)
    loaded = predictions.load(tmp_path, kept)
    assert set(loaded) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert loaded[name].dtype == array.dtype
        np.testing.assert_array_equal(loaded[name], array)


def test_equal_arrays_give_equal_bytes_in_any_order(tmp_path: Path) -> None:
    digests = {predictions.save(tmp_path, "id", dict(pairs)) for pairs in (ARRAYS.items(), [*ARRAYS.items()][::-1])}
    assert len(digests) == 1


def test_predictions_that_are_not_those_of_the_record_are_refused(writer: PartWriter, tmp_path: Path) -> None:
    kept = writer.append(record(1), SPEC, ARRAYS)
    predictions.save(tmp_path, kept.trial_id, {"predicted": np.zeros(4)})
    with pytest.raises(
        HarnessError, match="is not the file that its record speaks of; delete it and run the trial again"
    ):
        predictions.load(tmp_path, kept)


def test_predictions_that_are_gone_are_named(writer: PartWriter, tmp_path: Path) -> None:
    kept = writer.append(record(1), SPEC, ARRAYS)
    predictions.path_of(tmp_path, kept.trial_id).unlink()
    with pytest.raises(HarnessError, match=f"the predictions of trial {kept.trial_id[:12]} are not in"):
        predictions.load(tmp_path, kept)


# ---- disks that cannot be written to --------------------------------------------------------------------------------


class FullDisk:
    """A raw file on a disk with room for so many more bytes."""

    def __init__(self, file: Any, room: int) -> None:
        self.file, self.room = file, room

    def write(self, content: bytes) -> int:
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fits = content[: self.room]
        self.room -= len(fits)
        return int(self.file.write(fits))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.mark.parametrize("room", [0, 1, 200])
def test_a_full_disk_ends_a_sweep_with_one_sentence_and_keeps_what_was_recorded(
    writer: PartWriter, tmp_path: Path, room: int
) -> None:
    writer.append(record(1), SPEC, {})
    writer._file = FullDisk(writer._file, room)
    with pytest.raises(
        HarnessError, match=r"No space left on device; what was recorded before is intact.*same command"
    ):
        writer.append(record(2), SPEC, {})
    stored = store.read(tmp_path)
    assert [one.trial_id for one in stored.records] == [record(1).trial_id]
    assert stored.torn == (room > 0)


def test_a_disk_that_fails_to_sync_is_one_sentence(writer: PartWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(HarnessError, match="Input/output error"):
            writer.sync()


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "trials.parquet"
    files.write_atomically(path, b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(HarnessError, match="No space left on device; make room"):
        files.write_atomically(path, b"new")
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == {"trials.parquet": b"old"}


def test_a_file_where_the_folder_should_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    with pytest.raises(HarnessError, match=r"cannot write results to .*set results=<a folder>"):
        PartWriter(tmp_path / "results", HEADER)
    with pytest.raises(HarnessError, match=r"cannot write .*Not a directory"):
        files.write_atomically(tmp_path / "results" / "sweeps" / "1.json", b"plan")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(HarnessError, match="Permission denied"):
        PartWriter(tmp_path, HEADER)
    with pytest.raises(HarnessError, match="Permission denied"):
        files.write_atomically(tmp_path / "trials.parquet", b"")
