"""Queries find records, can be written down, and are read in one line."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from harness.analysis.query import EVERYTHING, OK, Between, Query, either, holding, where
from harness.core import Record, Status
from harness.running.store.rows import table_of
from harness.running.store.stored import Stored

HARM = ("factors.harm", "spec.scenario.strength.harm", "spec.scenario.scenarios.0.strength.harm")


def record(number: int, status: Status = Status.OK, **factors: object) -> Record:
    return Record(
        trial_id=f"t{number}",
        study="detection",
        status=status,
        factors={"dataset": "wine", **factors},
        spec="own" if number % 2 else "plain",
        header="h",
        measurements={"alarms": {f"d{number}": [3], "every": []}, "n": number},
    )


@pytest.fixture(scope="module")
def stored() -> Stored:
    records = [
        record(0, harm=5),
        record(1),
        record(2, dataset="iris"),
        record(3, harm=20, dataset="iris"),
        replace(record(4, Status.SKIPPED, harm=5), measurements={}),
    ]
    specs = {"plain": {"scenario": {}}, "own": {"scenario": {"scenarios": [{"strength": {"harm": 10}}]}}}
    return Stored(table_of(records), specs)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (EVERYTHING, "01234"),
        (OK, "0123"),
        (where(dataset="iris"), "23"),
        (where(dataset=("iris", "wine"), harm=5), "04"),
        (where(harm=None), "12"),
        (where(harm=(5, None)), "0124"),
        (where(harm="5"), ""),
        (where(colour="red"), ""),
        (where(colour=None), "01234"),
        (Query((Between(HARM, above=5),)), "13"),
        (Query((Between(HARM, most=5),)), "04"),
        (Query((Between(("factors.colour",), above=0),)), ""),
        (holding("measurements.alarms.d1", "measurements.alarms.d2"), "12"),
        (holding("measurements.alarms.d9"), ""),
        (either([where(harm=20), where(dataset="wine") & OK]), "013"),
        (either([]), ""),
    ],
)
def test_a_query_finds_the_records_that_meet_all_of_its_conditions(stored: Stored, query: Query, found: str) -> None:
    assert query.ids(stored) == [f"t{number}" for number in found]
    assert Query.of_json(json.loads(json.dumps(query.as_json()))) == query


def test_conditions_are_joined_and_stand_once() -> None:
    both = where(dataset="iris") & OK & where(dataset="iris")
    assert str(both) == "dataset is iris; status is ok"
    assert str(EVERYTHING) == "all records"
    assert str(Query((Between(HARM, above=0, most=10),))) == "harm above 0 and at most 10"
    either_one = either([where(dataset=("iris", None)), holding("measurements.alarms.ks@5")])
    assert str(either_one) == "(dataset among iris, none) or (has alarms of ks@5)"


def test_what_is_held_beside_the_places_is_left_out(stored: Stored) -> None:
    found = holding("measurements.alarms.d1", "measurements.alarms.every").narrowed(stored)
    assert found.by_id()["t1"].measurements == {"alarms": {"d1": [3], "every": []}, "n": 1}
    assert sorted(found.by_id()) == ["t0", "t1", "t2", "t3"]
    assert found.by_id()["t2"].measurements == {"alarms": {"every": []}, "n": 2}
    assert where(dataset="iris").narrowed(stored).by_id()["t2"].measurements == {
        "alarms": {"d2": [3], "every": []},
        "n": 2,
    }
