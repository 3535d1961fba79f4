"""Every measure of a cell is what `harness.policies` says of its streams, one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.monitoring.cube import Cube, Where
from harness.policies import Bank, against_periodic, against_random, informed_oracle, shuffled
from harness.policies.matched import against_periodic_at_mean, against_random_at_mean
from tests.experiments.monitoring.conftest import AFTER, BEFORE, N_PERIODS, Made, losses

ONSETS = [4, 9, 14, 19]
SCHEDULES = [(6,), (11, 20), (15,), ()]
EVERYWHERE = Where(scenarios=("label_permutation",))


@pytest.fixture
def cell(made: Made) -> Cube:
    for seed, (onset, schedule) in enumerate(zip(ONSETS, SCHEDULES, strict=True)):
        made.stream({"never": [], "ddm": schedule, "weeks_8": (8, 16)}, onset=onset, seed=seed)
        made.stream({"never": [], "ddm": [], "weeks_8": (8, 16)}, seed=seed)
    return made.cube()


def value(cube: Cube, measure: str, entry: str = "ddm", where: Where = EVERYWHERE) -> float:
    return float(cube.values(measure, entry, where)["wine"])


def banks(late: int = 0) -> list[Bank]:
    return [Bank(losses(onset)).late(late) for onset in ONSETS]


def points(totals: Any) -> float:
    return float(-100 * np.mean(totals) / N_PERIODS)


def test_retained_is_the_mean_accuracy_over_the_initial_one(cell: Cube) -> None:
    totals = [bank.total(schedule) for bank, schedule in zip(banks(), SCHEDULES, strict=True)]
    assert value(cell, "retained") == pytest.approx(100 * np.mean([(1 - each / 24) for each in totals]) / (1 - BEFORE))
    assert value(cell, "retrains") == 1.0
    assert value(cell, "silent") == 0.25


@pytest.mark.parametrize("late", [0, 4])
def test_matched_differences_are_those_of_the_policies_package(cell: Cube, late: int) -> None:
    where = EVERYWHERE._replace(delay="300" if late else "0")
    schedules = [tuple(point for point in each if point > late) for each in SCHEDULES]
    pairs = list(zip(banks(late), schedules, strict=True))
    assert value(cell, "random", where=where) == pytest.approx(points([against_random(*pair) for pair in pairs]))
    assert value(cell, "periodic", where=where) == pytest.approx(points([against_periodic(*pair) for pair in pairs]))
    assert value(cell, "shuffled", where=where) == pytest.approx(points(shuffled(banks(late), schedules)))
    for name, at_mean in (("random", against_random_at_mean), ("periodic", against_periodic_at_mean)):
        expected = points(at_mean(banks(late), schedules))
        assert value(cell, f"{name}_at_mean", where=where) == pytest.approx(expected)


def test_the_calendar_of_as_many_retrains_parts_the_stream_evenly(cell: Cube) -> None:
    even = [(12,), (8, 16), (12,), ()]
    expected = [bank.total(own) - bank.total(even) for bank, own, even in zip(banks(), SCHEDULES, even, strict=True)]
    assert value(cell, "calendar") == pytest.approx(points(expected))
    assert value(cell, "calendar", "weeks_8") == pytest.approx(0, abs=1e-12)


def test_who_knows_the_drifts_does_nothing_without_one(made: Made) -> None:
    for seed, onset in enumerate(ONSETS):
        made.stream(
            {"never": []}, onset=onset, seed=seed, scenario="control"
        )  # where a drift would be, a retrain would pay
    assert value(made.cube(), "informed_0", "never", Where(groups=("control",))) == pytest.approx(0, abs=1e-12)


def test_a_calendar_knows_nothing_of_a_stream(cell: Cube) -> None:
    assert value(cell, "shuffled", "weeks_8") == pytest.approx(0, abs=1e-12)


def test_regret_is_against_who_knows_the_drifts(cell: Cube) -> None:
    informed = informed_oracle(banks(), ONSETS, cost=0.04)
    paid = [
        bank.cost(own, 0.04) - bank.cost(best, 0.04)
        for bank, own, best in zip(banks(), SCHEDULES, informed, strict=True)
    ]
    assert value(cell, "informed_0.04") == pytest.approx(-points(paid))


def test_regret_in_hindsight_is_against_the_dynamic_program(cell: Cube) -> None:
    paid = [bank.cost(own, 0.16) - bank.oracle(0.16).cost for bank, own in zip(banks(), SCHEDULES, strict=True)]
    assert value(cell, "hindsight_0.16") == pytest.approx(-points(paid))


def test_relative_costs_make_never_and_always_cost_the_same(made: Made) -> None:
    always = tuple(range(1, N_PERIODS))
    for seed, onset in enumerate(ONSETS):
        made.stream({"never": [], "weeks_1": always}, onset=onset, seed=seed)
    cube = made.cube()
    never, weekly = (value(cube, "hindsight_1g", entry) for entry in ("never", "weeks_1"))
    assert never == pytest.approx(weekly)
    assert value(cube, "hindsight_0.25g", "weeks_1") < value(cube, "hindsight_0.25g", "never")


def test_where_retraining_saves_nothing_it_has_no_relative_cost(made: Made) -> None:
    made.stream({"never": [], "ddm": [3]}, seed=0)
    made.stream({"never": [], "ddm": [5]}, seed=1)
    cube, calm = made.cube(), Where(groups=("control",))
    assert cube.values("hindsight_1g", "ddm", calm).empty
    assert len(cube.values("hindsight_0.04", "ddm", calm)) == 1


def test_recoverable_harm_is_what_fresh_rows_have_over_the_initial_model(cell: Cube) -> None:
    lost = np.mean([(N_PERIODS - onset) * (AFTER - BEFORE) for onset in ONSETS])
    part = cell.parts["main"]
    by_scenario = dict(zip(part.cells["scenario"], part.recoverable, strict=True))
    assert by_scenario == {"control": pytest.approx(0), "label_permutation": pytest.approx(100 * lost / N_PERIODS)}


def test_early_is_an_alarm_before_the_fall_of_two_hundred_rows_can_be_seen(made: Made) -> None:
    onset = 8 * 75  # the record is down 100 rows before, so that the fall can be seen 100 rows after
    first = {0: [onset + 99], 1: [onset + 100], 2: [onset - 1], 3: [onset - 1, onset]}
    for seed, alarms in first.items():
        made.stream({"never": [], "ddm": [10]}, onset=8, seed=seed, alarms={"ddm": alarms})
    assert value(made.cube(), "early") == 50
    assert made.cube().values("early", "never", EVERYWHERE).empty


def test_a_retrain_is_worth_it_if_the_new_model_is_better_in_the_same_month(made: Made) -> None:
    made.stream({"never": [], "ddm": [10, 14]}, onset=8, seed=0)  # the second one replaces a model that is as good
    made.stream({"never": [], "ddm": [3, 22]}, onset=8, seed=1)  # too early; too late to be judged
    assert value(made.cube(), "worth") == pytest.approx(100 / 3)
    assert value(made.cube(), "churn") == 50


def test_a_path_without_a_bank_is_read_and_has_no_rivals(made: Made) -> None:
    for seed in range(2):
        made.stream({"never": [], "ddm": [10]}, onset=8, seed=seed, with_banks=False)
    cube, where = made.cube(), Where(part="combined")
    total = Bank(losses(8)).total([10])
    assert value(cube, "accuracy", where=where) == pytest.approx(100 * (1 - total / N_PERIODS), abs=1e-4)
    assert cube.values("random", "ddm", where).empty


def test_nothing_is_known_of_a_part_without_records(cell: Cube) -> None:
    nowhere = Where(part="real")
    assert nowhere.part not in cell.parts
    assert cell.values("accuracy", "ddm", nowhere).empty
    assert cell.counts(("ddm",), nowhere).empty


def test_a_cell_with_fewer_than_half_of_the_seeds_counts_for_nothing(cell: Cube, made: Made) -> None:
    made.stream({"never": [], "ddm": [], "weeks_8": []}, onset=8, dataset="pima")
    assert list(made.cube().values("retained", "ddm", EVERYWHERE).index) == ["wine"]
    assert len(cell.parts["main"].cells) == 2


def test_streams_of_another_length_are_left_out_and_counted(made: Made) -> None:
    for seed in range(3):
        made.stream({"never": []}, onset=8, seed=seed)
    made.records[-1].measurements["n_rows"] = 900  # type: ignore[index]
    study = made.study()
    assert study.recorded.n_left_out == 1
    assert len(study.recorded.streams) == 2


def test_halves_of_the_seeds_are_apart(cell: Cube) -> None:
    even, odd = (EVERYWHERE._replace(seeds=seeds) for seeds in ("even", "odd"))
    assert value(cell, "retrains", where=even) == 1.0
    assert value(cell, "silent", where=odd) == 0.5
    assert cell.counts(["ddm"], even).to_dict() == {"wine": 2.0}
