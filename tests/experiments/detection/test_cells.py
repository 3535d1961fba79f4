"""The sums behind the register, and what each choice makes of them, on records whose answers are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.detection.cells import Cube, cells
from experiments.detection.claims import CONTRASTS, scope
from experiments.detection.shift_curves import Logistic, Smallest, Steps, log_ratio
from harness.core import ConfigError
from harness.detectors.run import DEFAULT, Run
from harness.scoring import measures

HIT, MISS = [500], list[int]()
PAIR = {"measure": "found", "first": "ddm", "second": "ks", "setting": "default", "warm": "none"}
LEVEL = {"measure": "found", "detector": "ddm", "setting": "default", "warm": "none"}


def asked(made: Any, of: str = "difference", **choices: Any) -> dict[str, float]:
    """The answer of a contrast, by data set."""
    cube = made if isinstance(made, Cube) else cells(made.evidence())
    values: dict[str, float] = CONTRASTS[of].values(cube, **choices).values.to_dict()
    return values


def found(made: Any, **choices: Any) -> float:
    """The percentage of first drifts that DDM found on wine."""
    return asked(made, "level", **{**LEVEL, **choices})["wine"]


def twin(made: Any, seed: int = 0, **others: Any) -> None:
    made.stream({"ddm": [], "ks": []}, scenario="control", seed=seed, **others)


# ---- kinds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["noise", "concept", "data"])
def test_a_drift_is_of_the_kind_that_its_record_says(made: Any, kind: str) -> None:
    made.stream({"ddm": HIT}, kinds=[kind])
    twin(made)
    cube = cells(made.evidence())
    answered = [one for one in ("noise", "concept", "data", "labels") if asked(cube, "level", **LEVEL, kind=one)]
    assert answered == [kind, *(["labels"] if kind != "data" else [])]


def test_drifts_of_nominal_columns_are_no_part_of_the_main_comparison(made: Any) -> None:
    made.stream({"ddm": HIT}, scenario="mean_shift", kinds=["data"])
    made.stream({"ddm": MISS}, scenario="swapped_levels", kinds=["data"])
    twin(made)
    cube = cells(made.evidence())
    assert found(cube, kind="data") == 100
    assert found(cube, part="swapped_levels") == 0
    assert made.study().mean(measures.found, Run("ddm", DEFAULT)).estimate == 100


def test_one_scenario_may_be_of_two_kinds_which_are_two_conditions(made: Any) -> None:
    for seed, kind in enumerate(("noise", "noise", "concept")):
        made.stream({"ddm": HIT if kind == "noise" else MISS}, seed=seed, kinds=[kind])
    twin(made)
    cube = cells(made.evidence())
    assert [found(cube, kind=kind) for kind in ("noise", "concept", "labels")] == [100, 0, 50]


def test_a_shift_before_a_permutation_weighs_as_data_and_is_no_question_about_it(made: Any) -> None:
    made.stream({"ddm": HIT}, scenario="shift_then_permutation", strengths=[2.0, 0.2], kinds=["data", "noise"])
    [spec] = made.specs.values()
    del spec["scenario"]["strength"]  # each of its parts has one
    twin(made)
    cube = cells(made.evidence())
    assert set(cube.cells.loc[cube.cells["drifted"], "kind"]) == {"data"}
    assert asked(cube, "level", **LEVEL, kind="data") == {}


# ---- weights --------------------------------------------------------------------------------------------------------


@pytest.fixture
def unequal(made: Any) -> Any:
    """Three streams of noise that are found, one of a local concept and one of data that are not."""
    for seed in range(3):
        made.stream({"ddm": HIT}, scenario="label_permutation", seed=seed)
    made.stream({"ddm": MISS}, scenario="local_concept")
    made.stream({"ddm": MISS}, scenario="mean_shift")
    twin(made)
    return made


@pytest.mark.parametrize(
    ("weights", "share"), [("streams", 60), ("kinds", 100 / 3), ("two_kinds", 37.5), ("scenarios", 100 / 3)]
)
def test_what_weighs_alike_counts_alike(unequal: Any, weights: str, share: float) -> None:
    assert found(unequal, weights=weights) == pytest.approx(share)


def test_weights_leave_a_single_kind_as_it_is(unequal: Any) -> None:
    assert found(unequal, kind="noise", weights="kinds") == found(unequal, kind="noise")


def test_models_are_pooled_weighed_alike_or_looked_at_one_by_one(made: Any) -> None:
    for seed in range(3):
        made.stream({"ddm": HIT}, seed=seed)
    made.stream({"ddm": MISS}, model="logistic")
    for model in ("tree", "logistic"):
        twin(made, model=model)
    assert [found(made, models=models) for models in ("pooled", "alike", "tree", "logistic")] == [75, 50, 100, 0]
    assert asked(made, "level", **LEVEL, models="random_forest") == {}


# ---- which streams --------------------------------------------------------------------------------------------------


def test_harm_is_as_it_was_asked_or_as_the_deployed_model_lost_it(made: Any) -> None:
    for seed, (lost, alarms) in enumerate([(4.0, HIT), (10.0, MISS), (16.0, HIT), (10.0, MISS)]):
        made.stream({"ddm": alarms}, seed=seed)
        made.records[-1].measurements["harm"] = lost
    twin(made)
    assert [found(made, realised=realised) for realised in ("any", "half", "near")] == [50, pytest.approx(100 / 3), 0]


def test_under_two_points_nothing_was_lost(made: Any) -> None:
    made.stream({"ddm": HIT}, harm=2.0)
    made.records[-1].measurements["harm"] = 1.9
    twin(made)
    assert found(made) == 100
    assert asked(made, "level", **LEVEL, realised="half") == {}


def test_halves_of_the_seeds_take_their_own_twins(made: Any) -> None:
    for seed in range(4):
        made.stream({"ddm": HIT}, seed=seed)
        made.stream({"ddm": [9] if seed % 2 else []}, scenario="control", seed=seed)
    rate = {**LEVEL, "measure": "f1"}
    assert [asked(made, "level", **rate, seeds=seeds)["wine"] for seeds in ("all", "even", "odd")] == [50, 0, 100]


def test_a_drift_that_is_found_late_is_missed_at_the_shorter_grace(made: Any) -> None:
    made.stream({"ddm": [500 + 400]})
    twin(made)
    assert [found(made, grace=grace) for grace in ("2", "1")] == [100, 0]


def test_months_late_labels_and_courses_are_asked_for_by_name(made: Any) -> None:
    made.stream({"ddm": HIT})
    made.stream({"ddm": MISS}, profile="Sigmoid")
    made.stream({"ddm": MISS}, label_delay=100)
    made.stream({"ddm": MISS}, rows_per_month=1000)
    for others in ({}, {"label_delay": 100}, {"rows_per_month": 1000}):
        twin(made, **others)
    assert found(made) == 50
    assert [found(made, label_delay="100"), found(made, rows_per_month="1000")] == [0, 0]
    assert asked(made, "level", **LEVEL, label_delay="100", rows_per_month="1000") == {}


def test_blips_are_calm_if_that_is_asked_for(made: Any) -> None:
    made.stream({"ddm": HIT})
    twin(made)
    made.stream({"ddm": [9]}, scenario="label_permutation_blip", harm=None, own={"raw": 1.0, "harm": None}, truth=[])
    rate = {**LEVEL, "measure": "f1"}
    assert [asked(made, "level", **rate, calm=calm)["wine"] for calm in ("twins", "blips")] == [0, 50]


def test_a_set_that_is_part_of_another_does_not_count(made: Any) -> None:
    made.world({"ddm": {True: HIT, False: MISS}}, sets=("wine", "digits"))
    cube = cells(made.evidence(frozenset({"digits"})))
    assert list(asked(cube, "level", **LEVEL)) == ["wine"]


# ---- pairs that cannot be set ---------------------------------------------------------------------------------------


@pytest.fixture
def unset(made: Any) -> Any:
    """DDM could be set on the tree alone, EDDM nowhere; on the tree DDM finds everything."""
    for model in ("tree", "logistic"):
        for scenario in ("label_permutation", "control"):
            alarms = {"ddm": HIT, "ks": MISS, "ks@5": MISS, "random@5": MISS, "never": MISS}
            alarms |= {"ddm@5": HIT if scenario != "control" else MISS} if model == "tree" else {}
            made.stream(alarms, model=model, scenario=scenario)
    return made


def test_where_a_detector_cannot_be_set_it_is_left_out_or_silent(unset: Any) -> None:
    at_five = {**PAIR, "setting": "5"}
    assert asked(unset, **at_five, pairs="left_out") == {"wine": 100}
    assert asked(unset, **at_five, pairs="silent") == {"wine": 50}


def test_on_common_ground_all_three_could_be_set(unset: Any) -> None:
    assert asked(unset, **{**PAIR, "setting": "5"}, pairs="all_three") == {}


def test_a_rate_that_was_missed_on_the_twins_is_no_match_if_these_are_asked(made: Any) -> None:
    for model, n_alarmed in (("tree", 1), ("logistic", 0)):
        made.stream({"ddm@5": HIT if model == "tree" else MISS}, model=model)
        for seed in range(20):
            made.stream({"ddm@5": [9] if seed < n_alarmed else []}, scenario="control", model=model, seed=seed)
    at_five = {**LEVEL, "setting": "5"}
    assert asked(made, "level", **at_five, pairs="left_out")["wine"] == 50
    assert asked(made, "level", **at_five, pairs="on_twins")["wine"] == 100  # 5 % on the tree, 0 % on the other


def set_to(realised: float | None) -> dict[str, Any]:
    """What a spec says of a setting of DDM to 5 %."""
    about = {} if realised is None else {"about": {"realised": realised, "n_fresh": 500}}
    return {"detectors": [{"name": "ddm@5", "detector": {}, **about}]}


def test_a_setting_that_missed_its_rate_on_fresh_streams_is_out_of_matched_contrasts(made: Any) -> None:
    for model, realised, alarms in (("tree", 0.07, HIT), ("logistic", 0.071, MISS), ("random_forest", None, MISS)):
        for scenario in ("label_permutation", "control"):
            free = scenario == "control"
            made.stream({"ddm@5": [] if free else alarms}, model=model, scenario=scenario, world=set_to(realised))
    at_five = {**LEVEL, "setting": "5"}
    assert asked(made, "level", **at_five) == {"wine": 100}
    assert asked(made, "level", **at_five, pairs="left_out")["wine"] == pytest.approx(100 / 3)


# ---- what tests of errors read first, and to whom harm was done ------------------------------------------------------


@pytest.mark.parametrize(
    ("warm", "warm_up", "name"),
    [
        ("none", "30", "ddm"),
        ("reference", "30", "ddm_warm"),
        ("none", "100", "ddm_100"),
        ("reference", "100", "ddm_100_warm"),
    ],
)
def test_ddm_is_known_by_what_it_read_first_and_its_warm_up(made: Any, warm: str, warm_up: str, name: str) -> None:
    every = ("ddm", "ddm_warm", "ddm_100", "ddm_100_warm")
    made.world({one: {True: HIT if one == name else MISS, False: MISS} for one in every})
    cube = cells(made.evidence())
    assert asked(cube, "level", **{**LEVEL, "warm": warm}, warm_up=warm_up) == {"wine": 100}
    registered = asked(cube, "level", **{name: level for name, level in LEVEL.items() if name != "warm"})
    assert registered == {"wine": 100 if name == "ddm_warm" else 0}


def test_eddm_has_no_such_warm_up_and_tests_of_rows_neither(made: Any) -> None:
    made.world({name: {True: HIT, False: MISS} for name in ("ddm_100_warm", "eddm_warm", "ks")})
    choices = {"measure": "found", "setting": "default", "warm_up": "100", "warm": "reference"}
    for first, second in (("ddm", "eddm"), ("ddm", "ks"), ("ks", "eddm")):
        assert asked(made, first=first, second=second, **choices) == {"wine": 0}


def test_harm_was_asked_of_the_deployed_model_or_of_the_reference(made: Any) -> None:
    made.stream({"ddm": HIT}, harm_to="deployed")
    made.stream({"ddm": MISS}, harm_to="reference")
    twin(made)
    assert [found(made, harm_to=name) for name in ("deployed", "reference")] == [100, 0]
    assert found(made) == 100


def test_streams_without_a_harm_are_beside_both(made: Any) -> None:
    own = {"raw": 1.0, "harm": None}
    made.stream({"ks": HIT}, harm_to="reference")
    made.stream({"ks": MISS}, scenario="mean_shift_harmless", harm=None, own=own)
    made.records[-1].measurements["harm"] = 0.0
    twin(made)
    lift = {"setting": "default", "weights": "streams"}
    assert asked(made, "lift", **lift, harm_to="reference")["wine"] == pytest.approx(100 - 100 / 3)
    assert asked(made, "lift", **lift) == {}


def test_streams_of_paper_halves_and_of_models_that_give_numbers_are_in_no_contrast(made: Any) -> None:
    made.world({"ddm": {True: HIT, False: MISS}})
    for world in ({"sampling": {"name": "paper"}}, {"dataset": {"name": "boston", "task": "regression"}}):
        name = world.get("dataset", {}).get("name", "wine")
        for scenario in ("label_permutation", "control"):
            made.stream({"ddm": [9]}, scenario=scenario, dataset=name, world=world)
    assert asked(made, "level", **LEVEL) == {"wine": 100}
    assert asked(made, "level", **{**LEVEL, "measure": "f1"}) == {"wine": 0}


# ---- contrasts ------------------------------------------------------------------------------------------------------


def test_a_metronome_at_equal_false_alarms_is_a_mixture(made: Any) -> None:
    made.world(
        {"ddm": {True: [500], False: [9]}, "metronome": {True: [299], False: [299]}, "never": {True: [], False: []}}
    )
    # right on the drifted half (50), against a metronome that is always on (0)
    assert asked(made, "over_metronome", **{**LEVEL, "measure": "a1"}) == {"wine": 50}


def test_random_alarms_at_another_rate_are_no_rival(made: Any) -> None:
    made.world({"ddm": {True: HIT, False: MISS}, "random": {True: MISS, False: MISS}})
    assert asked(made, **{**PAIR, "second": "random"}) == {}


def test_who_cries_wolf_was_not_early(made: Any) -> None:
    for seed, alarms in enumerate([[100, 500], [500 + 150]]):
        made.stream({"ddm": alarms}, seed=seed)
    twin(made)
    assert [asked(made, "level", **{**LEVEL, "measure": name})["wine"] for name in ("delay", "unhurried")] == [
        0.25,
        0.5,
    ]


def test_what_the_twin_would_have_found_is_chance(made: Any) -> None:
    made.world({"ddm": {True: HIT, False: HIT}, "ks": {True: HIT, False: MISS}})
    assert asked(made, **{**PAIR, "measure": "beyond_chance"}) == {"wine": -100}


def test_the_interaction_is_over_sets_with_both_kinds(made: Any) -> None:
    for dataset, scenarios in (("wine", ("local_concept", "mean_shift")), ("pima", ("local_concept",))):
        for scenario in scenarios:
            is_concept = scenario == "local_concept"
            made.stream({"ddm": HIT if is_concept else MISS, "ks": HIT}, scenario=scenario, dataset=dataset)
        twin(made, dataset=dataset)
    assert asked(made, "lead_on_concept", **PAIR, concept="concept") == {"wine": 0, "pima": 0}
    assert asked(made, "interaction", **PAIR, concept="concept") == {"wine": 100}


def test_counts_are_the_streams_behind_a_value(unequal: Any) -> None:
    counted = CONTRASTS["level"].values(cells(unequal.evidence()), **LEVEL)
    assert counted.counts.to_dict() == {"wine": 6}  # five with a drift, and a twin


@pytest.mark.parametrize("models", ["pooled", "alike"])
def test_a_set_without_such_streams_has_no_share_of_false_alarms_among_none(made: Any, models: str) -> None:
    made.world({"ddm": {True: HIT, False: MISS}})
    made.stream({"ddm": HIT}, scenario="mean_shift", dataset="pima", model="logistic")
    twin(made, dataset="pima", model="logistic")
    answer = asked(made, "level", **{**LEVEL, "measure": "f4"}, models=models, kind="data")
    assert answer == {"pima": 0}


def test_what_nobody_recorded_has_no_answer(made: Any) -> None:
    made.world({"ddm": {True: HIT, False: MISS}})
    cube = cells(made.evidence())
    for of, choices in (
        ("difference", PAIR),
        ("over_metronome", LEVEL),
        ("smallest_shift", {"other": "psi", "setting": "5"}),
        ("lift", {"setting": "5"}),
        ("interaction", {**PAIR, "concept": "noise"}),
    ):
        assert asked(cube, of, **choices) == {}


@pytest.mark.parametrize(
    ("of", "choices"),
    [
        ("level", {**LEVEL, "kind": "nois"}),
        ("level", {**LEVEL, "measure": "a5"}),
        ("level", {**LEVEL, "weights": "kind"}),
        ("level", {**LEVEL, "grace": "4"}),
        ("level", {**LEVEL, "pairs": "left"}),
        ("level", {**LEVEL, "warm": "cold"}),
        ("level", {**LEVEL, "warm_up": "50"}),
        ("level", {**LEVEL, "harm_to": "all"}),
        ("difference", {**PAIR, "ks": "daily"}),
        ("smallest_shift", {"other": "psi", "setting": "5", "curve": "probit"}),
        ("smallest_shift", {"other": "psi", "setting": "5", "beyond": "out"}),
        ("lift", {"setting": "5", "base": "half"}),
        ("lift", {"setting": "5", "loss": "3"}),
    ],
)
def test_a_level_that_does_not_exist_is_refused(made: Any, of: str, choices: dict[str, str]) -> None:
    made.world({"ddm": {True: HIT, False: MISS}, "ks": {True: HIT, False: MISS}})
    with pytest.raises(ConfigError, match="has no level"):
        asked(made, of, **choices)


# ---- harm behind alarms ---------------------------------------------------------------------------------------------


@pytest.fixture
def flagged(made: Any) -> Any:
    """Of four harmful streams three are flagged, one of them too early; of the other four, one."""
    rows = [(10.0, [600]), (3.0, [600]), (10.0, [100]), (10.0, []), (0.0, [600]), (0.0, []), (0.0, [])]
    for seed, (lost, alarms) in enumerate(rows):
        made.stream({"ks": alarms}, seed=seed)
        made.records[-1].measurements["harm"] = lost
    twin(made)
    return cells(made.evidence())


def test_the_lift_is_the_share_of_harm_among_alarms_beyond_that_among_all(flagged: Cube) -> None:
    assert asked(flagged, "lift", setting="default") == {"wine": 75 - 50}
    assert asked(flagged, "lift", setting="default", flag="first") == {"wine": 50 - 50}
    assert asked(flagged, "lift", setting="default", loss="5")["wine"] == pytest.approx(50 - 37.5)


def test_the_base_rate_can_be_that_of_elsewhere(flagged: Cube) -> None:
    rare = 100 * (0.1 * 0.75 / (0.1 * 0.75 + 0.9 * 0.25) - 0.1)
    assert asked(flagged, "lift", setting="default", base="even")["wine"] == pytest.approx(25)
    assert asked(flagged, "lift", setting="default", base="tenth")["wine"] == pytest.approx(rare)


def test_drifts_of_labels_can_be_left_aside(flagged: Cube) -> None:
    assert asked(flagged, "lift", setting="default", drifts="data") == {}


# ---- the smallest shift ---------------------------------------------------------------------------------------------


def shifted(made: Any, sees: dict[str, float]) -> Cube:
    """Mean shifts of 40 strengths; each test finds those from its own on."""
    for seed, strength in enumerate(np.geomspace(0.05, 2, 40)):
        alarms = {name: [600] if strength >= least else [] for name, least in sees.items()}
        own = {"raw": float(strength), "harm": None}
        made.stream(alarms, scenario="mean_shift", seed=seed, harm=None, own=own)
    made.world({name: {True: [], False: []} for name in sees})
    return cells(made.evidence())


PSI = {"other": "psi", "setting": "default"}


@pytest.mark.parametrize("curve", ["logistic", "steps"])
def test_the_subtler_test_has_the_smaller_shift(made: Any, curve: str) -> None:
    cube = shifted(made, {"ks": 0.2, "psi": 0.8})
    assert asked(cube, "smallest_shift", **PSI, curve=curve)["wine"] == pytest.approx(np.log(4), abs=0.35)
    assert asked(cube, "smallest_shift", **PSI, curve=curve, compared="shares")["wine"] == pytest.approx(37.5, abs=3)


def test_two_tests_that_see_everything_say_nothing_or_are_alike(made: Any) -> None:
    cube = shifted(made, {"ks": 0.0, "psi": 0.0})
    assert asked(cube, "smallest_shift", **PSI) == {}
    assert asked(cube, "smallest_shift", **PSI, beyond="even") == {"wine": 0}


def test_few_streams_have_no_smallest_shift(made: Any) -> None:
    cube = shifted(made, {"ks": 0.2, "psi": 0.8})
    assert list(asked(cube, "smallest_shift", **PSI, seeds="even")) == ["wine"]
    made.records = made.records[:20] + made.records[-2:]
    assert asked(made, "smallest_shift", **PSI, seeds="even") == {}


def test_shares_out_of_order_are_pooled_before_they_are_joined() -> None:
    strengths = np.repeat([0.1, 0.2, 0.4, 0.8], 10)
    shares = np.repeat([[0.2], [0.6], [0.4], [1.0]], 10, axis=1)
    curve = Steps.of(strengths, (np.arange(10) / 10 < shares).ravel())
    assert curve.shares == pytest.approx([0.2, 0.5, 0.5, 1.0])
    assert curve.smallest(0.75).strength == pytest.approx(np.sqrt(0.4 * 0.8))
    assert [curve.smallest(power).bound for power in (0.1, 0.5, 1.0)] == ["≤", "", ""]


def test_a_power_that_is_never_reached_gives_a_bound() -> None:
    strengths = np.linspace(0.1, 1, 30)
    for fit in (Logistic.of, Steps.of):
        assert fit(strengths, np.zeros(30, bool)).smallest(0.8) == (pytest.approx(1.0), "≥")
        assert fit(strengths, np.ones(30, bool)).smallest(0.8) == (pytest.approx(0.1), "≤")


def test_bounds_at_different_ends_are_a_bound_of_the_ratio() -> None:
    assert log_ratio(Smallest(0.1, "≤"), Smallest(1.0, "≥")) == pytest.approx(np.log(10))
    assert np.isnan(log_ratio(Smallest(1.0, "≥"), Smallest(1.0, "≥")))


# ---- scopes ---------------------------------------------------------------------------------------------------------


def test_parts_of_the_data_sets_do_not_overlap_and_are_all_of_them(made: Any) -> None:
    made.world({"ddm": {True: HIT, False: MISS}}, sets=("wine", "pima", "letter"))
    made.stream({"chi_square": HIT}, dataset="pima")
    made.specs = {
        key: {**spec, "dataset": {**spec["dataset"], "classes": {"a": 1, "b": 1}, "rows": 768}}
        if spec["dataset"]["name"] == "pima"
        else {**spec, "dataset": {**spec["dataset"], "classes": dict.fromkeys("abc", 1), "rows": 1500}}
        for key, spec in made.specs.items()
    }
    cube = cells(made.evidence())
    every = {"wine", "pima", "letter"}
    for dimension, levels, first in (
        ("classes", ("two", "more"), {"pima"}),
        ("size", ("small", "large"), {"pima"}),
        ("columns", ("nominal", "numeric"), {"pima"}),
        ("origin", ("made", "measured"), {"letter"}),
    ):
        one, other = (scope(cube, dimension, level) for level in levels)
        assert (one, one | other, one & other) == (first, every, set())
        assert scope(cube, dimension, "all") == every


def test_a_part_that_does_not_exist_is_refused(made: Any) -> None:
    made.world({"ddm": {True: HIT, False: MISS}})
    with pytest.raises(ConfigError, match="has no data sets of size 'huge'"):
        scope(cells(made.evidence()), "size", "huge")
