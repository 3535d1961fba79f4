"""Replay: a policy lives through a stream. Models serve, what is known by then is read, and it is decided what to train.

At each point, in this order: a model that has been trained is put into service or discarded; the model that served before is
taken back if the action says so; the policy is asked, unless a model is collecting its rows or in training. So the first point
is that of period 1.

A policy that reads is not asked before half a month of labelled rows of the served model is known, and none is asked during a
cool-down. Alarms of these times are not acted upon later. After a change detectors start afresh.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from harness.core import Floats
from harness.policies import answers
from harness.policies.contract import Order
from harness.policies.entry import Entry, Expectation, Reality
from harness.policies.now import Now, Watch
from harness.policies.run import Fate, Run, Service
from harness.policies.world import Model, World


def replay(entry: Entry, world: World, reality: Reality, rng: np.random.Generator | None = None) -> Run:
    """What a policy with its action does on a stream.

    Args:
        entry: policy, action, expectation and cool-down.
        world: the stream and its models. It is asked only for what is needed.
        reality: label delay and training time.
        rng: for policies that draw.

    Raises:
        AnswerError: a policy or an action answered what cannot be.
        ConfigError: a detector cannot read the stream or a model, or a policy draws without a generator.
    """
    loop = _Loop(entry, world, reality, rng)
    for period in range(1, world.n_periods):
        loop.live(period)
    return loop.run()


class _Loop:
    """One life of a policy."""

    def __init__(self, entry: Entry, world: World, reality: Reality, rng: np.random.Generator | None) -> None:
        self.entry, self.world, self.reality = entry, world, reality
        watch = self._watch(world.initial, 0)
        self.now = Now(period=0, policy=entry.policy, watch=watch, trained=(world.initial,), generator=rng)
        self.pending: Order | None = None
        self.due = 0
        self.asked: list[int] = []
        self.alarms: list[int] = []
        self.fates: list[Fate] = []
        self.served = [Service(0, world.initial)]

    def live(self, period: int) -> None:
        """Do all that is to be done at a point."""
        self.now = self.now._replace(period=period)
        if self.pending is not None and self.due == period:
            self._finish(self.pending)
        elif self.now.before is not None and self._goes_back():
            self._go_back(self.now.before)
        if self.pending is None and self._listens() and self._decides():
            self._ask()

    def run(self) -> Run:
        """What was done so far."""
        unfinished = [Fate.UNFINISHED] if self.pending is not None else []
        return Run(
            asked=tuple(self.asked),
            outcomes=(*self.fates, *unfinished),
            alarms=tuple(self.alarms),
            served=tuple(self.served),
            path=self._path(),
            churn=tuple(self.world.churn(one.model, other.model) for one, other in pairwise(self.served)),
        )

    # ---- asking ----------------------------------------------------------------------------------------------------------

    def _listens(self) -> bool:
        """Whether the policy is asked; one that reads is then shown the row from which alarms count."""
        now = self.now
        rest = math.ceil(self.entry.cool_down * self.world.rows_per_month) if self.fates else 0
        start = now.free_since + rest
        if not now.policy.reads:
            return now.row >= start
        settled = now.watch.settled
        self.now = now._replace(listens_from=max(start, settled))
        return now.row >= start and now.row > settled

    def _decides(self) -> bool:
        answer = self.entry.policy.decide(self.now)
        return answers.truth_value(answer, f"the policy of {self.entry.name} decided", "decide")

    def _ask(self) -> None:
        """Order a model. One whose rows are there and that takes no training serves from now on."""
        now = self.now
        answer = self.entry.action.order(now)
        if answer is None:
            return
        order = answers.ordered(answer, self.entry.name, now)
        self.asked.append(now.period)
        if now.policy.reads:
            self.alarms.append(answers.alarm_row(now.policy.alarmed_at(now), self.entry.name, now))
        self.pending, self.due = order, order.ready + self.reality.training_periods
        self.now = now._replace(asked_at=now.row)
        if self.due == now.period:
            self._finish(order)

    # ---- changes ---------------------------------------------------------------------------------------------------------

    def _finish(self, order: Order) -> None:
        """Put the ordered model into service, or discard it."""
        now = self.now
        accepted = answers.accepted(self.entry.action.accept(now, order), self.entry.name, now, order.ready)
        self.pending = None
        self.now = now._replace(free_since=now.row)
        self.fates.append(Fate.DISCARDED if accepted is None else Fate.PROMOTED)
        if accepted is not None:
            trained = (*now.trained, order.model)
            self._serve(accepted, before=now.model, trained=trained, n_retrains=now.n_retrains + 1)

    def _goes_back(self) -> bool:
        answer = self.entry.action.goes_back(self.now)
        return answers.truth_value(answer, f"the action of {self.entry.name} answered", "goes_back")

    def _go_back(self, before: Model) -> None:
        """Let the model serve again that served before. An order that is open is kept."""
        promoted = max(number for number, fate in enumerate(self.fates) if fate is Fate.PROMOTED)
        self.fates[promoted] = Fate.ROLLED_BACK
        self._serve(before, before=None, trained=self.now.trained[:-1], n_retrains=self.now.n_retrains)

    def _serve(self, model: Model, *, before: Model | None, trained: tuple[Model, ...], n_retrains: int) -> None:
        row, period = self.now.row, self.now.period
        self.now = self.now._replace(
            watch=self._watch(model, row),
            served_since=period,
            free_since=row,
            before=before,
            trained=trained,
            n_retrains=n_retrains,
        )
        self.served.append(Service(period, model))

    def _watch(self, model: Model, since: int) -> Watch:
        promise = self.world.initial if self.entry.expectation == Expectation.FIXED else None
        return Watch(self.world, model, since, self.reality.label_delay, promise)

    def _path(self) -> Floats:
        path = np.empty(self.world.n_periods)
        for period, model in self.served:
            path[period:] = self.world.losses(model)[period:]
        return path
