"""What a model learns from: the newest labelled rows, and never one that is scored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from harness.core import Code, Skip
from harness.drift import Halves, LabelPermutation, LeakError, Pools, Reference
from harness.policies.world import Averaged, Recalibrated, Recipe
from harness.trials.closed_loop import StagedWorld
from harness.trials.closed_loop.windows import recipes
from tests.trials.made_worlds import NB, TREE, deploy, drift_on, scenario, world

LABELS = scenario(LabelPermutation())


def test_the_initial_model_is_the_deployed_one() -> None:
    of = world(LABELS)
    window = of.windows.of(of.initial)
    np.testing.assert_array_equal(window.ids, of.deployed.train)
    np.testing.assert_array_equal(of.said(of.initial).target, of.deployed.predict(of.stage.pool))


def test_a_window_is_the_newest_rows_of_its_time_filled_up_by_the_last_training_rows() -> None:
    of = world(LABELS)
    ids, rows = of.windows.of(Recipe(35, 50))
    learned = of.stream.adapt_ids()[:35]
    np.testing.assert_array_equal(ids, np.concatenate([of.deployed.pools.training(15)[::-1], learned]))
    np.testing.assert_array_equal(rows.target[15:], of.stream.adapt_rows().target[:35])
    np.testing.assert_array_equal(of.windows.of(Recipe(90, 20)).ids, of.stream.adapt_ids()[70:90])
    whole = of.windows.of(Recipe(90, None)).ids
    np.testing.assert_array_equal(whole, np.concatenate([of.deployed.train, of.stream.adapt_ids()[:90]]))


def test_rows_are_learned_as_the_drift_has_made_them() -> None:
    of = world(LABELS)
    onset, population = of.stream.onset, of.deployed.pools.population
    ids, rows = of.windows.of(Recipe(onset + 10, 20))
    np.testing.assert_array_equal(rows.target != population.target[ids], np.arange(20) >= 10)


def test_only_rows_with_a_label_teach_and_arrive() -> None:
    of = world(LABELS, labelled_share=0.4)
    times = of.windows.times
    assert 0.25 < len(times) / of.n_rows < 0.55
    assert 0.25 < of.labelled().mean() < 0.55
    assert not np.array_equal(np.flatnonzero(of.labelled()), times)
    np.testing.assert_array_equal(of.windows.of(Recipe(80, 10)).ids, of.stream.adapt_ids()[times[times < 80][-10:]])
    for start, n_labels in ((0, 1), (13, 4), (40, 11)):
        row = of.known_by(start, n_labels)
        arrived = [np.sum((times >= start) & (times < end)) for end in (row - 1, row)]
        assert arrived == [n_labels - 1, n_labels]
    assert of.known_by(100, 30) > of.n_rows
    assert world(LABELS).known_by(7, 20) == 27


def test_no_challenger_has_ever_learned_a_row_by_which_it_is_judged_nor_its_equal() -> None:
    of = world(LABELS)
    groups = of.deployed.pools.population.groups
    judged, learned = [], []
    for until in (20, 60, 115):
        challenger = Recipe(until, 20, is_challenger=True)
        window, held_back = of.windows.of(challenger), of.windows.held_back(challenger)
        plain = of.windows.of(Recipe(until, 20)).ids
        assert sorted([*window.ids, *held_back.ids]) == sorted(plain)
        judged.append(groups[held_back.ids])
        learned.append(groups[window.ids])
        own, others = of.held_back(challenger, of.initial)
        assert len(own) == len(others) == len(held_back.ids) > 0
        np.testing.assert_array_equal(others, of.deployed.predict(held_back.rows.matrix) != held_back.rows.target)
    assert not np.intersect1d(np.concatenate(judged), np.concatenate(learned)).size


def test_where_no_row_of_a_window_is_held_back_there_is_nothing_to_judge_by() -> None:
    of = world(LABELS, model=NB)
    ids = of.stream.adapt_ids()
    until = next(row + 1 for row in range(len(ids)) if not of.windows.held_back(Recipe(row + 1, 1)).ids.size)
    own, others = of.held_back(Recipe(until, 1, is_challenger=True), of.initial)
    assert own.shape == others.shape == (0,)


def test_probabilities_are_fitted_anew_on_rows_that_the_model_has_not_learned() -> None:
    of = world(LABELS)
    base = Recipe(60, 20)
    ids = of.windows.to_recalibrate(Recalibrated(base, 110, 15, "platt")).ids
    known = of.stream.adapt_ids()[:110]
    np.testing.assert_array_equal(ids, known[~np.isin(known, of.windows.of(base).ids)][-15:])
    assert recipes(Averaged((base, Recalibrated(of.initial, 80, 10, "platt")))) == [base, of.initial]


# ---- leaks ----------------------------------------------------------------------------------------------------------


class Shared(Pools):
    """Pools that let a model learn what it is scored on, which nobody should."""

    def assert_unseen(self, trained: Any) -> None:
        pass


def leaking(*, is_watched: bool) -> StagedWorld:
    """A world whose rows to adapt with are those that are scored; whoever watches notices."""
    deployed = deploy(TREE, train_rows=20)
    own = deployed.pools
    known = (own.population, own.train, own.evaluate, own.evaluate, True, Reference.FRESH, own.clock, own.seed)
    shared = Shared(*known)
    object.__setattr__(deployed, "pools", shared)
    stream = drift_on(deployed, LABELS).stream()
    if is_watched:
        object.__setattr__(shared, "__class__", Pools)
    return StagedWorld(deployed, stream)


def test_a_row_that_can_be_scored_is_noticed_in_whatever_way_it_is_learned() -> None:
    of = leaking(is_watched=True)
    ways: list[Callable[[], Any]] = [
        lambda: of.losses(Recipe(50, 20)),
        lambda: of.losses(Recipe(50, None)),
        lambda: of.losses(Recipe(50, 40, is_challenger=True)),
        of.continuous,
        lambda: of.losses(Averaged((of.initial, Recipe(50, 20)))),
        lambda: of.losses(Recalibrated(of.initial, 50, 20, "platt")),
    ]
    for learn in ways:
        with pytest.raises(LeakError, match="that a model was trained on can be scored"):
            learn()
    assert of.losses(of.initial).shape == (24,)


def test_a_shared_pool_flatters_a_full_tree() -> None:
    """The negative control that shows why pools are apart: before the drift a retrained tree knows the rows it is scored on."""
    own, shared = world(LABELS), leaking(is_watched=False)
    before = slice(8, own.stream.onset // 5)
    gains = [(one.losses(one.initial) - one.losses(Recipe(40, 40)))[before].mean() for one in (own, shared)]
    assert gains[1] > gains[0] + 0.1


def test_a_sampling_without_rows_to_adapt_with_is_skipped() -> None:
    with pytest.raises(Skip, match="a policy that retrains needs rows to adapt with") as caught:
        world(LABELS, sampling=Halves())
    assert caught.value.code == Code.NOTHING_TO_ADAPT_WITH
