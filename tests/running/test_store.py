"""The store loses nothing, mixes nothing, and says in one sentence what is wrong."""

from __future__ import annotations

import errno
import itertools
import json
import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core import PROTOCOL_VERSION, Code, HarnessError, Status
from harness.running import files, predictions, provenance, store
from harness.running.store import PartWriter, Stored, merging, plans
from harness.running.store.parts import part_paths
from harness.running.store.resume_rule import OUTSIDE, is_settled
from tests.running.made_records import HEADER, SPEC, record, write


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[PartWriter]:
    opened = PartWriter(tmp_path, HEADER)
    yield opened
    opened.close()


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
    assert stored.find(complete.trial_id) == stored.by_id()[complete.trial_id] == complete
    assert stored.find("another") is None


def test_a_record_can_be_read_as_soon_as_it_is_appended(writer: PartWriter, tmp_path: Path) -> None:
    for number in range(3):
        writer.append(record(number), SPEC, {})
        assert len(store.read(tmp_path).records) == number + 1


def test_threads_may_append_to_one_part(writer: PartWriter, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: writer.append(record(number), {**SPEC, "n": number % 7}, {}), range(400)))
    stored = store.read(tmp_path)
    assert (len(stored), len(stored.specs), stored.duplicates) == (400, 7, 0)


def test_a_spec_is_known_by_its_content_whatever_object_it_is(writer: PartWriter, tmp_path: Path) -> None:
    specs = [SPEC, {**SPEC, "other": 1}, SPEC, json.loads(json.dumps(SPEC))]
    found = [writer.append(record(number), spec, {}).spec for number, spec in enumerate(specs)]
    assert found[0] == found[2] == found[3] != found[1]
    assert store.read(tmp_path).specs == {found[0]: specs[0], found[1]: specs[1]}


@pytest.mark.parametrize("value", [math.nan, -math.inf, 2**53 + 1, {1, 2}])
def test_what_no_record_can_hold_is_refused_and_nothing_of_it_written(
    writer: PartWriter, tmp_path: Path, value: object
) -> None:
    writer.append(record(1), SPEC, {})
    with pytest.raises(
        HarnessError, match=rf"trial {record(2).trial_id[:12]} cannot be recorded: .*; correct what it measures"
    ):
        writer.append(record(2, measurements={"score": [0.5, {"deep": value}]}), SPEC, {})
    writer.append(record(3), SPEC, {})
    assert [one.trial_id for one in store.read(tmp_path).records] == [record(number).trial_id for number in (1, 3)]


def test_text_that_is_no_unicode_and_numbers_of_numpy_are_written_as_json_can(
    writer: PartWriter, tmp_path: Path
) -> None:
    writer.append(record(1, reason="caf\udce9", measurements={"score": np.float64(0.1), "n": (1, 2)}), SPEC, {})
    found = store.read(tmp_path).records[0]
    assert (found.reason, found.measurements) == ("caf?", {"score": 0.1, "n": [1, 2]})


def test_a_part_is_held_until_it_is_closed(tmp_path: Path) -> None:
    part = PartWriter(tmp_path, HEADER)
    assert store.is_held(part.path)
    part.close()
    assert not store.is_held(part.path)
    assert not store.is_held(part.path.with_name("gone.jsonl"))


def test_a_process_whose_part_is_gone_is_told_so(tmp_path: Path) -> None:
    part = PartWriter(tmp_path, HEADER)
    part.path.unlink()
    for told in (part.sync, part.close):
        with pytest.raises(HarnessError, match="was deleted or moved while its process wrote to it"):
            told()
    part.close()  # is closed already


def test_a_change_of_the_working_directory_does_not_move_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    part = PartWriter(Path("results"), HEADER)
    monkeypatch.chdir("elsewhere")
    part.append(record(1), SPEC, {"predicted": np.arange(3)})
    part.close()
    found = store.read(tmp_path / "results").records[0]
    assert predictions.load(tmp_path / "results", found)["predicted"].tolist() == [0, 1, 2]


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
    for number, status in enumerate((Status.FAILED, Status.OK, Status.FAILED, Status.SKIPPED)):
        write(tmp_path, record(1, status, reason=str(number)))
    stored = store.read(tmp_path)
    assert [one.status for one in stored.records] == [Status.OK]
    assert stored.duplicates == 3


def test_of_two_that_are_ok_the_newest_counts(tmp_path: Path) -> None:
    for seconds in (1, 2):
        write(tmp_path, record(1, clock={"seconds": [seconds]}))
    stored = store.read(tmp_path)
    assert [one.clock for one in stored.records] == [{"seconds": [2]}]
    assert stored.duplicates == 1


