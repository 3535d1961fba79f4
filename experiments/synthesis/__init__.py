"""What does combining models do to accuracy?

The source paper reports bagging 85/82/80, boosting 90/88/86 and stacking 92/91/89 (accuracy, precision, recall in percent),
without data sets, sizes or variances. This study measures them on 27 independent data sets and puts its claims S1 to S12 to
the test:

- The data set is the replicate: seeds and folds are averaged first. Contrasts are paired over data sets.
- "Bagging" is 25 full trees. "Boosting" is read in both ways: gradient boosting, and AdaBoost on trees of depth 3.
  "Stacking" is a logistic meta-model over tree, SVM, neural network, logistic regression, k-NN and naive Bayes.
- A contrast is supported if it is significant after Holm over all primary contrasts and at least the region of practical
  equivalence (1 point of accuracy, 5 points of a share, 10 % of a ratio); refuted if its 95 % interval lies below 0
  (reversed) or inside that region (negligible); inconclusive otherwise. A claim is supported if all its contrasts are,
  refuted if one is. A published number is judged by the 95 % prediction interval for a new data set.
- Sensitivity checks stand beside the contrasts that they question and have no say in the verdict.
- S15 (averaging for regression) has too few data sets for a test and is described only.

What was fixed when: the rules, regions and families come from the protocol, which is older than any trial. Which contrasts
stand for S2, S5, S9, S11 and S12 was revised after a methodological review that had seen part of the standard run, so the
study is not preregistered.

S13 and S14 (ensembles under drift) belong to the studies of drift.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd

from experiments.synthesis.contrasts import claims as every_contrast
from experiments.synthesis.design import DESIGN
from experiments.synthesis.draws import DRAWS
from experiments.synthesis.figures import figures
from experiments.synthesis.numbers import numbers
from experiments.synthesis.study import Study
from experiments.synthesis.tables import comparing, factors, inventory, variance
from harness.claims.contrasts import Contrast
from harness.claims.judging import Judged, judge_all
from harness.report.evidence import Evidence
from harness.report.table import Table
from harness.report.verdicts import verdict_table
from harness.report.writing import Report

TABLES: Mapping[str, Callable[[Study], Table]] = {
    "paper": comparing.paper_table,
    "claims": lambda study: claims_table(*judge(study)),
    "overall": comparing.overall_table,
    "comparisons": comparing.comparison_table,
    "ranks": comparing.rank_table,
    "anova_one_way": variance.one_way_table,
    "anova_repeated": variance.repeated_measures_table,
    "noise": partial(factors.curve_table, factor=factors.LABEL_NOISE),
    "sizes": partial(factors.curve_table, factor=factors.TRAIN_SIZE),
    "cost": inventory.cost_table,
    "regression": inventory.regression_table,
    "within": comparing.within_table,
    "by_dataset": comparing.by_dataset_table,
    "datasets": inventory.dataset_table,
    "trials": inventory.trials_table,
}
"""What makes each table, by its name, in the order of the paper."""


def judge(study: Study) -> Judged:
    """The contrasts in the order of the claims, and the verdicts on them."""
    contrasts = sorted(every_contrast(study), key=lambda claim: int(claim.claim.removeprefix("S")))
    return Judged(contrasts, judge_all(contrasts, DRAWS))


def claims_table(contrasts: Sequence[Contrast], verdicts: pd.DataFrame) -> Table:
    """Every claim with its contrasts and verdicts."""
    return verdict_table(
        verdicts,
        "The synthesis claims of the source paper, each as a contrast in the claimed direction, in points unless said "
        "otherwise, with its 95 % interval over data sets (for a stated number: the prediction interval for a new data "
        "set).",
        [
            "p is adjusted by Holm over all primary contrasts; for precision and recall (S4) by Benjamini and Hochberg; "
            "sensitivity checks are not adjusted and have no say in a claim's verdict. The CSV file has bootstrap-t "
            "intervals.",
        ],
        units=False,
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
