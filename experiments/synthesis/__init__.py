"""What does combining models do to accuracy?

The source paper reports bagging 85/82/80, boosting 90/88/86 and stacking 92/91/89 (accuracy, precision, recall in percent),
without data sets, sizes or variances. This study measures them on 27 independent data sets and puts its claims S1 to S12 to
the test:

- The data set is the replicate: seeds and folds are averaged first. Contrasts are paired over data sets.
- "Bagging" is 25 full trees. "Boosting" is read in both ways: gradient boosting, and AdaBoost on trees of depth 3.
  "Stacking" is a logistic meta-model over tree, SVM, neural network, logistic regression, k-NN and naive Bayes, none of
  them tuned; a tuned network in the place of the other, none, or the three named models alone are choices of the register.
- `claims.yaml` is the register of the claims: registered contrasts with regions of practical equivalence, every other
  defensible choice, and the frozen level at which intervals decide; `claims.py` answers them from `cells`.
- S15 (averaging for regression) has too few data sets for a test and is described only.

What was fixed when: rules and regions come from the protocol, which is older than any trial. Which contrasts stand for S2, S5,
S9, S11 and S12 was revised after a methodological review that had seen part of the first standard run, and the register, with
its level and dimensions, was written when all of that run's records were there. So on these data sets the study is not
preregistered; on those of the tier `confirmation`, on which nothing was fitted before the register was frozen, it is.

S13 and S14 (ensembles under drift) belong to the studies of drift.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from experiments.synthesis.design import DESIGN
from experiments.synthesis.figures import figures
from experiments.synthesis.numbers import numbers
from experiments.synthesis.study import Study
from experiments.synthesis.tables import comparing, covariates, curves, factors, inventory, networks, variance
from harness.report.evidence import Evidence
from harness.report.table import Table
from harness.report.writing import Report

TABLES: Mapping[str, Callable[[Study], Table]] = {
    "paper": comparing.paper_table,
    "overall": comparing.overall_table,
    "roc": curves.roc_table,
    "networks": networks.network_table,
    "comparisons": comparing.comparison_table,
    "ranks": comparing.rank_table,
    "anova_one_way": variance.one_way_table,
    "anova_repeated": variance.repeated_measures_table,
    "covariates": covariates.covariate_table,
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


def read(evidence: Evidence) -> Study:
    """The records laid out for tables, of whatever part of the study they are."""
    return Study.of(evidence, DESIGN)


def report(evidence: Evidence) -> Report:
    """Tables, figures and numbers of the study."""
    evidence.check()
    study = read(evidence)
    study.check()
    tables = [make(study) for make in TABLES.values()]
    return Report([table for table in tables if len(table.frame)], list(figures(study)), numbers(study))
