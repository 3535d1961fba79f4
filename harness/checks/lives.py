"""Made-up lives of a policy and an action: streams, delays and seeds under which each is tried."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np

from harness.checks.made_world import MadeWorld, Risk, of_one_change
from harness.policies.contract import Action, Policy
from harness.policies.entry import Entry, Reality
from harness.policies.replay import replay
from harness.policies.retraining import Usual
from harness.policies.run import Run
from harness.policies.world import Model

CHANGE = 700
"""The row at which the concept changes."""


class Life(NamedTuple):
    """What a policy lives through.

    Attributes:
        words: that follow "on".
        world: the stream.
        reality: its delays.
    """

    words: str
    world: MadeWorld
    reality: Reality


@cache
def lives() -> tuple[Life, Life, Life]:
    """Three streams: labels at once, labels a month late and of every second row, and nothing that happens."""
    world = of_one_change(CHANGE)
    every_second = np.arange(world.n_rows) % 2 == 0
    quiet = replace(of_one_change(world.n_rows), truth=())
    return (
        Life("a stream whose concept changes", world, Reality()),
        Life(
            "one whose labels are few and late",
            replace(world, labels=every_second, learnable=every_second),
            Reality(label_delay=300, training_periods=1),
        ),
        Life("one on which nothing happens", quiet, Reality()),
    )


def lived(policy: Policy, life: Life, action: Action | None = None) -> Run:
    """What a policy does there; what it draws is always the same."""
    entry = Entry(name="tried", policy=policy, action=action or Usual())
    return replay(entry, life.world, life.reality, np.random.default_rng(1))


def moved_by_what_comes_later(policy: Policy, action: Action | None = None) -> str:
    """How what is known later moves what is done before, as a sentence; "" if it does not.

    Streams whose labels are equal up to a row are told apart when the label of that row is known.
    """
    for life in lives():
        here = lived(policy, life, action)
        for row in (CHANGE // 2, CHANGE + 300):
            known = row + life.reality.label_delay
            for world in other_futures(life.world, row):
                there = lived(policy, life._replace(world=world), action)
                if words := told_apart(here, there, before=known // life.world.rows_per_period):
                    return f"on {life.words}, what is known from row {known} on moves what it does before: {words}."
    return ""


def other_futures(world: MadeWorld, row: int) -> tuple[MadeWorld, MadeWorld]:
    """Two streams that are equal up to a row: from there on every model errs, or is as often right as it would have erred."""
    risk: Risk = world.risk
    return (
        replace(world, risk=lambda model, rows: np.where(rows < row, risk(model, rows), 1.0)),
        replace(world, risk=lambda model, rows: np.where(rows < row, risk(model, rows), 1.0 - risk(model, rows))),
    )


def told_apart(one: Run, other: Run, *, before: int | None = None) -> str:
    """In what two runs differ that were to be equal, as far as it was done by a point; "" if they do not."""
    done = [
        ([point for point in run.asked if before is None or point <= before], _served(run, before))
        for run in (one, other)
    ]
    if done[0] == done[1]:
        return ""
    if done[0][0] == done[1][0]:
        return f"it serves {_models(done[0][1])} and then {_models(done[1][1])}"
    return f"it acts in weeks {_listed(done[0][0])} and then in {_listed(done[1][0])}"


def _served(run: Run, before: int | None) -> list[tuple[int, Model]]:
    return [(period, model) for period, model in run.served if before is None or period <= before]


def _models(served: list[tuple[int, Model]]) -> str:
    return ", ".join(str(model) for _, model in served[1:]) or "no new model"


def _listed(points: list[int]) -> str:
    return ", ".join(map(str, points)) or "none"
