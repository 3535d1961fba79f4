"""What does combining models do to accuracy?

The source paper reports bagging 85/82/80, boosting 90/88/86 and stacking 92/91/89 (accuracy, precision, recall in percent),
without data sets, sizes or variances. This study measures them on 27 independent data sets and puts its claims S1 to S12 to
the test. The rules below were fixed before any result of the standard tier was looked at:

- The data set is the replicate: seeds and folds are averaged first. Contrasts are paired over data sets.
- "Bagging" is 25 full trees. "Boosting" is gradient boosting, with AdaBoost on trees of depth 3 beside it. "Stacking" is a
  logistic meta-model over tree, SVM, neural network, logistic regression, k-NN and naive Bayes.
- A claim is supported if its contrast is significant after Holm over all directional claims of the study and at least the
  region of practical equivalence (1 point of accuracy); refuted if the 95 % interval lies below 0 or inside that region;
  inconclusive otherwise. A published number is judged by the 95 % prediction interval for a new data set.
- S15 (averaging for regression) has too few data sets for a test and is described only.

S13 and S14 (ensembles under drift) belong to the studies of drift.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from harness.analysis.claims import Directional, Share, Stated, judge_all
from harness.analysis.frame import POINTS, scores
from harness.analysis.report import Evidence, Report
from harness.analysis.synthesis import comparing, factors, inventory, variance
from harness.analysis.synthesis.drawing import figures
from harness.analysis.synthesis.study import Design, Study
from harness.analysis.synthesis.wording import numbers
from harness.core import Floats

BAGGING, BOOSTING, ADABOOST, STACKING = "bagging:tree", "gradient_boosting", "adaboost:tree_depth3", "stacking"
POOL = ("tree", "svm", "mlp", "logistic", "knn", "nb")
RATIO_REGION = math.log(1.1)
"""Ten percent of a ratio."""

DESIGN = Design(
    bagging=BAGGING,
    boosting=BOOSTING,
    adaboost=ADABOOST,
    stacking=STACKING,
    published={
        BAGGING: {"accuracy": 85.0, "precision": 82.0, "recall": 80.0},
        BOOSTING: {"accuracy": 90.0, "precision": 88.0, "recall": 86.0},
        STACKING: {"accuracy": 92.0, "precision": 91.0, "recall": 89.0},
    },
    families={
        "baseline": ("majority",),
        "single model": POOL,
        "bagging and forests": (BAGGING, "random_forest", "extra_trees"),
        "boosting": (ADABOOST, BOOSTING, "hist_gradient_boosting"),
        "combined pool": ("hard_vote", "soft_vote", STACKING, "greedy", "best_by_cv"),
    },
    pool=POOL,
    bases=("stump", "tree_depth3", "tree", "svm", "mlp", "logistic", "knn", "nb"),
    curved=("tree", BAGGING, "random_forest", ADABOOST, BOOSTING, "soft_vote", STACKING),
    pairs=(
        (STACKING, BOOSTING),
        (STACKING, ADABOOST),
        (STACKING, BAGGING),
        (BOOSTING, BAGGING),
        (ADABOOST, BAGGING),
        (STACKING, "best_by_cv"),
        (STACKING, "soft_vote"),
        (STACKING, "greedy"),
        (STACKING, "random_forest"),
        ("soft_vote", "hard_vote"),
    ),
    region=1.0,
)


def report(evidence: Evidence) -> Report:
    """Tables, figures and numbers of the study."""
    study = Study.of(evidence, DESIGN)
    verdicts = judge_all(list(claims(study)))
    tables = [
        comparing.paper_table(study),
        inventory.verdict_table(verdicts),
        comparing.overall_table(study),
        comparing.comparison_table(study),
        comparing.rank_table(study),
        variance.one_way_table(study),
        variance.repeated_measures_table(study),
        factors.curve_table(study, factors.LABEL_NOISE),
        factors.curve_table(study, factors.TRAIN_SIZE),
        inventory.cost_table(study),
        inventory.regression_table(study),
        comparing.within_table(study),
        comparing.by_dataset_table(study),
        inventory.dataset_table(study),
        inventory.trials_table(study),
    ]
    return Report(
        [table for table in tables if len(table.frame)], list(figures(study, verdicts)), numbers(study, verdicts)
    )


def claims(study: Study) -> Iterator[Directional | Share | Stated]:
    """S1 to S12 of the register, each as one or several contrasts in the claimed direction."""
    contrast, gain, region = study.contrast, study.gain, DESIGN.region
    yield Directional("S1", "stacking − gradient boosting", contrast(STACKING, BOOSTING), region)
    yield Directional("S1", "stacking − AdaBoost", contrast(STACKING, ADABOOST), region)
    yield Directional("S1", "stacking − bagging", contrast(STACKING, BAGGING), region)
    yield Share("S2", "sets with stacking > boosting > bagging, less 1/6", _in_order(study), against=1 / 6, region=5.0)
    yield Stated("S3", "stacking − gradient boosting", contrast(STACKING, BOOSTING), 2.0)
    yield Stated("S3", "gradient boosting − bagging", contrast(BOOSTING, BAGGING), 5.0)
    for metric in ("precision", "recall"):
        for name, other in (("gradient boosting", BOOSTING), ("bagging", BAGGING)):
            yield Directional("S4", f"{metric}: stacking − {name}", contrast(STACKING, other, metric), region)
    for deep in ("tree_depth3", "tree"):
        shallow = contrast("adaboost:stump", "bagging:stump")
        what = f"AdaBoost − bagging: on a stump less on a {study.title(deep).lower()}"
        yield Directional("S5", what, shallow - contrast(f"adaboost:{deep}", f"bagging:{deep}"), region)
    for stable in ("svm", "nb"):
        what = f"gain of bagging: on a full tree less on {study.title(stable)}"
        yield Directional("S6", what, gain("bagging", "tree") - gain("bagging", stable), region)
    yield Directional("S7", "gain of bagging on a full tree, over 1", gain("bagging", "tree") - 1, 0.0)
    yield Directional("S7", "gain of bagging on a full tree, under 5", 5 - gain("bagging", "tree"), 0.0)
    yield Directional("S8", "stacking − best base model by inner CV", contrast(STACKING, "best_by_cv"), region)
    yield Directional("S9", "soft voting − hard voting", contrast("soft_vote", "hard_vote"), region)
    yield Directional("S9", "SD between repeats: single models − soft voting", _steadier(study), region)
    for name, other in (("bagging", BAGGING), ("gradient boosting", BOOSTING)):
        for clock in ("fit", "predict"):
            ratio = _log_ratio(study, f"{clock}_seconds", other)
            yield Directional("S10", f"{clock} time, log of stacking / {name}", ratio, RATIO_REGION, "log ratio")
    yield from _noise_claims(study)
    yield from _size_claims(study)


def _in_order(study: Study) -> Floats:
    table = study.scores("accuracy", [STACKING, BOOSTING, BAGGING]).dropna()
    return np.asarray((table[STACKING] > table[BOOSTING]) & (table[BOOSTING] > table[BAGGING]), dtype=np.float64)


def _steadier(study: Study) -> Floats:
    """Standard deviation of accuracy between repeats on each data set: mean of the pool's single models − soft voting."""
    spread = study.main.groupby(["dataset", "method"])["accuracy"].std().mul(POINTS).reset_index()
    table = spread.pivot_table(index="dataset", columns="method", values="accuracy", dropna=False)
    return np.asarray(table.reindex(columns=list(POOL)).mean(axis=1) - table["soft_vote"])


