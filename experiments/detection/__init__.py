"""Which detector sees which drift, how soon, and at what price?

The source paper prints a table of three detectors, without data, drifts, windows or settings: DDM 2 months, 95 % accuracy, 5 %
false positives; EDDM 3, 90, 8; KS 1, 92, 3. This study stages drifts of known harm in half-years of real rows and puts its
claims D1 to D9 to the test.

Definitions (`docs/detection.md` has all of them):

- The data set is the replicate: seeds, models, scenarios and harms are pooled first, over streams that both sides of a contrast
  have read. The main comparison is over streams with a drift that was staged at 5, 10 or 20 points of harm, months of 300 rows,
  labels at once; drift-free twins are the streams of the same sets and models without a drift. Sets on which unseen
  categories alone are staged answer D9 and are in no mean over scenarios.
- Delay is restricted to two months, at which a miss counts. Accuracy is that of judging whole streams (A1), false positives the
  share of drift-free half-years with an alarm (F1), detection the share of streams whose first drift is found. A second drift
  of a stream is met by tests that the first has set off already: it counts in A2 to A4 of `sensitivity` alone.
- Every contrast is taken at defaults and at matched false alarms (5 % of half-years). Matched decides, defaults are a check; of
  D4 it is the other way around, for matching makes false alarms equal.

Rules of decision: a contrast is supported if it is significant at 5 % after Holm over all primary contrasts, and at least the
region of practical equivalence: 0.25 months, 2 points of false positives, 5 points of accuracy, detection or a share, 10 % of a
ratio; refuted if its 95 % interval lies below 0 (reversed) or inside that region (negligible); inconclusive otherwise. A claim
is supported if all its contrasts are, refuted if one is, and not answered if one has no records. A stated number is judged by
the 95 % prediction interval for a new data set.

What is asked, and the contrasts that decide:

    D1  Does DDM detect earlier than EDDM? Delay of EDDM − DDM.
    D2  Is KS earlier still? Delay of DDM − KS and of EDDM − DDM, on drifts that both kinds can see (shift, scale, harmful
        reweighting). The table `region` says where over rows a month and label delay the order holds.
    D3  Is DDM more accurate than KS, and KS than EDDM? A1 of DDM − KS and of KS − EDDM.
    D4  Has KS fewer false positives than DDM, and DDM than EDDM? F1 of DDM − KS and of EDDM − DDM, at defaults.
    D5  Are DDM and EDDM effective? A1 of each less 80, less that of random alarms, less that of a metronome at equal false
        alarms: one that is switched on for as many streams as the detector has false positives, and silent on all others.
    D6  Does KS see subtler shifts than other tests? Logarithm of the smallest mean shift that is found four times in five, of
        PSI, binned chi-square and the two-sample classifier, over that of KS, on streams shifted by given strengths.
    D7  Did what KS flags call for retraining? P(2 points or more lost given an alarm) − P(2 points or more lost).
    D8  Is DDM the one for concept drift and KS for data drift? Detection of DDM − KS on concept drift, of KS − DDM on data
        drift, and the sum of the two, which is the interaction.
    D9  Does chi-square find drift in nominal data? A1 on unseen categories, less 80, and less that of random alarms.

What was fixed when: definitions, regions and families come from the protocol and the register of claims, older than any trial.
The contrasts were written down before the first standard run, after records of three small sets. Its results, on other onsets
and with other settings, were then read, and the study was revised and run again: sets with one scenario left the main
comparison, second drifts of a stream left delay and detection, seasons left D7, D6 went to streams shifted by given strengths
and to matched settings, months of tests of rows became months at every M, and harms that are jumped over were skipped. The
revision was asked for on grounds of method, but made by people who knew the results; so this is not a registered protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd

from experiments.detection.contrasts import claims
from experiments.detection.design import DESIGN
from experiments.detection.draws import DRAWS
from experiments.detection.figures import figures
from experiments.detection.numbers import numbers
from experiments.detection.study import Study
from experiments.detection.tables import alarm_precision, comparing, conditions, inventory, kinds, localising, power
from harness.claims.contrasts import Contrast
from harness.claims.judging import Judged, judged
from harness.detectors.run import DEFAULT
from harness.report.evidence import Evidence
from harness.report.table import Table
from harness.report.verdicts import verdict_table
from harness.report.writing import Report

TABLES: Mapping[str, Callable[[Study], Table]] = {
    "paper": partial(comparing.paper_table, setting=DEFAULT),
    "paper_matched": partial(comparing.paper_table, setting=DESIGN.matched),
    "common_matched": comparing.common_table,
    "claims": lambda study: claims_table(*judge(study)),
    "by_kind": partial(kinds.kind_table, setting=DEFAULT),
    "by_kind_matched": partial(kinds.kind_table, setting=DESIGN.matched),
    "anova": kinds.interaction_table,
    "by_scenario": kinds.scenario_table,
    "by_harm": conditions.harm_table,
    "region": conditions.region_table,
    "windows": conditions.windows_table,
    "eventless": kinds.eventless_table,
    "warranted": alarm_precision.warranted_table,
    "power": power.power_table,
    "localisation": localising.localisation_table,
    "sensitivity": partial(comparing.sensitivity_table, setting=DEFAULT),
    "sensitivity_matched": partial(comparing.sensitivity_table, setting=DESIGN.matched),
    "staged": inventory.staged_table,
    "unread": inventory.unread_table,
    "trials": inventory.trials_table,
}
"""What makes each table, by its name, in the order of the paper."""


def judge(study: Study) -> Judged:
    """The contrasts, and the verdicts on them."""
    contrasts = list(claims(study))
    return Judged(contrasts, judged(contrasts, DRAWS))


def claims_table(contrasts: Sequence[Contrast], verdicts: pd.DataFrame) -> Table:
    """Every claim with its contrasts and verdicts."""
    return verdict_table(
        verdicts,
        "The claims of the source paper on drift detection, each as contrasts in the claimed direction, with 95 % "
        "intervals over data sets (for a stated number: the prediction interval for a new data set).",
        [
            "p is adjusted by Holm over all primary contrasts. Checks are not adjusted and have no say in a claim's "
            "verdict. A contrast without records is not measured. The CSV file has bootstrap-t intervals and regions.",
        ],
        units=True,
        contrasts=contrasts,
    )


def read(evidence: Evidence) -> Study:
    """The records laid out for tables, of whatever part of the study they are."""
    return Study.of(evidence, DESIGN)


def report(evidence: Evidence) -> Report:
    """Tables, figures and numbers of the study."""
    evidence.check()
    study = read(evidence)
    study.check()
    contrasts, verdicts = judge(study)
    tables = [claims_table(contrasts, verdicts) if name == "claims" else make(study) for name, make in TABLES.items()]
    return Report(
        [table for table in tables if len(table.frame)], list(figures(study, verdicts)), numbers(study, verdicts)
    )
