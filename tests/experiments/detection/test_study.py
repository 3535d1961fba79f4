"""Which streams a question is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from experiments.detection.design import Where
from experiments.detection.tables.inventory import staged_table
from harness.core import HarnessError
from harness.detectors.run import Run
from harness.scoring import measures

DDM, EDDM = Run.of("ddm"), Run.of("eddm")
HIT, MISS = {True: [500], False: []}, {True: [], False: []}


def test_a_run_is_named_by_detector_and_setting() -> None:
    assert Run.of("ddm@5") == Run("ddm", "5")
    assert [Run.of(name).name for name in ("ddm", "ddm@5")] == ["ddm", "ddm@5"]


def test_late_labels_and_other_months_are_no_part_of_the_main_comparison(made: Any) -> None:
    made.world({"ddm": HIT})
    made.stream({"ddm": []}, seed=1, label_delay=100)
    made.stream({"ddm": []}, seed=1, rows_per_month=1000)
    study = made.study()
    assert study.values(measures.recall, DDM).loc["wine"] == 100
    assert study.values(measures.recall, DDM, Where(label_delay=100)).loc["wine"] == 0


def test_twins_are_those_of_the_same_model_and_label_delay(made: Any) -> None:
    made.world({"ddm": HIT})
    made.stream({"ddm": [3]}, scenario="control", model="logistic")
    made.stream({"ddm": [3]}, scenario="control", label_delay=100)
    assert made.study().values(measures.false_positives, DDM).loc["wine"] == 0


def test_a_contrast_is_over_what_both_have_read(made: Any) -> None:
    made.world({"ddm": HIT, "eddm": MISS}, sets=("wine", "pima"))
    made.world({"ddm": MISS}, sets=("iris",))
    for scenario in ("label_permutation", "control"):
        made.stream({"ddm": []}, scenario=scenario, model="logistic")
    study = made.study()
    assert study.contrast(measures.recall, DDM, EDDM).tolist() == [100, 100]
    assert study.values(measures.recall, DDM).loc["wine"] == 50


def test_a_silent_run_is_a_run_and_an_absent_one_is_not(made: Any) -> None:
    made.world({"ddm": HIT, "eddm": MISS})
    made.world({"ddm": HIT}, sets=("iris",))
    study = made.study()
    assert list(study.values(measures.recall, EDDM).index) == ["wine"]
    assert list(study.values(measures.recall, DDM).index) == ["iris", "wine"]


def test_a_stream_in_two_records_is_one_stream(made: Any) -> None:
    made.world({"ddm": HIT})
    made.stream({"ddm@1": []})
    study = made.study()
    assert len(study.recorded.streams) == 2
    assert study.values(measures.recall, Run("ddm", "1")).loc["wine"] == 0


def test_a_run_in_two_records_counts_once(made: Any) -> None:
    made.world({"ddm": HIT})
    made.stream({"ddm": [500]})
    study = made.study()
    assert study.tally.sums[DDM]["runs"].sum() == 2
    assert study.recorded.n_repeated == 1


def test_a_scenario_at_its_own_harm_is_the_stream_staged_at_that_harm(made: Any) -> None:
    made.world({"ddm": HIT})
    made.stream({"mmd": []}, harm=None, own={"harm": 10, "raw": None})
    assert len(made.study().recorded.streams) == 2


def test_a_sweep_of_raw_strengths_is_no_part_of_a_scenario_that_is_staged_at_a_harm(made: Any) -> None:
    made.world({"ddm": HIT})
    made.stream({"ddm": []}, harm=None, own={"harm": None, "raw": 0.1})
    made.stream({"ddm": []}, scenario="prior_shift", harm=None, own={"harm": None, "raw": 0.5})
    study = made.study()
    assert study.values(measures.recall, DDM, Where(staged=False)).loc["wine"] == 50
    assert study.values(measures.recall, DDM).loc["wine"] == 100


def test_two_scenarios_of_one_name_are_two_streams(made: Any) -> None:
    made.world({"ddm": HIT})
    made.stream({"ddm": []}, profile="Sigmoid")
    study = made.study()
    assert len(study.recorded.streams) == 3
    assert study.recorded.n_repeated == 0
    assert study.values(measures.recall, DDM).loc["wine"] == 50
    (row,) = [row for _, row in staged_table(study).frame.iterrows() if row["scenario"] == "label_permutation"]
    assert row["staged"] == 2


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        (
            {"sampling": {"_target_": "Twin"}},
            {"sampling": {"_target_": "OnePass", "train_rows": 9}},
            "data set 'wine' in two worlds .sampling._target_: Twin and OnePass",
        ),
        (
            {"model": {"name": "tree", "depth": 3}},
            {"model": {"name": "tree"}},
            "model 'tree' .* .model.depth: 3 and none",
        ),
        (
            {"preprocessing": {"scale": True}},
            {"preprocessing": {"scale": False}},
            "preprocessing.scale: True and False",
        ),
    ],
)
def test_worlds_are_not_mixed(made: Any, first: dict[str, Any], second: dict[str, Any], what: str) -> None:
    for scenario in ("label_permutation", "control"):
        made.stream({"ddm": [500]}, scenario=scenario, world=first)
        made.stream({"ddm": [500]}, scenario=scenario, dataset="pima", world=first)
    assert list(made.study().values(measures.recall, DDM).index) == ["pima", "wine"]
    made.stream({"ddm": [500]}, seed=1, world=second)
    with pytest.raises(HarnessError, match=what):
        made.study()


def test_a_set_that_is_part_of_another_does_not_count(made: Any) -> None:
    made.world({"ddm": HIT}, sets=("wine", "digits"))
    assert list(made.study(frozenset({"digits"})).values(measures.recall, DDM).index) == ["wine"]


def test_a_baseline_without_a_knob_stands_as_it_comes(made: Any) -> None:
    made.world({"ddm@5": HIT, "never": MISS})
    study = made.study()
    assert study.at("never", "5") == Run.of("never")
    assert study.at("ddm", "5") == Run.of("ddm@5")


def test_alarms_after_the_end_are_not_silently_true_or_false(made: Any) -> None:
    made.world({"ddm": {True: [1850], False: [1850]}})
    study = made.study()
    assert study.values(measures.accuracy, DDM).loc["wine"] == 50
    assert study.tally.sums[DDM]["past_end"].sum() == 2


def test_parts_of_the_design_without_records_are_named(made: Any) -> None:
    made.world({"ddm": HIT})
    assert "late labels" in made.study().absent
    made.stream({"ddm": []}, label_delay=100)
    assert "late labels" not in made.study().absent


def test_without_drift_free_twins_there_is_one_clear_sentence(made: Any) -> None:
    made.stream({"ddm": [500]})
    with pytest.raises(HarnessError, match=r"one of the two has no record; finish the sweep, .*: harness run"):
        made.study().check()


@pytest.mark.parametrize("empty", [False, True], ids=["no list", "empty lists"])
def test_without_streams_with_a_drift_there_is_one_clear_sentence(made: Any, empty: bool) -> None:
    """Empty lists alone are lists of nothing, which have no ends to be flattened."""
    for seed in range(2):
        made.stream({"ddm": [700]}, scenario="control", seed=seed)
        made.records[-1].measurements.update({"truth": []} if empty else {})
    study = made.study()
    assert study.recorded.truth.values.shape == (0, 2)
    assert study.recorded.truth.offsets.tolist() == [0, 0, 0]
    with pytest.raises(HarnessError, match="one of the two has no record; finish the sweep"):
        study.check()


def test_a_scenario_has_its_title_in_tables_and_keeps_its_key_beside_it(made: Any) -> None:
    made.world({"ddm": HIT})
    study = made.study()
    titled = replace(
        study, evidence=replace(study.evidence, titles={"scenario": {"label_permutation": "Labels permuted"}})
    )
    for one, title in ((study, "label permutation"), (titled, "Labels permuted")):
        row = staged_table(one).frame.set_index("scenario").loc["label_permutation"]
        assert row["title"] == title


@pytest.mark.parametrize("sampling", ["twin", "generator", "paper"])
def test_the_main_comparison_has_whatever_sampling_there_is(made: Any, sampling: str) -> None:
    for scenario, alarms in (("label_permutation", [500]), ("control", [])):
        made.stream({"ddm": alarms}, scenario=scenario, world={"sampling": {"name": sampling}})
    study = made.study()
    study.check()
    assert study.values(measures.found, DDM).loc["wine"] == 100


def test_halves_stand_apart_where_there_are_others(made: Any) -> None:
    for sampling, alarms in (("twin", [500]), ("paper", [])):
        for scenario in ("label_permutation", "control"):
            read = alarms if scenario != "control" else []
            made.stream({"ddm": read}, scenario=scenario, world={"sampling": {"name": sampling}})
    assert made.study().values(measures.found, DDM).loc["wine"] == 100
    assert made.study().values(measures.found, DDM, Where(sampling="paper")).loc["wine"] == 0


def test_two_samplings_beside_the_halves_are_two_worlds(made: Any) -> None:
    for sampling in ("twin", "generator"):
        made.stream({"ddm": []}, world={"sampling": {"name": sampling}})
    with pytest.raises(HarnessError, match="in two worlds"):
        made.study()


def test_sets_whose_models_give_numbers_are_the_main_comparison_if_they_are_alone(made: Any) -> None:
    world = {"dataset": {"name": "boston", "task": "regression"}}
    for scenario, alarms in (("label_permutation", [500]), ("control", [])):
        made.stream({"ddm": alarms}, scenario=scenario, dataset="boston", world=world)
    assert made.study().values(measures.found, DDM).loc["boston"] == 100
