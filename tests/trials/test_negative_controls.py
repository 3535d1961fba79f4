"""What retraining must not gain: nothing without a drift, of noise, or by chance; and what it would gain by a leak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from harness import places
from harness.building import build
from harness.core import ConfigError
from harness.drift import Clock, LabelNoise, LabelPermutation, LeakError, Nothing, Shared, Twin
from harness.memo import Memo
from harness.planning.trials import plan
from harness.policies import Bank, against_random, shuffled
from harness.policies.bank_of import bank_of
from harness.policies.calendar import AtTruth
from harness.policies.entry import Entry, Reality
from harness.policies.replay import replay
from harness.randomness import stream
from harness.synthesis import Preprocessing
from harness.trials.closed_loop import StagedWorld
from harness.trials.deployment import Deployment
from tests.trials.made_worlds import Given, drift_on, scenario, table

CONF = places.shipped("conf")
DRIFTS = {
    "calm": scenario(Nothing()),
    "learnable": scenario(LabelPermutation(), raw=1.0),
    "noise": scenario(LabelNoise(region=0.5), raw=0.4),
}


@cache
def loaded(group: str, name: str) -> Any:
    return instantiate(OmegaConf.load(CONF / group / f"{name}.yaml"), _convert_="all")


@cache
def given(name: str) -> Given:
    return Given(loaded("dataset", name).load())


@cache
def world(dataset: str, drift: str, seed: int, sampling: str = "twin") -> StagedWorld:
    """A stream of six months on which full trees can be had."""
    deployment = Deployment(
        given(dataset),  # type: ignore[arg-type]
        loaded("model", "tree"),
        Preprocessing(),
        loaded("sampling", sampling),
        Clock(earliest=0.5, latest=5.0),
        seed,
        train_rows=300,
    )
    deployed = deployment.start(Memo())
    return StagedWorld(deployed, drift_on(deployed, DRIFTS[drift]).stream())


@cache
def banks(dataset: str, drift: str, n_seeds: int, sampling: str = "twin") -> list[Bank]:
    return [bank_of(world(dataset, drift, seed, sampling), 300) for seed in range(n_seeds)]


def gain_of_always(*cell: Any) -> float:
    """Points of accuracy by which a new model each week is better than the initial one, mean over seeds."""
    return 100 * float(np.mean([each.losses[0] - each.losses.diagonal() for each in banks(*cell)]))


def gain_of_fresh_rows(drift: str, n_seeds: int) -> float:
    """The same by which models of fresh rows of each week are."""
    worlds = [world("phoneme", drift, seed) for seed in range(n_seeds)]
    return 100 * float(np.mean([each.losses(each.initial) - each.continuous() for each in worlds]))


# ---- no drift, and noise ---------------------------------------------------------------------------------------------


def test_without_a_drift_a_new_model_each_week_gains_nothing() -> None:
    assert abs(gain_of_always("phoneme", "calm", 6)) < 1


def test_what_can_be_learned_pays_and_noise_does_not() -> None:
    calm, noise, learnable = (gain_of_fresh_rows(drift, 3) for drift in ("calm", "noise", "learnable"))
    assert noise - calm < 1 < 10 < learnable - calm
    assert gain_of_always("phoneme", "noise", 3) < 1 < 10 < gain_of_always("phoneme", "learnable", 4)


# ---- a leak ----------------------------------------------------------------------------------------------------------


def test_a_pool_that_is_learned_and_scored_passes_for_a_gain_of_retraining() -> None:
    assert gain_of_always("pima", "calm", 2, "shared") - gain_of_always("pima", "calm", 2) > 5


def test_shared_pools_score_the_rows_of_twin_pools_under_the_same_drift() -> None:
    for one, other in zip(banks("pima", "calm", 2, "shared"), banks("pima", "calm", 2), strict=True):
        np.testing.assert_array_equal(one.losses[0], other.losses[0])
    half = scenario(LabelPermutation(), raw=0.5)
    shared, twin = (half.on(how.pools(table("missing"), Clock(), 0)) for how in (Shared(), Twin()))
    for concept in range(twin.n_concepts):
        np.testing.assert_array_equal(shared.concept(concept).target, twin.concept(concept).target)


@pytest.mark.parametrize("trial", ["detection", "calibration"])
def test_no_other_trial_takes_shared_pools(trial: str, composed: Callable[..., Any]) -> None:
    with pytest.raises(ConfigError, match="sampling has to be one that scores no row that is learned"):
        build(plan(composed(f"trial={trial}", "sampling=shared", "dataset=iris")).spec)


def test_shared_pools_still_refuse_training_rows_that_are_scored() -> None:
    pools = Shared().pools(table("numeric"), Clock(), 0)
    pools.assert_unseen(np.concatenate([pools.train, pools.adapt]))
    outside = np.setdiff1d(np.arange(len(pools.population.target)), np.concatenate([pools.train, pools.adapt]))
    equal = pools.population.groups.copy()
    equal[outside[0]] = equal[pools.evaluate[0]]
    same = replace(pools, population=replace(pools.population, groups=equal))
    with pytest.raises(LeakError):
        same.assert_unseen(outside[:1])


# ---- chance ----------------------------------------------------------------------------------------------------------


def test_alarms_at_random_are_no_better_than_as_many_blind_retrains() -> None:
    rng = stream(0, "alarms at random")
    for each in banks("phoneme", "learnable", 4):
        drawn = [tuple(np.flatnonzero(rng.random(each.n_periods - 1) < 0.15) + 1) for _ in range(400)]
        differences = np.array([against_random(each, schedule) for schedule in drawn])
        assert differences.std() > 0.1
        assert abs(differences.mean()) < 4 * differences.std() / np.sqrt(len(drawn))


def test_the_truth_of_other_streams_recovers_nothing() -> None:
    """The mean over all ways to pass the onsets round the streams is 0; only one way knows which stream is which."""
    of = [bank_of(world("phoneme", "learnable", seed), 150) for seed in range(4)]  # it waits for half a month of rows
    entry = Entry(name="at_truth", policy=AtTruth())
    schedules = [replay(entry, world("phoneme", "learnable", seed), Reality()).points for seed in range(4)]
    passed = [shuffled(of, [*schedules[k:], *schedules[:k]]).mean() for k in range(len(of))]
    assert np.mean(passed) == pytest.approx(0, abs=1e-9)
    assert passed[0] == min(passed) < -0.3
