"""Harm: exact on the finite pool, reached within the tolerance by one strength for all models, or skipped."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from harness.core import Code, ConfigError, Skip
from harness.drift import (
    Abrupt,
    Clock,
    CovariateReweighting,
    Drift,
    Features,
    GeneratorWorld,
    Improvement,
    Injection,
    Injector,
    LabelNoise,
    LabelPermutation,
    LocalConcept,
    MeanShift,
    MissingCompletelyAtRandom,
    Nothing,
    OnePass,
    Pools,
    PriorShift,
    Scenario,
    SensorStuck,
    Sigmoid,
    Strength,
    Together,
    Towards,
    Yardstick,
    residual_threshold,
)
from harness.drift.effective_rows import effective_rows, fewest_effective_rows
from harness.drift.harm import N_BISECTIONS, N_GRID, HarmCurve

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
        calibrated = drift(injector, name, 1, harm=harm)
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
    with pytest.raises(Skip, match=r"a harm of 90 points cannot be reached on wine: the most is [0-9.]+ points"):
        drift(MeanShift(), "wine", harm=90)
    with pytest.raises(Skip, match=r"a harm of -20 points cannot be reached on iris: the most is -[0-9.]+ points"):
        drift(Improvement(), "iris", harm=-20)


def test_no_harm_is_asked_of_what_changes_nothing(drift: Make) -> None:
    with pytest.raises(ConfigError, match=r"harm=10 changes nothing, since scenario x stages no drift: leave it out"):
        drift(Nothing(), "wine", harm=10)


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
    changed = drift(CovariateReweighting(features=Features(at=(2,))), "vehicle", raw=1.0)
    rows, weights = changed.pools.before, changed.concept_weights(1)
    hit = changed.pools.reference_model.predict(rows.matrix) == rows.target
    assert changed.reference_harm == pytest.approx(100 * (hit.mean() - np.average(hit, weights=weights)))


# ---- to whom --------------------------------------------------------------------------------------------------------


class Counted:
    """A fitted model that counts the rows it is asked about."""

    def __init__(self, estimator: Any, pools: Pools) -> None:
        rows = pools.population.take(pools.train)
        self._fitted = make_pipeline(SimpleImputer(), StandardScaler(), estimator).fit(rows.matrix, rows.target)
        self.asked: list[int] = []

    def __call__(self, matrix: Any) -> Any:
        self.asked.append(len(matrix))
        return self._fitted.predict(matrix)


CLASSIFIERS = {
    "logistic": LogisticRegression(max_iter=2000),
    "tree": DecisionTreeClassifier(random_state=0),
    "forest": RandomForestClassifier(25, random_state=0),
}
REGRESSORS = {
    "ridge": Ridge(),
    "tree": DecisionTreeRegressor(min_samples_leaf=3, random_state=0),
    "forest": RandomForestRegressor(25, random_state=0),
}
OF_EVERY_SORT: list[Injector] = [
    LabelPermutation(),
    LocalConcept(),
    MeanShift(features=USED),
    SensorStuck(features=USED),
    CovariateReweighting(features=Features(share=0.5), towards=Towards.ERRORS),
]


def staged(injector: Injector, pools: Pools, harm: float = 10) -> Drift:
    return Scenario(name="x", injector=injector, profile=Abrupt(), strength=Strength(harm=harm)).on(pools)


@pytest.mark.parametrize("name", ["vehicle", "diabetes"])
@pytest.mark.parametrize("injector", OF_EVERY_SORT, ids=lambda injector: type(injector).__name__)
def test_a_harm_is_done_to_the_model_that_judges_and_touches_the_same_features(
    injector: Injector, name: str, pools: Split
) -> None:
    split, reached = pools(name, 1), 0
    n_classes = split.population.n_classes
    allowed = (max(0.5, 100 / len(split.evaluate)) if n_classes else 2.0) + 1e-9
    try:
        by_reference = staged(injector, split)
    except Skip:
        by_reference = None
    for sort, estimator in (CLASSIFIERS if n_classes else REGRESSORS).items():
        predict = Counted(estimator, split)
        try:
            to_itself = staged(injector, split.judged_by(Yardstick(sort, predict, n_classes)))
        except Skip:
            continue
        reached += 1
        threshold = None if n_classes else 1.0
        assert to_itself.ask(predict, threshold=threshold).harm == pytest.approx(10, abs=allowed)
        if by_reference:
            assert to_itself.touched.tolist() == by_reference.touched.tolist()
    assert reached or isinstance(injector, CovariateReweighting)


@pytest.mark.parametrize("injector", OF_EVERY_SORT, ids=lambda injector: type(injector).__name__)
def test_no_row_is_predicted_twice_to_find_a_strength(injector: Injector, pools: Split) -> None:
    split = pools("vehicle", 3)
    predict, n = Counted(CLASSIFIERS["tree"], split), len(split.evaluate)
    judged = split.judged_by(Yardstick("counted", predict, split.population.n_classes))
    for harm in (5, 10, 20, 10):
        with contextlib.suppress(Skip):
            staged(injector, judged, harm)
    if isinstance(injector, MeanShift):
        assert len(predict.asked) <= 2 + N_GRID - 1 + 3 * N_BISECTIONS
    elif isinstance(injector, SensorStuck):
        assert predict.asked[0] == n
        assert sum(predict.asked) <= 2 * n  # as they are, and stuck
    else:
        assert predict.asked == [n] * (
            2 if isinstance(injector, CovariateReweighting) else 1
        )  # once more for its errors
    before = len(predict.asked)
    with contextlib.suppress(Skip):
        Scenario(name="y", injector=injector, profile=Sigmoid(), strength=Strength(harm=10)).on(judged)
    assert len(predict.asked) == before


def test_what_is_known_of_pools_is_known_whoever_judges(pools: Split) -> None:
    split = Pools(**{one.name: getattr(pools("wine"), one.name) for one in fields(Pools) if one.name != "_known"})
    judged = split.judged_by(Yardstick("ones", lambda matrix: np.ones(len(matrix)), 3))
    assert judged.before is split.before
    assert judged.reference_model is split.reference_model
    assert judged.answered is not split.answered
    assert judged.judged_by(None).answered is split.answered


def test_a_raw_strength_is_the_same_whoever_judges(pools: Split) -> None:
    split = pools("vehicle")
    judged = split.judged_by(Yardstick("ones", lambda matrix: np.ones(len(matrix)), 4))
    leaning = CovariateReweighting(features=Features(share=1.0), towards=Towards.ERRORS)
    scenario = Scenario(name="x", injector=leaning, profile=Abrupt(), strength=Strength(raw=0.5))
    one, other = scenario.on(split), scenario.on(judged)
    assert one.key == other.key
    np.testing.assert_array_equal(one.concept_weights(1), other.concept_weights(1))


# ---- how many rows count --------------------------------------------------------------------------------------------


def test_effective_rows_are_those_of_kish() -> None:
    assert effective_rows(np.ones(50)) == pytest.approx(50)
    assert effective_rows(np.array([1.0, 0, 0])) == pytest.approx(1)
    assert effective_rows(np.array([3.0, 1.0])) == pytest.approx(16 / 10)
    assert [fewest_effective_rows(n) for n in (50, 300, 500)] == [30, 30, 50]


@pytest.mark.parametrize("name", ["pima", "phoneme", "german_credit"])
def test_a_harm_that_takes_too_few_rows_is_skipped_with_the_most_above_the_floor(name: str, pools: Split) -> None:
    leaning = CovariateReweighting(features=Features(share=0.5), towards=Towards.ERRORS)
    codes, least = set(), fewest_effective_rows(len(pools(name).evaluate))
    for seed in range(4):
        for harm in range(4, 40, 4):
            try:
                effective = staged(leaning, pools(name, seed), harm).effective_rows(1)
                assert effective is not None
                assert effective >= least
            except Skip as reason:
                codes.add(reason.code)
                if reason.code == Code.TOO_FEW_EFFECTIVE_ROWS:
                    told = re.search(r"the most is (\S+) points while at least \S+ of \d+ rows count", str(reason))
                    assert told
                    assert 0 <= float(told[1]) < harm
    assert Code.TOO_FEW_EFFECTIVE_ROWS in codes


def test_the_strongest_weights_allowed_leave_just_enough_rows(drift: Make) -> None:
    for injector in (CovariateReweighting(features=Features(at=(2,))), PriorShift()):
        bound = drift(injector, "pima", raw=0.1)
        at = HarmCurve(bound.pools, bound.parts[0].injection, injector.strongest)
        weights = bound.parts[0].injection.weights
        assert weights is not None
        kept = [effective_rows(weights(bound.pools.evaluate, raw)) for raw in (at.allowed, 1.01 * at.allowed)]
        assert kept[0] >= at.floor
        assert kept[1] < at.floor or at.allowed == injector.strongest


def test_a_raw_strength_that_leaves_too_few_rows_is_skipped_alone_and_with_others(pools: Split) -> None:
    *weak, strong = (
        Scenario(
            name="x",
            injector=CovariateReweighting(features=Features(at=(column,))),
            profile=Abrupt(),
            strength=Strength(raw=raw),
        )
        for column, raw in ((1, 0.9), (2, 0.9), (5, 0.9), (7, 0.9), (1, 3.0))
    )
    split = pools("pima")
    for scenario in weak:
        assert scenario.on(split).effective_rows(1) is not None
    for scenario in (strong, Together(name="all", scenarios=weak)):
        with pytest.raises(Skip, match=r"the draw weights leave \S+ effective rows of 256, 30 are needed") as skipped:
            scenario.on(split)
        assert skipped.value.code == Code.TOO_FEW_EFFECTIVE_ROWS


@pytest.mark.parametrize("sampling", [OnePass(train_rows=500), GeneratorWorld()], ids=["one_pass", "generator"])
def test_the_floor_is_a_tenth_of_large_pools(sampling: Any, pools: Split) -> None:
    split = pools("magic", sampling=sampling, clock=Clock(rows_per_month=100))
    assert len(split.evaluate) > 1000
    with pytest.raises(Skip) as skipped:
        Scenario(
            name="x",
            injector=CovariateReweighting(features=Features(share=1.0)),
            profile=Abrupt(),
            strength=Strength(raw=2.5),
        ).on(split)
    assert skipped.value.code == Code.TOO_FEW_EFFECTIVE_ROWS
