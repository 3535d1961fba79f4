"""The detection study: which streams a question is about, and contrasts paired over data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.detection.cells import Cube, cells, recorded_of
from experiments.detection.condition_sums import SHARES, Tally
from experiments.detection.design import MAIN, Design, Where
from experiments.detection.records import CONTROL, Recorded
from harness.core import Floats, HarnessError, Ints
from harness.detectors.run import DEFAULT, Run, in_band
from harness.drift import HarmTo
from harness.inference.estimate import Estimate
from harness.inference.mean import mean, within
from harness.report.evidence import Evidence
from harness.report.tiers import how_to_record
from harness.scoring import pooled
from harness.scoring.alarms import GRACE
from harness.scoring.measures import Measure
from harness.scoring.sums import Sums, selected

PERCENT = (0.0, 100.0)
"""The limits of a share."""

SHORT_GRACE = 1.0
"""Months after a drift's end in which it can still be found, as a check of the rule (`GRACE`)."""

Bools = NDArray[np.bool_]
_PAIR = ["dataset", "model", "rows_per_month", "label_delay", "sampling"]


class _Pooled(NamedTuple):
    """The sums of a run on each data set that it has read, over drifted streams and over their drift-free twins.

    Attributes:
        drifted, free: of every data set of the study.
        sets: those that were read.
        is_there: their places among all.
    """

    drifted: Sums
    free: Sums
    sets: pd.Index[Any]
    is_there: Ints


