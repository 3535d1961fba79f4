"""A sweep runs every trial once, in any number of processes, through crashes and interruptions."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from harness.core import ConfigError, HarnessError, Record, Status
from harness.running import predictions, provenance, store
from harness.running.exclusive import alone
from harness.running.limits import Limits, bytes_of
from harness.running.sweep import _sigterm_is_ctrl_c, chunks


def measured(folder: Path) -> list[Record]:
    """All records without what differs from run to run."""
    return [replace(record, header="", clock={}) for record in store.read(folder).records]


def wait_until(condition: Callable[[], object], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


# ---- what is run ----------------------------------------------------------------------------------------------------


def test_one_and_eight_workers_a_whole_and_a_resumed_sweep_record_the_same(toys: ModuleType, tmp_path: Path) -> None:
    trials = toys.planned(*range(12))
    toys.sweep(trials, tmp_path / "one", n_workers=1)
    toys.sweep(trials, tmp_path / "eight", n_workers=8)
    toys.sweep(trials[3:7], tmp_path / "resumed")
    summary = toys.sweep(trials, tmp_path / "resumed")
    assert (summary.planned, summary.known, summary.ended[Status.OK]) == (12, 4, 8)
    assert len(measured(tmp_path / "one")) == 12
    assert measured(tmp_path / "one") == measured(tmp_path / "eight") == measured(tmp_path / "resumed")


def test_a_finished_sweep_runs_nothing(toys: ModuleType, tmp_path: Path) -> None:
    for _ in range(2):
        summary = toys.sweep(toys.planned(0, 1, trace=str(tmp_path)), tmp_path / "store")
    assert (summary.planned, summary.known, sum(summary.ended.values())) == (2, 2, 0)
    assert len(list(tmp_path.glob("[01]-*"))) == 2


def test_a_trial_that_is_asked_for_twice_runs_once(toys: ModuleType, tmp_path: Path) -> None:
    summary = toys.sweep(toys.planned(0, 0, 0, trace=str(tmp_path)), tmp_path / "store")
    assert (summary.planned, summary.ended[Status.OK]) == (1, 1)


def test_every_way_to_end_is_recorded_and_the_sweep_goes_on(toys: ModuleType, tmp_path: Path) -> None:
    moods = ("failing", "not_a_number", "leaving", "refused", "killed", "senseless", "lacking", "well")
    trials = [trial for mood in moods for trial in toys.planned(0, mood=mood)]
    summary = toys.sweep(trials, tmp_path, share=("seed",))
    by_mood = {record.factors["mood"]: record for record in store.read(tmp_path).records}
    assert summary.ended == {Status.OK: 1, Status.FAILED: 5, Status.SKIPPED: 2}
    assert sum(summary.failures.values()) == 5
    assert {mood: by_mood[mood].status.value for mood in moods} == {
        **dict.fromkeys(moods[:5], "failed"),
        **dict.fromkeys(moods[5:7], "skipped"),
        "well": "ok",
    }
    assert "in failing" in by_mood["failing"].error
    assert by_mood["killed"].reason == "its worker process died (exit code -9)"


def test_a_killed_worker_costs_one_trial_of_its_chunk(toys: ModuleType, tmp_path: Path) -> None:
    trials = [*toys.planned(0, 1), *toys.planned(2, mood="killed"), *toys.planned(3, 4)]
    longer = trials + toys.planned(*range(10, 20), group="other")  # chunks of three
    toys.sweep(longer, tmp_path, share=("group",))
    failed = [record for record in store.read(tmp_path).records if record.status is Status.FAILED]
    assert [record.factors["seed"] for record in failed] == [2]
    assert len(store.read(tmp_path).records) == 15


def test_failed_trials_are_run_again_only_if_asked_for(toys: ModuleType, tmp_path: Path) -> None:
    trials = toys.planned(0, mood="failing_once", trace=str(tmp_path))
    folder = tmp_path / "store"
    toys.sweep(trials, folder)
    assert toys.sweep(trials, folder).known == 1
    summary = toys.sweep(trials, folder, retry_failed=True)
    assert summary.ended[Status.OK] == 1
    stored = store.read(folder)
    assert [record.status for record in stored.records] == [Status.OK]
    assert stored.duplicates == 1


def test_a_trial_whose_package_was_missing_is_run_once_the_package_is_there(
    toys: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials = toys.planned(0, mood="lacking")
    assert toys.sweep(trials, tmp_path / "store").ended[Status.SKIPPED] == 1
    (tmp_path / "a_package_that_nobody_has.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert toys.sweep(trials, tmp_path / "store").ended[Status.OK] == 1
    assert store.read(tmp_path / "store").records[0].status is Status.OK


def test_predictions_are_kept_beside_the_record(toys: ModuleType, tmp_path: Path) -> None:
    toys.sweep(toys.planned(5), tmp_path)
    record = store.read(tmp_path).records[0]
    drawn = predictions.load(tmp_path, record)["drawn"]
    np.testing.assert_array_equal(drawn, np.array(record.measurements["score"][1:], dtype=np.float16))


def test_a_sweep_says_where_it_stands(toys: ModuleType, tmp_path: Path) -> None:
    seen: list[int] = []
    toys.sweep(toys.planned(0, 1, 2), tmp_path, observe=lambda summary: seen.append(sum(summary.ended.values())))
    assert seen == sorted(seen)
    assert seen[-1] == 3


def test_a_store_that_cannot_be_written_to_is_one_sentence(toys: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HarnessError, match="Not a directory"):
        toys.sweep(toys.planned(0), tmp_path / "file" / "store")


def test_a_worker_that_cannot_write_ends_the_sweep_with_one_sentence(toys: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "parts").touch()
    with pytest.raises(HarnessError, match="cannot write results to"):
        toys.sweep(toys.planned(0), tmp_path)


def test_trials_that_share_work_run_next_to_each_other(toys: ModuleType, tmp_path: Path) -> None:
    trials = [trial for seed in range(20) for group in ("a", "b") for trial in toys.planned(seed, group=group)]
    groups = chunks(trials, ("group",))
    assert [{trial.spec["group"] for trial in one} for one in groups] == [{"a"}, {"b"}]
    toys.sweep(trials, tmp_path, share=("group",))
    [part] = (tmp_path / "parts").glob("*.jsonl")
    recorded = [json.loads(line) for line in part.read_bytes().splitlines()]
    order = [one["factors"]["group"] for one in recorded if one["kind"] == "record"]
    assert order == ["a"] * 20 + ["b"] * 20


def test_trials_of_an_exclusive_sweep_run_one_at_a_time_whatever_the_number_of_workers(
    toys: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "trace").mkdir()
    trials = toys.planned(*range(6), seconds=0.3, trace=str(tmp_path / "trace"))
    summary = toys.sweep(trials, tmp_path / "store", 3, exclusive=True)
    began = sorted(int(path.name.split("-")[2]) for path in (tmp_path / "trace").iterdir())
    assert summary.ended[Status.OK] == 6
    assert min(np.diff(began)) >= 0.3e9


def test_an_exclusive_sweep_waits_for_another_one_and_says_so_once(
    toys: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    said: list[str] = []
    left = threading.Event()

    def other() -> None:
        with alone(said.append):
            inside.set()
            time.sleep(1.5)
            left.set()

    inside, thread = threading.Event(), threading.Thread(target=other)
    thread.start()
    assert inside.wait(60)
    monkeypatch.setattr(logging.getLogger("harness"), "propagate", True)
    toys.sweep(toys.planned(0), tmp_path / "store", exclusive=True)
    assert left.is_set()
    thread.join()
    assert said == []
    assert [record.getMessage() for record in caplog.records if "waits until" in record.getMessage()]


def test_a_trial_that_loses_its_worker_once_is_tried_again(toys: ModuleType, tmp_path: Path) -> None:
    trials = toys.planned(0, 1, 2, mood="killed_once", trace=str(tmp_path))
    summary = toys.sweep(trials, tmp_path / "store")
    assert (summary.ended[Status.OK], summary.lost) == (3, 3)
    assert len(list(tmp_path.glob("1-*"))) == 2


def test_a_sweep_stops_when_workers_do_nothing_but_die(toys: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match=r"10 workers in a row were lost without ending a trial .*retry_failed=true"):
        toys.sweep(toys.planned(*range(40), mood="killed"), tmp_path)
    assert len(store.read(tmp_path).records) <= 5
    assert "ended by an error: 10 workers" in next((tmp_path / "sweeps").glob("*.log")).read_text()


def test_what_is_ignored_stays_ignored() -> None:
    """As `nohup` asks for with SIGHUP."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with _sigterm_is_ctrl_c():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("mood", ["hanging", "hanging_in_c"])
