"""A digest changes with every value of a record, and with nothing else."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from harness.core import Record, Status
from harness.provenance.digests import digests_of
from harness.running.store.rows import table_of
from harness.running.store.stored import Stored

Edit = Callable[[Record], Record]


SPECS = {"s": {"_target_": "a.Trial", "k": 1}, "other": {"_target_": "another.Trial", "k": 1}}
HEADERS = {
    name: {"blas": [{"internal_api": "openblas", "architecture": core}], "started": name}
    for name, core in (("h", "Haswell"), ("later", "Haswell"), ("elsewhere", "Zen"))
}


def record(number: int, **others: Any) -> Record:
    measured = {
        "accuracy": [0.5, 1.0, number / 7],
        "alarms": {"ddm": [300, 600], "ks": []},
        "found": True,
        "unit": "months",
        "nested": [[1.5], [], [2.5, 3.5]],
    }
    factors = {"dataset": ("iris", "wine")[number % 2], "scenario": "control", "seed": number, "harm": 5.0}
    return Record(
        **{
            **{"trial_id": f"{number:032x}", "study": "mine", "status": Status.OK, "factors": factors, "spec": "s"},
            **{
                "header": "h",
                "measurements": measured,
                "clock": {"fit": 0.1 * number},
                "reason": "",
                "predictions": "ab",
            },
            **others,
        }
    )


def stored(records: list[Record]) -> Stored:
    return Stored(table_of(records), SPECS, HEADERS)


RECORDS = [record(number) for number in range(6)]


def edit_measured(path: list[Any], value: Any) -> Edit:
    def edited(one: Record) -> Record:
        measured: Any = copy.deepcopy(dict(one.measurements))
        place = measured
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        return replace(one, measurements=measured)

    return edited


EDITS: dict[str, Edit] = {
    "id": lambda one: replace(one, trial_id="f" * 32),
    "study": lambda one: replace(one, study="other"),
    "status": lambda one: replace(one, status=Status.SKIPPED),
    "code": lambda one: replace(one, code="rare-class"),
    "reason": lambda one: replace(one, reason="why"),
    "predictions": lambda one: replace(one, predictions="ac"),
    "class of the trial": lambda one: replace(one, spec="other"),
    "core": lambda one: replace(one, header="elsewhere"),
    "factor": lambda one: replace(one, factors={**one.factors, "harm": 5.000000000000001}),
    "absent factor": lambda one: replace(
        one, factors={key: value for key, value in one.factors.items() if key != "seed"}
    ),
    "last bit": edit_measured(["accuracy", 0], 0.5000000000000001),
    "alarm": edit_measured(["alarms", "ddm", 1], 601),
    "one alarm more": edit_measured(["alarms", "ddm"], [300, 600, 601]),
    "no alarm": edit_measured(["alarms", "ddm"], []),
    "alarm of another": edit_measured(["alarms", "ks"], [300]),
    "alarm elsewhere": edit_measured(["alarms"], {"ddm": [300], "ks": [600]}),
    "truth": edit_measured(["found"], False),
    "text": edit_measured(["unit"], "weeks"),
    "list within": edit_measured(["nested"], [[1.5, 2.5], [], [3.5]]),
    "new": edit_measured(["more"], 1),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("place", [0, 3, 5])
def test_every_edit_of_a_record_changes_the_root_and_one_part(edit: Edit, place: int) -> None:
    before = digests_of(stored(RECORDS))
    after = digests_of(stored([edit(one) if number == place else one for number, one in enumerate(RECORDS)]))
    assert after.root != before.root
    part = f"{RECORDS[place].factors['dataset']} / control"
    assert [name for name in before.parts if after.parts[name] != before.parts[name]] == [part]


def test_a_record_more_or_less_changes_it() -> None:
    root = digests_of(stored(RECORDS)).root
    assert digests_of(stored(RECORDS[1:])).root != root
    assert digests_of(stored([*RECORDS, record(9)])).root != root


def test_exchanged_values_change_it() -> None:
    one, other = RECORDS[0], RECORDS[2]
    swapped = [replace(one, measurements=other.measurements), RECORDS[1], replace(other, measurements=one.measurements)]
    assert digests_of(stored([*swapped, *RECORDS[3:]])).root != digests_of(stored(RECORDS)).root


@pytest.mark.parametrize(
    "same",
    [
        lambda one: replace(one, clock={"fit": 99.0}),
        lambda one: replace(one, header="later"),
        lambda one: replace(one, error="trace"),
        lambda one: replace(one, factors={**one.factors, "harm": 5}),
        edit_measured(["accuracy", 1], 1),
    ],
    ids=["clock", "header", "error", "whole factor", "whole number"],
)
def test_what_is_not_measured_does_not_change_it(same: Edit) -> None:
    assert digests_of(stored([same(one) for one in RECORDS])) == digests_of(stored(RECORDS))


def test_zero_has_no_sign() -> None:
    zeros = [[edit_measured(["accuracy", 0], zero)(one) for one in RECORDS] for zero in (0.0, -0.0)]
    assert digests_of(stored(zeros[0])) == digests_of(stored(zeros[1]))


def test_order_and_chunks_and_what_else_is_there_do_not_change_it() -> None:
    table = stored(RECORDS).table
    shuffled = random.Random(0).sample(range(6), 6)
    other = pa.concat_tables([table.take(shuffled[:2]), table.take(shuffled[2:])])
    assert digests_of(Stored(other, SPECS, HEADERS)) == digests_of(Stored(table, SPECS, HEADERS))
    strange = record(
        8, factors={"dataset": "zoo", "scenario": "swap", "weight": 0.5}, measurements={"other": {"deep": ["a"]}}
    )
    with_others = digests_of(stored([*RECORDS, strange]))
    assert {name: with_others.parts[name] for name in digests_of(stored(RECORDS)).parts} == digests_of(
        stored(RECORDS)
    ).parts
