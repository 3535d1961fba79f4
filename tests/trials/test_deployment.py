"""What is deployed has learned from the rows that were asked for, and from none that can be scored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from harness.checks.made_data import tables
from harness.core import Code, Skip
from harness.drift import GeneratorWorld, LeakError, Rows
from harness.memo import Memo
from harness.randomness import stream_integer
from harness.synthesis import Bagging, HardVote, Preprocessing, Single
from harness.trials.deployment import Deployed
from tests.trials.made_worlds import LOGISTIC, TREE, deploy


def fitted_by_hand(deployed: Deployed) -> Any:
    """The tree on the whole training pool, without any part of `harness.trials`."""
    rows = deployed.pools.population.take(deployed.pools.train)
    prepared = Preprocessing().build(deployed.table.nominal_mask).fit(rows.matrix)
    seed = stream_integer(0, "model", "tree", deployed.table.name, "deployed")
    tree = DecisionTreeClassifier(max_features=1, random_state=seed).fit(prepared.transform(rows.matrix), rows.target)
    return tree.predict(prepared.transform(deployed.table.matrix))


def test_without_a_number_of_rows_a_model_learns_each_row_of_the_pool_once() -> None:
    deployed = deploy()
    assert deployed.train is deployed.pools.train
    np.testing.assert_array_equal(deployed.predict(deployed.table.matrix), fitted_by_hand(deployed))
    drawn = deploy(train_rows=40).predict(deployed.table.matrix)
    assert not np.array_equal(drawn, fitted_by_hand(deployed))


def test_rows_to_learn_are_drawn_as_they_came_before_the_stream() -> None:
    few, many = (deploy(train_rows=n).train for n in (20, 60))
    np.testing.assert_array_equal(few, many[-20:])
    assert np.isin(many, deploy().pools.train).all()
    assert len(np.unique(many)) < 60  # drawn with replacement
    once = deploy(train_rows=30, sampling=GeneratorWorld())
    assert len(np.unique(once.train)) == 30


def test_a_pool_too_small_to_draw_no_row_twice_is_skipped() -> None:
    with pytest.raises(
        Skip, match="the training pool of missing has 40 rows, 41 are needed to draw none twice"
    ) as caught:
        deploy(train_rows=41, sampling=GeneratorWorld())
    assert caught.value.code == Code.TOO_FEW_ROWS


def test_two_deployments_with_other_rows_share_pools_and_no_model() -> None:
    memo = Memo()
    apart = [deploy(train_rows=n).predict(tables()["missing"].matrix) for n in (None, 20, 30)]
    together = [deploy(TREE, memo, train_rows=n) for n in (None, 20, 30)]
    assert len({id(one.pools) for one in together}) == 1
    assert len({one.yardstick.identity for one in together}) == 3
    for one, other in zip(together, apart, strict=True):
        np.testing.assert_array_equal(one.predict(one.table.matrix), other)


def test_equal_rows_give_one_model_for_all_who_ask_and_rows_under_a_drift_are_not_kept() -> None:
    memo = Memo()
    one, other = (deploy(TREE, memo, train_rows=20) for _ in range(2))
    ids = one.pools.adapt[:25]
    rows = one.pools.population.take(ids)
    changed = Rows(rows.matrix, (rows.target + 1) % 3)
    known = one.learned(ids, rows)
    assert other.learned(ids, rows).value is known.value
    n_kept = len(memo)
    under_drift = other.learned(ids, changed)
    assert under_drift.value is not known.value
    assert len(memo) == n_kept
    at_first = deploy(train_rows=20).learned(ids, changed).value
    for matrix in (one.table.matrix, rows.matrix):
        np.testing.assert_array_equal(under_drift.value.ask(matrix).target, at_first.ask(matrix).target)


def test_labels_that_change_leave_the_preparation_and_values_that_change_do_not() -> None:
    memo = Memo()
    deployed = deploy(LOGISTIC, memo)
    ids = deployed.pools.adapt
    rows = deployed.pools.population.take(ids)
    deployed.learned(ids, Rows(rows.matrix, (rows.target + 1) % 3))
    n_kept = len(memo)
    moved = deployed.learned(ids, Rows(rows.matrix + 100, rows.target)).value
    assert len(memo) == n_kept
    assert np.mean(moved.ask(rows.matrix + 100).target == rows.target) > 0.5


def test_whoever_learns_a_row_that_can_be_scored_is_stopped() -> None:
    deployed = deploy(train_rows=20)
    ids = np.append(deployed.pools.adapt[:10], deployed.pools.evaluate[3])
    with pytest.raises(LeakError, match="1 rows of missing that a model was trained on can be scored"):
        deployed.learned(ids, deployed.pools.population.take(ids))


def test_rows_of_one_class_teach_that_class() -> None:
    deployed = deploy(LOGISTIC)
    ids = deployed.pools.adapt[deployed.pools.population.target[deployed.pools.adapt] == 2]
    said = deployed.learned(ids, deployed.pools.population.take(ids)).value.ask(deployed.table.matrix)
    assert said.probabilities is not None
    assert (said.target == 2).all()
    assert (said.probabilities == np.eye(3)[2]).all()


def test_a_way_to_combine_models_is_deployed_as_a_model_is() -> None:
    alone, single = deploy(TREE), deploy(Single(TREE))
    np.testing.assert_array_equal(alone.predict(alone.table.matrix), single.predict(alone.table.matrix))
    bagged = deploy(Bagging(TREE, n_members=5))
    assert bagged.key()["model"] == "bagging"
    assert np.mean(bagged.predict(bagged.table.matrix) == bagged.table.target) > 0.6
    voted = deploy(HardVote((TREE, LOGISTIC)), train_rows=20).learned(
        alone.pools.adapt, alone.pools.population.take(alone.pools.adapt)
    )
    assert voted.value.ask(alone.table.matrix).target.shape == (120,)
