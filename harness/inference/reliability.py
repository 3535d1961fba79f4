"""Whether several items measure one thing: Cronbach's alpha and what each item adds to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import Estimate, Interval, is_constant, sentences, unknown_interval


@dataclass(frozen=True)
class ItemReliability:
    """One item beside the others.

    Attributes:
        name: the item.
        rest_correlation: Pearson's correlation with the sum of the others; below 0 the item may be worded the other way.
        alpha_without: alpha of the others.
    """

    name: str
    rest_correlation: float
    alpha_without: float


@dataclass(frozen=True, kw_only=True)
class Reliability(Estimate):
    """Cronbach's alpha; `n` counts the respondents with an answer to every item.

    Attributes:
        items: each item beside the others, in the order given.
    """

    items: tuple[ItemReliability, ...] = ()


def cronbach_alpha(items: pd.DataFrame, *, level: float = 0.95) -> Reliability:
    """Cronbach's alpha = k/(k - 1) (1 - sum of the items' variances / variance of their sum), with Feldt's interval.

    It takes answers for numbers that are equally far apart, and is a lower bound of reliability only if errors are
    uncorrelated. A high alpha does not say that the items measure one thing alone.

    Args:
        items: respondents by items, numbers that all point one way. Respondents without all answers are left out, with a note.
        level: of the interval, which assumes items of equal covariances.

    Returns:
        The estimate; NaN, with a note, for one item, one respondent, or a sum that does not vary.

    Raises:
        ConfigError: no frame.
        DataError: answers that are no numbers, or names that read alike.

    Source: Cronbach (1951), doi 10.1007/BF02310555; Feldt (1965), doi 10.1007/BF02289499, as psych::alpha.
    """
    inputs.level(level)
    given = inputs.frame(items, "items")
    names = inputs.names(given.columns, what="items (its columns)")
    columns = [inputs.numbers(given.iloc[:, i], what=f"items of {name}") for i, name in enumerate(names)]
    table = np.column_stack(columns) if columns else np.empty((len(given), 0))
    kept = table[np.isfinite(table).all(axis=1)]
    n, k = kept.shape
    left_out = len(table) - n
    note = f"{left_out} of {len(table)} respondents lack an answer and were left out." if left_out else ""
    problem = _problem(kept)
    if problem:
        return Reliability(
            estimate=math.nan,
            interval=unknown_interval(level),
            n=n,
            note=sentences(note, f"{problem}: there is no alpha."),
        )
    alpha, parts = _alpha(kept), tuple(_beside(kept, at, name) for at, name in enumerate(names))
    tails = stats.f.ppf([(1 + level) / 2, (1 - level) / 2], n - 1, (n - 1) * (k - 1))
    low, high = (1 - (1 - alpha) * float(tail) for tail in tails)
    return Reliability(
        estimate=alpha,
        interval=Interval(low, high, level),
        n=n,
        note=sentences(note, _on_items(parts)),
        items=parts,
    )


def _alpha(table: Floats) -> float:
    """NaN for one item, or for a sum that does not vary."""
    k, total = table.shape[1], table.sum(axis=1)
    if k < 2 or is_constant(total):
        return math.nan
    return float(k / (k - 1) * (1 - table.var(axis=0, ddof=1).sum() / total.var(ddof=1)))


def _beside(table: Floats, at: int, name: str) -> ItemReliability:
    others = np.delete(table, at, axis=1)
    own, rest = table[:, at], others.sum(axis=1)
    varied = not is_constant(own) and not is_constant(rest)
    correlation = float(np.corrcoef(own, rest)[0, 1]) if varied else math.nan
    return ItemReliability(name, correlation, _alpha(others))


def _problem(kept: Floats) -> str:
    n, k = kept.shape
    if k < 2:
        return "There is one item" if k else "There is no item"
    if n < 2:
        return "One respondent answered every item" if n else "Nobody answered every item"
    return "The sums of all respondents are equal" if is_constant(kept.sum(axis=1)) else ""


def _on_items(parts: tuple[ItemReliability, ...]) -> str:
    constant = [part.name for part in parts if math.isnan(part.rest_correlation)]
    without = "Without one of two items there is no alpha." if len(parts) == 2 else ""
    unknown = f"No correlation or no alpha without it: {', '.join(constant)}." if constant else ""
    if not without and not unknown and any(math.isnan(part.alpha_without) for part in parts):
        return "Without some item all sums are equal, so that there is no alpha without it."
    return sentences(without, unknown)
