"""An entry of a panel: when to act, what to do then, what is expected, how long to rest; and the reality that it meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from harness.policies.contract import Action, Policy
from harness.policies.retraining import Usual
from harness.settings import Checked, at_least, not_empty


class Expectation(StrEnum):
    """What a policy expects of a model that was put into service."""

    RENEWED = "renewed"
    """What the new model would have had on the last month of labelled rows."""
    FIXED = "fixed"
    """What was promised of the initial model, whatever serves."""


@dataclass(frozen=True, kw_only=True)
class Entry(Checked):
    """A policy with its action, as a panel and its records name it.

    Attributes:
        name: readable, such as `ddm@5+challenger`; what the policy draws depends on it.
        policy: when to act.
        action: what to do then.
        expectation: of the models that are put into service.
        cool_down: months after the end of a retraining in which nothing fires.
        about: documentation; no part of a trial's identity.
    """

    name: Annotated[str, not_empty()]
    policy: Policy
    action: Action = field(default_factory=Usual)
    expectation: Expectation = Expectation.RENEWED
    cool_down: Annotated[float, at_least(0)] = 0
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Reality(Checked):
    """What a stream does not say of itself.

    Attributes:
        label_delay: rows after which a label is known.
        training_periods: periods that pass from the day on which a model's rows are there to its service.
    """

    label_delay: Annotated[int, at_least(0)] = 0
    training_periods: Annotated[int, at_least(0)] = 0
