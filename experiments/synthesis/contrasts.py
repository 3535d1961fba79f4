"""The contrasts that put S1 to S12 to the test, each in the claimed direction."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from experiments.synthesis.design import ADABOOST, BAGGING, BOOSTING, DESIGN, POOL, STACKING
from experiments.synthesis.study import Study
from experiments.synthesis.tables import factors
from harness.analysis.frame import scores
from harness.claims.contrasts import Directional, Share, Stated
from harness.core import Floats

WITHOUT_NETWORK = "stacking[tree+svm+logistic+knn+nb]"
SHARE_REGION, RATIO_REGION = 5.0, math.log(1.1)
"""Five points of a share; ten percent of a ratio."""

READINGS = (("gradient boosting", BOOSTING), ("AdaBoost", ADABOOST))
"""Both things that the source paper's "boosting" may be."""


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
