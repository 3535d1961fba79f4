"""What do tracking tools cost, what can they do, and how much has to be written to use them?

The source scores MLflow, DVC and Git from 1 to 5 for ease of use, features and scalability, by opinion. Here every tool stands
behind one contract and is measured: times and bytes as runs and data grow, several writers, a killed process; 23 executed
probes in seven needs of equal weight; the smallest complete script. Its claims T1 to T5 stand in `claims.yaml`.

- The replicate is the run: the same workload from scratch, under another seed, on one machine. There is one data set. So
  intervals say what this machine would show again with these versions of the tools, and nothing of other machines or versions.
- No grade is written by hand: it follows from what a probe's code returned. The table `evidence` has what each probe saw.
- A tool that was not on the machine, or a workload that did not run, is "not measured", which is neither good nor bad.
- Times are medians over runs, and are compared as ratios. A grade is the same in every run, so that there is no p-value on it.
- Who is first depends on what one needs. Tools that another one equals in everything and exceeds in something are named first
  (Pareto); then needs are weighted in 10,000 ways, drawn evenly, and the share of first places is told. Where no tool is first
  in 90 % of them, there is no ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from experiments.tracking.figures import figures
from experiments.tracking.numbers import numbers
from experiments.tracking.study import Tracking
from experiments.tracking.tables import comparing, costs, features, otherwise, times
from harness.report.evidence import Evidence
from harness.report.table import Table
from harness.report.writing import Report

TABLES: Mapping[str, Callable[[Tracking], Table]] = {
    "source": comparing.source_table,
    "costs": costs.costs_table,
    "times": times.times_table,
    "pairs": times.pairs_table,
    "data": costs.data_table,
    "otherwise": otherwise.otherwise_table,
    "robust": costs.robust_table,
    "features": features.features_table,
    "ranking": features.ranking_table,
    "evidence": features.evidence_table,
}
"""What makes each table, by its name, in the order of the paper."""


def read(evidence: Evidence) -> Tracking:
    """The records laid out for tables, of whatever part of the study they are."""
    return Tracking.of(evidence)


def report(evidence: Evidence) -> Report:
    """Tables, figures and numbers of the study."""
    evidence.check()
    study = read(evidence)
    tables = [table for table in (make(study) for make in TABLES.values()) if len(table.frame)]
    return Report(tables, figures(study), {**evidence.numbers, **numbers(study, tables)})
