"""Harm behind alarms, the smallest shift, localisation, and where the order of delays holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.detection import shift_curves
from experiments.detection.design import only
from experiments.detection.tables import alarm_precision as warranted
from experiments.detection.tables import comparing, conditions, inventory, kinds, localising, power
from harness.core import Code
from harness.detectors.run import DEFAULT, Run
from harness.scoring import measures

KS = Run("ks", DEFAULT)


# ---- harm behind alarms ---------------------------------------------------------------------------------------------


@pytest.fixture
def flagged(made: Any) -> Any:
    def build(rows: list[tuple[float, list[int]]]) -> Any:
        for seed, (harm, alarms) in enumerate(rows):
            made.stream({"ks": alarms}, seed=seed)
            made.records[-1].measurements["harm"] = harm
        made.stream({"ks": []}, scenario="control")
        return made.study()

    return build


def test_alarms_on_harmful_streams_only_are_all_warranted(flagged: Any) -> None:
    study = flagged([(10.0, [600]), (10.0, [600]), (0.0, [])])
    found = warranted.warranted(study, KS).loc["wine"]
    assert found["given_alarm"] == 100
    assert found["base"] == 50  # two of four streams, the twin included
    assert found["even"] == 100


def test_alarms_everywhere_tell_nothing_of_harm(flagged: Any) -> None:
    study = flagged([(10.0, [600]), (1.9, [600])])
    found = warranted.warranted(study, KS).loc["wine"]
    assert found["given_alarm"] == 50  # the twin was silent
    study.recorded.streams.loc[study.recorded.streams["scenario"] == "control", "harm_done"] = 50.0
    assert warranted.warranted(study, KS).loc["wine", "base"] == pytest.approx(100 / 3)  # no drift has no harm


def test_even_odds_do_not_depend_on_how_many_harmful_streams_were_staged(flagged: Any) -> None:
    few = [(10.0, [600]), (10.0, [])]
    study = flagged(few * 8 + [(0.0, [600]), (0.0, []), (0.0, [])])
    assert warranted.warranted(study, KS).loc["wine", "even"] == pytest.approx(100 * 0.5 / (0.5 + 0.25))


# ---- the smallest shift ---------------------------------------------------------------------------------------------


def test_the_smallest_shift_of_a_known_curve_is_found() -> None:
    strengths = np.repeat(np.geomspace(0.05, 2, 60), 200)
    chance = 1 / (1 + np.exp(-3 * (np.log(strengths) - np.log(0.4))))
    found = shift_curves.smallest_shift(strengths, np.tile((np.arange(200) + 0.5) / 200, 60) < chance)
    assert found.bound == ""
    assert found.strength == pytest.approx(0.4 * np.exp(np.log(4) / 3), rel=0.01)


def test_a_test_that_sees_all_or_nothing_gives_a_bound() -> None:
    strengths = np.linspace(0.1, 1, 30)
    assert shift_curves.smallest_shift(strengths, np.ones(30, bool)) == (pytest.approx(0.1), "≤")
    assert shift_curves.smallest_shift(strengths, np.zeros(30, bool)) == (pytest.approx(1.0), "≥")


def test_a_clean_cut_between_misses_and_hits_has_an_answer_near_the_cut() -> None:
    strengths = np.linspace(0.1, 1, 31)
    found = shift_curves.smallest_shift(strengths, strengths > 0.5)
    assert 0.4 < found.strength < 0.8


def shifted(made: Any, sees: dict[str, float]) -> Any:
    """Mean shifts of 30 strengths; each test finds those from its own on."""
    for seed, strength in enumerate(np.geomspace(0.05, 2, 30)):
        alarms = {name: [600] if strength >= least else [] for name, least in sees.items()}
        own = {"raw": float(strength), "harm": None}
        made.stream(alarms, scenario="mean_shift", seed=seed, harm=None, own=own)
    made.world({name: {True: [], False: []} for name in sees})
    return made.study()


def test_the_subtler_test_has_the_smaller_shift(made: Any) -> None:
    study = shifted(made, {"ks": 0.2, "psi": 0.8})
    one, other = (power.shifts(study, Run(name, DEFAULT)).loc["wine", "strength"] for name in ("ks", "psi"))
    assert np.log(other / one) == pytest.approx(np.log(4), abs=0.35)


def test_few_streams_have_no_smallest_shift(made: Any) -> None:
    made.stream({"ks": [600]}, scenario="mean_shift", harm=None, own={"raw": 1.0, "harm": None})
    made.world({"ks": {True: [], False: []}})
    assert power.shifts(made.study(), KS).empty


def test_strengths_that_were_chosen_for_a_harm_tell_nothing_of_subtlety(made: Any) -> None:
    for seed in range(40):
        made.stream({"ks": [600]}, scenario="mean_shift", seed=seed, strengths=[0.01 + seed])
    made.stream({"ks": []}, scenario="control")
    assert power.shifts(made.study(), KS).empty


# ---- localisation ---------------------------------------------------------------------------------------------------


def test_precision_is_that_of_the_alarm_that_found_the_drift(made: Any) -> None:
    named = {"ks": [["d"], ["a", "b"], ["c"]]}  # an early alarm, the detection, a repeat
    made.stream({"ks": [299, 599, 899]}, scenario="mean_shift", named=named, touched=["a", "c"])
    made.stream({"ks": []}, scenario="control")
    row = localising.localisation_table(made.study()).frame.iloc[0]
    assert row[["precision", "chance", "recall", "named", "touched"]].tolist() == [50, 50, 50, 2, 2]


def test_what_was_not_found_or_touched_nothing_is_not_localised(made: Any) -> None:
    made.stream({"ks": [299]}, scenario="mean_shift", named={"ks": [["a"]]}, touched=["a"])
    made.stream({"ks": [599]}, named={"ks": [["a"]]}, touched=[])
    made.stream({"ks": []}, scenario="control")
    assert localising.localisation_table(made.study()).frame.empty


def test_positions_of_older_records_are_not_taken_for_names(made: Any) -> None:
    made.stream({"ks": [599]}, scenario="mean_shift", named={"ks": [[0]]}, touched=["a"])
    made.stream({"ks": []}, scenario="control")
    assert localising.localisation_table(made.study()).frame.empty


# ---- conditions -----------------------------------------------------------------------------------------------------


def visible(made: Any, *, late: int, ddm: list[int], eddm: list[int]) -> None:
    for number in range(4):
        for scenario, drifted in (("mean_shift", True), ("control", False)):
            alarms = {"ks": [599], "ddm_warm": [ddm[number]], "eddm_warm": [eddm[number]]}
            found = {f"{name}{at}": rows if drifted else [] for name, rows in alarms.items() for at in ("", "@5")}
            made.stream(found, scenario=scenario, dataset=f"set {number}", label_delay=late)


def test_the_region_table_says_where_the_order_holds(made: Any) -> None:
    visible(made, late=0, ddm=[700, 705, 710, 700], eddm=[900, 905, 900, 910])
    visible(made, late=100, ddm=[510, 515, 510, 515], eddm=[900, 905, 900, 910])
    table = conditions.region_table(made.study()).frame.set_index(["setting", "late"])
    assert table["order"].xs("at defaults").to_dict() == {0: "holds", 100: "reversed in part"}
    assert table["first_gap"].xs("at defaults")[0] == pytest.approx((np.mean([700, 705, 710, 700]) - 599) / 300)


def test_a_tiny_lead_holds_by_little(made: Any) -> None:
    visible(made, late=0, ddm=[620, 621, 622, 620], eddm=[900, 905, 900, 910])
    visible(made, late=100, ddm=[620, 621, 622, 620], eddm=[900, 905, 900, 910])
    assert set(conditions.region_table(made.study()).frame["order"]) == {"holds, by little"}


def test_all_rows_of_the_region_are_about_the_same_sets_and_harms(made: Any) -> None:
    visible(made, late=0, ddm=[700, 705, 710, 700], eddm=[900, 905, 900, 910])
    visible(made, late=100, ddm=[700, 705, 710, 700], eddm=[900, 905, 900, 910])
    for dataset, harm in (("set 0", 20), ("another", 10)):  # at once only
        alarms = {"ks": [500], "ddm_warm": [1000], "eddm_warm": [510]}
        made.stream(alarms, scenario="mean_shift", dataset=dataset, harm=harm)
        made.stream({name: [] for name in alarms}, scenario="control", dataset=dataset, seed=1)
    table = conditions.region_table(made.study()).frame
    at_once, late = (table[(table["late"] == late) & (table["setting"] == "at defaults")].iloc[0] for late in (0, 100))
    shown = ["ks", "ddm_warm", "eddm_warm", "n"]
    assert at_once[shown].tolist() == late[shown].tolist()


def test_one_pair_of_months_and_labels_is_no_region(made: Any) -> None:
    visible(made, late=0, ddm=[700] * 4, eddm=[900] * 4)
    assert conditions.region_table(made.study()).frame.empty


def test_a_crossover_is_an_interaction_and_no_main_effect(made: Any) -> None:
    rng = np.random.default_rng(0)
    for number in range(8):
        for seed in range(10):
            for scenario in ("label_permutation", "mean_shift", "control"):
                mine, other = (rng.random(2) < (0.9, 0.1)).tolist()
                if scenario == "mean_shift":
                    mine, other = other, mine
                hits = {"ddm_warm": mine, "eddm_warm": mine, "ks": other}
                alarms = {name: [600] if hit and scenario != "control" else [] for name, hit in hits.items()}
                made.stream(alarms, scenario=scenario, dataset=f"set {number}", seed=seed)
    table = kinds.interaction_table(made.study()).frame
    rows = table[table["detectors"] == "ddm warm, ks"].set_index("effect")
    assert rows.loc["detector × kind", "p"] < 0.001
    assert rows.loc["detector", "p"] > 0.05


def test_an_alarm_on_a_blip_is_false_and_counted_there(made: Any) -> None:
    made.world({"ddm": {True: [500], False: []}})
    made.stream({"ddm": [600]}, scenario="mean_shift_blip", truth=[], harm=None, own={"raw": 3.0, "harm": None})
    row = kinds.eventless_table(made.study()).frame.iloc[0]
    assert row[["mean_shift_blip", "mean_shift_blip_more"]].tolist() == [100, 100]


def test_what_a_twin_alarms_too_is_not_owed_to_the_blip(made: Any) -> None:
    for seed, twin in enumerate(([600], [])):
        made.stream({"ddm": twin}, scenario="control", seed=seed)
        made.stream({"ddm": [600]}, seed=seed)
        blip = {"raw": 3.0, "harm": None}
        made.stream({"ddm": [600]}, scenario="mean_shift_blip", truth=[], harm=None, own=blip, seed=seed)
    row = kinds.eventless_table(made.study()).frame.iloc[0]
    assert row[["mean_shift_blip", "mean_shift_blip_more"]].tolist() == [100, 50]


# ---- what there was -------------------------------------------------------------------------------------------------


def test_skipped_streams_are_counted_by_reason(made: Any) -> None:
    made.world({"ddm": {True: [500], False: []}})
    spec = made.records[0].spec
    codes = (Code.HARM_OUT_OF_REACH, Code.HARM_JUMPED_OVER, Code.TOO_FEW_FEATURES, "a-code-of-ones-own")
    for seed, code in enumerate(codes, start=1):
        made.add({**made.records[0].factors, "seed": seed}, spec, {}, code=code)
    row = inventory.staged_table(made.study()).frame.set_index("scenario").loc["label_permutation"]
    assert row[["staged", "unreachable", "jumped", "impossible"]].tolist() == [1, 1, 1, 2]
    assert row["harm_done"] == 10


def test_sets_that_a_detector_cannot_read_are_named(made: Any) -> None:
    made.world({"ddm": {True: [500], False: []}}, sets=("wine",))
    made.world({"eddm": {True: [500], False: []}}, sets=("iris",))
    table = inventory.unread_table(made.study()).frame.set_index(["title", "setting"])
    assert table.loc[("DDM", "at defaults"), "sets"] == "iris"


# ---- what somebody else brought --------------------------------------------------------------------------------------


def test_own_detectors_stand_before_the_baselines(made: Any) -> None:
    made.stream({"ddm": [600], "mine": [510], "never": []})
    made.stream({"ddm": [], "mine": [], "never": []}, scenario="control")
    table = comparing.paper_table(made.study(), DEFAULT)
    assert list(table.frame["detector"]) == ["ddm", "mine", "never"]
    assert table.frame.set_index("detector").loc["mine", "found"] == 100


def test_own_scenarios_are_a_kind_of_their_own(made: Any) -> None:
    made.stream({"ddm": [600]}, scenario="my_drift", kinds=[])
    made.stream({"ddm": []}, scenario="control")
    table = kinds.kind_table(made.study(), DEFAULT)
    assert table.frame.set_index("detector").loc["ddm", "others"] == 100


# ---- chance, second drifts and sets with a part of the design --------------------------------------------------------


def test_chance_is_what_the_alarms_of_twins_would_have_found(made: Any) -> None:
    for seed, twin in enumerate(([700], [100], [], [])):
        made.stream({"ddm": [600]}, seed=seed)
        made.stream({"ddm": twin}, scenario="control", seed=seed)
    table = comparing.paper_table(made.study(), DEFAULT)
    assert table.frame.set_index("detector").loc["ddm", ["found", "by_chance"]].tolist() == [100, 25]


def test_a_second_drift_of_a_stream_counts_as_an_event_and_not_as_found(made: Any) -> None:
    made.stream({"ddm": [1300]}, truth=[[500, 500], [1200, 1200]])
    made.stream({"ddm": []}, scenario="control")
    study = made.study()
    assert [study.values(one, Run("ddm", DEFAULT)).item() for one in (measures.found, measures.recall)] == [0, 50]


def test_a_set_with_a_part_of_the_scenarios_is_in_no_mean_over_them(made: Any) -> None:
    made.world({"chi_square": {True: [500], False: []}})
    for scenario in ("unseen_category", "control"):
        made.stream({"chi_square": []}, scenario=scenario, dataset="mushroom")
    study, run = made.study(), Run("chi_square", DEFAULT)
    assert list(study.values(measures.found, run).index) == ["wine"]
    assert list(study.values(measures.found, run, only("unseen_category")).index) == ["mushroom"]


def test_common_ground_is_where_every_compared_detector_could_be_set(made: Any) -> None:
    every = {name: [500] for name in ("ddm_warm@5", "eddm_warm@5", "ks@5", "adwin@5")}
    silent: dict[str, list[int]] = {name: [] for name in every}
    for dataset, runs, rate in (("wine", every, 0.05), ("iris", {"adwin@5": []}, 0.05), ("pima", silent, 0.2)):
        about = {"realised": rate, "n_fresh": 500}
        world = {"detectors": [{"name": name, "detector": {}, "about": about} for name in runs]}
        made.stream(runs, dataset=dataset, world=world)
        made.stream({name: [] for name in runs}, scenario="control", dataset=dataset, world=world)
    frame = comparing.common_table(made.study()).frame.set_index("detector")
    assert frame.loc["adwin", ["found", "n"]].tolist() == [100, 1]
