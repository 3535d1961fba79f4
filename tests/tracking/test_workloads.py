"""Workloads measure what a tool did, not what it says: a tool that gives back the wrong thing is found out."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from omegaconf import OmegaConf

from harness import places
from harness.building import instantiate
from harness.core import Skip
from harness.planning.tracker_catalogue import read_trackers
from harness.tracking.contract import NEEDS_SERVICE, NOT_OFFERED
from harness.tracking.subject.making import BEST, Subject, sha256, write_numbers
from harness.tracking.subject.train import train
from harness.tracking.tool import Tool
from harness.tracking.workloads.bench import Bench
from harness.tracking.workloads.data import Data
from harness.tracking.workloads.features import Grade, graded_probe
from harness.tracking.workloads.kill import Kill
from harness.tracking.workloads.probes import NEEDS, PROBES
from harness.tracking.workloads.runs import Runs
from harness.tracking.workloads.steps import SCRIPTS, Steps, counted
from harness.tracking.workloads.versions import CHANGED, ORIGINS, Versions, _params
from harness.tracking.workloads.writers import EACH, Writers

Made = Callable[..., Bench]
TOOLS = read_trackers()
PLAIN = TOOLS["plain"]
HERE = [name for name, tool in TOOLS.items() if tool.is_here]
QUICK = ["plain", "git", "records"]


def test_the_subject_is_the_same_every_time_and_its_best_run_is_not_the_last(subject: Subject, tmp_path: Path) -> None:
    again = Subject(subject.table, subject.seed)
    assert [subject.model(number) for number in range(4)] == [again.model(number) for number in range(4)]
    assert len({subject.model(number) for number in range(9)}) == 9
    scores = [subject.metrics(number)["accuracy"] for number in range(1000)]
    assert int(np.argmax(scores)) == BEST
    assert scores.count(max(scores)) == 1
    assert {type(value) for value in subject.params(0).values()} == {str, int, float, bool}
    assert (len(subject.params(0)), len(subject.metrics(0))) == (10, 8)


def test_a_model_comes_out_the_same_from_texts_and_otherwise_from_other_rows(subject: Subject, tmp_path: Path) -> None:
    params = subject.params(0)
    first, other = subject.write(tmp_path / "1.csv"), subject.write(tmp_path / "2.csv", changed=0.5)
    texts = {name: str(value) for name, value in params.items()}
    predicted = subject.predicted(train(first, params))
    assert np.array_equal(subject.predicted(train(first, texts)), predicted)
    assert not np.array_equal(subject.predicted(train(other, params)), predicted)


def test_a_version_of_made_up_data_changes_one_line_in_a_hundred(tmp_path: Path) -> None:
    for version in range(2):
        write_numbers(tmp_path / f"{version}.csv", 0.1, 0, version=version)
    old, new = ((tmp_path / f"{version}.csv").read_text().splitlines() for version in range(2))
    assert len(old) == len(new) == 1 + 100_000 // 64
    assert sum(one != other for one, other in zip(old, new, strict=True)) == 15


@pytest.mark.parametrize("name", QUICK)
def test_runs_are_recorded_found_and_given_back_bit_by_bit(name: str, bench: Made) -> None:
    found = Runs(name="few", n_runs=16).run(bench(TOOLS[name]))
    assert found.measurements == {
        **{"n_runs": 16, "keeps_models": True, "found_best": True, "all_listed": True},
        **{"restored": True, "same_predictions": True, "cannot": {}, "errors": {}},
    }
    assert found.clock["done"] == 16
    assert len(found.clock["fresh"]) == 3
    assert found.clock["bytes"]["store"] > 16 * 500
    assert len(found.clock["warm"]) == 10
    assert all(one["total"] >= one["most"] >= one["wall"] >= one["waited"] >= 0 for one in found.clock["warm"])
    assert sum(one["total"] > one["most"] for one in found.clock["warm"]) == 3  # the tenths of 13 runs with two of them
    parts = [found.clock["warm_process"], *found.clock["fresh"]]
    assert min(one[part]["wall"] for one in parts for part in ("loaded", "opened", "closed")) > 0
    assert all(one["wall"] > one["log"]["wall"] for one in found.clock["fresh"])


def test_a_tool_that_gives_back_the_last_model_is_found_out(toy: Tool, bench: Made) -> None:
    found = Runs(name="few", n_runs=16).run(bench(toy)).measurements
    assert found["found_best"]
    assert not found["restored"]
    assert not found["same_predictions"]


def test_what_exceeds_the_budget_is_left_out_and_counted(bench: Made) -> None:
    found = Runs(name="many", n_runs=100_000).run(bench(PLAIN, budget=0.2))
    assert 3 < found.clock["done"] < 100_000
    assert found.measurements["found_best"]


def test_versions_of_data_come_back(bench: Made) -> None:
    found = Data(name="small", megabytes=0.5).run(bench(PLAIN))
    told = {"megabytes": 0.5, "told_apart": True, "came_back": [True] * 3, "cannot": {}, "errors": {}}
    assert found.measurements == told
    assert [one["store"] // 500_000 for one in found.clock["bytes_after"]] == [1, 2, 3]
    assert [len(found.clock[part]) for part in ("starts", "data", "finishes", "restores")] == [3] * 4
    assert {"data_bytes", "tidied", "bytes_tidied"}.isdisjoint(found.clock)
    assert min(found.clock[part]["wall"] for part in ("loaded", "opened")) > 0


def test_a_tool_without_versions_of_data_says_so(toy: Tool, bench: Made) -> None:
    found = Data(name="small", megabytes=0.1).run(bench(toy))
    assert found.measurements["cannot"] == {"data": "not-offered"}
    assert found.clock["data"] == found.clock["bytes_after"] == []
    assert found.measurements["came_back"] == []


def test_a_second_way_that_keeps_the_bytes_of_data_alone_is_timed_beside(toy: Tool, bench: Made) -> None:
    versioned = replace(toy, variables={"TOY_VERSIONS": "yes"})
    found = Data(name="small", megabytes=0.1).run(bench(versioned))
    assert len(found.clock["data_bytes"]) == 3
    assert found.measurements["told_apart"]


def test_bytes_of_a_working_copy_are_told_apart_from_what_is_kept(bench: Made) -> None:
    found = Data(name="small", megabytes=1.0).run(bench(TOOLS["git"]))
    for taken in found.clock["bytes_after"]:
        assert 1_000_000 <= taken["copy"] < 1_100_000
        assert taken["rest"] < 100_000
    assert found.clock["bytes_tidied"]["store"] < found.clock["bytes_after"][2]["store"]
    assert found.clock["bytes_after"][2]["store"] > 2 * found.clock["bytes_after"][0]["store"] > 500_000


def test_the_first_words_of_a_failure_are_kept(toy: Tool, bench: Made) -> None:
    made = bench(toy)
    with made.session() as session:
        assert made.has(session, "environment", run="none") is None
        assert made.has(session, "data_bytes", run="none", path="none") is None
    assert made.cannot == {"environment": "failed", "data_bytes": "not-offered"}
    assert made.errors.keys() == {"environment"}
    assert "TypeError" in made.errors["environment"]


def test_two_writers_of_plain_files_lose_nothing(bench: Made) -> None:
    plain = Writers(name="two", writers=2).run(bench(PLAIN)).clock
    assert [plain[name] for name in ("acknowledged", "listed", "right", "errors")] == [2 * EACH, 2 * EACH, 2 * EACH, 0]
    assert plain["with_start"] > plain["wall"] > 0
    assert "first_error" not in plain


def test_of_writers_that_fail_the_first_words_are_kept(toy: Tool, bench: Made) -> None:
    found = Writers(name="two", writers=2).run(bench(replace(toy, variables={"TOY_WRITES": "never"}))).clock
    assert (found["errors"], found["acknowledged"]) == (2 * EACH, 0)
    assert found["first_error"] == "toy: log: OSError: no room for run-00000"


def test_runs_that_two_writers_overwrite_are_counted(toy: Tool, bench: Made) -> None:
    found = Writers(name="two", writers=2).run(bench(toy)).clock
    assert found["acknowledged"] == 2 * EACH
    assert found["listed"] == EACH
    assert found["right"] == EACH


@pytest.mark.parametrize("code", [NEEDS_SERVICE, NOT_OFFERED])
def test_runs_that_a_tool_does_not_give_back_are_neither_right_nor_wrong(toy: Tool, bench: Made, code: str) -> None:
    written = bench(replace(toy, variables={"TOY_READS": code}))
    assert "right" not in Writers(name="two", writers=2).run(written).clock
    assert Kill(name="kill", steps=7).run(replace(written, folder=written.folder / "kill")).clock == {"works_on": True}


def test_a_killed_run_of_plain_files_has_its_steps_and_the_store_works_on(bench: Made) -> None:
    assert Kill(name="kill", steps=7).run(bench(PLAIN)).clock == {
        **{"survived": 7, "reads_the_finished": True, "works_on": True}
    }


def test_what_a_killed_run_of_git_has_written_lies_in_the_working_tree(bench: Made) -> None:
    found = Kill(name="kill", steps=7).run(bench(TOOLS["git"]))
    assert found.clock == {"survived": 7, "reads_the_finished": True, "works_on": True}
    assert found.measurements["cannot"] == {}


def test_of_a_tool_without_steps_none_could_survive(toy: Tool, bench: Made) -> None:
    found = Kill(name="kill", steps=7).run(bench(toy))
    assert not found.measurements["logs_steps"]
    assert found.clock == {"reads_the_finished": True, "works_on": True}


# ---- features -------------------------------------------------------------------------------------------------------


def test_there_are_seven_needs() -> None:
    assert len(NEEDS) == 7
    assert len(PROBES) == 23


@pytest.mark.parametrize(
    ("probe", "grade", "ran"),
    [
        ("exact_metrics", Grade.NATIVE, {}),
        ("best", Grade.OURS, {"Toy.best": 3}),
        ("typed_params", Grade.FAILS, {}),
        ("differing", Grade.NATIVE, {}),
        ("model_back", Grade.FAILS, {}),
        ("export", Grade.FAILS, {"Toy.export": 2}),
        ("packages", Grade.NOT_OFFERED, {}),
        ("fetched_runs", Grade.NEEDS_SERVICE, {}),
    ],
)
def test_a_grade_follows_from_what_the_tool_did_and_has_the_stand_ins_that_ran(
    toy: Tool, bench: Made, probe: str, grade: Grade, ran: dict[str, int]
) -> None:
    found = graded_probe(PROBES[probe], bench(toy))
    assert (found["grade"], found["lines"], found["stand_ins"]) == (grade, sum(ran.values()), ran)
    assert found["evidence"]


@pytest.mark.parametrize("probe", PROBES)
def test_plain_files_do_everything_with_our_code(probe: str, bench: Made) -> None:
    found = graded_probe(PROBES[probe], bench(PLAIN))
    assert found["grade"] == Grade.OURS, found["evidence"]
    assert found["lines"] > 0


def test_evidence_has_nothing_that_differs_from_run_to_run(bench: Made) -> None:
    made = bench(PLAIN)
    text = f"{made.folder.resolve()}/x: no run 71685987b01048b5a14e1ec4266a043d at 20261129; gave 0.3333333333333333"
    assert made.settled(text) == ".../x: no run # at #; gave 0.3333333333333333"


# ---- scripts --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in SCRIPTS.glob("*.py")))
def test_the_smallest_script_gives_back_the_best_model(name: str, bench: Made) -> None:
    if name not in HERE:
        pytest.skip(f"{name} is not installed")
    found = Steps(name="steps").run(bench(TOOLS[name])).measurements
    assert found["works"]
    assert found["statements"] > 8


def test_a_tool_without_a_script_is_skipped_with_a_code(toy: Tool, bench: Made) -> None:
    with pytest.raises(Skip) as skip:
        Steps(name="steps").run(bench(toy))
    assert skip.value.code == "not-offered"


def test_statements_calls_and_commands_are_counted() -> None:
    assert counted('"""What."""\nx = f(g())\nif x:\n    run("git")\n') == {"statements": 3, "calls": 3, "commands": 1}


# ---- versions of a model --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plain", "git"])
def test_versions_of_a_model_are_traced_rolled_back_and_trained_again(name: str, bench: Made) -> None:
    assert Versions(name="versions").run(bench(TOOLS[name])).measurements == {
        **{"tracked": 6, "found_best": True, "compared": True, "asked_back": True, "rolled_back": True},
        **{"traced": [True] * 6, "retrained": ["same"] * 6, "cannot": {}, "errors": {}},
        "controls": {"data": "differs", "parameters": "differs"},
    }


def test_what_a_tool_does_not_keep_is_not_traced(toy: Tool, bench: Made) -> None:
    found = Versions(name="versions").run(bench(toy)).measurements
    assert (found["traced"], found["retrained"]) == ([False] * 6, ["not-made"] * 6)
    assert found["controls"] == {"data": "not-made", "parameters": "not-made"}
    assert found["cannot"]["code"] == "not-offered"
    assert sha256(Path("no such file")) == ""


@pytest.mark.parametrize("seed", range(5))
def test_every_version_of_a_model_hangs_on_the_data_and_differs_from_the_one_before(seed: int, tmp_path: Path) -> None:
    """In every run that is planned, with its rows: otherwise a control could not tell what it is there for."""
    table = instantiate(OmegaConf.load(places.shipped("conf") / "dataset" / "iris.yaml")).load()
    subject = Subject(table, seed)
    files = [subject.write(tmp_path / f"{version}.csv", changed=CHANGED * version) for version in range(2)]
    made = [[subject.predicted(train(file, _params(subject, one))) for file in files] for one in ORIGINS]
    assert not any(np.array_equal(*each) for each in made)
    versions = [each[origin.data] for each, origin in zip(made, ORIGINS, strict=True)]
    assert not any(np.array_equal(one, other) for one, other in itertools.pairwise(versions))
