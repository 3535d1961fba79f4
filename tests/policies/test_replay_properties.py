"""What holds of every replay: a bank gives the path of plain actions, and nothing that comes later moves a decision."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.checks.made_world import MadeWorld
from harness.core import Floats, Ints
from harness.policies.alarms import OnAlarm, Votes
from harness.policies.bank_of import bank_of
from harness.policies.calendar import AtRandom, Calendar
from harness.policies.contract import Policy
from harness.policies.judging import Average, Challenger, RollBack
from harness.policies.retraining import AfterAlarm, Last, SinceWarning, Usual
from harness.policies.staleness import GrownStale, Stale
from harness.policies.world import Model
from harness.randomness import stream
from tests.policies.small_worlds import At, EveryMistake, M, ThirdInARow, run

N_ROWS = 24


def chance(seed: int, *, changed_from: int = N_ROWS) -> Any:
    """A risk of each model and row that is 0 or 1, drawn by seed; from a row on it is another one."""

    @cache
    def of(model: Model) -> Floats:
        one, other = stream(seed, "risk", str(model)).integers(0, 2, (2, N_ROWS)).astype(np.float64)
        return np.where(np.arange(N_ROWS) < changed_from, one, other)

    def risk(model: Model, rows: Ints) -> Floats:
        return of(model)[rows]

    return risk


@given(
    seed=st.integers(0, 99),
    points=st.sets(st.integers(1, 11)),
    late=st.integers(0, 7),
    training=st.integers(0, 2),
    months=st.sampled_from([0.5, 1, 2]),
    waits=st.booleans(),
    labels=st.lists(st.booleans(), min_size=N_ROWS, max_size=N_ROWS) | st.none(),
)
@settings(max_examples=30)
def test_a_bank_gives_the_path_of_a_plain_action(
    seed: int, points: set[int], late: int, training: int, months: float, waits: bool, labels: list[bool] | None
) -> None:
    learnable = None if labels is None else np.array(labels)
    world = MadeWorld(chance(seed), n_periods=12, rows_per_month=M, learnable=learnable)
    action = AfterAlarm(months=months) if waits else Last(months=months)
    found = run(At(points=tuple(sorted(points))), world, action, late=late, training=training)
    bank = bank_of(world, round(months * M), late_periods=-(-late // 2) + training)
    assert set(found.points) <= set(bank.feasible.tolist())
    assert bank.path(found.points).tolist() == found.path.tolist()
    if not waits and not training:
        assert set(found.points) == points & set(bank.feasible.tolist())


POLICIES: list[Policy] = [
    Calendar(weeks=2),
    AtRandom(rate=0.5),
    OnAlarm(detector=EveryMistake()),
    OnAlarm(detector=ThirdInARow()),
    Votes(detectors=[EveryMistake(), ThirdInARow()], at_least=2),
    Stale(tau=0.2),
    GrownStale(tau=0.3),
]
ACTIONS = [Usual(), Last(), SinceWarning(), Challenger(), RollBack(action=Average())]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: type(policy).__name__)
@given(
    seed=st.integers(0, 99),
    cut=st.integers(1, N_ROWS - 1),
    late=st.integers(0, 3),
    action=st.sampled_from(ACTIONS),
    expectation=st.sampled_from(["renewed", "fixed"]),
)
@settings(max_examples=15)
def test_what_comes_later_moves_no_decision(
    policy: Policy, seed: int, cut: int, late: int, action: Any, expectation: str
) -> None:
    """Two streams are equal up to a row: all that is done at points up to this row is."""
    found = [
        run(
            policy,
            MadeWorld(chance(seed, changed_from=at), n_periods=12, rows_per_month=M),
            action,
            late=late,
            expectation=expectation,
            rng=np.random.default_rng(0),
        )
        for at in (cut, N_ROWS)
    ]
    last = cut // 2
    one, other = ([one for one in each.asked if one <= last] for each in found)
    assert one == other
    assert found[0].alarms[: len(one)] == found[1].alarms[: len(one)]
    assert [s for s in found[0].served if s.period <= last] == [s for s in found[1].served if s.period <= last]