def _log_ratio(study: Study, clock: str, other: str) -> Floats:
    table = scores(study.main, clock, [STACKING, other]).dropna()
    return np.asarray(np.log(table[STACKING] / table[other]))


def _noise_claims(study: Study) -> Iterator[Directional]:
    """Accuracy lost at 30 % label noise, by the slope over all levels."""
    lost = -0.3 * factors.slopes(study, factors.LABEL_NOISE)
    for name, method in (("gradient boosting", BOOSTING), ("AdaBoost", ADABOOST)):
        what = f"accuracy lost to 30 % label noise: {name} − bagging"
        yield Directional("S11", what, factors.paired(lost, method, BAGGING), DESIGN.region)


def _size_claims(study: Study) -> Iterator[Directional]:
    """Train − test gap of bagging at the smallest training size that every data set has, less that at full size."""
    levels = [level for level in study.levels("train_size") if level < 1]
    if levels:
        smallest = min(levels)
        growth = (factors.train_test_gap(study, smallest) - factors.train_test_gap(study, 1.0)).assign(none=0.0)
        what = f"train − test gap of bagging: at {smallest:.0%} of the rows less at all"
        yield Directional("S12", what, factors.paired(growth, BAGGING, "none"), DESIGN.region)
        yield Directional(
            "S12", "the same, less that of a single full tree", factors.paired(growth, BAGGING, "tree"), DESIGN.region
        )
