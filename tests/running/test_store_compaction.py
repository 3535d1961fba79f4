"""Compaction changes where records stand and nothing else: whoever writes meanwhile, and whenever it is killed."""

from __future__ import annotations

import base64
import json
import lzma
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.core import HarnessError, Record, Status
from harness.running import provenance, store
from harness.running.store import PartWriter, Stored, compacted, compaction, locks
from harness.running.store.parts import part_paths
from tests.running.made_records import HEADER, SPEC, record, write


@pytest.fixture
def held(tmp_path: Path) -> Iterator[PartWriter]:
    """A part that is being written to."""
    part = PartWriter(tmp_path, {**HEADER, "started": "before"})
    yield part
    part.close()


def ids(stored: Stored) -> list[int]:
    return [int(trial_id, 16) for trial_id in stored.table["trial_id"].to_pylist()]


MIXED = (record(1), record(2, Status.FAILED), record(3, Status.SKIPPED), record(4, measurements={"rmse": [1.5]}))

# ---- what it leaves -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "records",
    [
        MIXED,
        (record(1, Status.FAILED), record(2, Status.FAILED)),
        (record(1, clock={}, measurements={"n": 3, "share": 1.0, "name": "a"}),),
        (record(1, factors={}),),
        (record(1, factors={"label_noise": 0}), record(2, factors={"label_noise": 0.1, "pool": "tree+nb"})),
        (record(1, factors={"rows": 0.5}), record(2, factors={"rows": "all"}), record(3, factors={"rows": [1, 2.0]})),
    ],
    ids=["mixed", "all failed", "scalars", "no factors", "different factors", "different kinds"],
)
def test_compacted_records_equal_those_of_the_parts(tmp_path: Path, records: tuple[Record, ...]) -> None:
    write(tmp_path, *records)
    from_parts = store.read(tmp_path)
    assert store.compact(tmp_path) == from_parts
    assert part_paths(tmp_path) == []
    assert store.read(tmp_path) == from_parts


def test_compaction_adds_to_what_was_compacted_before(tmp_path: Path) -> None:
    for number in (2, 1):
        write(tmp_path, record(number), header={**HEADER, "started": str(number)})
        store.compact(tmp_path)
    stored = store.read(tmp_path)
    assert ids(stored) == [1, 2]
    assert len(stored.headers) == 2


def test_a_newer_record_than_the_compacted_one_counts(tmp_path: Path) -> None:
    for reason in ("older", "newer"):
        write(tmp_path, record(1, Status.SKIPPED, reason=reason))
        store.compact(tmp_path)
    assert [one.reason for one in store.read(tmp_path).records] == ["newer"]


def test_what_was_torn_and_superseded_stays_known(tmp_path: Path) -> None:
    write(tmp_path, *MIXED, torn=b'{"kind":"rec')
    write(tmp_path, record(2), record(3, Status.SKIPPED, reason="another"))
    before = store.read(tmp_path)
    assert (before.torn, before.duplicates) == (1, 2)
    for _ in range(3):
        assert store.compact(tmp_path) == before
    write(tmp_path, record(3), torn=b"{")
    store.compact(tmp_path)
    after = store.read(tmp_path, ["status"])
    assert (after.torn, after.duplicates) == (2, 3)


def test_an_empty_store_is_compacted_to_nothing(tmp_path: Path) -> None:
    assert store.compact(tmp_path) == Stored()
    assert list(tmp_path.iterdir()) == []


def test_parts_without_a_record_are_left(tmp_path: Path) -> None:
    part = write(tmp_path, torn=b"{")
    assert store.compact(tmp_path) == Stored(torn=1)
    assert part.exists()
    assert not (tmp_path / "trials.parquet").exists()


def test_a_compacted_file_without_parts_is_not_touched(tmp_path: Path) -> None:
    write(tmp_path, *MIXED)
    store.compact(tmp_path)
    before = (tmp_path / "trials.parquet").stat()
    store.compact(tmp_path)
    assert (tmp_path / "trials.parquet").stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        ".compacting",
        "parts",
        "summary.json",
        "trials.parquet",
    ]


def test_any_parquet_reader_can_query_measurements(tmp_path: Path) -> None:
    write(tmp_path, *MIXED)
    store.compact(tmp_path)
    frame = pq.read_table(tmp_path / "trials.parquet", columns=["measurements.accuracy", "status"]).to_pandas()
    assert frame["status"].tolist() == ["ok", "failed", "skipped", "ok"]


def test_fields_have_the_order_of_their_names(tmp_path: Path) -> None:
    write(tmp_path, record(1, measurements={"b": [1], "a": {"d": 1, "c": 2}}))
    kind = store.compact(tmp_path).table["measurements"].type
    assert kind == pa.struct([("a", pa.struct([("c", pa.int64()), ("d", pa.int64())])), ("b", pa.list_(pa.int64()))])


