"""Actions that train a model: on the newest rows, on rows of after the alarm, since the warning, on all rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from harness.policies.contract import Action, Order
from harness.policies.now import Now
from harness.policies.world import Recipe
from harness.settings import above


@dataclass(frozen=True, kw_only=True)
class Last(Action):
    """Train on the newest labelled rows at once.

    Right after a change these are mostly rows of before it.

    Attributes:
        months: of rows. Until there are as many the training rows fill them up.
    """

    name: str = "last"
    months: Annotated[float, above(0)] = 1.0

    def order(self, now: Now) -> Order | None:
        """The model of the newest labelled rows."""
        return _at_once(now, now.rows_of(self.months))


@dataclass(frozen=True, kw_only=True)
class Extend(Action):
    """Train at once on all rows: those that the initial model learned from, and all labelled ones since."""

    name: str = "extend"

    def order(self, now: Now) -> Order | None:
        """The model of all rows."""
        return _at_once(now, None)


@dataclass(frozen=True, kw_only=True)
class AfterAlarm(Action):
    """Wait for the first rows after the decision, and train on these alone.

    They come with every row of the stream, and a share of them has a label. The model is that of `Last` of as many months,
    ordered when they are there.

    Attributes:
        months: of labelled rows to wait for.
    """

    name: str = "after_alarm"
    months: Annotated[float, above(0)] = 0.5

    def order(self, now: Now) -> Order | None:
        """The model of the first labelled rows from now on."""
        return _from(now, now.row, now.rows_of(self.months))


@dataclass(frozen=True, kw_only=True)
class SinceWarning(Action):
    """Train on the labelled rows since the warning that led to the alarm, as drift detectors store them.

    Gama et al. 2004, doi 10.1007/978-3-540-28645-5_29: rows are stored from the warning level on, and forgotten where it is
    left again. Unlike there, the model waits until there are enough of them. Without a warning they count from the decision.

    Attributes:
        months: of labelled rows that are needed at least.
    """

    name: str = "since_warning"
    months: Annotated[float, above(0)] = 0.5

    def order(self, now: Now) -> Order | None:
        """The model of the labelled rows since the warning, or of the first of them if they are still too few."""
        warned, fewest = now.policy.warned_at(now), now.rows_of(self.months)
        start = now.row if warned is None else warned
        n_known = now.n_labels(start)
        if n_known < fewest:
            return _from(now, start, fewest)
        return Order(Recipe(now.learnable_until, n_known), now.period)


@dataclass(frozen=True, kw_only=True)
class Usual(Action):
    """What suits the policy: `AfterAlarm` of one that follows a change, `Last` of any other, such as a calendar."""

    name: str = "usual"

    def order(self, now: Now) -> Order | None:
        """As the action that suits the policy."""
        return (_AFTER if now.policy.follows_change else _LAST).order(now)


_AFTER, _LAST = AfterAlarm(), Last()


def _at_once(now: Now, n_rows: int | None) -> Order | None:
    if now.ready_after(0, 1) > now.period:
        return None
    return Order(Recipe(now.learnable_until, n_rows), now.period)


def _from(now: Now, start: int, n_rows: int) -> Order:
    ready = now.ready_after(start, n_rows)
    return Order(Recipe(now.until(ready), n_rows), ready)
