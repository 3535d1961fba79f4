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
from harness.claims.contrasts import CHECK, Contrast, Directional, Share, Stated
from harness.core import Floats

WITHOUT_NETWORK = "stacking[tree+svm+logistic+knn+nb]"
SHARE_REGION, RATIO_REGION = 5.0, math.log(1.1)
"""Five points of a share; ten percent of a ratio."""

READINGS = (("gradient boosting", BOOSTING), ("AdaBoost", ADABOOST))
"""Both things that the source paper's "boosting" may be."""

RIVALS = (*READINGS, ("bagging", BAGGING))
"""The methods that stacking is compared with."""


def claims(study: Study) -> Iterator[Contrast]:
    """S1 to S12 of the register, each as one or several contrasts in the claimed direction."""
    yield from _order_claims(study)
    yield from _further_order_claims(study)
    yield from _gain_claims(study)
    yield from _stability_claims(study)
    yield from _cost_claims(study)
    yield from _noise_claims(study)
    yield from _size_claims(study)


def _order_claims(study: Study) -> Iterator[Contrast]:
    """S1 and S2: who is more accurate than whom."""
    contrast, region = study.contrast, DESIGN.region
    for name, other in RIVALS:
        key = f"S1.accuracy.stacking-{_slug(other)}"
        yield Directional(key, f"stacking − {name}", contrast(STACKING, other), region)
    for name, other in READINGS:
        key, without = f"S1.accuracy.stacking_without_network-{_slug(other)}", contrast(WITHOUT_NETWORK, other)
        yield Directional(key, f"stacking without the network − {name}", without, region, family=CHECK)
    for name, boosting in READINGS:
        key = f"S2.accuracy.{_slug(boosting)}-bagging"
        yield Directional(key, f"{name} − bagging", contrast(boosting, BAGGING), region)
        hits, what = _in_order(study, boosting), f"sets in order, by {name}, less 1/6"
        yield Share(f"S2.in_order.{_slug(boosting)}", what, hits, against=1 / 6, region=SHARE_REGION, family=CHECK)


def _slug(method: str) -> str:
    """The name of a method within ids of contrasts: its way to combine, without the base model."""
    return method.partition(":")[0]


def _further_order_claims(study: Study) -> Iterator[Contrast]:
    """S3, S4 and S8: the gaps as printed, other metrics, and the best base model."""
    contrast, region = study.contrast, DESIGN.region
    for name, boosting in READINGS:
        key = f"S3.accuracy.stacking-{_slug(boosting)}.stated"
        yield Stated(key, f"stacking − {name}", contrast(STACKING, boosting), 2.0)
        key = f"S3.accuracy.{_slug(boosting)}-bagging.stated"
        yield Stated(key, f"{name} − bagging", contrast(boosting, BAGGING), 5.0)
    for metric, (name, other) in itertools.product(("precision", "recall"), RIVALS):
        key, gap = f"S4.{metric}.stacking-{_slug(other)}", contrast(STACKING, other, metric)
        yield Directional(key, f"{metric}: stacking − {name}", gap, region, family="secondary")
    key, gap = "S8.accuracy.stacking-best_by_cv", contrast(STACKING, "best_by_cv")
    yield Directional(key, "stacking − best base model by inner CV", gap, region)


def _in_order(study: Study, boosting: str) -> Floats:
    table = study.scores("accuracy", [STACKING, boosting, BAGGING]).dropna()
    return np.asarray((table[STACKING] > table[boosting]) & (table[boosting] > table[BAGGING]), dtype=np.float64)