def test_equal_stores_compact_to_equal_bytes(tmp_path: Path) -> None:
    backwards = record(2, measurements=dict(reversed(record(2).measurements.items())))
    for name, records in (("one", (record(1), record(2))), ("two", (backwards, record(1)))):
        write(tmp_path / name, *records)
        store.compact(tmp_path / name)
    one, two = ((tmp_path / name / "trials.parquet").read_bytes() for name in ("one", "two"))
    assert one == two


def test_specs_and_headers_stand_once_in_the_file(tmp_path: Path) -> None:
    """As metadata of the file, not of its schema, of which a second copy is kept."""
    part = PartWriter(tmp_path, {**HEADER, "cpu": "a word that is seldom"})
    part.append(record(1), {"name": "a set"}, {})
    part.close()
    store.compact(tmp_path)
    assert (tmp_path / "trials.parquet").read_bytes().count(b"a word that is seldom") == 1
    metadata = pq.read_metadata(tmp_path / "trials.parquet").metadata
    specs = json.loads(lzma.decompress(base64.b64decode(metadata[b"specs.xz"])))
    assert list(specs.values()) == [{"name": "a set"}]
    assert list(json.loads(metadata[b"headers"]).values()) == [{**HEADER, "cpu": "a word that is seldom"}]
    assert json.loads(metadata[b"schema"]) == provenance.SCHEMA_VERSION


# ---- what it refuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all" * 100])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trials.parquet").write_bytes(content)
    with pytest.raises(HarnessError, match=r"trials\.parquet is damaged; put back the published one"):
        store.read(tmp_path)


def rewritten(path: Path, **metadata: Any) -> None:
    """Give the compacted file other metadata."""
    table = pq.read_table(path)
    kept = {name: value for name, value in pq.read_metadata(path).metadata.items() if name != b"ARROW:schema"}
    changed = {**kept, **{name.encode(): json.dumps(value) for name, value in metadata.items()}}
    pq.write_table(table.replace_schema_metadata(changed), path)


def test_a_file_whose_records_refer_to_what_it_does_not_hold_is_damaged(tmp_path: Path) -> None:
    write(tmp_path, record(1))
    store.compact(tmp_path)
    rewritten(tmp_path / "trials.parquet", headers={})
    with pytest.raises(HarnessError, match=r"trials\.parquet is damaged"):
        store.read(tmp_path, ["trial_id"])


def test_a_file_of_a_newer_harness_is_refused_and_its_parts_are_kept(tmp_path: Path) -> None:
    write(tmp_path, record(1))
    store.compact(tmp_path)
    rewritten(tmp_path / "trials.parquet", schema=provenance.SCHEMA_VERSION + 1)
    part = write(tmp_path, record(2))
    with pytest.raises(HarnessError, match=r"trials\.parquet was written by a newer harness .*: upgrade it"):
        store.compact(tmp_path)
    assert part.exists()


def test_a_damaged_part_stops_it_before_anything_is_changed(tmp_path: Path) -> None:
    good, bad = write(tmp_path, record(1)), write(tmp_path, record(2), record(3))
    bad.write_bytes(bad.read_bytes().replace(b'{"kind":"record"', b"{", 1))
    with pytest.raises(HarnessError, match=f"line 3 of {bad} is damaged"):
        store.compact(tmp_path)
    assert good.exists()
    assert bad.exists()
    assert not (tmp_path / "trials.parquet").exists()


# ---- others at work -------------------------------------------------------------------------------------------------


def test_a_part_in_use_is_merged_and_stays(tmp_path: Path, held: PartWriter) -> None:
    held.append(record(1), SPEC, {})
    finished = write(tmp_path, record(2))
    assert ids(store.compact(tmp_path)) == [1, 2]
    assert not finished.exists()
    held.append(record(3), SPEC, {})
    assert ids(store.read(tmp_path)) == [1, 2, 3]
    held.close()
    assert ids(store.compact(tmp_path)) == [1, 2, 3]
    assert part_paths(tmp_path) == []


def test_what_a_part_in_use_holds_is_counted_once_however_often_it_is_merged(tmp_path: Path, held: PartWriter) -> None:
    for reason in ("first", "second", "third"):
        held.append(record(1, Status.FAILED, reason=reason), SPEC, {})
        for _ in range(2):
            store.compact(tmp_path)
    assert store.read(tmp_path).duplicates == 2
    held.close()
    assert store.compact(tmp_path).duplicates == store.read(tmp_path).duplicates == 2


