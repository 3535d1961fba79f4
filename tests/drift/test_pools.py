"""Pools: nothing that a model learned is scored, and each part looks like the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstwobign

from harness.core import Code, ConfigError, DataTable, Skip, Task
from harness.data.subsample import subsample
from harness.detectors.ks import Sample
from harness.detectors.ks_distribution import p_values
from harness.drift import (
    Clock,
    CorrelationOnly,
    GeneratorWorld,
    Halves,
    Improvement,
    LabelPermutation,
    LeakError,
    MeanShift,
    OnePass,
    Pools,
    PriorShift,
    Reference,
    Twin,
    residual_threshold,
)
from harness.drift.row_sampler import Once, Replacing, Weighted

Split = Callable[..., Pools]
SHORT = Clock(rows_per_month=30)


@pytest.mark.parametrize("name", ["iris", "wine", "tic_tac_toe", "german_credit", "diabetes"])
def test_twin_pools_are_stratified_thirds(name: str, pools: Split) -> None:
    split = pools(name)
    together = np.concatenate([split.train, split.adapt, split.evaluate])
    assert np.sort(together).tolist() == list(range(len(split.population.target)))
    strata = split.population.strata
    shares = np.bincount(strata) / 3
    for ids in (split.train, split.adapt, split.evaluate):
        assert np.abs(np.bincount(strata[ids], minlength=len(shares)) - shares).max() <= 1.5


def test_every_seed_splits_anew(pools: Split) -> None:
    assert set(pools(seed=0).train) != set(pools(seed=1).train)
    np.testing.assert_array_equal(pools(seed=1).train, pools(seed=1).train)


def test_a_row_that_can_be_scored_must_not_have_been_learned(pools: Split) -> None:
    split = pools()
    split.assert_unseen(np.concatenate([split.train, split.adapt]))
    with pytest.raises(LeakError, match="1 rows of iris that a model was trained on can be scored"):
        split.assert_unseen(np.append(split.train, split.evaluate[7]))


def test_every_row_that_can_be_scored_is_guarded(pools: Split) -> None:
    split = pools()
    for scored in split.evaluate:
        with pytest.raises(LeakError):
            split.assert_unseen(np.array([scored]))


REPEATING = ["spambase", "segment", "letter", "splice"]
"""Sets with rows that stand in them more than once."""


def few_values() -> DataTable:
    """132 rows of four columns of three or four values, as in hayes-roth: 3 of 4 rows are there more than once."""
    rng = np.random.default_rng(0)
    features = pd.DataFrame(rng.integers(1, 4, (132, 4)).astype(float), columns=list("abcd"))
    target = np.minimum(features["b"].to_numpy(dtype=np.int64) - 1, 2)
    return DataTable("few_values", Task.CLASSIFICATION, features, target, ("1", "2", "3"), checksum="")


def rows_of(pools: Pools, ids: Any) -> set[tuple[float, ...]]:
    """The values and labels of these rows; no column of these sets has missing values."""
    return (
        {(*row, label) for row, label in zip(*map(np.ndarray.tolist, pools.population.take(ids)), strict=True)}
        if (len(ids))
        else set()
    )


@pytest.mark.parametrize("name", [*REPEATING, "few_values"])
@pytest.mark.parametrize("sampling", [Twin(), Halves(), OnePass(40, spare=1.5), GeneratorWorld(smoothing=0.0)])
def test_no_row_that_is_learned_has_an_equal_that_is_scored(
    name: str, sampling: Any, table: Callable[[str], DataTable]
) -> None:
    whole = few_values() if name == "few_values" else subsample(table(name), 1500)
    assert whole.groups.max() + 1 < whole.n_rows
    split = sampling.pools(whole, Clock(rows_per_month=5), 0)
    scored = rows_of(split, split.evaluate)
    assert scored
    for ids in (split.train, split.adapt):
        assert not rows_of(split, ids) & scored


def test_a_row_that_is_equal_to_one_that_can_be_scored_is_a_leak(table: Callable[[str], DataTable]) -> None:
    whole = few_values()
    split = Twin().pools(whole, Clock(), 0)
    groups = split.population.groups
    twin = next(one for one in split.evaluate if np.sum(groups[split.evaluate] == groups[one]) > 1)
    others = np.setdiff1d(split.evaluate, [twin])
    with pytest.raises(LeakError, match="1 rows of few_values"):
        Pools(split.population, np.append(split.train, twin), split.adapt, others, True, Reference.FRESH, Clock(), 0)


def test_pools_that_share_a_row_cannot_be_made(pools: Split) -> None:
    split = pools()
    with pytest.raises(LeakError):
        Pools(split.population, split.evaluate, split.adapt, split.evaluate, True, Reference.FRESH, Clock(), 0)


def test_no_row_of_a_stream_is_ever_learned(pools: Split, drift: Any) -> None:
    for sampling, name in ((Twin(), "iris"), (OnePass(200), "german_credit"), (GeneratorWorld(), "iris")):
        split = pools(name, sampling=sampling, clock=SHORT)
        stream = drift(MeanShift(), raw=1.0, among=split).stream()
        learned = np.concatenate([split.train, stream.adapt_ids()])
        assert not np.intersect1d(learned, stream.ids).size
        split.assert_unseen(learned)


def test_one_pass_draws_no_row_twice(pools: Split, drift: Any) -> None:
    split = pools("german_credit", sampling=OnePass(200), clock=SHORT)
    for injector in (MeanShift(), PriorShift(towards=1)):
        stream = drift(injector, raw=0.1, among=split).stream()
        met = np.concatenate([split.train, split.reference_ids(), stream.ids, stream.adapt_ids()])
        assert np.unique(met).size == met.size == 200 + 30 + 2 * 180


def test_one_pass_draws_weighted_rows_as_the_weights_say(table: Callable[[str], DataTable], drift: Any) -> None:
    split = OnePass(200, spare=20).pools(table("magic"), Clock(rows_per_month=100), 0)
    stream = drift(PriorShift(towards=1), raw=0.5, among=split).stream()
    before, after = np.split(split.population.target[stream.ids], [stream.onset])
    prior = np.mean(split.before.target == 1)
    assert np.mean(before == 1) == pytest.approx(prior, abs=4 * np.sqrt(0.25 / len(before)))
    assert np.mean(after == 1) == pytest.approx(0.5 * prior + 0.5, abs=4 * np.sqrt(0.25 / len(after)))
    assert np.unique(stream.ids).size == stream.n_rows
    np.testing.assert_array_equal(stream.ids[: stream.onset], stream.twin().ids[: stream.onset])


def test_two_drifts_of_weights_draw_no_row_twice_either() -> None:
    rng = np.random.default_rng(0)
    sampler = Once(rng.permutation(500), n_times=60, reserved=10, luck=rng.random(500))
    halves = [Weighted(np.arange(20, 40), rng.random(500)), Weighted(np.arange(40, 60), rng.random(500))]
    places = sampler.places(halves)
    np.testing.assert_array_equal(places[:20], sampler.places()[:20])
    assert np.unique(np.concatenate([places, sampler.order[60:70]])).size == 70


def test_a_row_without_weight_is_never_drawn() -> None:
    weights, times = np.array([0.0, 1.0, 0.0, 1.0, 0.0]), np.arange(4)
    places = Replacing(5, np.array([0.0, 0.25, 0.5, np.nextafter(1, 0)])).places([Weighted(times, weights)])
    assert places.tolist() == [1, 1, 3, 3]
    once = Once(np.random.default_rng(0).permutation(5), n_times=1, reserved=0, luck=np.zeros(5))
    assert once.places([Weighted(times[:1], weights)])[0] in (1, 3)


def test_one_pass_over_too_few_rows_is_skipped(pools: Split, drift: Any) -> None:
    with pytest.raises(Skip, match=r"german_credit has 1000 rows, but one pass over 1800 rows needs 4900"):
        pools("german_credit", sampling=OnePass(1000))
    split = pools("german_credit", sampling=OnePass(200), clock=SHORT)
    with pytest.raises(Skip, match="too small to draw this drift with no row twice"):
        drift(PriorShift(towards=1), raw=1.0, among=split).stream()


def test_a_class_that_a_third_could_miss_is_skipped(table: Callable[[str], DataTable]) -> None:
    whole = table("iris")
    rare = whole.take(np.flatnonzero((whole.target > 0) | (np.arange(150) < 2)))
    with pytest.raises(Skip, match="the rarest class of iris has 2 different rows"):
        Twin().pools(rare, Clock(), 0)


@pytest.mark.parametrize("name", ["iris", "diabetes", "german_credit"])
def test_a_generated_world_keeps_means_and_spreads(name: str, pools: Split, table: Callable[[str], DataTable]) -> None:
    split = pools(name, sampling=GeneratorWorld(smoothing=0.5))
    real, made = table(name), split.population
    assert len(made.target) == real.n_rows // 3 + 2 * (2 * 1800 + 300)
    numeric = ~real.nominal_mask
    for columns in (np.column_stack([m.matrix[:, numeric], m.target]) for m in (made,)):
        whole = np.column_stack([real.matrix[:, numeric], real.target])
        error = whole.std(axis=0) * 5 / np.sqrt(len(made.target))
        assert (np.abs(columns.mean(axis=0) - whole.mean(axis=0)) < error).all()
        np.testing.assert_allclose(columns.std(axis=0), whole.std(axis=0), rtol=0.1)
    for column in np.flatnonzero(real.nominal_mask):
        assert set(np.unique(made.matrix[:, column])) <= set(np.unique(real.matrix[:, column]))
    assert not split.replacement


def test_a_generated_row_is_no_real_row(pools: Split, table: Callable[[str], DataTable]) -> None:
    made = pools("iris", sampling=GeneratorWorld()).population.matrix
    assert not {tuple(row) for row in made} & {tuple(row) for row in table("iris").matrix}


def test_the_reference_is_a_month_of_fresh_rows_or_the_training_rows(pools: Split) -> None:
    fresh = pools().reference_ids()
    assert len(fresh) == 300
    assert set(fresh) <= set(pools().evaluate)
    literal = pools(sampling=Twin(reference=Reference.TRAINING))
    assert literal.reference_ids() is literal.train


# ---- what the source paper describes --------------------------------------------------------------------------------


def test_halves_are_random_and_leave_nothing_to_adapt_with(pools: Split, drift: Any) -> None:
    split = pools("pima", sampling=Halves())
    assert (len(split.train), len(split.evaluate), len(split.adapt)) == (384, 384, 0)
    assert split.reference_ids() is split.train
    shares = [np.mean(pools("pima", seed, sampling=Halves()).before.target) for seed in range(60)]
    spread = np.sqrt(np.var(split.population.target) / 768)  # of the mean of a simple random half; 0 if stratified
    assert 0.7 * spread < np.std(shares) < 1.3 * spread
    stream = drift(MeanShift(), raw=1.0, among=split).stream()
    for asked in (
        stream.adapt_rows,
        lambda: stream.adapt_sample(slice(3, 4), 5),
        lambda: residual_threshold(split, lambda x: x),
    ):
        with pytest.raises(Skip, match="needs rows to adapt with, and this sampling sets none apart") as caught:
            asked()
        assert caught.value.code == Code.NOTHING_TO_ADAPT_WITH


@pytest.mark.parametrize("injector", [Improvement(), CorrelationOnly(), PriorShift(towards=1), LabelPermutation()])
def test_a_drift_needs_no_rows_to_adapt_with(injector: Any, pools: Split, drift: Any) -> None:
    assert len(drift(injector, raw=0.5, among=pools("pima", sampling=Halves())).stream().rows().target) == 1800


@pytest.mark.parametrize(("n_rows", "month"), [(500, 300), (1000, 301), (1000, 100)])
def test_ks_against_the_training_half_alarms_as_often_as_derived(n_rows: int, month: int) -> None:
    """The formula of docs/drift.md, on continuous values: rows are drawn with replacement from the N rows of the other half."""
    n_columns, n_seeds = 20, 150
    values = np.random.default_rng(0).normal(size=(n_rows, n_columns))
    whole = DataTable("made", Task.CLASSIFICATION, pd.DataFrame(values), np.arange(n_rows) % 2, ("a", "b"), "")
    alarms = []
    for seed in range(n_seeds):
        split = Halves().pools(whole, Clock(rows_per_month=month), seed)
        window = split.before.matrix[split.scored(0).places()[:month]]
        sample = Sample.of(split.population.matrix[split.reference_ids()], np.arange(n_columns))
        found = sample.distances(window, np.array([month - 1]), window=month, step=month)
        alarms.append(np.mean(p_values(found.numerators, sample.sizes, found.sizes, "exact") < 0.05))
    n, size = len(split.train), len(split.evaluate)
    claimed = 1 / n + 1 / month
    true = claimed + 1 / size - 1 / (month * size)
    expected = kstwobign.sf(kstwobign.isf(0.05) * np.sqrt(claimed / true))
    error = np.std(alarms) / np.sqrt(n_seeds)
    assert np.mean(alarms) == pytest.approx(
        expected, abs=4 * error + 0.005
    )  # the test is exact, the formula asymptotic
    assert expected > 0.08


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"^one_pass: train_rows has to be at least 1, not 0$"):
        OnePass(train_rows=0)


def test_a_large_set_is_not_copied(table: Callable[[str], DataTable]) -> None:
    magic = table("magic")
    assert Twin().pools(magic, Clock(), 0).population.matrix is magic.matrix