def test_of_failures_the_newest_counts_whatever_its_process_was_called(tmp_path: Path) -> None:
    """Process numbers wrap around: an older part may come later in the order of file names."""
    older = write(tmp_path, record(1, Status.SKIPPED, reason="older"))
    older.rename(older.with_name("zzz-99999-1000000000000000000.jsonl"))
    write(tmp_path, record(1, Status.FAILED, reason="newer"))
    assert store.read(tmp_path).records[0].reason == "newer"


def test_within_a_part_the_later_line_is_the_newer(tmp_path: Path) -> None:
    write(tmp_path, record(1, Status.FAILED, reason="first"), record(1, Status.FAILED, reason="second"))
    assert store.read(tmp_path).records[0].reason == "second"


# ---- crashes --------------------------------------------------------------------------------------------------------


@given(cut=st.integers(1, 400))
@settings(max_examples=40, deadline=None)
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


@pytest.mark.parametrize(
    "damage",
    [
        *(
            b"{broken",
            b"\x00\x00\x00\x00",
            b"\xff\xfe\x80",
            b"[]",
            b'{"kind":"other"}',
            b'{"kind":"spec","digest":"d"}',
        ),
        *(b'{"kind":"header"}', b'{"kind":"record","trial_id":"a"}', b'{"kind":"record",'),
    ],
)
def test_damage_in_the_middle_is_refused_with_place_and_remedy(tmp_path: Path, damage: bytes) -> None:
    part = write(tmp_path, record(1), record(2))
    lines = part.read_bytes().split(b"\n")
    lines[2] = damage
    part.write_bytes(b"\n".join(lines))
    with pytest.raises(HarnessError, match=rf"line 3 of {part} is damaged; move that file away"):
        store.read(tmp_path)


def changed(part: Path, place: int, **fields: Any) -> None:
    """Give one line of the part other fields; None takes a field away."""
    lines = part.read_bytes().split(b"\n")
    content = {**json.loads(lines[place]), **fields}
    kept = {name: value for name, value in content.items() if value is not None}
    lines[place] = json.dumps(kept, separators=(",", ":"), ensure_ascii=False).encode()
    part.write_bytes(b"\n".join(lines))


@pytest.mark.parametrize(
    "fields",
    [
        *({"trial_id": None}, {"status": None}, {"status": "fine"}, {"reason": 5}, {"study": ["toys"]}),
        *(
            {"factors": [1]},
            {"measurements": 0.5},
            {"unknown": "field"},
            {"spec": "not there"},
            {"header": "not there"},
        ),
    ],
)
@pytest.mark.parametrize("columns", [None, ("trial_id", "status")])
def test_a_record_that_is_none_is_damage(
    tmp_path: Path, fields: dict[str, Any], columns: tuple[str, ...] | None
) -> None:
    part = write(tmp_path, record(1), record(2), record(3))
    changed(part, 3, **fields)
    if columns and {"factors", "measurements", "reason", "unknown"} & fields.keys():
        assert len(store.read(tmp_path, columns)) == 3  # not looked at
    else:
        with pytest.raises(HarnessError, match=rf"line 4 of {part} is damaged; move that file away"):
            store.read(tmp_path, columns)


def test_a_part_without_its_spec_is_damaged_where_the_first_record_refers_to_it(tmp_path: Path) -> None:
    part = write(tmp_path, record(1), record(2))
    lines = part.read_bytes().split(b"\n")
    part.write_bytes(b"\n".join([*lines[:1], *lines[2:]]))
    with pytest.raises(HarnessError, match=f"line 2 of {part} is damaged"):
        store.read(tmp_path)


def test_a_flipped_bit_that_leaves_no_text_is_damage(tmp_path: Path) -> None:
    part = write(tmp_path, record(1, Status.FAILED), record(2))
    part.write_bytes(part.read_bytes().replace(b"Traceback", b"Trace\xe2ack"))
    with pytest.raises(HarnessError, match=f"line 3 of {part} is damaged"):
        store.read(tmp_path)


def test_what_a_newer_harness_wrote_is_refused_with_the_remedy(tmp_path: Path) -> None:
    write(tmp_path, record(1), header={**HEADER, "schema": provenance.SCHEMA_VERSION + 1})
    with pytest.raises(HarnessError, match=r"was written by a newer harness \(layout \d+; .*\): upgrade it"):
        store.read(tmp_path)


