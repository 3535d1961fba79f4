"""Whether what was recorded gives the model again: trained anew, traced to data and code, or taken out of the store."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from experiments.tracking.answers.answer import Answer
from experiments.tracking.answers.choices import one_of
from experiments.tracking.study import Tracking, Used
from harness.tracking.workloads.versions import Again

VERSIONS, RUNS = "versions", "runs_20"
COUNTED = {"retrained": Again.SAME, "traced": True}
"""What counts of the list of versions."""


def reproducible(study: Tracking, *, of: str, reproduced: str, wanted: str, beside: str) -> Answer:
    """How many points more versions of a model come out the same than without the record, or than with plain files."""
    one_of("wanted", wanted, ("all", "share"))
    workload = RUNS if one_of("reproduced", reproduced, ("retrained", "traced", "restored")) == "restored" else VERSIONS
    own, plain = Used(of), Used("plain")
    values = _again(study, own, reproduced, wanted)
    if one_of("beside", beside, ("nothing", "plain")) == "plain":
        other = _again(study, plain, reproduced, wanted)
        return Answer((values - other).dropna(), ((own, workload), (plain, workload)))
    if reproduced == "retrained":  # that the bytes of another version are others needs no experiment
        values = _controlled(study, own, values)
    return Answer(values.dropna(), ((own, workload),))


def _again(study: Tracking, one: Used, reproduced: str, wanted: str) -> pd.Series[Any]:
    """Percent of the versions of a model that come out the same; where all are wanted 100 or 0."""
    if reproduced == "restored":
        shares = study.values(one, RUNS, "measurements", "same_predictions")
    else:
        same = study.counts(one, VERSIONS, "measurements", reproduced, of=COUNTED[reproduced])
        shares = same / study.values(one, VERSIONS, "measurements", "tracked")
    return 100 * (shares if wanted == "share" else (shares == 1).astype(np.float64))


def _controlled(study: Tracking, one: Used, values: pd.Series[Any]) -> pd.Series[Any]:
    """The values, of which those above zero count only where the controls made other models.

    They are zero where one made the same model, which is then had without the record too, and NaN where one made none.
    """
    found = study.found(one, VERSIONS, "measurements", "controls")
    differ = pd.Series({seed: _differ(set(made.values())) for seed, made in found.items()}, dtype=np.float64)
    return values.where(values == 0, values * differ)


def _differ(controls: set[str]) -> float:
    """1 if all controls made another model, 0 if one made the same, else NaN."""
    if Again.SAME in controls:
        return 0.0
    return 1.0 if controls == {Again.DIFFERS} else math.nan
