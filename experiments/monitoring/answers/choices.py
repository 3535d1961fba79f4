"""What most contrasts leave open: which cells count, and which entry a word of the source paper stands for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any

from experiments.monitoring.answers.answer import Answer
from experiments.monitoring.cube import SEEDS, Where, a_level
from experiments.monitoring.design import (
    ACTIONS,
    CONTROL,
    EVENTLESS,
    HARMLESS,
    LEARNABLE,
    LOST,
    MAIN,
    RECURRING,
    Design,
)

DRIFTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "learnable": (LEARNABLE,),
        "all": (LEARNABLE, LOST, HARMLESS, EVENTLESS, RECURRING),
        "lost": (LOST,),
        "harmless": (HARMLESS,),
        "eventless": (EVENTLESS,),
        "recurring": (RECURRING,),
        "passing": (EVENTLESS, RECURRING),
        "none": (CONTROL,),
        "whatever": (LEARNABLE, LOST, HARMLESS, EVENTLESS, RECURRING, CONTROL),
    }
)
"""Which groups of scenarios a choice of the register stands for."""

HARMS: Mapping[str, float | None] = MappingProxyType({"2": 2.0, "1": 1.0, "5": 5.0, "any": None})
"""Points of recoverable harm from which a cell counts."""


@dataclass(frozen=True)
class Choices:
    """What most contrasts leave open.

    Attributes:
        delay: of labels, in rows.
        drifts: which scenarios, see `DRIFTS`.
        harm: points of recoverable harm from which a cell with a learnable drift counts, or "any".
        model: one, or "all".
        weights: whether scenarios or groups weigh alike.
        seeds: all, even or odd.
        action: what is trained; "usual" are the entries of the main part.
        setting: of detectors, "default" or a rate.
        expectation: of models in service, where it makes a difference.
        performance, data, concept: the policies that stand for the source paper's words.
    """

    delay: str = "0"
    drifts: str = "learnable"
    harm: str = "2"
    model: str = "all"
    weights: str = "scenarios"
    seeds: str = "all"
    action: str = "usual"
    setting: str = "default"
    expectation: str = "renewed"
    performance: str = "performance_5"
    data: str = "ks"
    concept: str = "ddm"

    @property
    def where(self) -> Where:
        """The cells."""
        harm = HARMS[a_level("harm", self.harm, HARMS)]
        return Where(
            part=(MAIN if self.action == "usual" else ACTIONS),
            groups=DRIFTS[a_level("drifts", self.drifts, DRIFTS)],
            models=() if self.model == "all" else (self.model,),
            harm=harm if self.drifts == "learnable" else None,
            weights=a_level("weights", self.weights, ("scenarios", "groups")),
            seeds=a_level("seeds", self.seeds, SEEDS),
            delay=self.delay,
        )

    def entry(self, word: str, design: Design) -> str:
        """The entry that a word stands for: one of the source paper's, or a policy's name."""
        meant = {"performance": self.performance, "data": self.data, "concept": self.concept}
        policy = meant.get(word, word)
        family = design.family_of(policy)
        if family in ("blind", "truth"):
            usual = self.action if policy != "never" else "usual"
            return policy if usual == "usual" else f"{policy}+{usual}"
        parts = [policy if self.setting == "default" or "+" in policy else f"{policy}@{self.setting}"]
        parts += [self.action] if self.action != "usual" else []
        parts += [self.expectation] if self.expectation != "renewed" and family == "performance" else []
        return "+".join(parts)


_LEFT_OPEN = tuple(Choices.__dataclass_fields__)


def leaving_open(answer: Callable[..., Answer]) -> Callable[..., Answer]:
    """The answer, whose signature names what its `**open_` leaves open."""
    own = [one for one in inspect.signature(answer).parameters.values() if one.kind is not one.VAR_KEYWORD]
    left = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=Choices.__dataclass_fields__[name].default)
        for name in _LEFT_OPEN
    ]

    @wraps(answer)
    def answered(*args: Any, **choices: Any) -> Answer:
        return answer(*args, **choices)

    vars(answered)["__signature__"] = inspect.Signature([*own, *left])
    return answered
