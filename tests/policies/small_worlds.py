"""Worlds of a few rows whose errors are written down, so that a replay can be followed by hand: M is 8, a period 2 rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from harness.checks.made_world import MadeWorld
from harness.core import Floats, Ints
from harness.detectors.contract import Input, Knob, Scan, Startable
from harness.policies.contract import Action, Policy
from harness.policies.entry import Entry, Reality
from harness.policies.now import Now
from harness.policies.replay import replay
from harness.policies.retraining import Usual
from harness.policies.run import Run
from harness.policies.world import Model, Recipe

M, PERIOD, HALF = 8, 2, 4
INITIAL = Recipe(0, M)


def world(errors: Mapping[Model, str] | None = None, *, n_periods: int = 12, **more: Any) -> MadeWorld:
    """A stream on which a model errs where its text has a 1; models without a text, and rows beyond it, have no error."""
    texts = errors or {}

    def risk(model: Model, rows: Ints) -> Floats:
        text = texts.get(model, "").ljust(n_periods * PERIOD, "0")
        return np.array([float(text[row]) for row in rows])

    return MadeWorld(risk, n_periods=n_periods, rows_per_month=M, **more)


def mask(text: str) -> Any:
    return np.array([one == "1" for one in text])


def run(
    policy: Policy,
    on: MadeWorld,
    action: Action | None = None,
    *,
    late: int = 0,
    training: int = 0,
    rng: Any = None,
    **entry: Any,
) -> Run:
    made = Entry(name="entry", policy=policy, action=action or Usual(), **entry)
    return replay(made, on, Reality(label_delay=late, training_periods=training), rng)


def services(found: Run) -> list[tuple[int, Model]]:
    """The changes after the initial model."""
    assert found.served[0] == (0, INITIAL)
    return [(period, model) for period, model in found.served[1:]]


@dataclass(frozen=True, kw_only=True)
class EveryMistake(Startable):
    """Alarms at every error."""

    input: ClassVar[Input] = Input.ERROR
    knob: ClassVar[Knob | None] = None
    name: str = "every_mistake"

    def start(self, reference: Any = None, columns: Any = None, rng: Any = None) -> None:
        return None

    def scan(self, signal: Any, state: None) -> Scan:
        return Scan(np.flatnonzero(signal == 1))


@dataclass(frozen=True, kw_only=True)
class ThirdInARow(EveryMistake):
    """Warns at an error and at a second one right after it, and alarms at a third."""

    name: str = "third_in_a_row"

    def scan(self, signal: Any, state: None) -> Scan:
        length = 0
        alarms: list[int] = []
        warnings: list[int] = []
        for row, error in enumerate(signal):
            length = length + 1 if error else 0
            if length:
                (alarms if length == 3 else warnings).append(row)
            length %= 3
        return Scan(np.array(alarms, dtype=np.int64), np.array(warnings, dtype=np.int64))


@dataclass(frozen=True, kw_only=True)
class At(Policy):
    """Acts at given points, as a policy that reads nothing, and notes what it was shown."""

    reads: ClassVar[bool] = False
    follows_change: ClassVar[bool] = False
    name: str = "at"
    points: tuple[int, ...] = ()
    shown: list[Now] = field(default_factory=list, compare=False)

    def decide(self, now: Now) -> bool:
        self.shown.append(now)
        return now.period in self.points
