"""What an action has to hold: what it orders can be had, of rows that are labelled by then, and it remembers nothing itself."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.building import instantiate
from harness.checks.check import Broken, Suite, require
from harness.checks.lives import Life, lived, lives, moved_by_what_comes_later, told_apart
from harness.policies.calendar import AtTruth, Calendar
from harness.policies.contract import Action, Policy
from harness.policies.run import Fate, Run
from harness.policies.staleness import Stale

POLICIES: tuple[Policy, ...] = (Calendar(name="weeks_2", weeks=2), AtTruth(), Stale())
"""That it is tried with."""


@dataclass(frozen=True)
class Subject:
    """An action.

    Attributes:
        action: as the node describes it.
        make: makes it anew.
    """

    action: Action
    make: Callable[[], Action]


def make(node: Mapping[str, Any]) -> Subject:
    """The subject of an action's node."""
    made = instantiate(node)
    require(
        isinstance(made, Action),
        f"{type(made).__name__} is no action: derive it from {Action.__module__}.{Action.__name__}.",
    )
    return Subject(made, lambda: instantiate(node))


def _tried(action: Action) -> Iterator[tuple[Policy, Life, Run]]:
    for life in lives():
        for policy in POLICIES:
            yield policy, life, lived(policy, life, action)


def it_orders_models_in_every_week(subject: Subject) -> None:
    """Also where labels are late, few, or not there yet: `replay` refuses a model of rows whose labels are known later."""
    for _ in _tried(subject.action):
        pass


def it_knows_nothing_that_comes_later(subject: Subject) -> None:
    """Where labels are equal up to a row, it does the same until the label of that row is known."""
    for policy in POLICIES:
        if words := moved_by_what_comes_later(policy, subject.action):
            raise Broken(f"under {policy.name} {words}")


def it_orders_at_least_once(subject: Subject) -> None:
    """A calendar asks it eleven times on a stream of which every row is labelled at once."""
    calendar, changed = POLICIES[0], lives()[0]
    ended = [fate for fate in lived(calendar, changed, subject.action).outcomes if fate is not Fate.UNFINISHED]
    if not ended:
        raise Broken("in half a year of a made-up stream, asked every second week, it brings no model to its end.")


def made_anew_it_does_the_same(subject: Subject) -> None:
    """Nothing but its settings decides what it does."""
    for policy, life, run in _tried(subject.action):
        if words := told_apart(run, lived(policy, life, subject.make())):
            raise Broken(f"made twice from the same file, under {policy.name} on {life.words} {words}.")


def it_remembers_nothing_itself(subject: Subject) -> None:
    """One object is replayed on many streams."""
    life, other, _ = lives()
    for policy in POLICIES:
        before = lived(policy, life, subject.action)
        lived(policy, other, subject.action)
        if words := told_apart(before, lived(policy, life, subject.action)):
            raise Broken(f"after it has lived through another stream, under {policy.name} on the first one {words}.")


def it_pickles(subject: Subject) -> None:
    """Workers are other processes."""
    try:
        copied = pickle.loads(pickle.dumps(subject.action))
    except Exception as error:
        raise Broken(f"it cannot be pickled, as workers need it: {error}.") from error
    life, *_ = lives()
    if words := told_apart(lived(POLICIES[0], life, subject.action), lived(POLICIES[0], life, copied)):
        raise Broken(f"pickled and back, {words}.")


SUITE: Suite[Subject] = Suite(
    make,
    (
        it_orders_models_in_every_week,
        it_knows_nothing_that_comes_later,
        it_orders_at_least_once,
        made_anew_it_does_the_same,
        it_remembers_nothing_itself,
        it_pickles,
    ),
)
