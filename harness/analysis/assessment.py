"""Methods against each other in full: means, pairs with verdicts, ranks, assumptions, and what could have been seen."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.comparison import compare, differences_of, summarise
from harness.core import ConfigError, Floats
from harness.inference import inputs
from harness.inference.bayesian_signed_rank import signed_rank_posterior
from harness.inference.decision import Direction, Size, decide
from harness.inference.estimate import TTest, unknown_interval
from harness.inference.groups import shapiro_wilk
from harness.inference.multiplicity import holm, shaffer
from harness.inference.paired import equivalence, paired_t
from harness.inference.pairwise import pairwise, pairwise_cliques
from harness.inference.planning import minimal_detectable_difference
from harness.inference.rank_pairs import rank_pairs
from harness.inference.ranks import Friedman, RankDiagram, friedman, rank_diagram
from harness.inference.repeated_measures import RepeatedMeasures, repeated_measures
from harness.randomness import stream

MOST_SHOWN = 45
"""Pairs that anyone reads: all of ten methods. More have no posterior, and no line of their own in a report."""

MOST_PAIRS = 20_000
POWER, DRAWS, MOST_DRAWN = 0.8, 20_000, 4_000_000
_SIDES = ("worse", "equal", "better")


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What can be said of methods on the same data sets.

    Attributes:
        scores: what was compared, data sets by methods, as given.
        means: one row a method, best mean first: method, n, mean, low, high, sd, rank (the mean rank on complete sets).
        pairs: one row a pair, see `assess`.
        friedman: whether mean ranks differ.
        diagram: mean ranks, Nemenyi's critical difference and the groups that it does not tell apart.
        groups: the groups that Wilcoxon's test under Holm does not tell apart; empty if not all pairs were declared.
        anova: repeated measures over complete data sets.
        control: the method that all others are compared with, or "".
        is_declared: whether the pairs were declared rather than all.
        level: of intervals; all verdicts hold together at this level.
        region: half the width of the region of practical equivalence; 0 for none.
        lower_is_better: whether scores are losses.
        note: empty, or what is degenerate.
    """

    scores: pd.DataFrame
    means: pd.DataFrame
    pairs: pd.DataFrame
    friedman: Friedman
    diagram: RankDiagram
    groups: tuple[tuple[str, ...], ...]
    anova: RepeatedMeasures
    control: str
    is_declared: bool
    level: float
    region: float
    lower_is_better: bool
    note: str

    @property
    def together(self) -> float:
        """The level of the intervals that decide, which makes all of them hold together at `level` (Bonferroni)."""
        return 1 - (1 - self.level) / len(self.pairs)


def assess(
    scores: pd.DataFrame,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
    control: str = "",
    level: float = 0.95,
    region: float = 0.0,
    lower_is_better: bool = False,
) -> Assessment:
    """Everything that the analysis plan asks for.

    Args:
        scores: data sets by methods.
        pairs: the declared family; everything against everything, the better mean first, unless given.
        control: compare each method with this one instead.
        level: of the intervals; 1 - level is the level of the tests.
        region: half the width of the region of practical equivalence, in the unit of the scores; 0 for none.
        lower_is_better: whether scores are losses. Differences count in favour of the first method all the same.

    Returns:
        The assessment. `pairs` has the columns of `harness.analysis.comparison.compare`, of which difference is positive where
        the first method is better, and
        together_low, together_high: the interval that decides;
        direction (for, against, open), size (at least the region, practically none, open) and verdict, of both one word;
        p_equivalent: of two one-sided t tests, NaN without a region or for a level up to one half;
        worse, equal, better: posterior probabilities of the Bayesian signed rank, of at most `MOST_SHOWN` pairs;
        sd, w_normal, p_normal: of the differences, with Shapiro and Wilk's test, which chooses nothing;
        detectable: the true difference that the t test finds with a chance of `POWER` at the level of one pair;
        z_rank, p_rank, p_rank_adjusted, p_nemenyi: of mean ranks, adjusted by Shaffer for all pairs and by Holm for others;
        note: what is degenerate about the pair.

    Raises:
        ConfigError: a method without scores, or twice in a pair, no pair, too many pairs, or both pairs and a control.
        DataError: scores that are no numbers, or names that cannot be told apart.
    """
    level, region = inputs.level(level), inputs.region(region)
    table = inputs.scores(scores)
    table = table.where(np.isfinite(table))
    inputs.family(None, tuple(table.columns))  # fewer than two methods have no pair, whatever is asked for
    better = -table if lower_is_better else table
    means = _means(table, better, level)
    family = inputs.family(_declared(means["method"].tolist(), pairs, control), tuple(table.columns))
    if len(family) > MOST_PAIRS:
        raise ConfigError(f"{len(family)} pairs are more than {MOST_PAIRS}: name a control, or the pairs that matter")
    found = compare(better, family, level=level)
    values = {name: better[name].to_numpy() for name in better}
    extra = [
        _decided(differences_of(values[first], values[second]), (first, second), len(family), level, region)
        for first, second in family
    ]
    ranked = rank_pairs(better, pairs=family)
    by_rank = (holm if pairs is not None or control else shaffer)(ranked.p).p
    of_ranks = {
        "z_rank": [pair.z for pair in ranked.pairs],
        "p_rank": ranked.p,
        "p_rank_adjusted": by_rank,
        "p_nemenyi": [pair.p_nemenyi for pair in ranked.pairs],
    }
    long = better.rename_axis("block").reset_index().melt("block", var_name="method", value_name="score")
    diagram = rank_diagram(better, alpha=1 - level)
    return Assessment(
        scores=scores,
        means=means.assign(rank=means["method"].map(dict(diagram.average_ranks))),
        pairs=pd.concat([found.frame, pd.DataFrame(extra), pd.DataFrame(of_ranks)], axis=1),
        friedman=friedman(better),
        diagram=diagram,
        groups=() if pairs is not None or control else _groups(better, diagram, 1 - level),
        anova=repeated_measures(long, value="score", within=["method"], block="block"),
        control=control,
        is_declared=pairs is not None,
        level=level,
        region=region,
        lower_is_better=lower_is_better,
        note=found.note,
    )


