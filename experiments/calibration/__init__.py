"""At which setting does each detector alarm on 1, 5, 10 or 20 % of drift-free half-years?

Detectors as they come differ more in how easily they alarm than in what they see, so that the detection study compares them
twice: at defaults, and at settings that give each the same share of drift-free half-years with an alarm. This study finds the
settings: one knob a detector, turned on drift-free streams of one data set and model that no other study sees.

- The rate is the share of half-years (six months of rows) with at least one alarm. A setting is found on some streams and
  checked on fresh ones, each with a split and a fit of its own.
- A setting counts as found if the rate on the first streams is off by no more than half of what was wanted, or by one stream.
  Where no setting is, the record says why: no knob, a knob that does not reach so far, a rate that jumps over the one wanted,
  or no column that the detector can read. Such pairs of data set and model are left out of comparisons at that rate.
- On fresh streams, 3 to 7 % are accepted for 5 %. A table shows how many settings pass and how many would by chance alone;
  settings that fail stay in the comparison, whose tables show the rate that came of them.

No claim of the source paper is judged here. The rules come from the protocol, older than any trial; records of the smoke tier
had been seen when the tables were built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from experiments.calibration import tables
from experiments.calibration.design import DESIGN
from experiments.calibration.figures import figure
from experiments.calibration.numbers import numbers
from experiments.calibration.study import Calibration
from harness.report.evidence import Evidence
from harness.report.table import Table
from harness.report.writing import Report

TABLES: Mapping[str, Callable[[Calibration], Table]] = {
    "summary": tables.summary_table,
    "rates": tables.rates_table,
    "settings": tables.settings_table,
}
"""What makes each table, by its name, in the order of the paper."""


def read(evidence: Evidence) -> Calibration:
    """The records laid out for tables, of whatever part of the study they are."""
    return Calibration.of(evidence, DESIGN)


def report(evidence: Evidence) -> Report:
    """Tables, figure and numbers of the study."""
    evidence.check()
    calibration = read(evidence)
    return Report([make(calibration) for make in TABLES.values()], [figure(calibration)], numbers(calibration))
