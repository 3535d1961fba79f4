"""Policies that weigh how stale the served model is, after CARA (Mahadevan and Mathioudakis, arXiv 2310.04216).

A period's staleness is the loss on the labelled rows that came to be known in it, less the loss that was expected of the model.
CARA-P, every so many periods, is a `Calendar`. CARA sets its thresholds by cost on other data: see the head of this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from harness.core import Floats
from harness.policies.contract import Policy
from harness.policies.now import Now
from harness.settings import at_least


def staleness(now: Now) -> Floats:
    """The staleness of each period since the last order ended, oldest first; NaN where no label came to be known."""
    return now.period_losses[now.free_since // now.rows_per_period - now.served_since :] - (1.0 - now.expected)


@dataclass(frozen=True, kw_only=True)
class Stale(Policy):
    """CARA-T: acts when the staleness of the newest period is above a threshold.

    Attributes:
        tau: the threshold, in losses.
    """

    name: str = "cara_t"
    tau: Annotated[float, at_least(0)] = 0.05

    def decide(self, now: Now) -> bool:
        """Whether the newest period is stale."""
        return bool((staleness(now)[-1:] > self.tau).any())


@dataclass(frozen=True, kw_only=True)
class GrownStale(Policy):
    """CARA-CT: acts when the staleness of the periods since the last order ended adds up to more than a threshold.

    Attributes:
        tau: the threshold, in losses of a period.
    """

    name: str = "cara_ct"
    tau: Annotated[float, at_least(0)] = 0.1

    def decide(self, now: Now) -> bool:
        """Whether it has added up to enough."""
        return bool(np.nansum(staleness(now)) > self.tau)
