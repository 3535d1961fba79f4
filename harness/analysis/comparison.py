"""Methods against each other over data sets: one row a contrast, with every test that the plan asks for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from harness.analysis.frame import interval_cells
from harness.core import Floats
from harness.inference import inputs, within
from harness.inference.blocks import complete, listed
from harness.inference.estimate import DECIMALS, TTest, sentences
from harness.inference.mean import mean
from harness.inference.multiplicity import holm, too_few_sets
from harness.inference.paired import cohen_dz_of, hedges_gz_of, paired_t
from harness.inference.pairwise import pair_of
from harness.inference.signed_rank import hodges_lehmann

_REASONS = 8
"""Pairs whose lack of numbers is told one by one."""


class Comparison(NamedTuple):
    """Contrasts as a frame, and what was degenerate about the family."""

    frame: pd.DataFrame
    note: str


def compare(scores: pd.DataFrame, pairs: Sequence[tuple[str, str]], *, level: float = 0.95) -> Comparison:
    """Paired t test and exact Wilcoxon test of each pair on data-set means, both adjusted by Holm over the family.

    All numbers of a row rest on the same data sets: those that have a score of both methods of the pair.

    Args:
        scores: data sets by methods, more is better.
        pairs: the declared family of (first, second).
        level: of the intervals; 1 - level is the level of the tests.

    Raises:
        ConfigError: a pair of an unknown method, of one method, or twice; or no pair.
        DataError: methods or data sets that share a name, or scores that are no numbers.

    Returns:
        Columns first, second, n, difference (first - second, with low and high of its t interval), p_t, p_t_holm,
        p_w, p_w_holm, hodges_lehmann (the pseudo-median), wins, draws, losses, d_z and g_z (each with low and high).
    """
    table = inputs.scores(scores)
    family = inputs.family(pairs, tuple(table.columns))
    values = {name: table[name].to_numpy() for name in table}
    differences = [differences_of(values[first], values[second]) for first, second in family]
    t_tests = [paired_t(each, level=level) for each in differences]
    adjusted = holm([test.p for test in t_tests]).p
    ranked = [pair_of(*pair, each) for pair, each in zip(family, differences, strict=True)]
    problem = too_few_sets(max(test.n for test in t_tests), len(family), alpha=1 - level)
    ranked_holm = (math.nan,) * len(family) if problem else holm([pair.p for pair in ranked]).p
    rows = []
    for each, test, p_holm, pair, p_w_holm in zip(differences, t_tests, adjusted, ranked, ranked_holm, strict=True):
        d_z = cohen_dz_of(test)
        effects = {"d_z": d_z, "g_z": hedges_gz_of(d_z)}
        rows.append(
            {
                "first": pair.first,
                "second": pair.second,
                "n": test.n,
                **interval_cells("difference", test, ends=("low", "high")),
                "p_t": test.p,
                "p_t_holm": p_holm,
                "p_w": pair.p,
                "p_w_holm": p_w_holm,
                "hodges_lehmann": hodges_lehmann(np.round(each, DECIMALS)).estimate,
                "wins": pair.wins,
                "draws": pair.draws,
                "losses": pair.losses,
                **{name: effect.estimate for name, effect in effects.items()},
                **{f"{name}_low": effect.interval.low for name, effect in effects.items()},
                **{f"{name}_high": effect.interval.high for name, effect in effects.items()},
            }
        )
    frame = pd.DataFrame(rows)
    return Comparison(frame, sentences(_left_out(table, family), problem, _degenerate(frame, t_tests, problem)))


def _left_out(table: pd.DataFrame, family: Sequence[tuple[str, str]]) -> str:
    """Which data sets some pair does without."""
    asked = table[list(dict.fromkeys(name for pair in family for name in pair))]
    lacking = [str(name) for name in asked.index.difference(complete(asked).cells.index, sort=False)]
    if not lacking:
        return ""
    return f"Not all have a score on {listed(lacking)}: each pair rests on the data sets with a score of both, see n."


def _degenerate(frame: pd.DataFrame, tests: Sequence[TTest], problem: str) -> str:
    """Why some pairs lack numbers, beyond what the note on the family says."""
    lacking = frame.drop(columns=["p_w_holm"] if problem else []).isna().any(axis=1)
    reasons = [
        f"{row.first} - {row.second}: {test.note or 'too few values for the effect sizes.'}"
        for row, test, lacks in zip(frame.itertuples(), tests, lacking, strict=True)
        if lacks
    ]
    more = len(reasons) - _REASONS
    return sentences(*reasons[:_REASONS], f"{more} more pairs lack numbers for such reasons." if more > 0 else "")


def differences_of(first: Floats, second: Floats) -> Floats:
    """First - second where both are finite."""
    both = np.isfinite(first) & np.isfinite(second)
    differences: Floats = first[both] - second[both]
    return differences


def summarise(scores: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """For each method the mean over data sets with its t interval: columns method, n, mean, low, high, note."""
    table = inputs.scores(scores)
    estimates = {str(name): mean(table[name].dropna().to_numpy(), level=level) for name in table.columns}
    return pd.DataFrame(
        [
            {"method": name, "n": one.n, **interval_cells("mean", one, ends=("low", "high")), "note": one.note}
            for name, one in estimates.items()
        ]
    )


class Within(NamedTuple):
    """One data set's verdict: the difference with its corrected interval, p, posterior probabilities, and a note."""

    difference: float
    low: float
    high: float
    p: float
    p_worse: float
    p_equivalent: float
    p_better: float
    note: str = ""


def compare_within(first: Floats, second: Floats, *, test_train_ratio: float, region: float) -> Within:
    """Nadeau and Bengio's corrected t test of two methods on one data set.

    Args:
        first: scores of one method, shape (n_seeds * n_folds,).
        second: scores of the other on the same folds in the same order.
        test_train_ratio: test rows over training rows of a fold.
        region: half the width of the region of practical equivalence, in the unit of the scores.

    Raises:
        DataError: samples of different lengths, Series with different indexes, or entries that are no numbers.
    """
    both = inputs.paired(first, second, names=("first", "second"))
    test = within.corrected_t(both.first - both.second, test_train_ratio=test_train_ratio)
    posterior = within.rope_posterior(test, region=region)
    ends = test.interval
    chances = posterior.left, posterior.rope, posterior.right
    return Within(test.estimate, ends.low, ends.high, test.p, *chances, posterior.note)
