"""A plan is what a sweep was asked for: small, found again, and readable as it was written before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.core import HarnessError
from harness.running import provenance
from harness.running.identity import digest, id_of
from harness.running.store import plans
from harness.running.store.plans import newest_data, newest_plan, write_plan

IDS = [digest(number) for number in range(5)]


def test_the_newest_plan_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_plan(tmp_path, IDS[:2], {"wine": ["a"]})
    stem = write_plan(tmp_path, [*reversed(IDS), IDS[0]], {"wine": ["b"], "iris": ["c", "d"]})
    plan = newest_plan(tmp_path)
    assert plan is not None
    assert plan.path == stem.with_suffix(".json")
    assert plan.ids.to_pylist() == sorted(IDS)
    assert plan.trials == frozenset(IDS)
    assert plan.data == {"wine": ["b"], "iris": ["c", "d"]}
    assert list(plan.command) == provenance.header()["command"]


def test_a_plan_says_where_it_comes_from_and_how_many_trials_it_has(tmp_path: Path) -> None:
    content = json.loads(write_plan(tmp_path, IDS, {}).with_suffix(".json").read_bytes())
    assert provenance.header().keys() <= content.keys()
    assert content["n_trials"] == len(IDS)


def test_without_a_sweep_there_is_no_plan(tmp_path: Path) -> None:
    assert newest_plan(tmp_path) is None
    assert newest_data(tmp_path, ["wine"]) == {}


def test_a_plan_of_the_time_of_longer_ids_is_read(tmp_path: Path) -> None:
    path = write_plan(tmp_path, IDS, {}).with_suffix(".json")
    content = json.loads(path.read_bytes())
    assert content.pop("id_digits") == 64
    path.write_text(json.dumps(content))
    plan = newest_plan(tmp_path)
    assert plan is not None
    assert plan.trials == frozenset(IDS)


def test_a_plan_of_ids_as_they_are_is_read(tmp_path: Path) -> None:
    short = [id_of(str(number)) for number in range(5)]
    write_plan(tmp_path, short, {})
    plan = newest_plan(tmp_path)
    assert plan is not None
    assert plan.trials == frozenset(short)


def test_a_plan_without_trials_is_one(tmp_path: Path) -> None:
    write_plan(tmp_path, [], {})
    plan = newest_plan(tmp_path)
    assert plan is not None
    assert plan.trials == frozenset()


def test_the_same_trials_again_are_not_written_again(tmp_path: Path) -> None:
    for _ in range(3):
        write_plan(tmp_path, IDS, {})
    assert len(list((tmp_path / "sweeps").glob("*.ids"))) == 1
    write_plan(tmp_path, IDS[1:], {})
    write_plan(tmp_path, IDS, {})
    assert len(list((tmp_path / "sweeps").glob("*.ids"))) == 3
    assert [path.stat().st_size for path in (tmp_path / "sweeps").glob("*.ids")].count(32 * len(IDS)) == 2
    plan = newest_plan(tmp_path)
    assert plan is not None
    assert plan.trials == frozenset(IDS)


def test_plans_of_the_first_version_are_still_read(tmp_path: Path) -> None:
    old = tmp_path / "sweeps" / "1795415261109643721.json"
    old.parent.mkdir()
    old.write_text(json.dumps({"schema": 1, "trials": IDS, "command": ["-m", "seed=0,1"]}))
    plan = newest_plan(tmp_path)
    assert plan is not None
    assert (plan.trials, plan.command, plan.data) == (frozenset(IDS), ("-m", "seed=0,1"), {})
    write_plan(tmp_path, IDS, {"wine": ["a"]})
    assert newest_data(tmp_path, ["wine"]) == {"wine": frozenset("a")}


def test_each_data_set_is_known_by_the_newest_plan_that_names_it(tmp_path: Path) -> None:
    for data in ({"wine": ["a"], "iris": ["b"]}, {"wine": ["c", "d"]}, {"boston": ["e"]}):
        write_plan(tmp_path, IDS, data)
    assert newest_data(tmp_path, ["wine", "iris", "digits"]) == {"wine": frozenset("cd"), "iris": frozenset("b")}


@pytest.mark.parametrize("content", [b"{", b"{}", b"[]", b"\xff", b'{"ids": "gone.ids", "command": []}'])
def test_a_damaged_plan_is_named(tmp_path: Path, content: bytes) -> None:
    path = write_plan(tmp_path, IDS, {}).with_suffix(".json")
    path.write_bytes(content)
    with pytest.raises(HarnessError, match=rf"the plan {path} is damaged; delete it"):
        newest_plan(tmp_path)


def test_ids_that_are_cut_off_are_damage(tmp_path: Path) -> None:
    ids = write_plan(tmp_path, IDS, {}).with_suffix(".ids")
    ids.write_bytes(ids.read_bytes()[:-1])
    with pytest.raises(HarnessError, match=r"the plan .* is damaged"):
        newest_plan(tmp_path)


def test_a_plan_of_a_newer_harness_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = {**provenance.header(), "schema": provenance.SCHEMA_VERSION + 1}
    with monkeypatch.context() as patched:
        patched.setattr(plans.provenance, "header", lambda: newer)
        write_plan(tmp_path, IDS, {})
    with pytest.raises(HarnessError, match="was written by a newer harness"):
        newest_plan(tmp_path)


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "sweeps").touch()
    with pytest.raises(HarnessError, match=r"cannot write .*: "):
        write_plan(tmp_path, IDS, {})
