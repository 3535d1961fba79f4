"""Pools: nothing that a model learned is scored, and each part looks like the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from harness.core import ConfigError, DataTable, Skip
from harness.drift import Clock, GeneratorWorld, LeakError, MeanShift, OnePass, Pools, PriorShift, Reference, Twin
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
    with pytest.raises(Skip, match="the rarest class of iris has 2 rows"):
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


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"^OnePass: train_rows has to be at least 1, not 0$"):
        OnePass(train_rows=0)


def test_a_large_set_is_not_copied(table: Callable[[str], DataTable]) -> None:
    magic = table("magic")
    assert Twin().pools(magic, Clock(), 0).population.matrix is magic.matrix
