"""What a policy has to hold: it says yes or no, remembers nothing itself, and knows nothing that comes later."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.building import instantiate
from harness.checks.check import Broken, Noted, Suite, require
from harness.checks.lives import lived, lives, moved_by_what_comes_later, told_apart
from harness.policies.contract import Policy


@dataclass(frozen=True)
class Subject:
    """A policy.

    Attributes:
        policy: as the node describes it.
        make: makes it anew.
    """

    policy: Policy
    make: Callable[[], Policy]


def make(node: Mapping[str, Any]) -> Subject:
    """The subject of a policy's node."""
    made = instantiate(node)
    require(
        isinstance(made, Policy),
        f"{type(made).__name__} is no policy: derive it from {Policy.__module__}.{Policy.__name__}.",
    )
    return Subject(made, lambda: instantiate(node))


def it_says_yes_or_no_in_every_week(subject: Subject) -> None:
    """Also where labels are late, few, or not there yet."""
    for life in lives():
        lived(subject.policy, life)


def made_anew_it_decides_the_same(subject: Subject) -> None:
    """The same on every run: all chance comes from the generator that it is shown."""
    for life in lives():
        if words := told_apart(lived(subject.policy, life), lived(subject.make(), life)):
            raise Broken(f"made twice from the same file, on {life.words} {words}.")


def it_remembers_nothing_itself(subject: Subject) -> None:
    """One object is replayed on many streams: whatever it wants to remember is shown to it."""
    life, other, _ = lives()
    before = lived(subject.policy, life)
    lived(subject.policy, other)
    if words := told_apart(before, lived(subject.policy, life)):
        raise Broken(f"after it has lived through another stream, on the first one {words}.")


def it_knows_nothing_that_comes_later(subject: Subject) -> None:
    """Where labels are equal up to a row, it does the same until the label of that row is known."""
    if words := moved_by_what_comes_later(subject.policy):
        raise Broken(words)


def it_acts_at_least_once(subject: Subject) -> None:
    """On a stream whose accuracy falls from 90 to 50 %."""
    changed, *_ = lives()
    if not lived(subject.policy, changed).asked:
        raise Noted("it does nothing on a made-up stream whose accuracy falls from 90 to 50 % in the third month.")


def it_pickles(subject: Subject) -> None:
    """Workers are other processes."""
    try:
        copied = pickle.loads(pickle.dumps(subject.policy))
    except Exception as error:
        raise Broken(f"it cannot be pickled, as workers need it: {error}.") from error
    life, *_ = lives()
    if words := told_apart(lived(subject.policy, life), lived(copied, life)):
        raise Broken(f"pickled and back, on {life.words} {words}.")


def _acts(subject: Subject) -> str:
    changed, _, quiet = lives()
    times = (len(lived(subject.policy, life).asked) for life in (changed, quiet))
    return "acts {} times where the concept changes and {} where it does not".format(*times)


SUITE: Suite[Subject] = Suite(
    make,
    (
        it_says_yes_or_no_in_every_week,
        made_anew_it_decides_the_same,
        it_remembers_nothing_itself,
        it_knows_nothing_that_comes_later,
        it_acts_at_least_once,
        it_pickles,
    ),
    _acts,
)
