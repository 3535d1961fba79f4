"""What the detection study compares follows from the panel, the experiment's file and the specs of the records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments.detection.design import DESIGN, Design
from experiments.detection.scenarios import STAGED, Scenarios, levels
from harness import places
from harness.running.store.compacted import read_specs

CONF = places.shipped("conf")


def shipped(group: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CONF / group / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def design_of(*specs: Mapping[str, Any], detectors: tuple[str, ...] = ()) -> Design:
    drifted = [spec["scenario"]["name"] for spec in specs if "scenario" in spec]
    return DESIGN.of(specs, detectors=detectors, drifted=drifted)


@pytest.fixture(scope="module")
def published(published_folder: Callable[[str], Path]) -> Design:
    specs = read_specs(published_folder("detection")).values()
    eventless = Scenarios.of(specs).eventless
    names = {spec["scenario"]["name"] for spec in specs} - {"control", *eventless}
    return DESIGN.of(list(specs), detectors=(), drifted=names)


def test_the_panel_is_the_list_of_the_configuration_by_what_each_reads() -> None:
    listed = yaml.safe_load((CONF / "panel.yaml").read_text(encoding="utf-8"))["detectors"]
    assert DESIGN.detectors == listed
    assert {kind: len(names) for kind, names in DESIGN.panel.items()} == {
        "tests of errors": 17,
        "tests of rows": 3,
        "baselines": 6,
    }


def test_published_scenarios_are_of_the_kinds_that_their_injectors_say(published: Design) -> None:
    assert published.kinds == {
        "noise": ("label_noise",),
        "concept": (
            "label_permutation",
            "label_permutation_sigmoid",
            "label_permutation_linear",
            "label_permutation_recurring",
            *("local_concept", "local_concept_sigmoid", "local_concept_linear", "local_concept_recurring"),
            *("halfspace_concept", "halfspace_concept_sigmoid", "label_swap"),
        ),
        "data": (
            *("mean_shift", "mean_shift_sigmoid", "mean_shift_incremental", "mean_shift_recurring"),
            *("mean_shift_harmless", "reweighting", "reweighting_sigmoid", "reweighting_drawn"),
            *("scale", "sensor_bias", "sensor_bias_incremental", "sensor_stuck"),
            *("missing_completely", "missing_at_random", "feature_swap", "feature_permutation"),
            *("unseen_category", "level_frequencies", "merged_levels", "swapped_levels", "correlation_only"),
        ),
        "prior": ("prior_shift", "prior_shift_sigmoid", "improvement"),
        "both": ("shift_then_permutation",),
    }


def test_blips_and_seasons_are_eventless(published: Design) -> None:
    assert published.seasonal == ("label_permutation_seasonal", "mean_shift_seasonal")
    assert published.eventless == (
        *("label_permutation_blip", "label_permutation_seasonal", "mean_shift_blip", "mean_shift_seasonal"),
    )


def test_shifts_scales_and_reweighting_are_seen_by_both(published: Design) -> None:
    staged = {*published.visible} & {*levels()["harmful"], *levels()["curved"]}
    assert staged == {
        *("mean_shift", "mean_shift_sigmoid", "mean_shift_incremental", "mean_shift_recurring", "scale"),
        *("reweighting", "reweighting_sigmoid"),
    }


def test_every_published_scenario_is_one_of_the_experiments_file(published: Design) -> None:
    named = {name for part in (*STAGED, "seasonal") for name in levels()[part]}
    assert {*published.eventless, *(name for members in published.kinds.values() for name in members)} == named


def test_a_scenario_of_ones_own_has_the_kind_of_its_injector() -> None:
    own = {**shipped("scenario", "scale"), "name": "slow_scale"}
    assert design_of({"scenario": own}).kinds == {"data": ("slow_scale",)}


def test_of_a_scenario_whose_class_is_not_here_nothing_is_known() -> None:
    assert design_of({"scenario": {"_target_": "not_installed.Drift", "name": "strange"}}).kinds == {
        "others": ("strange",)
    }


def test_a_detector_of_ones_own_stands_with_those_that_read_the_same() -> None:
    nodes = {
        "fast": {"_target_": "river.drift.ADWIN"},
        "rows": shipped("detector", "ks_any"),
        "gone": {"_target_": "no.X"},
    }
    spec = {"detectors": [{"name": f"{name}@5", "detector": node} for name, node in nodes.items()]}
    panel = design_of(spec, detectors=tuple(nodes)).panel
    assert panel["tests of errors"][-1] == "fast"
    assert panel["tests of rows"][-1] == "rows"
    assert panel["others"] == ("gone",)
    assert list(panel)[-1] == "baselines"
