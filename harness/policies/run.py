"""What a replay gives: what a policy did on a stream, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from harness.core import Floats
from harness.policies.world import Model


class Fate(StrEnum):
    """What became of an ordered model."""

    PROMOTED = "promoted"
    """It was put into service."""
    DISCARDED = "discarded"
    """It was trained and not put into service."""
    ROLLED_BACK = "rolled-back"
    """It was put into service, and later the model before it again."""
    UNFINISHED = "unfinished"
    """The stream ended before."""


class Service(NamedTuple):
    """A change of the served model."""

    period: int
    """From which it serves."""
    model: Model


@dataclass(frozen=True)
class Run:
    """What a policy did on a stream.

    Attributes:
        asked: the points at which it acted, ascending.
        outcomes: what became of each of these orders.
        alarms: of each of them, the row at which it was known to be needed; empty for policies that read nothing.
        served: which model serves from which period on; the first is the initial model from 0.
        path: the expected loss of each period, shape (n_periods,).
        churn: the share of answers that each change of the served model changed; one less than `served`.
    """

    asked: tuple[int, ...]
    outcomes: tuple[Fate, ...]
    alarms: tuple[int, ...]
    served: tuple[Service, ...]
    path: Floats
    churn: tuple[float, ...]

    @property
    def points(self) -> tuple[int, ...]:
        """The points from which another model serves: the schedule by which a `Bank` gives `path`, if the action is plain."""
        return tuple(service.period for service in self.served[1:])

    @property
    def n_trained(self) -> int:
        """The models that were trained, be they promoted or not."""
        return sum(fate is not Fate.UNFINISHED for fate in self.outcomes)
