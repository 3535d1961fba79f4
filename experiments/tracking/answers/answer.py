"""One value a run, and the records that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
import pandas as pd

from experiments.tracking.record_queries import of_runs
from experiments.tracking.study import Tracking, Used
from harness.analysis.query import OK, Query
from harness.claims.offers import Counted, Offered


@dataclass(frozen=True)
class Answer:
    """One value a run of a workload.

    Attributes:
        values: by the seed of the run.
        places: the tools and workloads whose records were read.
    """

    values: pd.Series[Any]
    places: tuple[tuple[Used, str], ...] = ()

    def counted(self, study: Tracking) -> Counted:
        """The values by the name of the run, and the trials behind each."""
        known = self.values[np.isfinite(self.values)]
        counts = [
            sum(seed in study.of_workload(*place) for place in dict.fromkeys(self.places)) for seed in known.index
        ]
        names = [f"seed {seed}" for seed in known.index]
        return Counted(pd.Series(known.to_numpy(), names, dtype=np.float64), pd.Series(counts, names, dtype=np.float64))

    def records(self) -> Query:
        """The trials behind them."""
        return OK & of_runs(self.places)


NO_VALUES = pd.Series(dtype=np.float64)
NONE = Answer(NO_VALUES)
"""What a choice has for an answer that makes no sense together with another."""


def best_of(found: Iterable[pd.Series[Any]]) -> pd.Series[Any]:
    """The largest value of each run, of the runs in which all of those have one that have any."""
    known = {place: values for place, values in enumerate(found) if len(values)}
    return pd.DataFrame(known).dropna().max(axis=1) if known else NO_VALUES


def offered(answer: Callable[..., Answer]) -> Offered:
    """An answer as the register wants it: its values, and its records, for the same keywords."""

    @wraps(answer)
    def values(study: Tracking, **choices: Any) -> Counted:
        return answer(study, **choices).counted(study)

    @wraps(answer)
    def records(study: Tracking, **choices: Any) -> Query:
        return answer(study, **choices).records()

    return Offered(values, records)
