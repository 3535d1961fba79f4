"""Actions around another action: a challenger has to win, a model may be rolled back, the last ones answer together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np

from harness.core import ConfigError, Floats
from harness.policies.contract import Action, Order
from harness.policies.now import Now
from harness.policies.retraining import Usual
from harness.policies.world import Averaged, Model, Recipe
from harness.settings import above, at_least


@dataclass(frozen=True, kw_only=True)
class Around(Action):
    """What these share: the action that they are around. Unless they say otherwise, it has its way.

    Attributes:
        action: that orders the model.
    """

    needs_training: ClassVar[bool] = False
    """Whether the action has to order a `Recipe`."""

    action: Action = field(default_factory=Usual)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.needs_training and not self.action.trains:
            raise ConfigError(f"{self.name} needs an action that trains a model, and {self.action.name} does not.")

    def order(self, now: Now) -> Order | None:
        """The model that the action orders."""
        return self.action.order(now)

    def accept(self, now: Now, order: Order) -> Model | None:
        """What the action says."""
        return self.action.accept(now, order)

    def goes_back(self, now: Now) -> bool:
        """What the action says."""
        return self.action.goes_back(now)


@dataclass(frozen=True, kw_only=True)
class Challenger(Around):
    """Train on three quarters of the rows, and promote the model if it is clearly better on the held-back quarter.

    The quarter is drawn by row id, for rows return: a split by time would show the challenger rows that it has learned from.

    Attributes:
        standard_errors: by which it has to be better, of the mean difference of errors.
    """

    needs_training: ClassVar[bool] = True

    name: str = "challenger"
    standard_errors: Annotated[float, at_least(0)] = 1.0

    def order(self, now: Now) -> Order | None:
        """The challenger of the model that the action orders."""
        order = self.action.order(now)
        return order and order._replace(model=_trained(order.model)._replace(is_challenger=True))

    def accept(self, now: Now, order: Order) -> Model | None:
        """The challenger, if it is better by so many standard errors than the served model."""
        own, others = now.held_back(_trained(order.model))
        return self.action.accept(now, order) if self._is_better(others - own) else None

    def _is_better(self, gains: Floats) -> bool:
        if len(gains) < 2:
            return False
        error = gains.std(ddof=1) / np.sqrt(len(gains))
        return bool(gains.mean() > self.standard_errors * error)


@dataclass(frozen=True, kw_only=True)
class RollBack(Around):
    """Take the model before back, if it would have been better on the first labelled rows of the new one. Judged once.

    Attributes:
        months: of labelled rows on which the two are compared.
    """

    name: str = "roll_back"
    months: Annotated[float, above(0)] = 0.5

    def goes_back(self, now: Now) -> bool:
        """Whether the model before made fewer errors."""
        n_rows = now.rows_of(self.months)
        if now.before is None or len(now.errors) < n_rows:
            return self.action.goes_back(now)
        theirs = now.errors_of(now.before)[:n_rows]
        return bool(theirs.sum() < now.errors[:n_rows].sum()) or self.action.goes_back(now)


@dataclass(frozen=True, kw_only=True)
class Average(Around):
    """Let the last trained models answer together, by their mean probability. The initial model is the first of them.

    Attributes:
        n_models: that answer, as soon as there are so many.
    """

    trains: ClassVar[bool] = False
    needs_training: ClassVar[bool] = True

    name: str = "average"
    n_models: Annotated[int, at_least(2)] = 3

    def accept(self, now: Now, order: Order) -> Model | None:
        """The ordered model with those before it, unless the action discards it."""
        if self.action.accept(now, order) is None:
            return None
        return Averaged((*now.trained, order.model)[-self.n_models :])


def _trained(model: Model) -> Recipe:
    assert isinstance(model, Recipe)
    return model