@dataclass(frozen=True)
class Study:
    """The records, scored and summed.

    Attributes:
        design: what is compared.
        evidence: what it is made of.
        recorded: streams and runs; data sets that are part of another are in no sum.
        tally: sums at the grace of the rule.
    """

    design: Design
    evidence: Evidence
    recorded: Recorded
    tally: Tally
    _in_band: dict[Run, Bools] = field(default_factory=dict, repr=False)
    _pooled: dict[tuple[Run, Where, tuple[Run, ...], bool], _Pooled] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, evidence: Evidence, design: Design) -> Study:
        """Score all runs, of whatever records there are."""
        recorded = recorded_of(evidence)
        tally = Tally.of(recorded, grace=GRACE)
        drifts = tally.conditions.loc[tally.conditions["drifted"], "scenario"].unique()
        detectors = dict.fromkeys(run.detector for run in tally.sums)
        whole = design.of(list(evidence.stored.specs.values()), detectors=detectors, drifted=drifts)
        return cls(whole, evidence, recorded, tally)

    def check(self) -> None:
        """Refuse a report without anything to compare.

        Raises:
            HarnessError: there is no stream with a drift, or no drift-free one.
        """
        if not self.drifted(MAIN).any() or not self.free.any():
            raise HarnessError(
                "the report needs streams with a drift and drift-free ones, and one of the two has no record; "
                f"{how_to_record('detection', self.evidence.tier)}."
            )

    @cached_property
    def short(self) -> Tally:
        """Sums at the shorter grace."""
        return Tally.of(self.recorded, grace=SHORT_GRACE)

    @cached_property
    def cube(self) -> Cube:
        """The sums that contrasts of the register are answered from."""
        return cells(self.evidence)

    # ---- which conditions -------------------------------------------------------------------------------------------

    @property
    def conditions(self) -> pd.DataFrame:
        """One row a condition."""
        return self.tally.conditions

    @cached_property
    def free(self) -> Bools:
        """Conditions of drift-free twins."""
        chosen: Bools = self._independent & np.asarray(self.conditions["scenario"] == CONTROL)
        return chosen

    @cached_property
    def _independent(self) -> Bools:
        dependent: Bools = np.asarray(self.conditions["dataset"].isin(self.evidence.dependent_sets))
        return ~dependent

    def drifted(self, where: Where) -> Bools:
        """Conditions with a drift that a question is about."""
        scenarios = self.design.main if where.scenarios is None else where.scenarios
        chosen = self._independent & self._drifted & self._is_one_of("scenario", scenarios)
        chosen &= self._is_one_of("rows_per_month", [where.rows_per_month])
        chosen &= self._is_one_of("label_delay", [where.label_delay])
        chosen &= self._is_one_of("sampling", [where.sampling or self.design.sampling])
        staged = self._is_staged & self._is_one_of("harm_to", [where.harm_to])
        chosen &= staged if where.staged else staged | self._has_one_strength
        chosen &= self._is_one_of("dataset", self.design.regression) == where.regression
        if where.kinds is not None:
            chosen &= self._is_one_of("kind", where.kinds)
        if where.harms is not None:
            chosen &= self._is_one_of("harm", where.harms)
        if where.sets is not None:
            chosen &= self._is_one_of("dataset", where.sets)
        for run in where.set_by:
            chosen &= self.in_band(run)
        return chosen if where.partial or where.regression else chosen & self._whole

    @cached_property
    def _whole(self) -> Bools:
        """Conditions on data sets on which all scenarios are staged."""
        return ~self._is_one_of("dataset", self.design.partial)

    @cached_property
    def _drifted(self) -> Bools:
        return np.asarray(self.conditions["drifted"])

    @cached_property
    def _is_staged(self) -> Bools:
        return np.asarray(self.conditions["harm"] > 0)

    @cached_property
    def _has_one_strength(self) -> Bools:
        """Conditions of scenarios that are never staged at a harm; others at a raw strength are a sweep of it."""
        staged = set(self.conditions.loc[self._is_staged, "scenario"])
        return np.asarray(~self.conditions["scenario"].isin(staged))

    @cached_property
    def usual(self) -> Bools:
        """All conditions of the main comparison, harmless and drift-free ones included; seasons, which do harm, are neither."""
        staged = self._is_staged & self._is_one_of("harm_to", [HarmTo.DEPLOYED])
        chosen: Bools = self._independent & self._whole & (staged | self._has_one_strength)
        chosen &= ~self._is_one_of("dataset", self.design.regression)
        chosen &= self._is_one_of("rows_per_month", [self.design.rows_per_month])
        chosen &= self._is_one_of("label_delay", [0]) & self._is_one_of("sampling", [self.design.sampling])
        return chosen & ~self._is_one_of("scenario", [*self.design.seasonal, *self.design.of_nominal])

    @cached_property
    def _levels(self) -> dict[str, tuple[Ints, NDArray[Any]]]:
        """By column: the number of each condition's level, and the levels. Asked thousands of times, masks have to be quick."""
        names = ("dataset", "scenario", "kind", "harm", "harm_to", "rows_per_month", "label_delay", "sampling")
        found = {name: pd.factorize(self.conditions[name], use_na_sentinel=False) for name in names}
        return {name: (np.asarray(codes), np.asarray(levels)) for name, (codes, levels) in found.items()}

    def _is_one_of(self, name: str, wanted: Sequence[Any]) -> Bools:
        codes, levels = self._levels[name]
        is_wanted: Bools = np.isin(levels, list(wanted))[codes]
        return is_wanted

    def has(self, run: Run) -> bool:
        """Whether any record has this run."""
        return run in self.tally.sums

    def at(self, detector: str, setting: str) -> Run:
        """The detector at a setting, or as it comes if it has no knob to set (the baselines)."""
        run = Run(detector, setting)
        return Run(detector, DEFAULT) if detector in self.design.baselines and not self.has(run) else run

    def read_by(self, run: Run) -> Bools:
        """Conditions of which the run read a stream."""
        return np.asarray(self.tally.sums[run]["runs"] > 0)

    def in_band(self, run: Run) -> Bools:
        """Conditions of which the run read a stream, at a setting that gave on fresh streams the rate that it was set to."""
        if run.rate is None or not self.has(run):
            return self.read_by(run) if self.has(run) else self.free & False
        if run not in self._in_band:
            streams = self.recorded.scans(run).stream[in_band(run.rate, self.recorded.realised_on(run))]
            self._in_band[run] = np.isin(np.arange(len(self.conditions)), self.tally.condition_of[streams])
        return self._in_band[run]

    def n_pairs(self, run: Run, where: Where = MAIN, *, beside: Sequence[Run] = ()) -> int:
        """The number of pairs of data set and model that the run and all other runs have read."""
        chosen = self.drifted(where) & np.logical_and.reduce([self.read_by(one) for one in (run, *beside)])
        return len(self.conditions.loc[chosen, ["dataset", "model"]].drop_duplicates())

    # ---- values on data sets ----------------------------------------------------------------------------------------

    def values(
        self, measure: Measure, run: Run, where: Where = MAIN, *, beside: Sequence[Run] = (), short: bool = False
    ) -> pd.Series[Any]:
        """A measure on each data set, models and seeds pooled.

        Args:
            measure: of `harness.scoring.measures`, or one of the study's own.
            run: of whom.
            where: on which drifted streams; drift-free twins are those of the same data sets, models and months.
            beside: only what these runs have read as well.
            short: by the shorter grace.

        Returns:
            One value a data set, NaN where it is a share of nothing; empty if nothing was read.
        """
        if not all(map(self.has, (run, *beside))):
            return pd.Series(dtype=np.float64)
        asked = (run, where, tuple(beside), short)
        if asked not in self._pooled:  # many measures are asked for in a row
            self._pooled[asked] = self._pool(*asked)
        drifted, free, sets, is_there = self._pooled[asked]
        return pd.Series(measure(drifted, free)[is_there], index=sets).sort_index()

    def _pool(self, run: Run, where: Where, beside: Sequence[Run], short: bool) -> _Pooled:
        common = np.logical_and.reduce([self.read_by(one) for one in (run, *beside)])
        drifted = self.drifted(where) & common
        free = self.free & common & self.paired_with(drifted)
        sums = (self.short if short else self.tally).sums[run]
        codes, sets = self._levels["dataset"]
        of_drifted, of_free = (pooled(selected(sums, which), codes[which], len(sets)) for which in (drifted, free))
        is_there = np.unique(codes[drifted | free])
        return _Pooled(of_drifted, of_free, pd.Index(sets[is_there]), is_there)

    def paired_with(self, chosen: Bools) -> Bools:
        """Conditions on the same data set, model, months, label delay and sampling as some chosen one."""
        is_paired: Bools = np.isin(self._pairs, self._pairs[chosen])
        return is_paired

    @cached_property
    def _pairs(self) -> Ints:
        return self.conditions.groupby(_PAIR, sort=False).ngroup().to_numpy().astype(np.int64)

    def mean(self, measure: Measure, run: Run, where: Where = MAIN, **others: Any) -> Estimate:
        """The mean over data sets with its 95 % interval, which for a share ends at 0 and 100."""
        found = mean(self.values(measure, run, where, **others).to_numpy(dtype=np.float64))
        return within(found, PERCENT) if measure in SHARES else found

    def contrast(
        self, measure: Measure, first: Run, second: Run, where: Where = MAIN, *, short: bool = False
    ) -> Floats:
        """The first run minus the second on each data set, over the streams that both have read; shape (n_sets,)."""
        one = self.values(measure, first, where, beside=(second,), short=short)
        other = self.values(measure, second, where, beside=(first,), short=short)
        return np.asarray((one - other).dropna(), dtype=np.float64)

    # ---- words ------------------------------------------------------------------------------------------------------

    @property
    def size(self) -> str:
        """How many data sets, models and seeds the main comparison has, in words."""
        chosen = self.conditions[self.drifted(MAIN)]
        n_models = chosen["model"].nunique()
        return f"{chosen['dataset'].nunique()} data sets and {n_models} model{'s' if n_models > 1 else ''}"

    def title(self, detector: str) -> str:
        """The printed name of a detector."""
        return self._title("detector", detector)

    def scenario_title(self, scenario: str) -> str:
        """The printed name of a scenario."""
        return self._title("scenario", scenario)

    def _title(self, group: str, name: str) -> str:
        return self.evidence.titles.get(group, {}).get(name, name.replace("_", " "))

    def set_to(self, setting: str) -> str:
        """A setting in words."""
        return "at defaults" if setting == DEFAULT else f"set to {setting} % false alarms"

    @property
    def absent(self) -> str:
        """Which parts of the design have no records, in one sentence; empty if all have."""
        every = self.conditions
        parts = {
            "months of other lengths": (every["rows_per_month"] != self.design.rows_per_month).any(),
            "late labels": (every["label_delay"] > 0).any(),
            "curves of delay against false alarms": any(
                self.has(Run(detector, setting)) for detector in self.design.drawn for setting in self.design.curve[:1]
            ),
            "further tests of windows": any(self.has(Run(name, DEFAULT)) for name in self.design.whole),
        }
        missing = [name for name, is_there in parts.items() if not is_there]
        return f"No records of: {', '.join(missing)}; their tables and figures are left out." if missing else ""
