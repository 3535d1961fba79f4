"""Harm: exact on the finite pool, reached within the tolerance by one strength for all models, or skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from harness.core import ConfigError, Skip
from harness.drift import (
    Abrupt,
    CovariateReweighting,
    Drift,
    Features,
    Improvement,
    Injection,
    Injector,
    LabelNoise,
    LabelPermutation,
    LocalConcept,
    MeanShift,
    MissingCompletelyAtRandom,
    Nothing,
    Pools,
    PriorShift,
    Scenario,
    SensorStuck,
    Strength,
    residual_threshold,
)
from harness.drift.harm import HarmCurve

Make = Callable[..., Drift]
Split = Callable[..., Pools]
USED = Features(most_used=3)
HARMFUL: list[Injector] = [
    LabelPermutation(),
    LocalConcept(),
    LabelNoise(region=1.0),
    SensorStuck(features=USED),
    MissingCompletelyAtRandom(features=USED),
]


def curve(drift: Make, injector: Injector, name: str, seed: int = 0) -> HarmCurve:
    bound = drift(injector, name, seed, raw=1.0)
    return HarmCurve(bound.pools, bound.parts[0].injection, injector.strongest)


@pytest.mark.parametrize("name", ["wine", "segment", "tic_tac_toe"])
@pytest.mark.parametrize("injector", HARMFUL, ids=lambda injector: type(injector).__name__)
def test_a_harm_that_can_be_reached_is_reached_within_the_tolerance(injector: Injector, name: str, drift: Make) -> None:
    for harm in (5, 10):
        calibrated = drift(injector, name, harm=harm)
        allowed = max(0.5, 100 / len(calibrated.pools.evaluate))
        assert calibrated.reference_harm == pytest.approx(harm, abs=allowed + 1e-9)
        assert 0 < calibrated.parts[0].strength <= injector.strongest


@pytest.mark.parametrize("injector", HARMFUL[:3], ids=lambda injector: type(injector).__name__)
def test_harm_grows_with_the_strength(injector: Injector, drift: Make) -> None:
    for name in ("iris", "segment", "diabetes"):
        at = curve(drift, injector, name).at
        harms = np.array([at(raw) for raw in np.linspace(0, 1, 13)])
        assert harms[0] == 0
        assert np.diff(harms).min() > -0.15 * harms.max()  # a random label is sometimes the right one
        assert harms[-1] == pytest.approx(harms.max(), rel=0.1)


def test_a_smaller_harm_takes_a_smaller_strength(drift: Make) -> None:
    for injector in HARMFUL:
        strengths = [drift(injector, "segment", harm=harm).parts[0].strength for harm in (2, 5, 10)]
        assert strengths[0] < strengths[1] < strengths[2]


def test_of_strengths_within_the_tolerance_the_nearest_to_the_target_is_taken(drift: Make) -> None:
    for seed in range(5):
        assert drift(LabelPermutation(), "iris", seed, harm=10).reference_harm == pytest.approx(10)  # 8 and 12 would do


def test_the_strength_does_not_depend_on_which_harm_was_asked_for_before(pools: Split, drift: Make) -> None:
    alone = drift(MeanShift(features=USED), "segment", harm=10).parts[0].strength
    crowded = pools("segment")
    for harm in (20, 2, 5):
        drift(MeanShift(features=USED), harm=harm, among=crowded)
    assert drift(MeanShift(features=USED), harm=10, among=crowded).parts[0].strength == alone


def test_a_harm_out_of_reach_is_skipped_with_the_most_that_was_reached(drift: Make) -> None:
    with pytest.raises(Skip, match=r"a harm of 10 points cannot be reached on wine: the most is 0\.0 points"):
        drift(Nothing(), "wine", harm=10)
    with pytest.raises(Skip, match=r"a harm of -20 points cannot be reached on iris: the most is -[0-9.]+ points"):
        drift(Improvement(), "iris", harm=-20)


def test_a_harm_that_jumps_over_the_target_is_skipped_with_what_lies_on_either_side(pools: Split) -> None:
    split = pools("wine")
    wrong = split.before.target != 0  # all labels of two classes at once

    def jump(rows: Any, ids: Any, strength: Any) -> Any:
        return rows._replace(target=np.where(wrong & (strength > 0.3), 3, rows.target))

    injection = Injection(touched=np.empty(0, dtype=np.int64), labels=True, change=jump)
    beyond = HarmCurve(split, injection, 1.0).at(1.0)
    assert beyond > 40
    with pytest.raises(Skip, match=rf"cannot be reached on wine: it jumps from 0\.0 to {beyond:.1f} points"):
        HarmCurve(split, injection, 1.0).reach(10)


def test_an_improvement_is_a_negative_harm(drift: Make) -> None:
    assert drift(Improvement(), "pima", harm=-5).reference_harm == pytest.approx(-5, abs=0.51)


def test_the_harm_of_a_model_is_its_own_and_exact(drift: Make) -> None:
    always_one = lambda matrix: np.ones(len(matrix), dtype=np.int64)  # noqa: E731
    changed = drift(PriorShift(towards=1), "wine", raw=0.5)
    answers, shares = changed.ask(always_one), np.bincount(changed.pools.before.target) / len(changed.pools.evaluate)
    np.testing.assert_allclose(answers.points, [100 * shares[1], 50 * shares[1] + 50])
    assert answers.harm == pytest.approx(-50 * (1 - shares[1]))
    relabelled = drift(LabelPermutation(), "wine", raw=1.0)
    accuracy = 100 * np.mean(relabelled.concept(1).target == 1)
    assert relabelled.ask(always_one).points[1] == pytest.approx(accuracy)


def test_the_harm_of_a_regression_is_lost_r2(drift: Make) -> None:
    calibrated = drift(LabelPermutation(), "diabetes", harm=10)
    reference_model = calibrated.pools.reference_model
    answers = calibrated.ask(
        reference_model.predict, threshold=residual_threshold(calibrated.pools, reference_model.predict)
    )
    assert answers.harm == pytest.approx(calibrated.reference_harm)
    for concept, points in enumerate(answers.points):
        rows = calibrated.concept(concept)
        residual = np.mean((rows.target - reference_model.predict(rows.matrix)) ** 2)
        assert points == pytest.approx(100 * (1 - residual / rows.target.var()))


def test_about_a_tenth_of_held_out_regression_rows_count_as_errors(drift: Make) -> None:
    still = drift(Nothing(), "bike_sharing", raw=0.0)
    predict = still.pools.reference_model.predict
    answers = still.ask(predict, threshold=residual_threshold(still.pools, predict))
    assert answers.wrong[0].mean() == pytest.approx(0.1, abs=0.02)


def test_a_threshold_belongs_to_regression(drift: Make) -> None:
    for name, threshold in (("diabetes", None), ("iris", 1.0)):
        still = drift(Nothing(), name, raw=0.0)
        with pytest.raises(ConfigError, match="for a regression model, and for no other"):
            still.ask(still.pools.reference_model.predict, threshold=threshold)


def test_a_strength_is_either_raw_or_a_harm() -> None:
    for settings in ({}, {"raw": 1, "harm": 10}):
        with pytest.raises(ConfigError, match=r"strength: .*; set one of them"):
            Strength(**settings)  # type: ignore[arg-type]
    for settings, sentence in (
        ({"raw": -1.0}, "raw has to be at least 0"),
        ({"harm": 0}, "harm has to be other than 0"),
    ):
        with pytest.raises(ConfigError, match=f"^Strength: {sentence}, not "):
            Strength(**settings)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="scenario 'x': strength has raw and harm, not points"):
        Scenario(name="x", injector=Nothing(), profile=Abrupt(), strength={"points": 5})  # type: ignore[arg-type]


def test_a_report_says_what_the_drift_did(drift: Make) -> None:
    changed = drift(MeanShift(features=Features(at=(2,))), raw=1.0)
    report = changed.report(changed.ask(changed.pools.reference_model.predict))
    assert report["harm"] == report["reference_harm"] == changed.reference_harm
    assert report["touched"] == [changed.pools.population.columns[2]]
    assert report["strengths"] == [1.0]
    assert report["ks"] == changed.distances[2] > 0.2
    assert not report["touches_labels"]


def test_harm_counts_how_often_a_row_is_drawn(drift: Make) -> None:
    changed = drift(CovariateReweighting(features=Features(at=(2,))), "wine", raw=2.0)
    rows, weights = changed.pools.before, changed.concept_weights(1)
    hit = changed.pools.reference_model.predict(rows.matrix) == rows.target
    assert changed.reference_harm == pytest.approx(100 * (hit.mean() - np.average(hit, weights=weights)))
