"""Policies that read nothing: never, by the calendar, by a coin, and at the truth itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from harness.core import Code, UnreadableError
from harness.policies.contract import Policy
from harness.policies.now import Now
from harness.settings import above, at_least, at_most


@dataclass(frozen=True, kw_only=True)
class Blind(Policy):
    """What these share: they read nothing, so that they wait for no label and expect nothing."""

    reads: ClassVar[bool] = False
    follows_change: ClassVar[bool] = False
    varies_with: ClassVar[frozenset[str]] = frozenset({"action"})


@dataclass(frozen=True, kw_only=True)
class Never(Blind):
    """Never acts: the initial model serves to the end."""

    varies_with: ClassVar[frozenset[str]] = frozenset()

    name: str = "never"

    def decide(self, now: Now) -> bool:  # noqa: ARG002
        """False."""
        return False


@dataclass(frozen=True, kw_only=True)
class Calendar(Blind):
    """Acts every so many weeks: at the beginning of week `weeks`, 2 `weeks` and so on. A week is a period.

    Attributes:
        weeks: from one time to the next.
    """

    name: str = "calendar"
    weeks: Annotated[int, at_least(1)] = 4

    def decide(self, now: Now) -> bool:
        """Whether it is time."""
        return now.period % self.weeks == 0


@dataclass(frozen=True, kw_only=True)
class AtRandom(Blind):
    """Acts at each point with the same probability: what alarms are worth that carry no information.

    Attributes:
        rate: the probability of each period.
    """

    name: str = "at_random"
    rate: Annotated[float, above(0), at_most(1)] = 1 / 8

    def decide(self, now: Now) -> bool:
        """What a coin says."""
        return bool(now.rng.random() < self.rate)


@dataclass(frozen=True, kw_only=True)
class AtTruth(Blind):
    """Acts at the first point at or after the beginning of each change: an oracle, which then waits for rows as others do.

    A change that begins while a model is on order is acted upon after that.
    """

    follows_change: ClassVar[bool] = True

    name: str = "at_truth"

    def decide(self, now: Now) -> bool:
        """Whether a change has begun since the last order.

        Raises:
            UnreadableError: the truth about the stream is not known.
        """
        if now.truth is None:
            why = f"the truth about this stream is not known, so that {self.name} cannot act on it"
            raise UnreadableError(why, code=Code.NO_TRUTH)
        return any(now.asked_at < change.start <= now.row for change in now.truth)
