"""What a comparison of methods says of ranks, of the assumptions behind its tests, and of what could have been seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from harness.analysis.assessment import POWER
from harness.core import ConfigError
from harness.inference.power import paired_sets
from harness.inference.ranks import bonferroni_dunn_difference
from harness.report.compared_words import Words, percent
from harness.report.table import p_phrase

_LISTED = 10
_FEWEST_TO_DOMINATE, _MOST_OF_ONE = 5, 0.5


def ranks(words: Words) -> list[str]:
    """Friedman's test, agreement, and the groups."""
    test, k = words.found.friedman, len(words.found.means)
    if math.isnan(test.f_p):
        return [test.note]
    f = "infinite" if math.isinf(test.f_statistic) else f"{test.f_statistic:.2f}"
    lines = [
        f"Friedman's test with Iman and Davenport's correction over {test.n} complete {words.blocks}: F({test.f_df:g}, "
        f"{test.f_df_error:g}) = {f}, p {p_phrase(test.f_p)}; Kendall's W = {test.kendall_w:.2f}. {test.note}".strip()
    ]
    lines += [
        f"Repeated-measures analysis of variance: F = {effect.statistic:.2f}, p {p_phrase(effect.p)} (Greenhouse-Geisser)."
        for effect in words.found.anova.effects
        if not math.isnan(effect.statistic)
    ]
    return [*lines, *(_groups(words) if k > 2 else [])]


def _groups(words: Words) -> Iterator[str]:
    diagram = words.found.diagram
    if words.found.control:
        yield _against_control(words)
        return
    yield f"Nemenyi's critical difference of mean ranks: {diagram.critical_difference:.2f}."
    yield f"Not told apart by Nemenyi's test: {_listed(diagram.cliques)}."
    if words.found.groups:
        yield f"Not told apart by Wilcoxon's test under Holm: {_listed(words.found.groups)}."


def _against_control(words: Words) -> str:
    ranks, control = words.found.diagram.average_ranks, words.found.control
    limit = bonferroni_dunn_difference(len(ranks), words.found.diagram.n, alpha=1 - words.found.level)
    apart = [name for name, rank in ranks.items() if abs(rank - ranks[control]) >= limit]
    return (
        f"Bonferroni and Dunn's critical difference of mean ranks from {control}: {limit:.2f}; told apart from it: "
        f"{_members(apart) if apart else 'none'}."
    )


def assumptions(words: Words) -> list[str]:
    """How normal the differences are, and what could have been seen. Nothing was chosen by it."""
    return [*_normality(words), *_of_one(words), *_power(words)]


def _normality(words: Words) -> Iterator[str]:
    pairs, alpha = words.found.pairs, 1 - words.found.level
    known = pairs[pairs["p_normal"].notna()]
    if known.empty:
        yield "Whether differences are normal cannot be tested on so few or such constant ones."
        return
    odd = known[known["p_normal"] < alpha].sort_values("p_normal")
    named = "; ".join(
        f"{row['first']} - {row['second']} (p {p_phrase(row['p_normal'])})" for row in odd.head(3).to_dict("records")
    )
    more = f", the furthest {named}" if len(odd) else ""
    yield (
        f"Shapiro and Wilk's test finds the differences of {len(odd)} of {len(known)} pairs not normal at {alpha:.2g}"
        f"{more}. It chooses nothing: the t test and Wilcoxon's stand side by side."
    )


def _of_one(words: Words) -> Iterator[str]:
    """Whether most of what tells methods apart comes from a single data set, as if its scores had another unit."""
    table = words.found.scores.dropna()
    if len(table) < _FEWEST_TO_DOMINATE:
        return
    cells = table.to_numpy(dtype=np.float64)
    gaps = cells - cells.mean(axis=1, keepdims=True)
    squares = ((gaps - gaps.mean(axis=0)) ** 2).sum(axis=1)
    share = float(squares.max() / squares.sum()) if squares.sum() > 0 else 0.0
    if share > _MOST_OF_ONE:
        yield (
            f"{percent(round(share, 2))} of the spread of differences come from {table.index[int(squares.argmax())]}: are its "
            "scores in another unit? Means and t tests hang on it, Wilcoxon's test and ranks do not."
        )


def _power(words: Words) -> Iterator[str]:
    seen = words.found.pairs["detectable"].dropna()
    if seen.empty:
        return
    spread = ""
    if len(seen) > 1:
        spread = f" ({words.number(seen.min())} to {words.number(seen.max())} over the pairs)"
    level, unit = (1 - words.found.level) / len(words.found.pairs), f" {words.unit}" if words.unit else ""
    yield (
        f"With a chance of {percent(POWER)} the t test at the level {level:.2g} of a pair finds a true difference of "
        f"{words.number(float(seen.median()))}{unit}{spread}: much that is smaller stays open with so many {words.blocks}."
    )
    yield from _needed(words, level)


def _needed(words: Words, level: float) -> Iterator[str]:
    """How many data sets a difference as large as the region needs."""
    region, sd = words.found.region, float(words.found.pairs["sd"].median())
    if not region or not sd > 0:
        return
    try:
        needed = paired_sets(difference=region, sd=sd, power=POWER, alpha=level)
    except ConfigError:  # more than anyone has
        return
    yield f"For a true difference of {words.amount(region)} the median pair needs {words.counted(needed.n)} for that chance."


def _listed(groups: Sequence[Sequence[str]]) -> str:
    if not groups:
        return "none, all differ"
    texts = [_members(group) for group in groups[:_LISTED]]
    more = f"; and {len(groups) - _LISTED} more groups" if len(groups) > _LISTED else ""
    return "; ".join(texts) + more


def _members(group: Sequence[str]) -> str:
    shown = list(group) if len(group) <= _LISTED else [*group[: _LISTED - 1], f"{len(group) - _LISTED + 1} more"]
    return ", ".join(shown)
