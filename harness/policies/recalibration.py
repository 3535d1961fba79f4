"""The action that trains nothing: the served model's probabilities are fitted anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from harness.policies.contract import Action, Order
from harness.policies.now import Now
from harness.policies.world import Averaged, Model, Recalibrated, Recipe
from harness.settings import above


@dataclass(frozen=True, kw_only=True)
class Recalibrate(Action):
    """Fit the probabilities of the served model anew, on the newest labelled rows that it did not learn from.

    temperature: Guo et al. 2017, arXiv 1706.04599. platt: Platt 1999, a logistic curve for each class. thresholds: weights of
    the classes by which the most probable one is chosen.

    Attributes:
        how: temperature, platt or thresholds.
        months: of rows at most.
    """

    trains: ClassVar[bool] = False

    name: str = "recalibrate"
    how: Literal["temperature", "platt", "thresholds"] = "temperature"
    months: Annotated[float, above(0)] = 1.0

    def order(self, now: Now) -> Order | None:
        """The served model, recalibrated; None if no label has come in since it was trained."""
        base = now.model.base if isinstance(now.model, Recalibrated) else now.model
        n_known = min(now.n_labels(_learned_until(base)), now.rows_of(self.months))
        if not n_known:
            return None
        return Order(Recalibrated(base, now.learnable_until, n_known, self.how), now.period)


def _learned_until(model: Model) -> int:
    """The row before which a model has learned."""
    if isinstance(model, Recipe):
        return model.until
    return max(map(_learned_until, model.members if isinstance(model, Averaged) else (model.base,)))
