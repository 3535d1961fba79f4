"""Every method against every other: mean difference, wins and losses, and p adjusted for all these tests.

A pair's result depends on no third method, unlike mean ranks. Only the size of the family for Holm's adjustment does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.blocks import complete
from harness.inference.cliques import cliques
from harness.inference.estimate import DECIMALS, sentences
from harness.inference.multiplicity import holm, too_few_sets
from harness.inference.signed_rank import signed_rank


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One method against another.

    Attributes:
        first: the method whose wins are counted.
        second: the other method.
        difference: the mean over data sets of first - second, in the unit of the scores.
        wins: data sets on which the first is better.
        draws: data sets on which they agree to nine decimals.
        losses: data sets on which the second is better.
        p: the exact two-sided p of Wilcoxon's signed-rank test.
        p_holm: p adjusted for the family; NaN if the table's note says that the family cannot reject.
        note: empty, or how the pair was degenerate.
    """

    first: str
    second: str
    difference: float
    wins: int
    draws: int
    losses: int
    p: float
    p_holm: float
    note: str = ""


@dataclass(frozen=True)
class Pairwise:
    """A family of comparisons on the same data sets.

    Attributes:
        pairs: the pairs in the order declared.
        n: the number of complete data sets.
        note: empty, or which data sets were left out, and whether there are too few.
    """

    pairs: tuple[Pair, ...]
    n: int
    note: str = ""


def pairwise(scores: pd.DataFrame, *, pairs: Sequence[tuple[str, str]] | None = None, alpha: float = 0.05) -> Pairwise:
    """Wilcoxon's test on each pair, with Holm's adjustment over the family.

    Args:
        scores: data sets by methods, more is better; incomplete data sets are left out and named.
        pairs: the family; all pairs of columns by default.
        alpha: the level at which the family must be able to reject: below `fewest_sets` there is no adjusted p.

    Raises:
        ConfigError: if a pair names a method that has no scores, or one twice, or there is no pair, or a pair stands twice.
        DataError: if methods or data sets share a name, or scores are no numbers.

    Source: Benavoli, Corani and Mangili (2016), Journal of Machine Learning Research 17(5), 1-10,
    https://jmlr.org/papers/v17/benavoli16a.html, on why not mean ranks.
    """
    table = inputs.scores(scores)
    family = inputs.family(pairs, tuple(table.columns))
    kept = complete(table)
    n = len(kept.cells)
    problem = too_few_sets(n, len(family), alpha=alpha)
    values = {name: kept.cells[name].to_numpy() for name in kept.cells}
    found = [pair_of(first, second, values[first] - values[second]) for first, second in family]
    adjusted = (math.nan,) * len(family) if problem else holm([pair.p for pair in found]).p
    rows = (replace(pair, p_holm=p_holm) for pair, p_holm in zip(found, adjusted, strict=True))
    return Pairwise(tuple(rows), n, sentences(kept.note, problem))


def pair_of(first: str, second: str, differences: Floats) -> Pair:
    """One pair by its differences first - second, before any adjustment: `p_holm` is NaN."""
    rounded = np.round(differences, DECIMALS)
    test = signed_rank(rounded)
    return Pair(
        first=first,
        second=second,
        difference=float(rounded.mean()) if len(rounded) else math.nan,
        wins=int((rounded > 0).sum()),
        draws=int((rounded == 0).sum()),
        losses=int((rounded < 0).sum()),
        p=test.p,
        p_holm=math.nan,
        note=test.note,
    )


def pairwise_cliques(table: Pairwise, ranking: Sequence[str], *, alpha: float = 0.05) -> tuple[tuple[str, ...], ...]:
    """The largest groups of methods between which Wilcoxon's test under Holm finds no difference.

    Args:
        table: all pairs of the methods.
        ranking: the methods, best first (the keys of `average_ranks`).
        alpha: the level; a pair without adjusted p counts as not told apart.

    Raises:
        ConfigError: if a pair of the ranking was not compared, or the methods form too many groups.
        DataError: if two methods of the ranking share a name.
    """
    inputs.check_kind(table, Pairwise, what="table")
    ranking, alpha = inputs.names(ranking, what="ranking"), inputs.alpha(alpha)
    compared = {frozenset((pair.first, pair.second)): pair.p_holm for pair in table.pairs}
    alike = np.eye(len(ranking), dtype=bool)
    for i, j in itertools.combinations(range(len(ranking)), 2):
        both = frozenset((ranking[i], ranking[j]))
        if both not in compared:
            raise ConfigError(f"{ranking[i]} and {ranking[j]} were not compared: groups need all pairs of the ranking")
        alike[i, j] = alike[j, i] = not compared[both] < alpha
    return cliques(ranking, alike)
