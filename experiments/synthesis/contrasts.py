"""The contrasts that put S1 to S12 to the test, each in the claimed direction."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from experiments.synthesis.design import ADABOOST, BAGGING, BOOSTING, DESIGN, POOL, STACKING
from experiments.synthesis.record_queries import made_by, main
from experiments.synthesis.study import Study
from experiments.synthesis.tables import factors
from harness.analysis.frame import scores
from harness.analysis.query import Query
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
    contrast, region, of = study.contrast, DESIGN.region, partial(compared, study)
    for name, other in RIVALS:
        key = f"S1.accuracy.stacking-{_slug(other)}"
        yield Directional(key, f"stacking − {name}", contrast(STACKING, other), region, records=of(STACKING, other))
    for name, other in READINGS:
        key, without = f"S1.accuracy.stacking_without_network-{_slug(other)}", contrast(WITHOUT_NETWORK, other)
        what, both = f"stacking without the network − {name}", of(WITHOUT_NETWORK, other)
        yield Directional(key, what, without, region, family=CHECK, records=both)
    for name, boosting in READINGS:
        key = f"S2.accuracy.{_slug(boosting)}-bagging"
        both = of(boosting, BAGGING)
        yield Directional(key, f"{name} − bagging", contrast(boosting, BAGGING), region, records=both)
        key, hits, what = (
            f"S2.in_order.{_slug(boosting)}",
            _in_order(study, boosting),
            f"sets in order, by {name}, less 1/6",
        )
        every = of(STACKING, boosting, BAGGING)
        yield Share(key, what, hits, against=1 / 6, region=SHARE_REGION, family=CHECK, records=every)


def compared(study: Study, *methods: str) -> Query:
    """The records of a contrast of methods in the main comparison."""
    return main(study) & made_by(study, methods)


def _slug(method: str) -> str:
    """The name of a method within ids of contrasts: its way to combine, without the base model."""
    return method.partition(":")[0]


def _further_order_claims(study: Study) -> Iterator[Contrast]:
    """S3, S4 and S8: the gaps as printed, other metrics, and the best base model."""
    contrast, region, of = study.contrast, DESIGN.region, partial(compared, study)
    for name, boosting in READINGS:
        key = f"S3.accuracy.stacking-{_slug(boosting)}.stated"
        yield Stated(key, f"stacking − {name}", contrast(STACKING, boosting), 2.0, records=of(STACKING, boosting))
        key = f"S3.accuracy.{_slug(boosting)}-bagging.stated"
        yield Stated(key, f"{name} − bagging", contrast(boosting, BAGGING), 5.0, records=of(boosting, BAGGING))
    for metric, (name, other) in itertools.product(("precision", "recall"), RIVALS):
        key, gap = f"S4.{metric}.stacking-{_slug(other)}", contrast(STACKING, other, metric)
        what, both = f"{metric}: stacking − {name}", of(STACKING, other)
        yield Directional(key, what, gap, region, family="secondary", records=both)
    key, gap = "S8.accuracy.stacking-best_by_cv", contrast(STACKING, "best_by_cv")
    yield Directional(key, "stacking − best base model by inner CV", gap, region, records=of(STACKING, "best_by_cv"))


def _in_order(study: Study, boosting: str) -> Floats:
    table = study.scores("accuracy", [STACKING, boosting, BAGGING]).dropna()
    return np.asarray((table[STACKING] > table[boosting]) & (table[boosting] > table[BAGGING]), dtype=np.float64)


def _gain_claims(study: Study) -> Iterator[Directional]:
    """S5 to S7: which base models gain, and how much."""
    contrast, gain, region, of = study.contrast, study.gain, DESIGN.region, partial(compared, study)
    shallow = contrast("adaboost:stump", "bagging:stump")
    deeper = contrast("adaboost:tree_depth3", "bagging:tree_depth3")
    what, on_stumps = "AdaBoost − bagging: on a stump less at depth 3", ("adaboost:stump", "bagging:stump")
    every = of(*on_stumps, "adaboost:tree_depth3", "bagging:tree_depth3")
    yield Directional("S5.adaboost-bagging.stump-depth3", what, shallow - deeper, region, records=every)
    full = shallow - contrast("adaboost:tree", BAGGING)
    what = "on a stump less on a full tree, where AdaBoost stops at once"
    every = of(*on_stumps, "adaboost:tree", BAGGING)
    yield Directional("S5.adaboost-bagging.stump-full", what, full, region, family=CHECK, records=every)
    for stable in ("svm", "nb"):
        what = f"gain of bagging: on a full tree less on {study.title(stable)}"
        more, every = (
            gain("bagging", "tree") - gain("bagging", stable),
            of(BAGGING, "tree", f"bagging:{stable}", stable),
        )
        yield Directional(f"S6.gain.tree-{stable}", what, more, region, records=every)
    what, moderate, both = "gain of bagging on a full tree", gain("bagging", "tree"), of(BAGGING, "tree")
    yield Directional("S7.gain.over_1", f"{what}, over 1", moderate - 1, 0.0, records=both)
    yield Directional("S7.gain.under_5", f"{what}, under 5", 5 - moderate, 0.0, records=both)


def _stability_claims(study: Study) -> Iterator[Directional]:
    """S9: rows whose predicted label changes between two repeats, single models of the pool against a vote of them."""
    changed, of = study.disagreement(), partial(compared, study)
    if set(POOL) <= set(changed.columns):
        changed = changed.reindex(columns=[*POOL, "soft_vote", "hard_vote", STACKING])
        singles = changed[list(POOL)].mean(axis=1)
        for name, vote in (("soft voting", "soft_vote"), ("hard voting", "hard_vote")):
            what = f"labels changed between repeats: single − {name}"
            key, fewer, every = f"S9.changed.single-{vote}", np.asarray(singles - changed[vote]), of(*POOL, vote)
            yield Directional(key, what, fewer, DESIGN.region, records=every)
        what, fewer, every = "the same for stacking", np.asarray(singles - changed[STACKING]), of(*POOL, STACKING)
        yield Directional("S9.changed.single-stacking", what, fewer, DESIGN.region, family=CHECK, records=every)
    for name, other in (("soft voting − hard voting", "hard_vote"), ("soft voting − stacking", STACKING)):
        key, gap = f"S9.accuracy.soft_vote-{other}", study.contrast("soft_vote", other)
        both = of("soft_vote", other)
        yield Directional(key, f"accuracy, {name}", gap, DESIGN.region, family=CHECK, records=both)


def _cost_claims(study: Study) -> Iterator[Directional]:
    """S10: seconds to fit and to predict, as logarithms of ratios."""
    for clock, (name, other) in itertools.product(("fit", "predict"), (("bagging", BAGGING), *READINGS)):
        table = scores(study.main, f"{clock}_seconds", [STACKING, other]).dropna()
        ratio = np.asarray(np.log(table[STACKING] / table[other]))
        key, both = f"S10.{clock}_seconds.stacking-{_slug(other)}", compared(study, STACKING, other)
        what = f"{clock} time, log of stacking / {name}"
        yield Directional(key, what, ratio, RATIO_REGION, "log ratio", records=both)


def _noise_claims(study: Study) -> Iterator[Directional]:
    """S11: accuracy lost at 30 % label noise, by the slope over all levels, boosting less bagging of the same base model."""
    lost = -0.3 * factors.slopes(study, factors.LABEL_NOISE)
    for base, bagged, family in (("depth3", "bagging:tree_depth3", "primary"), ("full", BAGGING, CHECK)):
        for name, boosting in READINGS:
            key, more = f"S11.lost.{_slug(boosting)}-bagging.{base}", factors.paired(lost, boosting, bagged)
            what = f"lost to 30 % label noise: {name} − bagging, depth 3"
            what = f"{name} − bagging, full trees" if family == CHECK else what
            both = factors.varied(study, factors.LABEL_NOISE) & made_by(study, (boosting, bagged))
            yield Directional(key, what, more, DESIGN.region, family=family, records=both)


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
            both = factors.varied(study, factors.TRAIN_SIZE) & made_by(study, (bagged, single))
            yield Directional(key, what, factors.paired(growth, bagged, single), DESIGN.region, records=both)