def test_a_line_that_is_being_written_is_not_torn_for_good(tmp_path: Path, held: PartWriter) -> None:
    held.append(record(1), SPEC, {})
    with held.path.open("ab") as file:
        file.write(b'{"kind":"record",')
        file.flush()
        assert store.compact(tmp_path).torn == 1
        file.write(b'"trial_id":"' + record(2).trial_id.encode() + b'","study":"toys","status":"ok","spec":"')
        file.write(record_spec(held).encode() + b'","header":"' + held.header.encode() + b'"}\n')
    stored = store.compact(tmp_path)
    assert (ids(stored), stored.torn) == ([1, 2], 0)


def record_spec(part: PartWriter) -> str:
    """The digest of the spec that the part has."""
    return next(
        str(line["digest"]) for line in map(json.loads, part.path.read_bytes().splitlines()[:2]) if "spec" in line
    )


def test_a_part_of_another_machine_stays_until_it_has_been_quiet_for_a_day(tmp_path: Path) -> None:
    """On some network file systems a lock holds on one machine alone."""
    part = write(tmp_path, record(1))
    part = part.rename(part.with_name(f"not-{socket.gethostname()}-17-1000.jsonl"))
    assert ids(store.compact(tmp_path)) == [1]
    assert part.exists()
    long_ago = time.time() - compaction.QUIET_SECONDS - 60
    os.utime(part, (long_ago, long_ago))
    assert ids(store.compact(tmp_path)) == [1]
    assert not part.exists()


def test_a_part_that_was_only_just_made_is_left_alone(tmp_path: Path) -> None:
    """It is not locked yet."""
    write(tmp_path, record(1))
    new = tmp_path / "parts" / f"{socket.gethostname()}-17-{time.time_ns()}.jsonl"
    new.touch()
    store.compact(tmp_path)
    assert part_paths(tmp_path) == [new]


def test_without_locks_nothing_is_removed_and_nothing_counted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "acquire", lambda *_, **__: locks.Lock.NONE)
    part = write(tmp_path, record(1, Status.FAILED), record(1, Status.SKIPPED), record(2))
    for _ in range(2):
        stored = store.compact(tmp_path)
        assert (ids(stored), stored.duplicates) == ([1, 2], 1)
    assert part.exists()
    assert store.read(tmp_path) == stored


def test_a_compacted_file_that_was_put_back_is_merged_anew(tmp_path: Path, held: PartWriter) -> None:
    """Of git's version of the file it is not known what it has of the parts."""
    write(tmp_path, record(1))
    store.compact(tmp_path)
    published = (tmp_path / "trials.parquet").read_bytes()
    held.append(record(2), SPEC, {})
    store.compact(tmp_path)
    (tmp_path / "trials.parquet").write_bytes(published)
    assert ids(store.read(tmp_path)) == ids(store.compact(tmp_path)) == [1, 2]


def test_writers_readers_and_compactions_at_once_lose_nothing(tmp_path: Path) -> None:
    n_writers, n_records, done = 3, 60, threading.Event()

    def write_parts(start: int) -> None:
        for first in range(start, start + n_records, 5):
            write(tmp_path, *(record(number) for number in range(first, first + 5)))

    def compact() -> int:
        n_runs = 0
        while not done.is_set():
            store.compact(tmp_path)
            n_runs += 1
        return n_runs

    def read() -> list[int]:
        sizes = []
        while not done.is_set():
            sizes.append(len(store.read(tmp_path)))
        return sizes

    with ThreadPoolExecutor(n_writers + 3) as pool, ExitStack() as stack:
        stack.callback(done.set)
        compactions, sizes = [pool.submit(compact) for _ in range(2)], pool.submit(read)
        for written in [pool.submit(write_parts, 1000 * number) for number in range(n_writers)]:
            written.result()
        done.set()
        assert all(one.result() for one in compactions)
        assert sizes.result() == sorted(sizes.result())
    stored = store.compact(tmp_path)
    assert ids(stored) == [1000 * writer + number for writer in range(n_writers) for number in range(n_records)]
    assert (stored.duplicates, stored.torn, part_paths(tmp_path)) == (0, 0, [])


# ---- killed ---------------------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from harness.running import store

folder, steps = Path(sys.argv[1]), int(sys.argv[2])