def _declared(
    best_first: Sequence[str], pairs: Sequence[tuple[str, str]] | None, control: str
) -> Sequence[tuple[str, str]] | None:
    if pairs is not None and control:
        raise ConfigError("both pairs and a control were given: name one of them")
    if pairs is not None:
        return pairs
    if not control:
        return list(itertools.combinations(best_first, 2)) or None
    if control not in best_first:
        raise ConfigError(f"no scores of the control {control}: the methods are {', '.join(best_first)}")
    return [(method, control) for method in best_first if method != control]


def _means(table: pd.DataFrame, better: pd.DataFrame, level: float) -> pd.DataFrame:
    means = summarise(table, level=level)
    means.insert(5, "sd", [float(table[name].std(ddof=1)) for name in means["method"]])
    order = better.mean().sort_values(ascending=False, kind="stable").index
    return means.set_index("method").loc[order].rename_axis("method").reset_index()


def _decided(differences: Floats, pair: tuple[str, str], m: int, level: float, region: float) -> dict[str, Any]:
    """The columns of a pair that `compare` does not have."""
    alpha = (1 - level) / m
    test = paired_t(differences, level=1 - alpha)
    if test.standard_error == 0 and 2.0 ** (1 - test.n) >= alpha:
        test = replace(test, interval=unknown_interval(1 - alpha))
    normal = shapiro_wilk(differences)
    sd = float(differences.std(ddof=1)) if len(differences) > 1 else math.nan
    seen = minimal_detectable_difference(len(differences), sd=sd, power=POWER, alpha=alpha) if sd >= 0 else None
    return {
        "together_low": test.interval.low,
        "together_high": test.interval.high,
        **_verdict(test, region),
        "p_equivalent": equivalence(differences, region=region, alpha=1 - level).p
        if region and level > 0.5
        else math.nan,
        **(_posterior(differences, pair, region) if m <= MOST_SHOWN else dict.fromkeys(_SIDES, math.nan)),
        "sd": sd,
        "w_normal": normal.statistic,
        "p_normal": normal.p,
        "detectable": seen.estimate if seen else math.nan,
        "note": test.note,
    }


def _verdict(test: TTest, region: float) -> dict[str, str]:
    low, high = test.interval.low, test.interval.high
    here = decide(test, region=region)
    mirrored = replace(test, estimate=-test.estimate, interval=replace(test.interval, low=-high, high=-low))
    size = decide(mirrored, region=region).size if here.direction is Direction.AGAINST else here.size
    return {"direction": here.direction, "size": size, "verdict": size if size is Size.NONE else here.direction}


def _posterior(differences: Floats, pair: tuple[str, str], region: float) -> dict[str, float]:
    # The stream is the pair's own, in whatever order: other methods do not move it.
    rng = stream(0, "compare", *sorted(pair))
    found = signed_rank_posterior(
        differences, region=region, rng=rng, n_draws=min(DRAWS, 1 + MOST_DRAWN // (len(differences) + 1))
    )
    return dict(zip(_SIDES, (found.left, found.rope, found.right), strict=True))


def _groups(better: pd.DataFrame, diagram: RankDiagram, alpha: float) -> tuple[tuple[str, ...], ...]:
    found = pairwise(better, alpha=alpha)
    if any(math.isnan(pair.p_holm) for pair in found.pairs):
        return ()
    try:
        return pairwise_cliques(found, list(diagram.average_ranks), alpha=alpha)
    except ConfigError:  # more groups than anyone could look at
        return ()
