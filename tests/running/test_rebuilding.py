"""A record gives back its trial: the spec, the id, and which of its factors had no level."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core import HarnessError, Record, Status
from harness.running import provenance, store
from harness.running.execute import blank_record
from harness.running.identity import PlannedTrial, base_spec
from harness.running.rebuilding import rebuilt, rebuilt_all
from harness.running.store import PartWriter
from tests.running.made_records import HEADER


@dataclass(frozen=True)
class Toy:
    """A trial with fields that can be null, and one that older specs do not know."""

    dataset: Any
    needed: int | None
    harm: float | None = None
    group: str | None = None
    size: int | None = 5
    later: str | None = field(default=None, metadata={"since": 2})


SPEC: dict[str, Any] = {
    "_target_": f"{__name__}.Toy",
    "dataset": {"name": "wine", "checksum": "abc", "max_rows": None},
    "needed": 1,
    "harm": 10,
    "group": "one",
}
LAYOUT_1, LAYOUT_2 = ({"schema": schema, "protocol": 1} for schema in (1, 2))


def planned(**changes: Any) -> PlannedTrial:
    return PlannedTrial("toys", {**SPEC, **changes}, "abc")


def recorded_in_layout_1(trial: PlannedTrial) -> tuple[Record, dict[str, Any]]:
    """Its record and its base spec, in which nulls are missing."""
    shared = {key: value for key, value in base_spec(trial.spec).items() if value is not None}
    return blank_record(trial, Status.OK), shared


def recorded(folder: Path, *trials: PlannedTrial, header: Any = LAYOUT_2) -> None:
    """Leave their records in a part."""
    part = PartWriter(folder, header)
    for trial in trials:
        part.append(blank_record(trial, Status.OK), base_spec(trial.spec), {})
    part.close()


# ---- where nulls come from ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("harm", "group", "needed"), [*itertools.product([10, 2.5, None], ["one", None], [1, None])])
def test_what_older_records_lack_was_null_if_the_class_lets_it(harm: Any, group: Any, needed: Any) -> None:
    trial = planned(harm=harm, group=group, needed=needed)
    record, shared = recorded_in_layout_1(trial)
    assert rebuilt(record, shared, LAYOUT_1) == trial
    assert rebuilt(record, shared, LAYOUT_1).trial_id == record.trial_id == trial.trial_id


@pytest.mark.parametrize("absent", ["size", "later"])
def test_what_older_specs_did_not_have_stays_absent(absent: str) -> None:
    """A field with a default of its own was left to it, and one that is marked came later."""
    record, shared = recorded_in_layout_1(planned(harm=None))
    assert absent not in rebuilt(record, shared, LAYOUT_1).spec


def test_nested_nulls_stay_where_they_are() -> None:
    record, shared = recorded_in_layout_1(planned())
    assert rebuilt(record, shared, LAYOUT_1).spec["dataset"]["max_rows"] is None


@pytest.mark.parametrize(("harm", "group"), [*itertools.product([10, None], ["one", None])])
def test_records_are_complete_without_the_class(tmp_path: Path, harm: Any, group: Any) -> None:
    trial = planned(_target_="nowhere.Toy", harm=harm, group=group)
    recorded(tmp_path, trial)
    stored = store.read(tmp_path)
    assert stored.specs[stored.records[0].spec] == base_spec(trial.spec)
    assert [(one.spec, one.trial_id) for one in rebuilt_all(stored)] == [(trial.spec, trial.trial_id)]


def test_what_a_spec_of_today_lacks_stays_absent(tmp_path: Path) -> None:
    spec = {key: value for key, value in SPEC.items() if key != "harm"}
    recorded(tmp_path, PlannedTrial("toys", spec, "abc"))
    assert next(rebuilt_all(store.read(tmp_path))).spec == spec


def test_what_is_written_says_that_its_specs_have_nulls() -> None:
    assert provenance.header()["schema"] == 2


# ---- every way that a record goes -----------------------------------------------------------------------------------

levels = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.sampled_from(["", "tree", "1", "1.0"])
parts = st.fixed_dictionaries({"name": st.sampled_from(["tree", "1"])}, optional={"depth": levels, "inner": levels})
specs = st.fixed_dictionaries(
    {"dataset": st.just({"name": "wine", "checksum": "abc", "max_rows": None})},
    optional={
        "model": parts | st.none(),
        "pool": st.lists(parts, max_size=2),
        "rates": st.lists(levels, max_size=2),
        "seed": st.integers(0, 9) | st.floats(0, 9) | st.none(),
        "mood": st.sampled_from(["well", "1", ""]) | st.none(),
        "is_twin": st.booleans() | st.none(),
    },
)


@given(st.lists(specs, min_size=1, max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_store_a_record_comes_from_its_trial_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, found: list[dict[str, Any]], compacted: bool
) -> None:
    folder = tmp_path_factory.mktemp("store")
    trials = {one.trial_id: one for one in (PlannedTrial("toys", spec, "abc") for spec in found)}
    recorded(folder, *trials.values())
    stored = store.compact(folder) if compacted else store.read(folder)
    again = list(rebuilt_all(stored))
    assert [one.trial_id for one in again] == stored.table["trial_id"].to_pylist() == sorted(trials)
    for record, one in zip(stored.records, again, strict=True):
        assert one == trials[one.trial_id] == rebuilt(record, stored.specs[record.spec], HEADER | LAYOUT_2)
        assert PlannedTrial(one.study, one.spec, one.checksum).trial_id == one.trial_id


def test_whole_levels_come_back_as_integers_whatever_stands_beside_them(tmp_path: Path) -> None:
    trials = [planned(harm=harm) for harm in (1, 2.5, 3.0)]
    recorded(tmp_path, *trials)
    for stored in (store.read(tmp_path), store.compact(tmp_path)):
        again = {one.trial_id: json.dumps(one.spec["harm"]) for one in rebuilt_all(stored)}
        assert again == {trial.trial_id: text for trial, text in zip(trials, ("1", "2.5", "3"), strict=True)}


def test_a_sweep_leaves_records_of_its_trials(tmp_path: Path, toys: ModuleType) -> None:
    trials = (
        toys.planned(0, 1, group=None) + toys.planned(2, mood="failing", trace="") + toys.planned(3, mood="senseless")
    )
    toys.sweep(trials, tmp_path)
    found = {one.trial_id: one.spec for one in rebuilt_all(store.read(tmp_path))}
    assert found == {trial.trial_id: trial.spec for trial in trials}


@pytest.mark.parametrize("change", [{"group": "two"}, {"needed": 7}])
def test_a_changed_level_is_another_trial(change: dict[str, Any]) -> None:
    record, shared = recorded_in_layout_1(planned())
    changed = replace(record, factors={**record.factors, **change})
    assert rebuilt(changed, shared, LAYOUT_1).trial_id != planned().trial_id


def test_a_changed_name_of_what_stands_in_the_base_spec_is_refused() -> None:
    record, shared = recorded_in_layout_1(planned())
    changed = replace(record, factors={**record.factors, "dataset": "iris"})
    with pytest.raises(HarnessError, match="one of the two was changed"):
        rebuilt(changed, shared, LAYOUT_1)
