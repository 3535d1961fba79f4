"""What do tracking tools cost, what can they do, and how much has to be written to use them?

The source scores MLflow, DVC and Git from 1 to 5 for ease of use, features and scalability, by opinion. Here every tool stands
behind one contract and is measured: times and bytes as runs and data grow, several writers, a killed process; 23 executed
probes in seven needs of equal weight; the smallest complete script.

- No grade is written by hand: it follows from what a probe's code returned. `evidence.json` has what each probe saw.
- A tool that was not on the machine, or a workload that did not run, is "not measured", which is neither good nor bad.
- Times are medians over the repeats of one machine. They are compared as ratios. A grade has no spread, so that there is no
  p-value on it.
- Who is first depends on what one needs. Tools that another one equals in everything and exceeds in something are named first
  (Pareto); then needs are weighted in 10,000 ways, drawn evenly, and the share of first places is told. Where no tool is first
  in 90 % of them, there is no ranking.
"""

from __future__ import annotations

from experiments.tracking.figures import figures
from experiments.tracking.ranking import ranking_table
from experiments.tracking.study import Tracking
from experiments.tracking.tables import TABLES
from harness.report.evidence import Evidence
from harness.report.writing import Report


def report(evidence: Evidence) -> Report:
    """Tables, figures, and the evidence of every grade."""
    evidence.check()
    study = Tracking.of(evidence)
    tables = [make(study) for make in (*TABLES.values(), ranking_table)]
    documents = {"evidence.json": study.evidence_text}
    return Report([one for one in tables if len(one.frame)], figures(study), evidence.numbers, documents)
