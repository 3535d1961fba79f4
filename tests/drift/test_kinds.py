"""A scenario says itself what it counts as, and so does its node in a spec."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from harness import places
from harness.drift import (
    Abrupt,
    Blip,
    HalfSpaceConcept,
    Improvement,
    Injector,
    Kind,
    LabelNoise,
    LabelPermutation,
    LabelSwap,
    LocalConcept,
    MeanShift,
    Nothing,
    PriorShift,
    Scenario,
    Strength,
    Together,
    is_eventless,
    is_seasonal,
    kind_of,
)

NODES: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((places.shipped("conf") / "scenario").glob("*.yaml"))
}
KINDS = {
    Kind.CONCEPT: {
        *("label_permutation", "label_permutation_sigmoid", "label_permutation_linear", "label_permutation_recurring"),
        *("label_swap", "local_concept", "local_concept_sigmoid", "local_concept_linear", "local_concept_recurring"),
        *("halfspace_concept", "halfspace_concept_sigmoid"),
    },
    Kind.NOISE: {"label_noise"},
    Kind.DATA: {
        *("mean_shift", "mean_shift_sigmoid", "mean_shift_incremental", "mean_shift_recurring", "mean_shift_harmless"),
        *("scale", "sensor_bias", "sensor_bias_incremental", "sensor_stuck", "missing_completely", "missing_at_random"),
        *("unseen_category", "feature_swap", "feature_permutation", "correlation_only"),
        *("reweighting", "reweighting_sigmoid", "reweighting_drawn"),
        *("level_frequencies", "merged_levels", "swapped_levels"),
    },
    Kind.PRIOR: {"prior_shift", "prior_shift_sigmoid", "improvement"},
    Kind.BOTH: {"shift_then_permutation"},
}
SEASONAL = {"label_permutation_seasonal", "mean_shift_seasonal"}
EVENTLESS = {"label_permutation_blip", "mean_shift_blip", *SEASONAL}

MINE = {
    "_target_": "harness.drift.Scenario",
    "name": "mine",
    "injector": {"_target_": "harness.drift.Scale"},
    "profile": {"_target_": "harness.drift.Abrupt"},
    "strength": {"raw": 1.0, "harm": None},
}


def together(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"_target_": "harness.drift.Together", "name": "both", "scenarios": list(parts)}


def test_every_shipped_scenario_is_of_the_kind_that_the_published_tables_give_it() -> None:
    listed = {name: kind for kind, names in KINDS.items() for name in names}
    assert {name: kind_of(node) for name, node in NODES.items()} == {
        name: listed.get(name, Kind.NONE) for name in NODES
    }


def test_labels_changed_at_random_are_noise_up_to_half_of_the_rows_and_another_rule_beyond() -> None:
    for injector in ("LabelPermutation", "LabelSwap"):
        node = {**MINE, "injector": {"_target_": f"harness.drift.{injector}"}}
        kinds = [kind_of({**node, "strength": {"raw": raw, "harm": None}}) for raw in (0.4, 0.5, 0.6)]
        assert kinds == [Kind.NOISE, Kind.NOISE, Kind.CONCEPT]
        assert kind_of({**node, "strength": {"raw": None, "harm": 10}}) is Kind.CONCEPT  # the strength is not known yet


@pytest.mark.parametrize(
    ("injector", "raw", "kind"),
    [
        (LabelPermutation(), 0.4, "noise"),
        (LabelPermutation(), 0.6, "concept"),
        (LabelSwap(), 0.5, "noise"),
        (LabelSwap(), 0.6, "concept"),
        (LabelNoise(), 0.9, "noise"),
        (LocalConcept(), 0.1, "concept"),
        (HalfSpaceConcept(), 0.1, "concept"),
        (MeanShift(), 0.1, "data"),
        (PriorShift(), 0.1, "prior"),
        (Improvement(), 0.1, "prior"),
        (MeanShift(), 0.0, "none"),
        (Nothing(), 1.0, "none"),
    ],
    ids=str,
)
def test_a_report_says_the_kind_at_the_strength(injector: Injector, raw: float, kind: str, drift: Any) -> None:
    changed = drift(injector, "vehicle", raw=raw)
    report = changed.report(changed.ask(changed.pools.reference_model.predict))
    assert report["kinds"] == [kind]
    assert ("effective_rows" in report) == (changed.concept_weights(1) is not None)


def test_the_kinds_of_parts_stand_in_their_order_and_a_part_without_an_event_is_of_none(pools: Any) -> None:
    raw = Strength(raw=0.2)
    swap = Scenario(name="swap", injector=LabelSwap(), profile=Abrupt(), strength=raw)
    shift = Scenario(name="shift", injector=MeanShift(), profile=Blip(), strength=raw)
    changed = Together(name="both", scenarios=[swap, shift]).on(pools("vehicle"))
    assert [part.kind for part in changed.parts] == [Kind.NOISE, Kind.NONE]


def test_blips_and_seasons_are_eventless_and_a_control_is_not() -> None:
    assert {name for name, node in NODES.items() if is_eventless(node)} == EVENTLESS
    assert {name for name, node in NODES.items() if is_seasonal(node)} == SEASONAL


def test_a_scenario_of_ones_own_has_its_kind() -> None:
    assert kind_of(MINE) is Kind.DATA
    assert kind_of({**MINE, "profile": {"_target_": "harness.drift.Abrupt", "onset": 20.5}}) is Kind.DATA


def test_an_incremental_drift_makes_the_events_of_its_course() -> None:
    course = {"_target_": "harness.drift.Incremental", "course": {"_target_": "harness.drift.Blip"}}
    assert kind_of({**MINE, "profile": course}) is Kind.NONE
    assert is_eventless({**MINE, "profile": course})


def test_scenarios_together_are_of_their_common_kind_or_of_both() -> None:
    concept = {**MINE, "injector": {"_target_": "harness.drift.LabelSwap"}}
    nothing = {**MINE, "injector": {"_target_": "harness.drift.Nothing"}}
    season = {**concept, "profile": {"_target_": "harness.drift.Seasonal"}}
    assert kind_of(together(MINE, MINE)) is Kind.DATA
    assert kind_of(together(MINE, concept)) is Kind.BOTH
    assert kind_of(together(MINE, nothing)) is Kind.DATA
    assert kind_of(together(nothing)) is Kind.NONE
    assert kind_of(together(MINE, season)) is Kind.DATA
    assert is_seasonal(together(season, nothing))
    assert not is_eventless(together(MINE, season))


@pytest.mark.parametrize("target", ["a_package_that_nobody_has.Drift", "harness.drift.NoSuchThing", "builtins.dict"])
def test_what_is_not_here_or_says_nothing_has_no_kind(target: str) -> None:
    node = {"_target_": target, "name": "theirs"}
    assert kind_of(node) is None
    assert not is_eventless(node)
    assert not is_seasonal(node)
    assert kind_of({**MINE, "injector": {"_target_": "a_package_that_nobody_has.Injector"}}) is None
