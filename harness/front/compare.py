"""Methods against each other over data sets, from a long frame."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harness.analysis.comparison import compare as compare_scores
from harness.core import ConfigError
from harness.inference import inputs
from harness.inference.estimate import sentences


@dataclass(frozen=True, repr=False)
class Compared:
    """Methods against each other. In a notebook it shows the frame and the note.

    Attributes:
        frame: one row a pair: first, second, n (data sets), difference (first - second, with low and high of its 95 % t
            interval), p_t and p_w (paired t, exact Wilcoxon), both also as `_holm`, adjusted by Holm over all pairs of the
            frame, hodges_lehmann (the pseudo-median), wins, draws, losses, d_z and g_z (Cohen's and Hedges' effect size, each
            with _low and _high).
        scores: what was compared, data sets by methods.
        note: empty, or what was done to the scores and what is degenerate about the tests.
    """

    frame: pd.DataFrame
    scores: pd.DataFrame
    note: str

    def __repr__(self) -> str:
        return "\n".join([self.frame.to_string(), *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        return self.frame.to_html(border=0) + (f"<div>{self.note}</div>" if self.note else "")


def compare(
    frame: pd.DataFrame,
    *,
    block: str = "dataset",
    method: str = "method",
    score: str = "accuracy",
    pairs: Sequence[tuple[str, str]] | None = None,
) -> Compared:
    """Paired t test, exact Wilcoxon test and effect sizes of methods over data sets, adjusted by Holm over all pairs.

    >>> import harness
    >>> import pandas as pd
    >>> long = pd.DataFrame(
    ...     {"dataset": [*"abcdefg"] * 2, "method": ["new"] * 7 + ["old"] * 7, "accuracy": [*range(2, 9), *range(7)]}
    ... )
    >>> harness.compare(long).frame[["first", "second", "n", "difference", "wins"]]
      first second  n  difference  wins
    0   new    old  7         2.0     7

    More is better: turn a loss around first. Several rows of one data set and method (seeds, say) are averaged before anything
    is tested, since data sets are the unit; the note says so. Leave out rows that are no repeats, such as those at another
    level of noise.

    Args:
        frame: long, one row for each score, such as `harness.records` gives.
        block: the column of what scores are paired over: data sets.
        method: the column of what is compared.
        score: the column of scores. Rows without one (of trials that failed) are left out; the note counts them.
        pairs: the declared family of (first, second); everything against everything unless given.

    Returns:
        The comparisons. All numbers of a pair rest on every data set that has scores of both its methods; the note names those
        that some pair does without.

    Raises:
        ConfigError: no frame, a column or a method that is not there, fewer than two methods, or a pair that stands twice.
        DataError: scores that are no numbers, or names that cannot be told apart, such as 1 and "1".
    """
    _check_columns(frame, block, method, score)
    rows = _plain(frame, block, method, score).dropna()
    table = rows.pivot_table(index=block, columns=method, values=score, aggfunc="mean", sort=False, observed=True)
    family = list(itertools.combinations(table.columns, 2)) if pairs is None else inputs.declared(pairs)
    _check_family(family, list(table.columns), method, is_declared=pairs is not None)
    found = compare_scores(table.sort_index(), family)
    note = sentences(
        _left_out(len(frame) - len(rows), block, method, score), _averaged(rows, block, method), found.note
    )
    return Compared(found.frame, table.sort_index(), note)


def _plain(frame: pd.DataFrame, block: str, method: str, score: str) -> pd.DataFrame:
    """The three columns, methods as text and scores as numbers; missing where there is no label or no finite number."""
    scores = inputs.numbers(frame[score], what=f"score={score!r}")
    blocks = inputs.levels(frame[block])
    plain = {
        block: frame[block] if pd.api.types.is_numeric_dtype(frame[block]) else blocks,
        method: inputs.levels(frame[method]),
        score: pd.Series(np.where(np.isfinite(scores), scores, np.nan), index=frame.index),
    }
    return pd.DataFrame({name: column.to_numpy() for name, column in plain.items()})


def _check_columns(frame: pd.DataFrame, block: str, method: str, score: str) -> None:
    inputs.frame(frame, "frame")
    for argument, column in (("block", block), ("method", method), ("score", score)):
        if not isinstance(column, Hashable) or column not in frame.columns:
            raise ConfigError(f"{argument}={column!r} is no column; there are: {', '.join(map(str, frame.columns))}.")
    if len({block, method, score}) < 3:
        raise ConfigError(f"block={block!r}, method={method!r} and score={score!r} have to be three columns.")
    inputs.columns(frame, (block, method, score))


def _check_family(family: Sequence[tuple[str, str]], methods: Sequence[str], column: str, *, is_declared: bool) -> None:
    unknown = sorted({str(name) for pair in family for name in pair if name not in methods})
    if unknown:
        raise ConfigError(f"pairs: no scores of {', '.join(unknown)}; {column} has: {', '.join(map(str, methods))}.")
    if not family and is_declared:
        raise ConfigError(
            "there is no pair to compare: pairs is empty; name one or more, or leave it out for all of them."
        )
    if not family:
        raise ConfigError(f"there is no pair to compare: {column!r} has to hold at least two methods with scores.")


def _left_out(count: int, *columns: str) -> str:
    return f"{count} rows without a value in {', '.join(columns)} are left out." if count else ""


def _averaged(rows: pd.DataFrame, block: str, method: str) -> str:
    sizes = rows.groupby([block, method], observed=True).size()
    few, most = int(sizes.min()), int(sizes.max())
    if most == 1:
        return ""
    return f"Each score is the mean of {few if few == most else f'{few} to {most}'} rows of one {block} and {method}."
