"""Pairs of methods by their mean ranks, after Friedman's test: z, p, and Nemenyi's p.

A pair's mean ranks depend on which other methods are compared: a method may differ from another or not, as a third one joins.
So `pairwise` stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.blocks import complete
from harness.inference.estimate import sentences
from harness.inference.ranks import rank_error, ranks_of


@dataclass(frozen=True, kw_only=True)
class RankPair:
    """One method against another by mean ranks.

    Attributes:
        first: a method.
        second: the other one.
        difference: the mean rank of the second less that of the first: positive where the first ranks better.
        z: that over its standard error, normal if all methods are alike.
        p: two-sided, of z, before any adjustment.
        p_greater: one-sided; small where the first ranks better.
        p_less: one-sided; small where the second ranks better.
        p_nemenyi: adjusted for all pairs of the methods by the studentised range, which is Nemenyi's test.
    """

    first: str
    second: str
    difference: float
    z: float
    p: float
    p_greater: float
    p_less: float
    p_nemenyi: float


@dataclass(frozen=True)
class RankPairs:
    """A family of comparisons of mean ranks.

    Attributes:
        pairs: in the order declared.
        standard_error: of each difference, sqrt(k (k + 1) / (6 n)).
        n: the number of complete data sets.
        n_methods: the number k of methods that were ranked, whether or not a pair names them.
        note: empty, or what was left out or degenerate.
    """

    pairs: tuple[RankPair, ...]
    standard_error: float
    n: int
    n_methods: int
    note: str = ""

    @property
    def p(self) -> tuple[float, ...]:
        """The p of each pair, to be adjusted by a function of `multiplicity`."""
        return tuple(pair.p for pair in self.pairs)


def rank_pairs(scores: pd.DataFrame, *, pairs: Sequence[tuple[str, str]] | None = None) -> RankPairs:
    """The differences of mean ranks with their z and p. All methods are ranked, also those that no pair names.

    Adjust `p` of all pairs by `multiplicity.shaffer` or `holm`, or take `p_nemenyi`. The standard error is the one without
    ties, as published. Ties make it smaller, so that these tests are conservative.

    Args:
        scores: data sets by methods, more is better; incomplete data sets are left out and named.
        pairs: the family; all pairs of columns by default.

    Raises:
        ConfigError: if a pair names a method that has no scores, or one twice, or there is no pair, or a pair stands twice.
        DataError: if methods or data sets share a name, or scores are no numbers.

    Source: Demsar (2006), Journal of Machine Learning Research 7, 1-30, https://jmlr.org/papers/v7/demsar06a.html; Garcia and
    Herrera (2008), Journal of Machine Learning Research 9, 2677-2694, https://jmlr.org/papers/v9/garcia08a.html.
    """
    table = inputs.scores(scores)
    family = inputs.family(pairs, tuple(table.columns))
    kept = complete(table)
    n, k = kept.cells.shape
    means = ranks_of(kept.cells).mean(axis=0) if n else np.full(k, math.nan)
    place = dict(zip(kept.cells.columns, means, strict=True))
    error = rank_error(k, n) if n else math.nan
    differences = np.array([place[second] - place[first] for first, second in family])
    note = "" if n else "There is no data set with a score of every method."
    return RankPairs(_tested(family, differences, error, k), error, n, k, sentences(kept.note, note))


def ranks_against(scores: pd.DataFrame, control: str) -> RankPairs:
    """Each method against one control, by mean ranks: `rank_pairs` of (method, control).

    Adjust `p` by `multiplicity.bonferroni` for Bonferroni and Dunn's test, or by `holm`, which rejects more at the same level.

    Args:
        scores: data sets by methods, more is better; incomplete data sets are left out and named.
        control: the method that the others are compared with.

    Raises:
        ConfigError: if the control has no scores, or is alone.
        DataError: as `rank_pairs`.

    Source: Demsar (2006), section 3.2.2, https://jmlr.org/papers/v7/demsar06a.html.
    """
    methods = tuple(inputs.scores(scores).columns)
    control = inputs.text(control, what="control")
    if control not in methods:
        raise ConfigError(f"control={control!r} has no scores: the methods are {', '.join(methods)}")
    others = [(method, control) for method in methods if method != control]
    if not others:
        raise ConfigError(f"control={control!r} is the only method: give scores of at least two methods")
    return rank_pairs(scores, pairs=others)


def _tested(family: Sequence[tuple[str, str]], differences: Floats, error: float, k: int) -> tuple[RankPair, ...]:
    z = differences / error
    columns = (
        differences,
        z,
        2 * stats.norm.sf(np.abs(z)),
        stats.norm.sf(z),
        stats.norm.cdf(z),
        _nemenyi(np.abs(z), k),
    )
    names = ("difference", "z", "p", "p_greater", "p_less", "p_nemenyi")
    rows = zip(*(map(float, column) for column in columns), strict=True)
    return tuple(
        RankPair(first=first, second=second, **dict(zip(names, row, strict=True)))
        for (first, second), row in zip(family, rows, strict=True)
    )


def _nemenyi(z: Floats, k: int) -> Floats:
    """P(studentised range of k at infinite df > sqrt(2) z): scipy integrates each, so equal ones are done once."""
    distinct, where = np.unique(np.round(z, 12), return_inverse=True)
    p = np.minimum(stats.studentized_range.sf(math.sqrt(2) * distinct, k, np.inf), 1.0)
    return np.asarray(p[where])
