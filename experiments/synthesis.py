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

import itertools
import math
from collections.abc import Iterator

import numpy as np

from harness.analysis.claims import Directional, Share, Stated, judge_all
from harness.analysis.frame import scores
from harness.analysis.report import Evidence, Report
from harness.analysis.synthesis import comparing, factors, inventory, variance
from harness.analysis.synthesis.drawing import figures
from harness.analysis.synthesis.study import Design, Study
from harness.analysis.synthesis.wording import numbers
from harness.analysis.verdicts import verdict_table
from harness.core import Floats

BAGGING, BOOSTING, ADABOOST, STACKING = "bagging:tree", "gradient_boosting", "adaboost:tree_depth3", "stacking"
POOL = ("tree", "svm", "mlp", "logistic", "knn", "nb")
WITHOUT_NETWORK = "stacking[tree+svm+logistic+knn+nb]"
SHARE_REGION, RATIO_REGION = 5.0, math.log(1.1)
"""Five points of a share; ten percent of a ratio."""

READINGS = (("gradient boosting", BOOSTING), ("AdaBoost", ADABOOST))
"""Both things that the source paper's "boosting" may be."""

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
    curved=(
        *("tree_depth3", "tree", "bagging:tree_depth3", BAGGING, "random_forest"),
        *(ADABOOST, "adaboost:tree", BOOSTING, "soft_vote", STACKING),
    ),
    drawn=("tree", BAGGING, "random_forest", ADABOOST, BOOSTING, "soft_vote", STACKING),
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
    verdicts = judge_all(sorted(claims(study), key=lambda claim: int(claim.claim.removeprefix("S"))))
    tables = [
        comparing.paper_table(study),
        verdict_table(
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
        ),
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
    yield from _order_claims(study)
    yield from _gain_claims(study)
    yield from _stability_claims(study)
    yield from _cost_claims(study)
    yield from _noise_claims(study)
    yield from _size_claims(study)


def _order_claims(study: Study) -> Iterator[Directional | Share | Stated]:
    """S1 to S4 and S8: who is more accurate than whom."""
    contrast, region = study.contrast, DESIGN.region
    for name, other in (*READINGS, ("bagging", BAGGING)):
        yield Directional("S1", f"stacking − {name}", contrast(STACKING, other), region)
    for name, other in READINGS:
        without = contrast(WITHOUT_NETWORK, other)
        yield Directional("S1", f"check: stacking without the network − {name}", without, region, family="sensitivity")
    for name, boosting in READINGS:
        yield Directional("S2", f"{name} − bagging", contrast(boosting, BAGGING), region)
        hits, what = _in_order(study, boosting), f"check: sets in order, by {name}, less 1/6"
        yield Share("S2", what, hits, against=1 / 6, region=SHARE_REGION, family="sensitivity")
    for name, boosting in READINGS:
        yield Stated("S3", f"stacking − {name}", contrast(STACKING, boosting), 2.0)
        yield Stated("S3", f"{name} − bagging", contrast(boosting, BAGGING), 5.0)
    for metric, (name, other) in itertools.product(("precision", "recall"), (*READINGS, ("bagging", BAGGING))):
        what = f"{metric}: stacking − {name}"
        yield Directional("S4", what, contrast(STACKING, other, metric), region, family="secondary")
    yield Directional("S8", "stacking − best base model by inner CV", contrast(STACKING, "best_by_cv"), region)


def _in_order(study: Study, boosting: str) -> Floats:
    table = study.scores("accuracy", [STACKING, boosting, BAGGING]).dropna()
    return np.asarray((table[STACKING] > table[boosting]) & (table[boosting] > table[BAGGING]), dtype=np.float64)


def _gain_claims(study: Study) -> Iterator[Directional]:
    """S5 to S7: which base models gain, and how much."""
    contrast, gain, region = study.contrast, study.gain, DESIGN.region
    shallow = contrast("adaboost:stump", "bagging:stump")
    deeper = contrast("adaboost:tree_depth3", "bagging:tree_depth3")
    yield Directional("S5", "AdaBoost − bagging: on a stump less at depth 3", shallow - deeper, region)
    full = shallow - contrast("adaboost:tree", BAGGING)
    what = "check: on a stump less on a full tree, where AdaBoost stops at once"
    yield Directional("S5", what, full, region, family="sensitivity")
    for stable in ("svm", "nb"):
        what = f"gain of bagging: on a full tree less on {study.title(stable)}"
        yield Directional("S6", what, gain("bagging", "tree") - gain("bagging", stable), region)
    yield Directional("S7", "gain of bagging on a full tree, over 1", gain("bagging", "tree") - 1, 0.0)
    yield Directional("S7", "gain of bagging on a full tree, under 5", 5 - gain("bagging", "tree"), 0.0)


def _stability_claims(study: Study) -> Iterator[Directional]:
    """S9: rows whose predicted label changes between two repeats, single models of the pool against a vote of them."""
    changed = study.disagreement()
    if set(POOL) <= set(changed.columns):
        singles = changed[list(POOL)].mean(axis=1)
        for name, vote in (("soft voting", "soft_vote"), ("hard voting", "hard_vote")):
            what = f"labels changed between repeats: single − {name}"
            yield Directional("S9", what, np.asarray(singles - changed[vote]), DESIGN.region)
        what = "check: the same for stacking"
        yield Directional("S9", what, np.asarray(singles - changed[STACKING]), DESIGN.region, family="sensitivity")
    for name, other in (("soft voting − hard voting", "hard_vote"), ("soft voting − stacking", STACKING)):
        what = f"check: accuracy, {name}"
        yield Directional("S9", what, study.contrast("soft_vote", other), DESIGN.region, family="sensitivity")


def _cost_claims(study: Study) -> Iterator[Directional]:
    """S10: seconds to fit and to predict, as logarithms of ratios."""
    for clock, (name, other) in itertools.product(("fit", "predict"), (("bagging", BAGGING), *READINGS)):
        table = scores(study.main, f"{clock}_seconds", [STACKING, other]).dropna()
        ratio = np.asarray(np.log(table[STACKING] / table[other]))
        yield Directional("S10", f"{clock} time, log of stacking / {name}", ratio, RATIO_REGION, "log ratio")


def _noise_claims(study: Study) -> Iterator[Directional]:
    """S11: accuracy lost at 30 % label noise, by the slope over all levels, boosting less bagging of the same base model."""
    lost = -0.3 * factors.slopes(study, factors.LABEL_NOISE)
    for name, boosting in READINGS:
        what = f"lost to 30 % label noise: {name} − bagging, depth 3"
        yield Directional("S11", what, factors.paired(lost, boosting, "bagging:tree_depth3"), DESIGN.region)
    for name, boosting in READINGS:
        beside = factors.paired(lost, boosting, BAGGING)
        yield Directional("S11", f"check: {name} − bagging, full trees", beside, DESIGN.region, family="sensitivity")


def _size_claims(study: Study) -> Iterator[Directional]:
    """S12: growth of the train − test gap from all training rows to the smallest size, bagging less the single tree.

    A full tree is perfect on its training rows, so that its gap is its error; the growth counts only beyond the single tree's.
    """
    levels = [level for level in study.levels("train_size") if level < 1]
    if levels:
        growth = factors.train_test_gap(study, min(levels)) - factors.train_test_gap(study, 1.0)
        for name, bagged, single in (
            ("full", BAGGING, "tree"),
            ("depth 3", "bagging:tree_depth3", "tree_depth3"),
        ):
            what = f"train − test gap grown at {min(levels):.0%} of rows: bagging − single, {name}"
            yield Directional("S12", what, factors.paired(growth, bagged, single), DESIGN.region)
