"""What the tracking study offers to its register of claims, which is `claims.yaml`.

One value is one run of a workload: this study has one data set, and repeats what is done with a tool.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from experiments.tracking.answers import passing, repeating, scaling
from experiments.tracking.answers.answer import offered
from experiments.tracking.study import Tracking
from harness.claims.offers import Offered

__all__ = ["CONTRASTS", "cells"]

cells = Tracking.of

CONTRASTS: Mapping[str, Offered] = MappingProxyType(
    {
        "reproducible": offered(repeating.reproducible),
        "cheaper": offered(scaling.cheaper),
        "richer": offered(passing.richer),
        "first": offered(passing.first),
    }
)
"""What the register may ask for."""
