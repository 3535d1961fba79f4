"""What every executor promises, each on a cluster of several processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest
from hydra import compose, initialize_config_dir

from harness import places
from harness.building import build
from harness.core import HarnessError, Record, Status
from harness.planning.levels import register_resolvers
from harness.planning.trials import plan
from harness.running.executors import Executor, Local
from harness.running.identity import PlannedTrial
from harness.running.limits import Limits
from harness.running.sweep import Summary, run_sweep

Engine = Callable[[], Executor]
Until = Callable[..., None]

STUDY = [
    ("synthesis=single", "model=tree"),
    ("synthesis=single", "model=knn"),
    ("synthesis=single", "model=nb"),
    ("synthesis=bagging", "model=tree"),
    ("synthesis=soft_vote", "pool=[tree,knn,nb]"),
    ("synthesis=stacking", "pool=[tree,knn,nb]", "inner_folds=3"),
]


@pytest.fixture(scope="module")
def trials() -> Iterator[list[PlannedTrial]]:
    """A dozen trials on two data sets; those that combine models share fits with those that do not."""
    register_resolvers()
    with initialize_config_dir(config_dir=str(places.shipped("conf")), version_base="1.3"):
        levels = [[f"dataset={name}", *choice] for name in ("iris", "wine") for choice in STUDY]
        yield [plan(compose("config", overrides=level)) for level in levels]


@pytest.fixture(scope="module")
def recorded_here(trials: list[PlannedTrial], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what one process of this machine records of them."""
    folder = tmp_path_factory.mktemp("here")
    run_sweep(trials, folder, build, Local(1), share=("dataset",))
    return folder


def test_a_study_is_recorded_as_on_this_machine(
    engine: Engine, trials: list[PlannedTrial], recorded_here: Path, study: Any
) -> None:
    run_sweep(trials, study.folder, build, engine(), share=("dataset",))
    here: list[Record] = type(study)(recorded_here).records
    assert [record.status for record in here] == [Status.OK] * len(trials)
    assert all(record.predictions for record in here)
    assert study.records == here
    assert study.is_tidy


@pytest.mark.slow
def test_a_killed_worker_costs_nothing_but_time(engine: Engine, toys: ModuleType, study: Any, tmp_path: Path) -> None:
    victims: list[int] = []

    def kill_once(summary: Summary) -> None:
        if sum(summary.ended.values()) >= 3 and not victims:
            victims.append(study.writers[0])
            os.kill(victims[0], signal.SIGKILL)

    trials = toys.planned(*range(16), seconds=0.3, trace=str(tmp_path))
    summary = toys.sweep(trials, study.folder, executor=engine(), observe=kill_once)
    runs = [len(list(tmp_path.glob(f"{seed}-*"))) for seed in range(16)]
    assert victims
    assert not psutil.pid_exists(victims[0])
    assert (summary.ended[Status.OK], summary.lost) == (16, 1)
    assert [record.status for record in study.records] == [Status.OK] * 16
    assert sorted(runs) in ([1] * 15 + [2], [1] * 16)  # it was killed within a trial, or just between two


@pytest.mark.slow
@pytest.mark.for_every
def test_bad_trials_are_failures_of_their_own_and_nothing_is_printed(
    engine: Engine,
    toys: ModuleType,
    study: Any,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "harness.running.sweep.GRACE_SECONDS", 60.0
    )  # its own watchdog stops a trial, however slow it is
    moods = ["killed", "killed_once", "hanging", "hungry", "failing", *["well"] * 7]
    trials = [one for seed, mood in enumerate(moods) for one in toys.planned(seed, mood=mood, trace=str(tmp_path))]
    capfd.readouterr()
    toys.sweep(trials, study.folder, executor=engine(), limits=Limits(seconds=4.0, memory=2 * 10**9))
    assert capfd.readouterr() == ("", "")
    found = study.by_seed
    assert {seed: found[seed].status.value for seed in (0, 2, 3, 4)} == dict.fromkeys((0, 2, 3, 4), "failed")
    assert {found[seed].status for seed in (1, *range(5, 12))} == {Status.OK}
    assert "worker process died" in found[0].reason
    assert len(list(tmp_path.glob("0-*"))) == 2
    assert len(list(tmp_path.glob("1-*"))) == 2
    assert found[2].reason == "it passed its limit of 4 seconds"
    assert found[3].reason.startswith("MemoryError")


@pytest.mark.slow
def test_a_trial_that_holds_pythons_lock_is_stopped_from_outside(
    engine: Engine, toys: ModuleType, study: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "harness.running.sweep.GRACE_SECONDS", 3.0
    )  # in which a worker of an order to come has to start
    trials = [*toys.planned(0, mood="hanging_in_c"), *toys.planned(1, 2, 3)]
    toys.sweep(trials, study.folder, executor=engine(), limits=Limits(seconds=3.0))
    found = study.by_seed
    assert found[0].reason == "it passed its limit of 3 seconds and its worker had to be killed"
    assert {found[seed].status for seed in (1, 2, 3)} == {Status.OK}


@pytest.mark.slow
@pytest.mark.for_every
def test_leaving_by_an_exception_stops_what_runs(
    engine: Engine, toys: ModuleType, study: Any, tmp_path: Path, until: Until
) -> None:
    def begin_and_leave() -> None:
        with engine() as executor:
            executor.submit(study.order(toys.planned(0, mood="hanging", trace=str(tmp_path)), toys.build))
            until(lambda: list(tmp_path.glob("0-*")))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begin_and_leave()
    (trace,) = tmp_path.glob("0-*")
    until(lambda: not psutil.pid_exists(int(trace.name.split("-")[1])))
    assert study.is_tidy


@pytest.mark.slow
def test_what_a_worker_cannot_write_ends_the_sweep_with_its_sentence(
    engine: Engine, toys: ModuleType, study: Any
) -> None:
    study.folder.mkdir()
    (study.folder / "parts").touch()
    with pytest.raises(HarnessError, match="cannot write results to"):
        toys.sweep(toys.planned(0), study.folder, executor=engine())
