"""Tiers that are published: one file when they are complete, nothing before, and the file stands for the folder in a clone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from harness import places
from harness.core import Code, HarnessError, Record, Status
from harness.running import files, predicted_labels, store
from harness.running.publishing import publish, read_published
from harness.running.status import look, study_folders
from harness.running.store import compacted, plans
from harness.running.store.compacted import read_file, write_compacted
from tests.running import made_records
from tests.running.made_records import record

IDS = [record(number).trial_id for number in range(4)]
REGISTER = {"digest": "abc"}
HEADER = {**made_records.HEADER, "started": "2026-11-29T10:00:00+00:00"}


def write(folder: Path, *records: Record, **header: Any) -> None:
    """A part of a process that began then."""
    made_records.write(folder, *records, header={**HEADER, **header})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four planned trials at a published tier, all of them recorded in two parts."""
    folder = places.study_folder(tmp_path, "replication", "toys")
    plans.write_plan(folder, IDS, {}, ("-m", "workers=7"), register=REGISTER)
    write(folder, *map(record, range(2)))
    write(folder, record(2), record(3, Status.SKIPPED))
    return folder


def test_a_complete_tier_becomes_one_file_beside_the_standard_one(folder: Path, tmp_path: Path) -> None:
    path = publish(folder, IDS)
    assert path == tmp_path / "toys" / "replication.parquet"
    assert read_published(folder).table.equals(store.read(folder).table)
    assert [one.name for one in path.parent.iterdir()] == ["replication.parquet"]


def test_publishing_again_changes_no_byte_and_does_not_write(folder: Path) -> None:
    path = publish(folder, IDS)
    assert path is not None
    first, before = path.read_bytes(), path.stat().st_mtime_ns
    assert publish(folder, IDS) == path
    plans.write_plan(folder, IDS, {}, ("-m", "workers=1"), register=REGISTER)
    assert publish(folder, IDS) == path
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (first, before)


def test_what_an_older_writer_has_published_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(compacted, "_ZSTD_LEVEL", 1)
        older.setattr(compacted, "_ROWS_A_GROUP", 1)
        path = publish(folder, IDS)
    assert path is not None
    before = path.read_bytes()
    publish(folder, IDS)
    assert path.read_bytes() == before
    write(folder, record(5))
    publish(folder, [*IDS, record(5).trial_id])
    assert len(read_published(folder)) == 5
    path.write_bytes(before[:-1])
    publish(folder, IDS)
    assert len(read_published(folder)) == 4


