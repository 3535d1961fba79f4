"""The sums that every contrast of the register is answered from: made once, read a thousand times.

A cell holds the streams of one condition that lost about as much and have an even or an odd seed. What a choice asks for is a
set of cells (`cell_levels`), and every measure is a ratio of sums over it (`cell_choices`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.detection.cell_levels import Levels, groups_of, levels_of, with_losses
from experiments.detection.condition_sums import by_chance
from experiments.detection.design import DESIGN, Design
from experiments.detection.records import CONDITION, CONTROL, Recorded, Scans
from experiments.detection.scenarios import Scenarios
from experiments.detection.shift_cells import OTHERS, Hits, Shifts, hits_of, only, shifted
from harness.core import ConfigError, Floats, Ints
from harness.detectors.run import DEFAULT, Run, in_band
from harness.recent import Recent, Same
from harness.report.evidence import Evidence
from harness.scoring import Scored, pooled, run_sums
from harness.scoring.flat import Bools
from harness.scoring.sums import LONGEST_DELAY, Sums

T = TypeVar("T")

GRACES: Mapping[str, float] = {"2": 2.0, "1": 1.0, "3": 3.0}
"""Months after a drift's end in which it can still be found, by the level's name."""

RULE = "2"
"""The grace of the rule."""

SETTINGS = (DEFAULT, DESIGN.matched, *DESIGN.curve)
"""As detectors come, and set to rates of false alarms."""

DDM, EDDM, KS = DESIGN.named
NEVER, METRONOME = Run("never", DEFAULT), Run("metronome", DEFAULT)

RECENT = 24
"""How many choices are kept for the next contrast."""

BOUNDS = ("1", "2", "5")
"""Points of accuracy from which a loss counts as harm."""

KS_TESTS: Mapping[str, str] = {"monthly": KS, "weekly": "ks_weekly", "every_row": "ks_sliding", "each_column": "ks_any"}
"""How KS tests, and the detectors that do so: how often, or once a month with each column at the full level."""

WARM, COLD = "reference", "none"
"""Whether tests of errors read the errors of a labelled reference month first."""

WARM_UPS = ("30", "100")
"""Rows of DDM's warm-up."""

VARIANTS: Mapping[tuple[str, str, str], str] = {
    **{(DDM, COLD, rows): name for rows, name in zip(WARM_UPS, ("ddm", "ddm_100"), strict=True)},
    **{(DDM, WARM, rows): name for rows, name in zip(WARM_UPS, ("ddm_warm", "ddm_100_warm"), strict=True)},
    **{(EDDM, warm, rows): name for warm, name in ((COLD, "eddm"), (WARM, "eddm_warm")) for rows in WARM_UPS},
}
"""The names of detectors in records, by the register's name, what they read first and DDM's warm-up; others have one name."""

_OF_DDM = frozenset(name for (word, _, _), name in VARIANTS.items() if word == DDM)
_DETECTORS = (*dict.fromkeys(VARIANTS.values()), KS, "random", "chi_square", *list(KS_TESTS.values())[1:])
_SUMMED = frozenset({"runs", "right", "with_false", "false", "months_outside", "months_alarmed"})
_SUMMED |= {"events", "detected", "drifts", "found", "delay", "unhurried"}


def variant(detector: str, *, warm: str, warm_up: str) -> str:
    """The name in records of a detector that reads, or does not, a labelled month first, with this warm-up.

    Raises:
        ConfigError: there is no such level.
    """
    known = VARIANTS.get((detector, warm, warm_up))
    if known is not None:
        return known
    a_level("warm", warm, (COLD, WARM))
    a_level("warm_up", warm_up, WARM_UPS)
    return detector


def a_level(name: str, level: str, known: Collection[str]) -> str:
    """The level of a choice. Raises `ConfigError` if there is none of that name."""
    if level not in known:
        raise ConfigError(f"{name} has no level {level!r}; choose one of {', '.join(known)}.")
    return level