def kill_at_the_last_step(event, arguments):
    global steps
    changes = event in ("os.rename", "os.remove") or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR))
    if changes and str(folder) in str(arguments[0]):
        steps -= 1
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill_at_the_last_step)
store.compact(folder)
"""


def killed_after(folder: Path, steps: int) -> bool:
    """Compact in another process that is killed before it changes a file for the so-many-th time; whether it came to that."""
    code = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(steps)]).returncode
    assert code in (0, -signal.SIGKILL)
    return code != 0


@pytest.mark.slow
def test_killed_before_any_change_of_a_file_it_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    steps, was_killed = 0, True
    while was_killed:
        steps += 1
        folder = tmp_path / str(steps)
        in_use = PartWriter(folder, HEADER)
        in_use.append(record(1, Status.SKIPPED), SPEC, {})
        in_use.append(record(1), SPEC, {})
        write(folder, record(2, Status.FAILED))
        store.compact(folder)
        write(folder, record(2), record(3, Status.FAILED), torn=b'{"kind"')
        write(folder, record(3, Status.SKIPPED), record(4))
        in_use.append(record(4, Status.FAILED), SPEC, {})
        before = store.read(folder)
        assert (ids(before), before.duplicates, before.torn) == ([1, 2, 3, 4], 4, 1)
        was_killed = killed_after(folder, steps)
        assert store.read(folder) == before
        assert store.compact(folder) == before
        in_use.close()
        assert store.compact(folder) == store.read(folder) == before
        assert sorted(path.name for path in folder.rglob("*")) == [
            ".compacting",
            "parts",
            "summary.json",
            "trials.parquet",
        ]
    assert steps > 6  # lock, account, file, account, parts


def test_a_file_that_cannot_be_written_leaves_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = write(tmp_path, record(1))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compaction, "write_compacted", full)
    with pytest.raises(HarnessError, match="No space left on device"):
        store.compact(tmp_path)
    assert part.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["parts"]


# ---- what was published ---------------------------------------------------------------------------------------------


def test_the_published_records_can_be_read() -> None:
    published = Path(__file__).parents[2] / "results" / "synthesis"
    found = compacted.read_compacted(published)
    assert found.table.num_rows > 4000
    assert {"accuracy", "roc_auc"} <= {field.name for field in found.table["measurements"].type}


# ---- another protocol ---------------------------------------------------------------------------------------------------


def of_protocol(number: int) -> dict[str, Any]:
    return {**HEADER, "protocol": number}


def test_a_file_of_another_protocol_is_moved_and_not_merged(tmp_path: Path) -> None:
    write(tmp_path, record(1), header=of_protocol(1))
    store.compact(tmp_path)
    (tmp_path / "labels.parquet").write_bytes(b"labels")
    before = (tmp_path / "trials.parquet").read_bytes()
    store.compact(tmp_path)
    assert (tmp_path / "trials.parquet").read_bytes() == before, "nothing new stands in its way"
    write(tmp_path, record(2))
    assert [one.trial_id for one in store.compact(tmp_path).records] == [record(2).trial_id]
    assert [one.trial_id for one in store.read(tmp_path).records] == [record(2).trial_id]
    assert (tmp_path / "protocol-1" / "trials.parquet").read_bytes() == before
    assert (tmp_path / "protocol-1" / "labels.parquet").read_bytes() == b"labels"
    assert not (tmp_path / "labels.parquet").exists()


def test_a_file_with_records_of_today_stays_and_nothing_that_was_moved_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, record(1), header=of_protocol(1))
    write(tmp_path, record(2))
    store.compact(tmp_path)
    write(tmp_path, record(3))
    assert len(store.compact(tmp_path)) == 3
    assert not (tmp_path / "protocol-1").exists()
    (tmp_path / "trials.parquet").unlink()
    (tmp_path / "protocol-1").mkdir()
    (tmp_path / "protocol-1" / "trials.parquet").write_bytes(b"kept")
    write(tmp_path, record(1), header=of_protocol(1))
    store.compact(tmp_path)
    write(tmp_path, record(2))
    assert len(store.compact(tmp_path)) == 2
    assert (tmp_path / "protocol-1" / "trials.parquet").read_bytes() == b"kept"


def test_what_was_measured_is_read_where_all_of_it_is_of_another_protocol(tmp_path: Path) -> None:
    write(tmp_path, record(1), header=of_protocol(1))
    store.compact(tmp_path)
    assert len(store.read_measured(tmp_path).table) == 0


def test_parts_that_are_a_link_are_left_alone(tmp_path: Path) -> None:
    """Results may be somebody else's, and what their link leads to is the reader's own."""
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "study"
    write(elsewhere, record(1))
    folder.mkdir()
    (folder / "parts").symlink_to(elsewhere / "parts")
    before = sorted((elsewhere / "parts").iterdir())
    with pytest.raises(HarnessError, match=r"parts is a link to another place.*; remove the link"):
        store.compact(folder)
    assert sorted((elsewhere / "parts").iterdir()) == before


def test_specs_that_would_fill_the_memory_are_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, record(1))
    store.compact(tmp_path)
    monkeypatch.setattr(compacted, "_LONGEST_SPECS", 4)
    with pytest.raises(HarnessError, match=r"trials\.parquet is damaged"):
        store.read(tmp_path)