def test_a_killed_publication_leaves_the_old_file_and_the_next_one_is_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = publish(folder, IDS[:2])
    assert path is not None
    old = path.read_bytes()
    with monkeypatch.context() as killed:
        killed.setattr(files.os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(folder, IDS)
    assert path.read_bytes() == old
    assert publish(folder, IDS) == path
    whole = path.read_bytes()
    path.unlink()
    publish(folder, IDS)
    assert path.read_bytes() == whole != old


@pytest.mark.parametrize("lacks", ["a record", "a package"])
def test_a_tier_that_lacks_something_publishes_nothing(folder: Path, tmp_path: Path, lacks: str) -> None:
    if lacks == "a package":
        write(folder, record(9, Status.SKIPPED, code=str(Code.NOT_INSTALLED)))
    assert publish(folder, [*IDS, record(9).trial_id]) is None
    assert not (tmp_path / "toys").exists()
    assert len(read_published(folder)) == 0


def test_records_of_other_trials_and_of_another_protocol_are_left_out(folder: Path) -> None:
    write(folder, record(7))
    write(folder, record(8), protocol=0)
    publish(folder, IDS)
    assert read_published(folder).table["trial_id"].to_pylist() == sorted(IDS)
    assert publish(folder, [*IDS, record(8).trial_id]) is None


def test_no_other_tier_is_published(tmp_path: Path) -> None:
    for tier in ("standard", "smoke"):
        folder = places.study_folder(tmp_path, tier, "toys")
        write(folder, record(0))
        assert publish(folder, IDS[:1]) is None
        assert len(read_published(folder)) == 0


def test_in_a_clone_the_published_file_stands_for_the_folder(folder: Path, tmp_path: Path) -> None:
    before = store.read(folder).table
    path = publish(folder, IDS)
    assert path is not None
    shutil.rmtree(folder.parent)
    assert store.exists(folder)
    assert store.read(folder).table.equals(before)
    content = path.read_bytes()
    assert publish(folder, IDS) == path
    assert path.read_bytes() == content
    assert len(store.settled(folder, retry_failed=False)) == 4
    assert len(store.read_trial(folder, IDS[1])) == 1
    assert store.base_specs(folder)
    plan = plans.newest_plan(folder)
    assert plan is not None
    assert (plan.n_trials, plan.register, plan.command) == (4, REGISTER, ("-m", "experiment=toys", "tier=replication"))
    [found] = [one for one in study_folders(tmp_path) if one.tier == "replication"]
    assert (look(found).counts[Status.OK], look(found).missing) == (3, 0)


def test_a_clone_that_measures_more_keeps_what_was_published(folder: Path, tmp_path: Path) -> None:
    publish(folder, IDS)
    shutil.rmtree(folder.parent)
    write(folder, record(5))
    assert len(store.compact(folder)) == 5
    assert len(store.read(folder)) == 5
    assert len(read_published(folder)) == 4
    assert publish(folder, [*IDS, record(5).trial_id]) is not None
    assert len(read_published(folder)) == 5


def test_labels_are_published_beside_the_records(folder: Path) -> None:
    part, ids = store.PartWriter(folder, HEADER), [*IDS, record(4).trial_id]
    part.append(record(4), {}, {"predicted": np.array([0, 1])})
    part.close()
    publish(folder, ids)
    shutil.rmtree(folder.parent)
    found = predicted_labels.collect(folder, read_published(folder))
    assert {name: codes.tolist() for name, codes in found.items()} == {ids[4]: [0, 1]}


def test_labels_that_an_older_writer_has_published_are_left_alone(folder: Path) -> None:
    part, ids = store.PartWriter(folder, HEADER), [*IDS, record(4).trial_id]
    part.append(record(4), {}, {"predicted": np.array([0, 1])})
    part.close()
    publish(folder, ids)
    path = places.published(folder, "labels")
    assert path is not None
    pq.write_table(pq.read_table(path), path, compression="none")
    before = path.read_bytes()
    publish(folder, ids)
    assert path.read_bytes() == before


def test_a_tier_of_which_nothing_ended_well_is_not_published(tmp_path: Path) -> None:
    folder = places.study_folder(tmp_path, "replication", "toys")
    plans.write_plan(folder, IDS, {}, ("-m",), register=REGISTER)
    write(folder, *(record(number, Status.FAILED) for number in range(4)))
    assert publish(folder, IDS) is None
    assert not (tmp_path / "toys").exists()


def test_a_published_file_with_other_than_its_trials_is_refused(folder: Path) -> None:
    path = publish(folder, IDS)
    assert path is not None
    found = read_file(path)
    for summary, said in ((found.summary, "holds 2 trials, and says that 4"), ({}, "and says that none")):
        with path.open("wb") as file:
            write_compacted(file, replace(found, table=found.table.slice(0, 2), summary=summary))
        with pytest.raises(HarnessError, match=f"{said} were published; put back the published file"):
            read_published(folder)


def test_a_published_file_whose_summary_is_none_is_damaged(folder: Path) -> None:
    path = publish(folder, IDS)
    assert path is not None
    found = read_file(path)
    for damage in ({"planned": -3}, {"planned": "many"}, {"protocol": "2"}):
        with path.open("wb") as file:
            write_compacted(file, replace(found, summary={**found.summary, **damage}))
        with pytest.raises(HarnessError, match=r"replication\.parquet is damaged; put back the published one"):
            read_published(folder)


def test_damaged_labels_end_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    path = publish(folder, IDS)
    assert path is not None
    path.with_name("replication_labels.parquet").write_bytes(b"x")
    with pytest.raises(HarnessError, match=r"replication_labels.parquet is damaged; put back the published one"):
        predicted_labels.collect(folder, store.read(folder))
