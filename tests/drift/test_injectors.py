"""What each injector claims: what it touches, what it leaves alone, and that a stronger drift touches the same and more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import ks_2samp
from sklearn.linear_model import LogisticRegression

from harness.core import Code, ConfigError, Skip
from harness.drift import (
    Abrupt,
    Clock,
    CorrelationOnly,
    CovariateReweighting,
    Drift,
    Features,
    FeatureSwap,
    HalfSpaceConcept,
    Improvement,
    Injector,
    Kind,
    LabelNoise,
    LabelPermutation,
    LabelSwap,
    LevelFrequencies,
    LocalConcept,
    MeanShift,
    MergedLevels,
    MissingAtRandom,
    MissingCompletelyAtRandom,
    Nothing,
    Pools,
    PriorShift,
    Rows,
    Scale,
    Scenario,
    SensorBias,
    SensorStuck,
    Strength,
    SwappedLevels,
    Towards,
    Twin,
    UnseenCategory,
    injectors,
)
from harness.drift.distance import marginal_distances

Make = Callable[..., Drift]
Split = Callable[..., Pools]

LABELS: list[Injector] = [LabelPermutation(), LabelSwap(), LabelNoise(), LocalConcept(), HalfSpaceConcept()]
VALUES: list[Injector] = [
    MeanShift(features=Features(drawn=2)),
    Scale(),
    SensorBias(),
    SensorStuck(features=Features(share=0.5)),
    MissingCompletelyAtRandom(features=Features(drawn=2)),
    MissingAtRandom(),
    UnseenCategory(),
    FeatureSwap(),
    FeatureSwap(features=Features(drawn=3)),
    CorrelationOnly(features=Features(drawn=3)),
    LevelFrequencies(features=Features(drawn=2)),
    MergedLevels(features=Features(drawn=2)),
    SwappedLevels(features=Features(drawn=2)),
]
BY_SHARE = [injector for injector in VALUES if not isinstance(injector, (MeanShift, Scale, SensorBias))]
WEIGHTS: list[Injector] = [
    CovariateReweighting(),
    CovariateReweighting(towards=Towards.ERRORS),
    PriorShift(),
    Improvement(),
]
SETS = ["iris", "german_credit", "diabetes"]


def named(value: Any) -> str | None:
    return type(value).__name__ if hasattr(value, "bind") else None


def over(injectors: list[Injector]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("injector", injectors, ids=named)


sets = pytest.mark.parametrize("name", SETS)


def made(drift: Make, injector: Injector, name: str, raw: float, seed: int = 0) -> Drift:
    try:
        return drift(injector, name, seed, raw=raw)
    except Skip as reason:
        pytest.skip(str(reason))


def same(one: Rows, other: Rows) -> bool:
    return np.array_equal(one.matrix, other.matrix, equal_nan=True) and np.array_equal(one.target, other.target)


# ---- all of them ----------------------------------------------------------------------------------------------------


@sets
@over([Nothing(), *LABELS, *VALUES, *WEIGHTS])
def test_strength_zero_is_the_identity(injector: Injector, name: str, drift: Make) -> None:
    still = made(drift, injector, name, 0.0)
    assert same(still.concept(1), still.pools.before)
    assert still.concept_weights(1) is None
    if (weights := still.parts[0].injection.weights) is not None:
        np.testing.assert_allclose(weights(still.pools.evaluate, 0.0), 1.0)
    assert not still.distances.any()


@sets
@over([Nothing(), *LABELS, *VALUES, *WEIGHTS])
def test_the_original_rows_stay_as_they_are(injector: Injector, name: str, drift: Make) -> None:
    changed = made(drift, injector, name, 1.0)
    population, matrix, target = (given := changed.pools.population), given.matrix.copy(), given.target.copy()
    changed.concept(1)
    changed.stream().rows()
    np.testing.assert_array_equal(population.matrix, matrix)
    np.testing.assert_array_equal(population.target, target)


@sets
@over(LABELS)
def test_a_drift_of_labels_leaves_rows_as_they_are(injector: Injector, name: str, drift: Make) -> None:
    changed = made(drift, injector, name, 0.8)
    np.testing.assert_array_equal(changed.concept(1).matrix, changed.pools.before.matrix)
    assert (changed.concept(1).target != changed.pools.before.target).any()
    assert changed.touches_labels
    assert not changed.touched.size
    assert not changed.distances.any()


@sets
@over(VALUES)
def test_only_touched_features_move_and_no_label_does(injector: Injector, name: str, drift: Make) -> None:
    changed = made(drift, injector, name, 0.8)
    before, after = changed.pools.before, changed.concept(1)
    moved = ~np.all((before.matrix == after.matrix) | (np.isnan(before.matrix) & np.isnan(after.matrix)), axis=0)
    assert np.flatnonzero(moved).tolist() == changed.touched.tolist()
    np.testing.assert_array_equal(after.target, before.target)
    assert not changed.touches_labels


@sets
@over(WEIGHTS)
def test_a_drift_of_weights_changes_no_row(injector: Injector, name: str, drift: Make) -> None:
    changed = made(drift, injector, name, 0.8)
    assert same(changed.concept(1), changed.pools.before)
    weights = changed.concept_weights(1)
    assert weights is not None
    assert weights.min() >= 0
    assert np.ptp(weights) > 0


@sets
@over([*LABELS, *BY_SHARE])
def test_what_is_touched_at_a_strength_is_touched_at_a_larger_one(injector: Injector, name: str, drift: Make) -> None:
    touched = []
    for raw in (0.2, 0.5, 1.0):
        injection = made(drift, injector, name, raw).parts[0].injection
        pools = made(drift, injector, name, raw).pools
        assert injection.change is not None
        after = injection.change(pools.population.take(pools.evaluate), pools.evaluate, raw)
        rows = (after.matrix != pools.before.matrix) & ~(np.isnan(after.matrix) & np.isnan(pools.before.matrix))
        touched.append(set(np.flatnonzero(rows.any(axis=1) | (after.target != pools.before.target))))
    # the donor of a re-paired row may happen to have the same values
    by_chance = 0.04 * len(touched[2]) if isinstance(injector, CorrelationOnly) else 0
    assert len(touched[0] - touched[1]) <= by_chance
    assert len(touched[1] - touched[2]) <= by_chance
    assert len(touched[0]) < len(touched[2])


@over([LabelPermutation(), LabelSwap(), FeatureSwap(), MissingCompletelyAtRandom()])
def test_a_share_of_rows_is_exact_within_a_row_of_each_class(injector: Injector, drift: Make) -> None:
    changed = drift(injector, "wine", raw=0.4)
    before, after = changed.pools.before, changed.concept(1)
    cells = before.matrix != after.matrix
    touched = (before.target != after.target) | cells.any(axis=1)
    for label in range(3):
        members = before.target == label
        if touched[members].any():  # two classes only are swapped
            assert abs(touched[members].sum() - 0.4 * members.sum()) <= 1


@sets
@over([*LABELS, *VALUES])
def test_rows_to_adapt_with_change_as_scored_ones_do(injector: Injector, name: str, drift: Make) -> None:
    changed = made(drift, injector, name, 1.0)
    ids = changed.pools.adapt
    before, after = changed.pools.population.take(ids), changed.rows(ids, [1.0])
    assert not same(before, after)
    untouched = np.setdiff1d(np.arange(before.matrix.shape[1]), changed.touched)
    np.testing.assert_array_equal(after.matrix[:, untouched], before.matrix[:, untouched])


@over([*LABELS, *VALUES, *WEIGHTS])
def test_choices_depend_on_the_seed_and_on_nothing_else(injector: Injector, pools: Split, drift: Make) -> None:
    alone = made(drift, injector, "german_credit", 0.5)
    crowded = pools("german_credit")
    for other in (LabelSwap(), Scale(), MissingAtRandom()):
        drift(other, raw=0.3, among=crowded).stream()
    among_others = drift(injector, raw=0.5, among=crowded)
    assert same(alone.concept(1), among_others.concept(1))
    np.testing.assert_array_equal(alone.stream().ids, among_others.stream().ids)


def test_every_injector_has_a_version_and_a_kind() -> None:
    """Kept answers of models are known by the version of the injector."""
    classes = [getattr(injectors, name) for name in injectors.__all__]
    found = [one for one in classes if hasattr(one, "bind") and one is not Injector]
    assert len(found) >= 21
    for one in found:
        assert (type(one.version), one.version >= 1) == (int, True), one
        assert isinstance(one.kind, Kind), one


# ---- labels ---------------------------------------------------------------------------------------------------------


def test_a_permutation_of_labels_moves_every_class(drift: Make) -> None:
    for seed in range(5):
        changed = drift(LabelPermutation(), "wine", seed, raw=1.0)
        pairs = set(zip(changed.pools.before.target.tolist(), changed.concept(1).target.tolist(), strict=True))
        assert len(pairs) == 3
        assert {old for old, _ in pairs} == {new for _, new in pairs} == {0, 1, 2}
        assert all(old != new for old, new in pairs)


def test_a_swap_exchanges_two_classes_and_no_other(drift: Make) -> None:
    changed = drift(LabelSwap(classes=(0, 2)), "wine", raw=1.0)
    np.testing.assert_array_equal(changed.concept(1).target, np.array([2, 1, 0])[changed.pools.before.target])


def test_regression_targets_are_mirrored_and_have_no_classes_to_swap(drift: Make) -> None:
    changed = drift(LabelPermutation(), "diabetes", raw=1.0)
    before, after = changed.pools.before.target, changed.concept(1).target
    assert np.corrcoef(before, after)[0, 1] == pytest.approx(-1)
    assert after.mean() == pytest.approx(before.mean())
    with pytest.raises(Skip, match="diabetes is a regression set and has no classes to swap"):
        drift(LabelSwap(), "diabetes", raw=1.0)


def test_label_noise_stays_on_its_side(drift: Make) -> None:
    changed = drift(LabelNoise(region=0.25), "segment", raw=1.0)
    noisy = changed.concept(1).target != changed.pools.before.target
    assert noisy.mean() == pytest.approx(
        0.25 * 6 / 7, abs=0.04
    )  # a random label is the right one in a seventh of the rows


def test_labels_change_inside_a_box_and_nowhere_else(drift: Make) -> None:
    changed = drift(LocalConcept(features=Features(at=(2, 3))), "wine", raw=0.3)
    inside = changed.concept(1).target != changed.pools.before.target
    assert inside.mean() == pytest.approx(0.3, abs=0.01)
    plane = changed.pools.before.matrix[:, [2, 3]]
    box = (plane >= plane[inside].min(axis=0)) & (plane <= plane[inside].max(axis=0))
    ties_at_the_edge = 4
    assert box.all(axis=1).sum() <= inside.sum() + ties_at_the_edge


def test_labels_change_beyond_a_plane_and_nowhere_else(drift: Make) -> None:
    changed = drift(HalfSpaceConcept(), "wine", raw=0.3)
    beyond = changed.concept(1).target != changed.pools.before.target
    assert beyond.mean() == pytest.approx(0.3, abs=0.01)
    z = (changed.pools.before.matrix - changed.pools.moments.mean) / changed.pools.moments.sd
    told = LogisticRegression(C=1e4, max_iter=5000).fit(z, beyond)
    assert told.score(z, beyond) == 1.0  # a plane parts them


def test_a_half_space_of_levels_is_one_as_well(drift: Make) -> None:
    changed = drift(HalfSpaceConcept(), "tic_tac_toe", raw=0.4)
    beyond = changed.concept(1).target != changed.pools.before.target
    assert beyond.mean() == pytest.approx(0.4, abs=0.01)
    matrix = changed.pools.before.matrix
    levels = np.column_stack([matrix == level for level in np.unique(matrix)])
    assert LogisticRegression(C=1e4, max_iter=5000).fit(levels, beyond).score(levels, beyond) > 0.95


# ---- values ---------------------------------------------------------------------------------------------------------


def test_a_shift_is_in_standard_deviations_and_a_bias_in_ranges(drift: Make) -> None:
    shift, bias = (drift(injector(features=Features(at=(1,))), raw=0.5) for injector in (MeanShift, SensorBias))
    before = shift.pools.before.matrix[:, 1]
    moved = shift.concept(1).matrix[:, 1] - before, bias.concept(1).matrix[:, 1] - before
    np.testing.assert_allclose(np.abs(moved[0]), before.std() / 2)
    np.testing.assert_allclose(np.abs(moved[1]), np.ptp(before) / 2)


def test_scaling_keeps_the_mean_and_stretches_the_spread(drift: Make) -> None:
    changed = drift(Scale(features=Features(at=(0,))), raw=0.5)
    before, after = changed.pools.before.matrix[:, 0], changed.concept(1).matrix[:, 0]
    assert after.mean() == pytest.approx(before.mean())
    assert after.std() == pytest.approx(1.5 * before.std())


def test_a_stuck_sensor_shows_one_value_that_it_has_shown_before(drift: Make) -> None:
    for name in ("iris", "tic_tac_toe"):
        changed = drift(SensorStuck(), name, raw=1.0)
        [column] = changed.touched
        [value] = np.unique(changed.concept(1).matrix[:, column])
        assert value in changed.pools.before.matrix[:, column]


def test_values_are_missing_at_the_rate_of_the_strength(drift: Make) -> None:
    for injector in (MissingCompletelyAtRandom(), MissingAtRandom()):
        changed = drift(injector, "wine", raw=0.3)
        rate = np.isnan(changed.concept(1).matrix).mean(axis=0)
        assert rate[changed.touched] == pytest.approx(0.3, abs=0.02)


def test_values_are_missing_where_another_feature_is_high_if_at_all(drift: Make) -> None:
    for dependence, related in ((0.9, True), (0.0, False)):
        changed = drift(MissingAtRandom(features=Features(at=(0,)), dependence=dependence), "segment", raw=0.3)
        lost = np.isnan(changed.concept(1).matrix[:, 0])
        before = changed.pools.before.matrix
        gap = [ks_2samp(before[lost, column], before[~lost, column]).pvalue for column in range(1, before.shape[1])]
        assert (min(gap) < 1e-9) == related


def test_an_unseen_level_was_never_seen(drift: Make) -> None:
    changed = drift(UnseenCategory(), "tic_tac_toe", raw=0.3)
    [column] = changed.touched
    new = changed.concept(1).matrix[:, column] == changed.pools.population.levels[column]
    assert new.mean() == pytest.approx(0.3, abs=0.01)
    assert not (changed.pools.population.matrix[:, column] == changed.pools.population.levels[column]).any()


# ---- levels ---------------------------------------------------------------------------------------------------------

NOMINAL = ["german_credit", "tic_tac_toe"]


def shares(values: Any, levels: Any) -> Any:
    return np.array([np.mean(values == level) for level in levels])


@pytest.mark.parametrize("name", NOMINAL)
def test_levels_drawn_anew_move_to_one_distribution_in_proportion(name: str, drift: Make) -> None:
    before, half, whole = (
        (changed := drift(LevelFrequencies(), name, raw=raw)).concept(1).matrix[:, changed.touched[0]]
        for raw in (0.0, 0.5, 1.0)
    )
    levels = np.unique(before)
    assert set(whole) <= set(levels)
    middle = (shares(before, levels) + shares(whole, levels)) / 2
    assert np.abs(shares(half, levels) - middle).max() < 4 * 0.5 / np.sqrt(len(before))
    assert np.abs(shares(whole, levels) - shares(before, levels)).max() > 0.02


@pytest.mark.parametrize("name", NOMINAL)
def test_two_levels_become_one_when_they_are_merged(name: str, drift: Make) -> None:
    changed = drift(MergedLevels(), name, raw=1.0)
    [column] = changed.touched
    before, after = (rows.matrix[:, column] for rows in (changed.pools.before, changed.concept(1)))
    [lost] = set(before) - set(after)
    [kept] = set(after[before == lost])
    np.testing.assert_array_equal(after, np.where(before == lost, kept, before))
    half = drift(MergedLevels(), name, raw=0.5).concept(1).matrix[:, column]
    assert 0 < (half == lost).sum() < (before == lost).sum()
    assert set(half[half != before]) == {kept}


@pytest.mark.parametrize("name", NOMINAL)
def test_two_levels_exchange_their_codes_when_they_are_swapped(name: str, drift: Make) -> None:
    changed = drift(SwappedLevels(), name, raw=1.0)
    [column] = changed.touched
    before, after = (rows.matrix[:, column] for rows in (changed.pools.before, changed.concept(1)))
    one, other = sorted(set(before[before != after]))
    np.testing.assert_array_equal(after, np.where(before == one, other, np.where(before == other, one, before)))


@over([LevelFrequencies(), MergedLevels(), SwappedLevels()])
def test_a_missing_level_stays_missing(injector: Injector, table: Any) -> None:
    full = table("german_credit")
    nominal = full.nominal[0]
    features = full.features.copy()
    features.loc[::3, nominal] = np.nan
    gaps = Twin().pools(replace(full, features=features), Clock(), 0)
    scenario = Scenario(
        name="x",
        injector=replace(injector, features=Features(named=(nominal,))),  # type: ignore[type-var]
        profile=Abrupt(),
        strength=Strength(raw=1.0),
    )
    changed = scenario.on(gaps)
    [column] = changed.touched
    before, after = changed.pools.before.matrix[:, column], changed.concept(1).matrix[:, column]
    np.testing.assert_array_equal(np.isnan(before), np.isnan(after))
    assert np.isnan(before).mean() > 0.2
    assert (after != before)[~np.isnan(before)].any()


@over([LevelFrequencies(), MergedLevels(), SwappedLevels()])
def test_a_set_without_nominal_features_is_skipped_with_a_code(injector: Injector, drift: Make) -> None:
    for name in ("iris", "diabetes"):
        with pytest.raises(Skip, match=f"{name} has [01] features that are nominal and not constant") as skipped:
            drift(replace(injector, features=Features(drawn=2)), name, raw=1.0)  # type: ignore[type-var]
        assert skipped.value.code == Code.TOO_FEW_NOMINAL_FEATURES


# ---- pairs ----------------------------------------------------------------------------------------------------------


@sets
@pytest.mark.parametrize("raw", [0.17, 0.5, 1.0])
def test_re_pairing_leaves_every_marginal_within_each_class(name: str, raw: float, drift: Make) -> None:
    changed = drift(CorrelationOnly(features=Features(share=1.0)), name, raw=raw)
    strata = changed.pools.population.strata
    for ids in (changed.pools.evaluate, changed.pools.adapt):
        before, after = changed.pools.population.take(ids), changed.rows(ids, [raw])
        for stratum in np.unique(strata[ids]):
            rows = strata[ids] == stratum
            np.testing.assert_array_equal(np.sort(after.matrix[rows], axis=0), np.sort(before.matrix[rows], axis=0))
    assert not changed.distances.any()


def test_re_pairing_takes_correlation_away(drift: Make) -> None:
    changed = drift(CorrelationOnly(features=Features(at=(0, 2))), "breast_cancer", raw=1.0)  # radius and perimeter
    one_class = changed.pools.before.target == 1
    both = (rows.matrix[one_class][:, [0, 2]] for rows in (changed.pools.before, changed.concept(1)))
    before, after = (np.corrcoef(columns.T)[0, 1] for columns in both)
    assert before > 0.98
    assert abs(after) < 0.4


def test_a_swap_of_features_is_seen_only_as_far_as_their_marginals_differ(drift: Make, table: Any) -> None:
    unequal = drift(FeatureSwap(features=Features(at=(0, 1))), "iris", raw=1.0)
    np.testing.assert_array_equal(unequal.concept(1).matrix[:, [1, 0, 2, 3]], unequal.pools.before.matrix)
    assert unequal.distances[0] > 0.9
    equal = drift(FeatureSwap(features=Features(at=(0, 2))), "tic_tac_toe", raw=1.0)  # two corners of the board
    assert 0 < equal.distances.max() < 0.1
    assert (equal.concept(1).matrix != equal.pools.before.matrix).mean() > 0.1


def test_features_of_two_kinds_are_not_swapped(drift: Make) -> None:
    with pytest.raises(ConfigError, match="a numeric and a nominal feature cannot be swapped"):
        drift(FeatureSwap(features=Features(at=(0, 1))), "german_credit", raw=1.0)


# ---- weights --------------------------------------------------------------------------------------------------------


def test_a_prior_shift_leaves_rows_of_a_class_alike(drift: Make) -> None:
    changed = drift(PriorShift(towards=2), "wine", raw=0.5)
    weights, target = changed.concept_weights(1), changed.pools.before.target
    assert weights is not None
    for label in range(3):
        assert np.ptp(weights[target == label]) == 0
    shares = np.bincount(target, weights) / weights.sum()
    np.testing.assert_allclose(shares, 0.5 * np.bincount(target) / len(target) + [0, 0, 0.5])


def test_reweighting_follows_the_chosen_feature(drift: Make) -> None:
    changed = drift(CovariateReweighting(features=Features(at=(2,))), raw=0.5)
    weights = changed.concept_weights(1)
    order = np.argsort(changed.pools.before.matrix[:, 2])
    assert weights is not None
    steps = np.diff(weights[order])
    assert (steps >= -1e-12).all() or (steps <= 1e-12).all()


@pytest.mark.parametrize("name", ["pima", "diabetes", "german_credit"])
def test_reweighting_towards_errors_raises_the_mean_error(name: str, drift: Make) -> None:
    injector = CovariateReweighting(features=Features(share=1.0), towards=Towards.ERRORS)
    errors = [
        np.average(
            (changed := drift(injector, name, raw=raw)).pools.yardstick.error(changed.pools.before),
            weights=changed.concept_weights(1),
        )
        for raw in (0.0, 0.25, 0.5)
    ]
    assert errors[0] < errors[1] < errors[2]


@pytest.mark.parametrize("name", ["pima", "diabetes"])
def test_an_improvement_lowers_the_error(name: str, drift: Make) -> None:
    harm = [drift(Improvement(), name, raw=raw).reference_harm for raw in (0.25, 0.5, 1.0)]
    assert 0 > harm[0] > harm[1] > harm[2]


# ---- which features -------------------------------------------------------------------------------------------------


def test_features_are_chosen_by_name_by_position_by_lot_and_by_use(pools: Split) -> None:
    iris = pools()
    rng, every = np.random.default_rng(0), np.ones(4, dtype=bool)

    def chosen(**how: Any) -> list[int]:
        return Features(**how).choose(iris, rng, every, what="there").tolist()  # type: ignore[no-any-return]

    columns = iris.population.columns
    assert chosen(named=[columns[3], columns[0]]) == [0, 3]
    assert chosen(at=[2]) == [2]
    assert len(chosen(drawn=3)) == 3
    assert len(chosen(share=0.5)) == 2
    use = iris.reference_model.importance
    assert chosen(most_used=1) == [int(use.argmax())]
    assert use[chosen(least_used=1)[0]] == use.min()


def test_a_choice_that_is_unclear_or_not_there_is_refused(pools: Split, drift: Make) -> None:
    with pytest.raises(ConfigError, match="drawn, share is set; set exactly one"):
        Features(drawn=1, share=0.5)
    with pytest.raises(ConfigError, match=r"^Features: drawn has to be at least 1, not 0$"):
        Features(drawn=0)
    with pytest.raises(ConfigError, match="iris has no feature length"):
        drift(MeanShift(features=Features(named=("length",))), raw=1.0)
    with pytest.raises(ConfigError, match="that are numeric and not constant must be named"):
        drift(MeanShift(features=Features(at=(0,))), "tic_tac_toe", raw=1.0)


def test_a_set_without_such_features_is_skipped_with_the_reason(drift: Make) -> None:
    with pytest.raises(Skip, match="tic_tac_toe has 0 features that are numeric and not constant, 1 needed"):
        drift(MeanShift(), "tic_tac_toe", raw=1.0)
    with pytest.raises(Skip, match="iris has 0 features that are nominal"):
        drift(UnseenCategory(), raw=1.0)


# ---- how far the marginals move -------------------------------------------------------------------------------------


def test_the_distance_of_a_numeric_feature_is_that_of_scipy(drift: Make) -> None:
    changed = drift(MeanShift(features=Features(share=1.0)), "wine", raw=0.7)
    before, after = changed.pools.before.matrix, changed.concept(1).matrix
    expected = [ks_2samp(before[:, column], after[:, column]).statistic for column in range(13)]
    np.testing.assert_allclose(changed.distances, expected)


def test_the_distance_counts_weights_as_copies_of_rows() -> None:
    rng = np.random.default_rng(0)
    rows, copies = rng.normal(size=(40, 2)).round(1), rng.integers(0, 4, size=40)
    kinds = np.array([False, True])
    weighted = marginal_distances(rows, rows, copies.astype(float), kinds)
    copied = marginal_distances(rows, np.repeat(rows, copies, axis=0), None, kinds)
    np.testing.assert_allclose(weighted, copied)
    assert weighted[0] == pytest.approx(ks_2samp(rows[:, 0], np.repeat(rows[:, 0], copies)).statistic)


def test_a_feature_that_is_missing_altogether_has_moved_by_one() -> None:
    there, gone = np.zeros((3, 1)), np.full((3, 1), np.nan)
    assert marginal_distances(there, gone, None, np.array([False])).tolist() == [1.0]
