"""Times by workload: whether tools differ (analysis of variance), and by how much those of the source do (paired t tests).

Both are of logarithms of seconds, with runs of the workload as blocks: all tools meet a workload one after the other, so that
what slows the machine down for a while slows all of them. The intervals say what the same machine would show again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.tracking.record_queries import of_runs, of_tool
from experiments.tracking.study import ADDING, SOURCE, Path, Tracking, Used
from experiments.tracking.tables.rows import MILLISECONDS
from harness.analysis.query import EVERYTHING, Query, where
from harness.inference.multiplicity import holm
from harness.inference.paired import paired_t
from harness.inference.repeated_measures import WithinEffect, repeated_measures
from harness.report.table import Basis, Column, Key, Table


class Timed(NamedTuple):
    """Something that is timed.

    Attributes:
        workload: in which.
        does: what it is, in words.
        paths: where its parts stand in the clock.
    """

    workload: str
    does: str
    paths: tuple[Path, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart."""
        return self.workload, self.does

    def seconds(self, study: Tracking, one: Used) -> pd.Series[Any]:
        """Wall time of each run, by seed."""
        found = study.total(one, self.workload, *(("clock", *path, "wall") for path in self.paths))
        return found[found > 0]


_OF_RUNS: tuple[tuple[str, tuple[Path, ...]], ...] = (
    ("a run", (("warm", -1),)),
    ("the best run", (("query",),)),
    ("its model back", (("restore",),)),
)
_OF_DATA: tuple[tuple[str, tuple[Path, ...]], ...] = (
    ("a new file", tuple((part, 0) for part in ADDING)),
    ("a changed file", tuple((part, 2) for part in ADDING)),
    ("the first version back", (("restores", 0),)),
)
TIMED = (
    Timed("runs_20", "a run in a process of its own", (("fresh", -1),)),
    *(Timed(workload, *one) for workload in ("runs_20", "runs_200") for one in _OF_RUNS),
    *(Timed(workload, *one) for workload in ("data_1", "data_20") for one in _OF_DATA),
)
"""What is timed in workloads that are run several times."""

PAIRS = tuple(itertools.combinations((Used(tracker) for tracker in SOURCE), 2))
SCORED = tuple(Used(tracker) for tracker in SOURCE)

WORKLOAD = Column("workload", "workload", basis=Basis.DESIGN)
DOES = Column("what", "does", basis=Basis.DESIGN)


def times_table(study: Tracking) -> Table:
    """What is timed: medians of the tools that the source scores, and the analysis of variance over all tools."""
    timed = [one for one in TIMED if any(len(one.seconds(study, used)) for used in study.usual)]
    rows = [
        {
            "workload": one.workload,
            "does": one.does,
            **{used.tracker: MILLISECONDS * float(one.seconds(study, used).median()) for used in SCORED},
            **_effect(study, one),
        }
        for one in timed
    ]
    every = [Key(("workload", "does"), {one.key: where(workload=one.workload) for one in timed})]
    columns = [
        WORKLOAD,
        DOES,
        *(Column(f"{study.title(used)}, ms", used.tracker, 1, keys=[_key(study, timed, used)]) for used in SCORED),
        Column("tools", "n_tools", 0),
        Column("runs", "n", 0),
        Column("F", "statistic", 1),
        Column("p", "p", p_value=True),
        Column("η²", "eta", 2),
    ]
    caption = (
        "Wall time of the tools that the source scores, medians over runs, and a repeated-measures analysis of variance of its "
        "logarithms over all tools that do it, runs being the blocks."
    )
    notes = [
        "A block is a run of the workload, and no data set: p, corrected after Greenhouse and Geisser, is about this "
        "machine. η² is generalised: the share of the tools in all variance. Runs are those that all tools have; medians "
        "are over all runs of a tool. Among the tools are some that keep less than others, as our records, which keep no "
        "data: that times differ is no wonder, and the pairs say by how much."
    ]
    frame = pd.DataFrame(rows, columns=[column.value for column in columns])
    return Table("times", caption, frame, columns, notes, keys=every, where=EVERYTHING)


def _key(study: Tracking, timed: Sequence[Timed], used: Used) -> Key:
    """The records of a tool; of a time that it does not have those of all tools, for none of them has it."""
    records: dict[tuple[Any, ...], Query] = {
        one.key: where(workload=one.workload) & (of_tool(used) if len(one.seconds(study, used)) else EVERYTHING)
        for one in timed
    }
    return Key(("workload", "does"), records)


def _effect(study: Tracking, timed: Timed) -> dict[str, float]:
    """The effect of the tool on a logarithm of time."""
    of_tools = {used.tracker: np.log(timed.seconds(study, used)) for used in study.usual}
    known = {tracker: logs for tracker, logs in of_tools.items() if len(logs)}
    frame = pd.DataFrame(known).rename_axis("run").reset_index().melt("run", var_name="tool", value_name="log")
    found = repeated_measures(frame, value="log", within=["tool"], block="run")
    sizes = {"n_tools": len(known), "n": found.n}
    return {**sizes, **(_plain(found.effects[0]) if found.effects else {})}


def _plain(effect: WithinEffect) -> dict[str, float]:
    return {"statistic": effect.statistic, "p": effect.p, "eta": effect.generalised_eta_squared}


def pairs_table(study: Tracking) -> Table:
    """The tools that the source scores against each other, by what is timed: ratios with paired t tests."""
    rows, records = [], dict[tuple[Any, ...], Query]()
    for timed, (first, second) in itertools.product(TIMED, PAIRS):
        ratio = _ratio(study, timed, first, second)
        if ratio:
            pair = f"{study.title(first)} / {study.title(second)}"
            rows.append({"workload": timed.workload, "does": timed.does, "pair": pair, **ratio})
            records[*timed.key, pair] = of_runs((used, timed.workload) for used in (first, second))
    frame = pd.DataFrame(rows, columns=["workload", "does", "pair", "ratio", "ratio_low", "ratio_high", "n", "p"])
    frame["p_holm"] = list(holm(frame["p"].to_numpy(dtype=np.float64)).p)
    family = of_runs((used, timed.workload) for timed in TIMED for used in SCORED)
    columns = [
        WORKLOAD,
        DOES,
        Column("pair", "pair", basis=Basis.DESIGN),
        Column.of_estimate("times as long", "ratio", 2),
        Column("runs", "n", 0),
        Column("p (t)", "p_holm", p_value=True, keys=(), where=family),
    ]
    caption = "Ratios of wall times, geometric means over runs with 95 % intervals, by paired t tests of logarithms."
    notes = [
        "Paired over runs of the same workload, which are no data sets: the interval is about this machine, and is not "
        "adjusted. p is adjusted by Holm over this table, so that it may be large where an interval leaves out 1."
    ]
    keys = [Key(("workload", "does", "pair"), records)]
    return Table("pairs", caption, frame, columns, notes, keys=keys, where=EVERYTHING, p_values=["p"])


def _ratio(study: Tracking, timed: Timed, first: Used, second: Used) -> dict[str, float]:
    """How many times as long the first takes, over the runs of both; nothing without one."""
    logs = (np.log(timed.seconds(study, first)) - np.log(timed.seconds(study, second))).dropna()
    if logs.empty:
        return {}
    test = paired_t(logs.to_numpy())
    ends = (math.exp(end) for end in (test.interval.low, test.interval.high))
    ratio = dict(zip(("ratio", "ratio_low", "ratio_high"), (math.exp(test.estimate), *ends), strict=True))
    return {**ratio, "n": test.n, "p": test.p}
