"""What tables, figures and numbers of the monitoring study ask: entries, their printed names, and means over data sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from experiments.monitoring.cells import cells
from experiments.monitoring.cube import Cube, Where
from experiments.monitoring.design import ACTIONS, COMBINED, DESIGN, MAIN, REAL, REGRESSION, SHARED, Design, policy_of
from experiments.monitoring.records import Recorded
from harness.core import Floats, HarnessError
from harness.inference.estimate import Estimate
from harness.inference.mean import mean, within
from harness.report.evidence import Evidence
from harness.report.tiers import how_to_record
from harness.scoring.flat import Bools
from harness.trials.monitoring import AHEAD

MONTHS = 6
"""Of a stream."""

LIMITS: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("early", "worth", "churn"), (0.0, 100.0)),
    "silent": (0.0, 1.0),
    **dict.fromkeys(("retrains", "promoted", "discarded", "rolled-back"), (0.0, np.inf)),
}
"""Between which numbers a measure lies, and so does its interval."""


@dataclass(frozen=True)
class Study:
    """The records, summed, with what the study declares about them."""

    evidence: Evidence
    cube: Cube
    design: Design = DESIGN

    @classmethod
    def of(cls, evidence: Evidence) -> Study:
        """Whatever records there are."""
        return cls(evidence, cells(evidence))

    def check(self) -> None:
        """Refuse a report that lacks what every table needs.

        Raises:
            HarnessError: an entry that stands for a word of the source paper has not lived anywhere.
        """
        named = (self.design.performance, self.design.data, self.design.concept, "never")
        lacking = [entry for entry in named if not self.cube.has(entry, self.drifts)]
        if lacking:
            raise HarnessError(
                f"the report needs streams with a drift on which {', '.join(lacking)} lived, and there is none; "
                f"{how_to_record('monitoring', self.evidence.tier)}."
            )

    @cached_property
    def recorded(self) -> Recorded:
        """The streams themselves."""
        return Recorded.of(self.evidence.stored, self.design)

    # ---- which cells -------------------------------------------------------------------------------------------------

    @cached_property
    def drifts(self) -> Where:
        """All cells of the main part with a drift, labels at once."""
        return Where(delay=self.delays()[0])

    @cached_property
    def paying(self) -> Where:
        """Those with a learnable drift in which enough can be had back."""
        return self.drifts._replace(groups=("learnable",), harm=self.design.harm)

    def of_group(self, group: str) -> Where:
        """All cells of a group as tables print it, labels at once."""
        return self.drifts._replace(scenarios=self.design.printed_as(group))

    def streams(self, where: Where) -> Bools:
        """Which streams are of these cells, shape (n_streams,)."""
        if where.part not in self.cube.parts:
            return np.zeros(len(self.recorded.streams), np.bool_)
        cells = self.cube.parts[where.part].cells[self.cube.chosen(where)]
        names = ["part", "dataset", "model", "scenario"]
        own, asked = (pd.MultiIndex.from_frame(each[names]) for each in (self.recorded.streams, cells))
        return np.asarray(own.isin(asked))

    def delays(self, part: str = MAIN) -> tuple[str, ...]:
        """The label delays of a part, in rows, the shortest first."""
        return tuple(sorted(self.cube.parts[part].delays, key=int)) if part in self.cube.parts else ("0",)

    def entries(self, part: str = MAIN, policies: Sequence[str] = ()) -> list[str]:
        """The entries of a part in the order of the design, those of some policies if they are named."""
        if part not in self.cube.parts:
            return []
        order = {policy: place for place, policy in enumerate(self.design.order)}
        known = self.cube.parts[part].entries
        found = [one for one in known if not policies or policy_of(one) in policies]
        return sorted(found, key=lambda one: (order.get(policy_of(one), len(order)), known.index(one)))

    def living(self, entries: Iterable[str], where: Where) -> list[str]:
        """Those that lived anywhere in these cells."""
        return [one for one in entries if self.cube.has(one, where)]

    def everywhere(self, entries: Iterable[str], where: Where) -> list[str]:
        """Those that lived in every one of these cells on which some policy could."""
        return [one for one in self.living(entries, where) if self.cube.lived_everywhere(one, where)]

    # ---- values ------------------------------------------------------------------------------------------------------

    def mean(self, measure: str, entry: str, where: Where) -> Estimate:
        """The mean over data sets with its 95 % interval."""
        found = mean(self.values(measure, entry, where).to_numpy(dtype=np.float64))
        return within(found, LIMITS[measure]) if measure in LIMITS else found

    def values(self, measure: str, entry: str, where: Where) -> pd.Series[Any]:
        """A measure on each data set; `recovered` is the share of what could be had back that was, in percent."""
        if measure == "recovered":
            return self._recovered(entry, where)
        return self.cube.values(measure, entry, where)

    def _recovered(self, entry: str, where: Where) -> pd.Series[Any]:
        """Ratio of means over cells, since what a single stream could have back may be nothing."""
        total, never, fresh = (self.cube.values(name, entry, where) for name in ("total", "never", "fresh"))
        could = (never - fresh).where(never > fresh)
        return (100 * (never - total) / could).dropna()

    def blind(self, where: Where) -> Floats:
        """Accuracy in percent by number of retrains, the mean of all schedules; data sets weigh alike."""
        part, chosen = self.cube.parts[where.part], self.cube.chosen(where)
        by_set = pd.DataFrame(part.blind[chosen]).groupby(part.cells["dataset"].to_numpy()[chosen]).mean()
        found: Floats = by_set.dropna(axis=1).mean().to_numpy()
        return found

    # ---- words -------------------------------------------------------------------------------------------------------

    @property
    def size(self) -> str:
        """How many data sets, models and seeds the main comparison has, in words."""
        streams = self.recorded.streams
        main = streams[streams["part"] == MAIN]
        return (
            f"{main['dataset'].nunique()} data sets, {main['model'].nunique()} models, {main['seed'].nunique()} seeds"
        )

    def made_of(self, where: Where) -> str:
        """The data sets, scenarios and models of these cells, in words; empty if the part has no records."""
        if where.part not in self.cube.parts:
            return ""
        cells = self.cube.parts[where.part].cells[self.cube.chosen(where)]
        models = [self.model_title(one).lower() for one in dict.fromkeys(cells["model"])]
        scenarios = [self.scenario_title(one).lower() for one in dict.fromkeys(cells["scenario"])]
        counted = (
            f"{len(names)} {of} ({'; '.join(names)})" for of, names in (("models", models), ("scenarios", scenarios))
        )
        return ", ".join([f"{cells['dataset'].nunique()} data sets", *counted])

    @cached_property
    def until_fall(self) -> str:
        """How long it takes until a fall can be seen that pays to be answered, in words; empty if none can."""
        streams = self.recorded.streams[self.streams(self.paying)]
        rows = (streams["down"] + AHEAD - streams["onset"]).median()
        return "" if np.isnan(rows) else f", a median of {rows:.0f} rows after the onset"

    def title(self, entry: str) -> str:
        """The printed name of an entry."""
        first, *rest = entry.split("+")
        policy, _, setting = first.partition("@")
        said = [self._title(("policy", "detector"), policy)]
        said += [f"at {setting} %"] if setting else []
        return ", ".join([*said, *map(self._said, rest)])

    def _said(self, part: str) -> str:
        if part == "fixed":
            return "first promise kept"
        if part.startswith("cool_"):
            return f"{part.removeprefix('cool_')} month of rest"
        return self._title(("action",), part)

    def model_title(self, model: str) -> str:
        """The printed name of a model, combined or not."""
        synthesis, _, base = model.partition(":")
        if base:
            return f"{self._title(('synthesis',), synthesis)} ({self._title(('model',), base).lower()})"
        return self._title(("synthesis", "model"), model)

    def scenario_title(self, scenario: str) -> str:
        """The printed name of a scenario."""
        return self._title(("scenario",), scenario)

    def delay_title(self, delay: str) -> str:
        """A label delay in words."""
        return self.design.delays.get(delay, f"labels {delay} rows late")

    def _title(self, groups: Sequence[str], name: str) -> str:
        known = (self.evidence.titles.get(group, {}).get(name) for group in groups)
        return next((title for title in known if title), name.replace("_", " "))

    @property
    def absent(self) -> str:
        """Which parts of the design have no records, in one sentence; empty if all have."""
        parts = {
            ACTIONS: "every action under several policies",
            COMBINED: "combined models",
            REGRESSION: "models that give numbers",
            SHARED: "rows that are learned and scored",
            REAL: "real streams",
        }
        missing = [title for part, title in parts.items() if part not in self.cube.parts]
        return f"No records of: {', '.join(missing)}; their tables are left out." if missing else ""
