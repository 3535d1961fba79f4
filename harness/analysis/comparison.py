"""Methods against each other over data sets: one row a contrast, with every test that the plan asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from harness.analysis.frame import interval_cells
from harness.core import Floats
from harness.inference import within
from harness.inference.mean import mean
from harness.inference.multiplicity import holm
from harness.inference.paired import cohen_dz, hedges_gz, paired_t
from harness.inference.pairwise import pairwise
from harness.inference.signed_rank import signed_rank


class Comparison(NamedTuple):
    """Contrasts as a frame, and what was degenerate about the family."""

    frame: pd.DataFrame
    note: str


def compare(scores: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> Comparison:
    """Paired t test and exact Wilcoxon test of each pair on data-set means, both adjusted by Holm over the family.

    Args:
        scores: data sets by methods, more is better.
        pairs: the declared family of (first, second).

    Returns:
        Columns first, second, n, difference (first - second, with low and high of its 95 % t interval), p_t, p_t_holm,
        p_w, p_w_holm, hodges_lehmann (the pseudo-median), wins, draws, losses, d_z and g_z (each with low and high).
    """
    differences = [_differences(scores, *pair) for pair in pairs]
    t_tests = [paired_t(each) for each in differences]
    adjusted = holm([test.p for test in t_tests]).p
    ranked = pairwise(scores[_columns(pairs)], pairs=pairs)
    rows = []
    for each, test, p_holm, pair in zip(differences, t_tests, adjusted, ranked.pairs, strict=True):
        effects = {"d_z": cohen_dz(each), "g_z": hedges_gz(each)}
        rows.append(
            {
                "first": pair.first,
                "second": pair.second,
                "n": test.n,
                **interval_cells("difference", test, ends=("low", "high")),
                "p_t": test.p,
                "p_t_holm": p_holm,
                "p_w": pair.p,
                "p_w_holm": pair.p_holm,
                "hodges_lehmann": signed_rank(each).estimate,
                "wins": pair.wins,
                "draws": pair.draws,
                "losses": pair.losses,
                **{name: effect.estimate for name, effect in effects.items()},
                **{f"{name}_low": effect.interval.low for name, effect in effects.items()},
                **{f"{name}_high": effect.interval.high for name, effect in effects.items()},
            }
        )
    return Comparison(pd.DataFrame(rows), ranked.note)


def _columns(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for pair in pairs for name in pair))


def _differences(scores: pd.DataFrame, first: str, second: str) -> Floats:
    complete = scores[[first, second]].dropna()
    return np.asarray(complete[first] - complete[second], dtype=np.float64)


def summarise(scores: pd.DataFrame) -> pd.DataFrame:
    """For each method the mean over data sets with its 95 % t interval: columns method, n, mean, low, high."""
    estimates = {str(name): mean(scores[name].dropna().to_numpy()) for name in scores.columns}
    return pd.DataFrame(
        [
            {"method": name, "n": one.n, **interval_cells("mean", one, ends=("low", "high"))}
            for name, one in estimates.items()
        ]
    )


class Within(NamedTuple):
    """One data set's verdict: the difference with its corrected interval, p, and posterior probabilities."""

    difference: float
    low: float
    high: float
    p: float
    p_worse: float
    p_equivalent: float
    p_better: float


def compare_within(first: Floats, second: Floats, *, test_train_ratio: float, region: float) -> Within:
    """Nadeau and Bengio's corrected t test of two methods on one data set.

    Args:
        first: scores of one method, shape (n_seeds * n_folds,).
        second: scores of the other on the same folds in the same order.
        test_train_ratio: test rows over training rows of a fold.
        region: half the width of the region of practical equivalence, in the unit of the scores.
    """
    test = within.corrected_t(first - second, test_train_ratio=test_train_ratio)
    posterior = within.rope_posterior(test, region=region)
    ends = test.interval
    return Within(test.estimate, ends.low, ends.high, test.p, posterior.left, posterior.rope, posterior.right)