def test_empty_lines_and_other_styles_of_json_are_read_too(tmp_path: Path) -> None:
    part = write(tmp_path, record(1), record(2))
    expected = store.read(tmp_path)
    lines = [json.dumps(json.loads(line), sort_keys=True, indent=None) for line in part.read_text().splitlines()]
    part.write_text("\n\n".join(lines))  # the last one without an end of line
    assert store.read(tmp_path) == expected


def test_a_part_that_is_merged_while_parts_are_read_is_found_in_the_merged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, record(1))
    listed = part_paths(tmp_path)
    store.compact(tmp_path)
    monkeypatch.setattr(merging, "part_paths", lambda _: listed)
    assert len(store.read(tmp_path)) == 1


def test_a_compaction_as_reading_begins_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, record(1))

    def compact_first(folder: Path) -> list[Path]:
        with monkeypatch.context() as unpatched:
            unpatched.setattr(merging, "part_paths", part_paths)
            store.compact(folder)
        return part_paths(folder)

    monkeypatch.setattr(merging, "part_paths", compact_first)
    assert len(store.read(tmp_path)) == 1


# ---- some columns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compacted", [False, True])
def test_only_the_columns_that_are_asked_for_are_there(tmp_path: Path, compacted: bool) -> None:
    write(tmp_path, record(2), record(1, Status.FAILED))
    if compacted:
        store.compact(tmp_path)
    whole = store.read(tmp_path)
    for columns in (("status", "trial_id"), ("factors",), ("predictions", "clock", "header")):
        assert store.read(tmp_path, columns).table == whole.table.select(columns)


def test_duplicates_are_counted_whatever_columns_are_read(tmp_path: Path) -> None:
    for seconds in (1, 2, 2):
        write(tmp_path, record(1, clock={"seconds": [seconds]}))
    assert store.read(tmp_path).duplicates == store.read(tmp_path, ["trial_id"]).duplicates == 1


# ---- what is settled ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("retry_failed", [False, True])
def test_a_store_settles_the_trials_whose_records_do(tmp_path: Path, retry_failed: bool) -> None:
    cases = [(Status.OK, ""), *itertools.product((Status.SKIPPED, Status.FAILED), (*Code, "a-code-of-ones-own"))]
    records = [record(n, status, code=str(code)) for n, (status, code) in enumerate(cases)]
    write(tmp_path, *records)
    expected = {one.trial_id for one in records if is_settled(one, retry_failed=retry_failed)}
    assert store.settled(tmp_path, retry_failed=retry_failed) == expected
    assert 0 < len(expected) < len(records)
    assert not any(one.code in OUTSIDE for one in records if one.trial_id in expected)
    assert not is_settled(None, retry_failed=retry_failed)


# ---- what is stale --------------------------------------------------------------------------------------------------


def on(checksum: str, name: str = "wine") -> dict[str, Any]:
    """A base spec on a data set with this content."""
    return {"dataset": {"name": name, "checksum": checksum}, "synthesis": {"name": "single"}}


def test_records_on_data_that_the_newest_plan_knows_otherwise_are_stale(tmp_path: Path) -> None:
    write(tmp_path, record(1), spec=on("old"))
    write(tmp_path, record(2), spec=on("new"))
    write(tmp_path, record(3), spec=on("iris", "iris"))
    write(tmp_path, record(4), spec={"no": "data set"})
    assert len(store.read(tmp_path).current()) == 4
    plans.write_plan(tmp_path, [], {"wine": ["old"], "iris": ["other"]})
    plans.write_plan(tmp_path, [], {"wine": ["new", "newest"]})
    plans.write_plan(tmp_path, [], {"boston": ["b"]})
    stored = store.read(tmp_path)
    assert pc.or_(stored.of_another_protocol(), stored.of_other_data()).to_pylist() == [True, False, True, False]
    assert [one.trial_id for one in stored.current().records] == [record(number).trial_id for number in (2, 4)]


def test_records_of_another_protocol_are_stale(tmp_path: Path) -> None:
    write(tmp_path, record(1), header={**HEADER, "protocol": PROTOCOL_VERSION + 1})
    write(tmp_path, record(2))
    stored = store.read(tmp_path)
    assert pc.or_(stored.of_another_protocol(), stored.of_other_data()).to_pylist() == [True, False]
    assert [one.trial_id for one in stored.current().records] == [record(2).trial_id]


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
        HarnessError,
        match=r"No space left on device; make room .* same command again: what was recorded before is intact",
    ):
        writer.append(record(2), SPEC, {})
    with pytest.raises(HarnessError, match="No space left on device"):
        writer.append(record(3), SPEC, {})  # would stand behind half a line
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