@dataclass(frozen=True)
class Cube:
    """Streams and runs, summed over seeds.

    Attributes:
        design: what is compared.
        cells: one row a cell: CONDITION, lost, even, drifted and n_streams.
        levels: which cells each level of a choice has.
        groups: of each cell, the number of the group that weighs like the others, by what is weighed alike.
        sums: by run and grace what `run_sums` counts, over each cell; `runs` is 0 where it read no stream. Beside it
            the counts of `_of_harm` (KS) and of `by_chance` (KS, DDM).
        shifts: streams shifted by given strengths.
        sets: names of data sets, in order.
        models: of deployed models, in order.
        set_of: the number of each cell's data set.
        pair_of: the number of its pair of data set and model.
        described: what the specs say of each data set.
        read: which cells each run has read.
        in_band: by run at a setting, the cells where the setting gave the rate as allowed on fresh streams.
        on_twins: the same by the rate on the twins of the pair of data set and model, labels at once.
        n_streams: in each cell.
    """

    design: Design
    cells: pd.DataFrame
    levels: Levels
    groups: Mapping[str, Ints]
    sums: Mapping[tuple[Run, str], Sums]
    shifts: Shifts
    sets: NDArray[Any]
    models: NDArray[Any]
    set_of: Ints
    pair_of: Ints
    described: Mapping[str, Mapping[str, Any]]
    read: Mapping[Run, Bools]
    in_band: Mapping[Run, Bools]
    on_twins: Mapping[Run, Bools]
    n_streams: Floats
    _memory: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _recent: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is made once and asked for again and again."""
        if key not in self._memory:
            self._memory[key] = make()
        found: T = self._memory[key]
        return found

    def lately(self, key: Hashable, make: Callable[[], T]) -> T:
        """The same of what is soon asked for again or never: the contrasts of a claim ask for the same streams."""
        if key not in self._recent:
            if len(self._recent) >= RECENT:
                self._recent.pop(next(iter(self._recent)))
            self._recent[key] = make()
        found: T = self._recent[key]
        return found

    def names(self, known: Bools) -> pd.Index[Any]:
        """The names of some data sets, as an index."""
        return self.remembered(known.tobytes(), lambda: pd.Index(self.sets[known].astype(object), dtype=object))

    def has(self, *runs: Run) -> bool:
        """Whether all of these runs have records."""
        return all(run in self.read for run in runs)


def cells(evidence: Evidence) -> Cube:
    """Everything that contrasts of this study need, from its records: made once for tables and claims."""
    return _CUBES(Same(evidence))


def recorded_of(evidence: Evidence) -> Recorded:
    """The streams of these records, sorted once for tables and claims."""
    return _RECORDED(Same(evidence))


_RECORDED: Recent[Same, Recorded] = Recent(lambda same: Recorded.of(same.thing.stored), size=1)
_CUBES: Recent[Same, Cube] = Recent(lambda same: _cube_of(recorded_of(same.thing), same.thing), size=1)


def _cube_of(recorded: Recorded, evidence: Evidence) -> Cube:
    specs = list(evidence.stored.specs.values())
    drifted, names = np.diff(recorded.truth.offsets) > 0, recorded.streams["scenario"].to_numpy()
    design, scenarios = DESIGN.of(specs, detectors=(), drifted=set(names[drifted])), Scenarios.of(specs)
    streams = with_losses(recorded.streams)
    cell_of, table = _cells(streams, drifted)
    (dataset, sets), (model, models) = (pd.factorize(table[name], sort=True) for name in ("dataset", "model"))
    shifts = shifted(recorded, design, evidence.dependent_sets)
    sums, hits = _summed(recorded, streams, shifts, cell_of, len(table))
    return Cube(
        design,
        table,
        levels_of(table, design, scenarios, evidence.dependent_sets),
        groups_of(table, scenarios),
        sums,
        Shifts(shifts, hits),
        np.asarray(sets),
        np.asarray(models),
        dataset.astype(np.int64),
        (dataset * len(models) + model).astype(np.int64),
        {spec["dataset"]["name"]: spec["dataset"] for spec in specs},
        {run: np.asarray(one["runs"] > 0) for (run, grace), one in sums.items() if grace == RULE},
        {run: one["in_band"] > 0 for (run, grace), one in sums.items() if grace == RULE and run.setting != DEFAULT},
        {
            run: _on_twins(run, one, table)
            for (run, grace), one in sums.items()
            if grace == RULE and run.setting != DEFAULT
        },
        table["n_streams"].to_numpy(dtype=np.float64),
    )


def _cells(streams: pd.DataFrame, drifted: Bools) -> tuple[Ints, pd.DataFrame]:
    """The cell of each stream, and a row for each cell."""
    key = [*CONDITION, "lost", "even"]
    number = streams.groupby(key, dropna=False, sort=True).ngroup().to_numpy().astype(np.int64)
    first = np.unique(number, return_index=True)[1]
    table = streams.iloc[first][key].reset_index(drop=True)
    table["drifted"], table["n_streams"] = drifted[first], np.bincount(number)
    return number, table


def _summed(
    recorded: Recorded, streams: pd.DataFrame, shifts: pd.DataFrame, cell_of: Ints, n_cells: int
) -> tuple[dict[tuple[Run, str], Sums], dict[tuple[Run, str], Hits]]:
    """The sums of every run that some contrast needs, and what it found of shifted streams, at every grace."""
    sums: dict[tuple[Run, str], Sums] = {}
    hits: dict[tuple[Run, str], Hits] = {}
    wanted = {Run(name, setting) for name in (*_DETECTORS, *OTHERS) for setting in SETTINGS} | {NEVER, METRONOME}
    for run in (run for run in recorded.runs if run in wanted):
        scans = recorded.scans(run)
        is_set = np.ones(len(scans.stream), dtype=np.bool_)
        if run.rate is not None:
            is_set = in_band(run.rate, recorded.realised_on(run))
        if run.detector in OTHERS:
            scans, is_set = only(scans, is_set, shifts)
        for grace, months in GRACES.items():
            scored = recorded.score(scans, grace=months)
            if run.detector in (KS, *OTHERS):
                hits[run, grace] = hits_of(scans, is_set, scored, shifts)
            if run.detector in OTHERS:
                continue
            known = {
                name: column
                for name, column in run_sums(scored, longest=max(LONGEST_DELAY, months)).items()
                if name in _SUMMED
            }
            known["unhurried_delay"] = known["unhurried"] * known["delay"]
            known |= _of_harm(streams, scans, scored) if run.detector == KS else {}
            known["in_band"] = is_set.astype(np.float64)
            whole = pooled(known, cell_of[scans.stream], n_cells)
            if run.detector in (*_OF_DDM, KS, NEVER.detector):
                whole |= by_chance(recorded, scans, cell_of, n_cells, months)
            sums[run, grace] = whole
    return sums, hits


def _on_twins(run: Run, sums: Sums, table: pd.DataFrame) -> Bools:
    """The cells of pairs and months on whose twins, with labels at once, the share with an alarm came out as allowed."""
    pair = table.groupby(["dataset", "model", "rows_per_month", "sampling"]).ngroup().to_numpy()
    twins = np.flatnonzero((table["scenario"] == CONTROL) & (table["label_delay"] == 0))
    alarmed, n = (np.bincount(pair[twins], sums[name][twins], minlength=len(pair)) for name in ("with_false", "runs"))
    assert run.rate is not None
    return in_band(run.rate, alarmed / np.maximum(n, 1))[pair]


def _of_harm(streams: pd.DataFrame, scans: Scans, scored: Scored) -> dict[str, Floats]:
    """Of each stream that was read: was it flagged, did it do harm, both, and was its first alarm not before its drift?"""
    lost = streams["harm_done"].to_numpy(dtype=np.float64)[scans.stream]
    flagged = np.diff(scans.alarms.offsets) > 0
    found = {"flagged": flagged}
    for bound in BOUNDS:
        harmful = scored.drifted & (lost >= float(bound))
        found |= {f"harmful_{bound}": harmful, f"flagged_harmful_{bound}": harmful & flagged}
        found[f"first_harmful_{bound}"] = harmful & flagged & (scored.first_alarm >= scored.first_onset)
    return {name: column.astype(np.float64) for name, column in found.items()}