def _gain_claims(study: Study) -> Iterator[Directional]:
    """S5 to S7: which base models gain, and how much."""
    contrast, gain, region = study.contrast, study.gain, DESIGN.region
    shallow = contrast("adaboost:stump", "bagging:stump")
    deeper = contrast("adaboost:tree_depth3", "bagging:tree_depth3")
    what = "AdaBoost − bagging: on a stump less at depth 3"
    yield Directional("S5.adaboost-bagging.stump-depth3", what, shallow - deeper, region)
    full = shallow - contrast("adaboost:tree", BAGGING)
    what = "on a stump less on a full tree, where AdaBoost stops at once"
    yield Directional("S5.adaboost-bagging.stump-full", what, full, region, family=CHECK)
    for stable in ("svm", "nb"):
        what = f"gain of bagging: on a full tree less on {study.title(stable)}"
        yield Directional(f"S6.gain.tree-{stable}", what, gain("bagging", "tree") - gain("bagging", stable), region)
    what, moderate = "gain of bagging on a full tree", gain("bagging", "tree")
    yield Directional("S7.gain.over_1", f"{what}, over 1", moderate - 1, 0.0)
    yield Directional("S7.gain.under_5", f"{what}, under 5", 5 - moderate, 0.0)


def _stability_claims(study: Study) -> Iterator[Directional]:
    """S9: rows whose predicted label changes between two repeats, single models of the pool against a vote of them."""
    changed = study.disagreement()
    if set(POOL) <= set(changed.columns):
        singles = changed[list(POOL)].mean(axis=1)
        for name, vote in (("soft voting", "soft_vote"), ("hard voting", "hard_vote")):
            what = f"labels changed between repeats: single − {name}"
            yield Directional(f"S9.changed.single-{vote}", what, np.asarray(singles - changed[vote]), DESIGN.region)
        what, fewer = "the same for stacking", np.asarray(singles - changed[STACKING])
        yield Directional("S9.changed.single-stacking", what, fewer, DESIGN.region, family=CHECK)
    for name, other in (("soft voting − hard voting", "hard_vote"), ("soft voting − stacking", STACKING)):
        key, gap = f"S9.accuracy.soft_vote-{other}", study.contrast("soft_vote", other)
        yield Directional(key, f"accuracy, {name}", gap, DESIGN.region, family=CHECK)


def _cost_claims(study: Study) -> Iterator[Directional]:
    """S10: seconds to fit and to predict, as logarithms of ratios."""
    for clock, (name, other) in itertools.product(("fit", "predict"), (("bagging", BAGGING), *READINGS)):
        table = scores(study.main, f"{clock}_seconds", [STACKING, other]).dropna()
        ratio = np.asarray(np.log(table[STACKING] / table[other]))
        key = f"S10.{clock}_seconds.stacking-{_slug(other)}"
        yield Directional(key, f"{clock} time, log of stacking / {name}", ratio, RATIO_REGION, "log ratio")


def _noise_claims(study: Study) -> Iterator[Directional]:
    """S11: accuracy lost at 30 % label noise, by the slope over all levels, boosting less bagging of the same base model."""
    lost = -0.3 * factors.slopes(study, factors.LABEL_NOISE)
    for name, boosting in READINGS:
        what = f"lost to 30 % label noise: {name} − bagging, depth 3"
        key, beside = (
            f"S11.lost.{_slug(boosting)}-bagging.depth3",
            factors.paired(lost, boosting, "bagging:tree_depth3"),
        )
        yield Directional(key, what, beside, DESIGN.region)
    for name, boosting in READINGS:
        key, beside = f"S11.lost.{_slug(boosting)}-bagging.full", factors.paired(lost, boosting, BAGGING)
        yield Directional(key, f"{name} − bagging, full trees", beside, DESIGN.region, family=CHECK)


def _size_claims(study: Study) -> Iterator[Directional]:
    """S12: growth of the train − test gap from all training rows to the smallest size, bagging less the single tree.

    A full tree is perfect on its training rows, so that its gap is its error; the growth counts only beyond the single tree's.
    """
    levels = [level for level in study.levels("train_size") if level < 1]
    if levels:
        growth = factors.train_test_gap(study, min(levels)) - factors.train_test_gap(study, 1.0)
        for key, name, bagged, single in (
            ("S12.gap_grown.bagging-single.full", "full", BAGGING, "tree"),
            ("S12.gap_grown.bagging-single.depth3", "depth 3", "bagging:tree_depth3", "tree_depth3"),
        ):
            what = f"train − test gap grown at {min(levels):.0%} of rows: bagging − single, {name}"
            yield Directional(key, what, factors.paired(growth, bagged, single), DESIGN.region)
