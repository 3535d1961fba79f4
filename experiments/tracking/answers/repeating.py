"""Whether what was recorded gives the model again: trained anew, traced to data and code, or taken out of the store."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from experiments.tracking.answers.answer import Answer
from experiments.tracking.answers.choices import one_of
from experiments.tracking.study import Tracking, Used

VERSIONS, RUNS = "versions", "runs_20"


def reproducible(study: Tracking, *, of: str, reproduced: str, wanted: str, beside: str) -> Answer:
    """How many points more versions of a model come out the same than without the record, or than with plain files."""
    one_of("wanted", wanted, ("all", "share"))
    workload = RUNS if one_of("reproduced", reproduced, ("retrained", "traced", "restored")) == "restored" else VERSIONS
    own, plain = Used(of), Used("plain")
    values = _again(study, own, reproduced, wanted)
    if one_of("beside", beside, ("nothing", "plain")) == "plain":
        other = _again(study, plain, reproduced, wanted)
        return Answer((values - other).dropna(), ((own, workload), (plain, workload)))
    return Answer((values - _by_chance(study, own, reproduced)).dropna(), ((own, workload),))


def _again(study: Tracking, one: Used, reproduced: str, wanted: str) -> pd.Series[Any]:
    """Percent of the versions of a model that come out the same; where all are wanted 100 or 0."""
    if reproduced == "restored":
        shares = study.values(one, RUNS, "measurements", "same_predictions")
    else:
        found, asked = (study.values(one, VERSIONS, "measurements", name) for name in (reproduced, "tracked"))
        shares = found / asked
    return 100 * (shares if wanted == "share" else (shares == 1).astype(np.float64))


def _by_chance(study: Tracking, one: Used, reproduced: str) -> pd.Series[Any] | float:
    """100 where the control, with the data or the parameters of another version, gives the same model as well; else 0."""
    if reproduced != "retrained":
        return 0.0  # that the bytes of another version are others needs no experiment
    told = study.values(one, VERSIONS, "measurements", "controls_differ")
    is_same = 100 * (1 - told)
    return is_same.reindex(study.values(one, VERSIONS, "measurements", "tracked").index, fill_value=0.0)
