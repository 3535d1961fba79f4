"""The answers that a sweep keeps are those of the model, fitted anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.building import build
from harness.core import Answered, Outcome
from harness.described import description, digest_of
from harness.drift import Features, LabelPermutation, MeanShift
from harness.memo import Memo
from harness.planning.made_once import make_all
from harness.planning.trials import plan
from harness.running import store
from harness.running.executors import Local
from harness.running.sweep import run_sweep

Run = Callable[..., Outcome]
CELLS = [
    ("scenario=control",),
    ("scenario=mean_shift", "harm=5"),
    ("scenario=mean_shift_sigmoid", "harm=5"),
    ("scenario=label_permutation", "harm=20"),
    ("scenario=shift_then_permutation", "harm=5"),
]


@pytest.fixture
def planned(composed: Callable[..., Any]) -> Callable[..., Any]:
    def make(*overrides: str) -> Any:
        one = plan(composed("trial=detection", "dataset=pima", "model=tree", "detectors=[never]", *overrides))
        make_all([one])
        return one

    return make


def outcome(planned: Any, memo: Memo | None = None) -> Outcome:
    return build(planned.spec).run(memo or Memo())


def keys(found: Outcome) -> list[tuple[Any, ...]]:
    return [one[:-1] for one in found.answers]


def test_a_concept_is_known_by_what_is_on(planned: Callable[..., Any]) -> None:
    calm, shifted, gradual, _, both = (outcome(planned(*cell)) for cell in CELLS)
    assert [json.loads(one.drift) for one in calm.answers] == [[], []]  # the last concept of a control changes nothing
    assert keys(shifted) == keys(gradual)
    assert keys(calm)[0] == keys(shifted)[0] == keys(both)[0]
    assert [len(json.loads(one.drift)) for one in both.answers] == [0, 1, 1, 2]
    assert [one["number"] for one in json.loads(both.answers[3].drift)] == [0, 1]
    assert shifted.answers[1].strengths == tuple(shifted.measurements["strengths"])


def test_answers_give_the_points_of_the_record(planned: Callable[..., Any]) -> None:
    found = outcome(planned("scenario=mean_shift", "harm=5"))
    points = [100 * (1 - np.mean(one.wrong)) for one in found.answers]
    assert points == pytest.approx(found.measurements["points"], abs=1e-9)


@pytest.mark.parametrize(
    "other",
    ["model=nb", "seed=1", "dataset.max_rows=300", "preprocessing.scale=false", "sampling=generator", "dataset=heart"],
)
def test_another_world_has_another_key(planned: Callable[..., Any], other: str) -> None:
    assert keys(outcome(planned()))[0] != keys(outcome(planned(other)))[0]


def test_what_a_sweep_keeps_is_what_a_fresh_fit_answers(planned: Callable[..., Any], tmp_path: Path) -> None:
    trials = [
        planned(*cell, f"model={model}", f"seed={seed}")
        for seed in (0, 1)
        for model in ("tree", "nb")
        for cell in CELLS
    ]
    run_sweep(trials, tmp_path / "detection", build, Local(workers=2))
    expected = {one[:-1]: one.wrong for trial in trials for one in outcome(trial).answers}
    for _ in range(2):
        rows = store.read_answers(tmp_path / "detection").to_pylist()
        assert len(rows) == len(expected)
        for row in rows:
            kept = Answered(**{name: row[name] for name in Answered._fields if name not in ("wrong", "strengths")},
                            strengths=tuple(row["strengths"]), wrong=store.bits(row["wrong"], row["n"]))  # fmt: skip
            np.testing.assert_array_equal(kept.wrong, expected[kept[:-1]])
        store.compact(tmp_path / "detection")


def test_a_description_is_of_class_and_parameters() -> None:
    one, other = MeanShift(features=Features(drawn=2)), MeanShift(features=Features(drawn=3))
    assert description(one)["_target_"] == "harness.drift.injectors.values.MeanShift"
    assert description(one) == description(MeanShift(features=Features(drawn=2)))
    assert digest_of(one) != digest_of(other)
    assert digest_of(LabelPermutation()) != digest_of(one)
    with pytest.raises(TypeError, match="cannot be described"):
        description(iter([]))
