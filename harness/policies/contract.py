"""What a policy and an action are: when to act, and what to do then.

A policy is asked at the beginning of each period, whenever a model can be ordered. What it may know stands in `Now`; it
remembers nothing itself, so that one object can be replayed on any number of streams. One of your own is a class with one
method:

    @dataclass(frozen=True, kw_only=True)
    class WorseThan(Policy):
        name: str = "worse_than"
        limit: Annotated[float, above(0)] = 0.3

        def decide(self, now: Now) -> bool:
            return now.recent_loss > self.limit

An action says which model is trained, and by when its rows are there. It may judge the model when it has been trained
(`accept`), and go back to the one before later (`goes_back`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from harness.policies.now import Now
from harness.policies.world import Model
from harness.settings import Checked


@dataclass(frozen=True, kw_only=True)
class Policy(Checked, ABC):
    """When to act. Implementations are frozen dataclasses with one method.

    Attributes:
        name: the level of the factor `policy`.
        about: documentation; no part of a trial's identity.
    """

    reads: ClassVar[bool] = True
    """Whether it reads what comes in. It is then not asked before half a month of labelled rows of the served model."""
    follows_change: ClassVar[bool] = True
    """Whether it acts because something has changed: its usual action then learns from rows of after that, see `Usual`."""
    varies_with: ClassVar[frozenset[str]] = frozenset({"action", "expectation", "cool_down"})
    """Which parts of an entry can change what it does; panels do not cross it with the others."""

    name: str = ""
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False, repr=False)

    @abstractmethod
    def decide(self, now: Now) -> bool:
        """Whether to act at this point."""

    def alarmed_at(self, now: Now) -> int:
        """The row at which it was known that it would act; for a policy that has just decided to."""
        return now.row

    def warned_at(self, now: Now) -> int | None:  # noqa: ARG002 - most give no warning
        """The row with which the warning began that led to the alarm; None if it gave none."""
        return None


class Order(NamedTuple):
    """A model that is to be trained."""

    model: Model
    ready: int
    """The period at whose beginning the rows that it learns from are there, with their labels."""


@dataclass(frozen=True, kw_only=True)
class Action(Checked, ABC):
    """What to do when a policy acts. Implementations are frozen dataclasses.

    Attributes:
        name: the level of the factor `action`.
        about: documentation; no part of a trial's identity.
    """

    trains: ClassVar[bool] = True
    """Whether the model that it orders is a `Recipe`, which others can judge and average."""

    name: str = ""
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False, repr=False)

    @abstractmethod
    def order(self, now: Now) -> Order | None:
        """The model to train; None if there is no label yet to learn from."""

    def accept(self, now: Now, order: Order) -> Model | None:  # noqa: ARG002 - most judge nothing
        """The model to put into service, now that the ordered one has been trained; None to discard it."""
        return order.model

    def goes_back(self, now: Now) -> bool:  # noqa: ARG002 - most never do
        """Whether the model that served before is to serve again. Asked at every point after a change, until the next."""
        return False
