"""Faults of policies and actions, each found by the check that is there for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from harness.checks import action, policy
from harness.checks.check import Broken, Noted
from harness.checks.lives import lived, lives
from harness.errors import AnswerError
from harness.policies.calendar import Calendar, Never
from harness.policies.contract import Action, Order, Policy
from harness.policies.now import Now
from harness.policies.retraining import Last
from harness.policies.world import Recipe

# ---- policies --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Free(Policy):
    """Says what a function says."""

    name: str = "free"
    says: Callable[[Now], Any]
    kept: list[Any] = field(default_factory=list)

    def decide(self, now: Now) -> Any:
        return self.says(now)


def of(says: Callable[[Now], Any]) -> policy.Subject:
    return policy.Subject(Free(says=says), lambda: Free(says=says))


def at_four(now: Now) -> bool:
    return now.period == 4


def test_a_policy_that_holds_passes_every_check() -> None:
    subject = of(at_four)
    for check in policy.SUITE.checks:
        check(subject)
    assert policy.SUITE.facts(subject) == "acts 1 times where the concept changes and 1 where it does not"


def test_an_answer_that_is_neither_yes_nor_no_is_found() -> None:
    with pytest.raises(AnswerError, match="decide has to return True or False"):
        policy.it_says_yes_or_no_in_every_week(of(lambda now: 1))


def test_chance_of_its_own_is_found() -> None:
    with pytest.raises(
        Broken, match="made twice from the same file, on a stream whose concept changes it acts in weeks"
    ):
        policy.made_anew_it_decides_the_same(of(lambda now: bool(np.random.default_rng().random() < 0.5)))


def test_a_memory_of_its_own_is_found() -> None:
    seen: list[int] = []

    def tired(now: Now) -> bool:
        seen.append(now.period)
        return len(seen) > 30

    with pytest.raises(Broken, match="after it has lived through another stream, on the first one it acts in weeks"):
        policy.it_remembers_nothing_itself(of(tired))


def test_a_look_ahead_is_found() -> None:
    with pytest.raises(Broken, match="what is known from row 350 on moves what it does before"):
        policy.it_knows_nothing_that_comes_later(of(lambda now: bool(now.watch.errors.mean() > 0.6)))


def test_a_look_at_labels_before_they_are_known_is_found() -> None:
    def impatient(now: Now) -> bool:
        errors = now.watch.errors[: now.watch.rows.searchsorted(now.row)]
        return bool(errors[-150:].mean() > 1 - now.expected + 0.08)

    with pytest.raises(Broken, match="few and late, what is known from row 650 on moves what it does before"):
        policy.it_knows_nothing_that_comes_later(of(impatient))


def test_a_look_at_what_models_will_lose_is_found() -> None:
    def clairvoyant(now: Now) -> bool:
        world = now.watch.world
        newer = Recipe(now.learnable_until, now.rows_per_month)
        own, other = (world.losses(model)[now.period :].sum() for model in (now.model, newer))
        return bool(other < own - 0.05)

    with pytest.raises(Broken, match="moves what it does before"):
        policy.it_knows_nothing_that_comes_later(of(clairvoyant))


def test_a_policy_that_does_nothing_is_noted() -> None:
    with pytest.raises(Noted, match="it does nothing on a made-up stream"):
        policy.it_acts_at_least_once(policy.Subject(Never(), Never))


def test_what_no_worker_can_be_sent_is_found() -> None:
    with pytest.raises(Broken, match="it cannot be pickled, as workers need it"):
        policy.it_pickles(of(lambda now: False))


def test_what_is_no_policy_is_refused() -> None:
    with pytest.raises(Broken, match=r"KS is no policy: derive it from harness\.policies\.contract\.Policy"):
        policy.make({"_target_": "harness.detectors.ks.KS"})


# ---- actions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class FreeAction(Action):
    """Orders what a function gives."""

    name: str = "free"
    gives: Callable[[Now], Any]

    def order(self, now: Now) -> Any:
        return self.gives(now)


def to_do(gives: Callable[[Now], Any]) -> action.Subject:
    return action.Subject(FreeAction(gives=gives), lambda: FreeAction(gives=gives))


def test_a_model_of_rows_whose_labels_are_not_known_is_found() -> None:
    too_soon = to_do(lambda now: Order(Recipe(now.row, 300), now.period))
    with pytest.raises(AnswerError, match="learned from rows up to 150, trained in period 2: labels are known up to 0"):
        action.it_orders_models_in_every_week(too_soon)


@dataclass(frozen=True, kw_only=True)
class AcceptsWhatWillBeBetter(Last):
    """Promotes a model if it loses less until the end."""

    def accept(self, now: Now, order: Order) -> Any:
        losses = now.watch.world.losses
        return order.model if losses(order.model)[now.period :].sum() < losses(now.model)[now.period :].sum() else None


def test_an_action_that_looks_ahead_is_found() -> None:
    ahead = action.Subject(AcceptsWhatWillBeBetter(), AcceptsWhatWillBeBetter)
    with pytest.raises(
        Broken, match="under weeks_2 on a stream whose concept changes, what is known from row 1000 on moves"
    ):
        action.it_knows_nothing_that_comes_later(ahead)
    action.it_knows_nothing_that_comes_later(action.Subject(Last(), Last))


def test_a_model_that_is_none_is_found() -> None:
    with pytest.raises(AnswerError, match="ordered 'tree': an order is of a Recipe, Recalibrated or Averaged"):
        action.it_orders_models_in_every_week(to_do(lambda now: Order("tree", now.period)))  # type: ignore[arg-type]
    with pytest.raises(AnswerError, match=r"ordered Recipe\(until=2, .*: an order is of a"):
        action.it_orders_models_in_every_week(to_do(lambda now: Recipe(2, 300)))


def test_an_action_that_orders_nothing_is_found() -> None:
    with pytest.raises(Broken, match="it brings no model to its end"):
        action.it_orders_at_least_once(to_do(lambda now: None))


def test_an_order_of_the_past_is_refused() -> None:
    with pytest.raises(AnswerError, match="ordered a model in period 4 that was ready in 3"):
        lived(Calendar(weeks=4), lives()[0], FreeAction(gives=lambda now: Order(Recipe(0, 300), now.period - 1)))


def test_an_action_that_does_something_else_each_time_is_found() -> None:
    counted: list[int] = []

    def more_each_time(now: Now) -> Order:
        counted.append(1)
        return Order(Recipe(now.learnable_until, 100 + len(counted)), now.period)

    with pytest.raises(Broken, match="made twice from the same file, under weeks_2 on a stream"):
        action.made_anew_it_does_the_same(to_do(more_each_time))
    with pytest.raises(Broken, match="after it has lived through another stream, under weeks_2"):
        action.it_remembers_nothing_itself(to_do(more_each_time))


def test_an_action_that_no_worker_can_be_sent_is_found() -> None:
    with pytest.raises(Broken, match="it cannot be pickled, as workers need it"):
        action.it_pickles(to_do(lambda now: None))


def test_what_is_no_action_is_refused() -> None:
    with pytest.raises(Broken, match="Never is no action"):
        action.make({"_target_": "harness.policies.calendar.Never"})
    assert isinstance(action.make({"_target_": "harness.policies.retraining.Last"}).action, Last)