def test_a_trial_past_its_time_limit_is_one_failure(toys: ModuleType, tmp_path: Path, mood: str) -> None:
    """Whether or not it holds Python's lock."""
    trials = [*toys.planned(0), *toys.planned(1, mood=mood), *toys.planned(2, 3)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("harness.running.sweep.GRACE_SECONDS", 1.0 if mood == "hanging_in_c" else 60.0)
        toys.sweep(trials, tmp_path, limits=Limits(seconds=3.0))  # many times what a trial takes on a busy machine
    records = {record.factors["seed"]: record for record in store.read(tmp_path).records}
    assert [records[seed].status.value for seed in range(4)] == ["ok", "failed", "ok", "ok"]
    assert records[1].reason.startswith("it passed its limit of 3 seconds")
    assert mood == "hanging_in_c" or "in hanging" in records[1].error  # where it was


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
def test_a_trial_past_its_memory_limit_is_one_failure_and_its_worker_lives_on(toys: ModuleType, tmp_path: Path) -> None:
    trials = [*toys.planned(0, mood="hungry"), *toys.planned(1)]
    summary = toys.sweep(trials, tmp_path, limits=Limits(memory=2 * 10**9))
    failed, well = sorted(store.read(tmp_path).records, key=lambda record: record.factors["seed"])
    assert (failed.status, well.status) == (Status.FAILED, Status.OK)
    assert failed.reason.startswith("MemoryError")
    assert summary.lost == 0


@pytest.mark.parametrize(("text", "size"), [("2GB", 2 * 10**9), ("500 MiB", 500 * 2**20), (1000, 1000), (None, None)])
def test_sizes_of_memory_are_read(text: Any, size: int | None) -> None:
    assert bytes_of(text) == size


@pytest.mark.parametrize("text", ["much", "-1GB", "0", "2 bananas"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="is no size of memory"):
        bytes_of(text)


def test_two_sweeps_of_one_study_at_once_share_the_work(
    toys: ModuleType, tmp_path: Path, slow_sweep: Callable[[], subprocess.Popen[bytes]]
) -> None:
    first, second = slow_sweep(), slow_sweep()
    assert (first.wait(timeout=300), second.wait(timeout=300)) == (0, 0)
    stored = store.read(tmp_path / "store")
    assert len(stored.records) == 20
    assert stored.duplicates < 15


def test_the_head_of_a_part_says_what_made_it() -> None:
    header = provenance.header()
    assert {"schema", "protocol", "python", "cpu", "blas", "packages", "revision", "dirty"} <= set(header)
    assert header["packages"]["numpy"] == np.__version__


# ---- processes that are killed --------------------------------------------------------------------------------------


@pytest.fixture
def slow_sweep(toys: ModuleType, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a process that sweeps twenty trials of 0.1 seconds with two workers, in a process group of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(toys.__file__), str(tmp_path / "store"), "20", "0.1", "2"]
        started.append(subprocess.Popen(command, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def is_gone(group: int) -> bool:
    """Whether no process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def n_recorded(folder: Path) -> int:
    return len(store.read(folder).records)


def assert_resumes_to_the_same(toys: ModuleType, folder: Path) -> None:
    trials = toys.planned(*range(20), seconds=0.1)
    before = n_recorded(folder)
    assert toys.sweep(trials, folder, n_workers=2).known == before
    quick = [replace(trial, spec={**trial.spec, "seconds": 0.0}) for trial in trials]
    toys.sweep(quick, folder.with_name("whole"))
    scores = [
        {record.factors["seed"]: record.measurements for record in store.read(one).records}
        for one in (folder, folder.with_name("whole"))
    ]
    assert len(scores[0]) == 20
    assert scores[0] == scores[1]


@pytest.mark.slow
def test_kill_9_of_the_sweep_loses_nothing_that_was_recorded(
    toys: ModuleType, tmp_path: Path, slow_sweep: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = slow_sweep()
    wait_until(lambda: n_recorded(tmp_path / "store") >= 2)
    time.sleep(float(np.random.default_rng().uniform(0, 0.1)))  # at any moment of a trial
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: is_gone(process.pid))  # its workers end by themselves
    assert 2 <= n_recorded(tmp_path / "store") < 20
    assert_resumes_to_the_same(toys, tmp_path / "store")


@pytest.mark.slow
def test_kill_9_of_a_worker_costs_nothing_but_time(
    toys: ModuleType, tmp_path: Path, slow_sweep: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = slow_sweep()
    wait_until(lambda: n_recorded(tmp_path / "store") >= 2)
    worker = next((tmp_path / "store" / "parts").glob("*.jsonl")).stem.split("-")[-2]
    os.kill(int(worker), signal.SIGKILL)
    assert process.wait(timeout=300) == 0
    records = store.read(tmp_path / "store").records
    assert [record.status for record in records] == [Status.OK] * 20  # the one that it ran was tried again


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_sweep_that_is_told_to_stop_keeps_its_records_and_leaves_no_process(
    toys: ModuleType, tmp_path: Path, slow_sweep: Callable[[], subprocess.Popen[bytes]], number: signal.Signals
) -> None:
    process = slow_sweep()
    wait_until(lambda: n_recorded(tmp_path / "store") >= 2)
    os.kill(process.pid, number)
    assert process.wait(timeout=300) == 130
    stored = store.read(tmp_path / "store")
    assert {record.status for record in stored.records} == {Status.OK}
    assert 2 <= len(stored.records) < 20
    wait_until(lambda: is_gone(process.pid))
