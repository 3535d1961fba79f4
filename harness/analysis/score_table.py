"""Scores of methods on data sets, from a long frame that somebody brings, and what was done to make a table of it."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harness.core import ConfigError
from harness.inference import inputs
from harness.inference.estimate import sentences


@dataclass(frozen=True)
class ScoreTable:
    """What methods score on blocks.

    Attributes:
        scores: blocks by methods, methods in the order in which they appear; NaN where there is no score.
        n_rows: the number of rows behind them.
        note: empty, or which rows were left out and what was averaged.
    """

    scores: pd.DataFrame
    n_rows: int
    note: str


def score_table(frame: pd.DataFrame, *, block: str, method: str, score: str) -> ScoreTable:
    """Scores by block and method. Several rows of one block and method are averaged, and the note says so.

    Args:
        frame: long, one row for each score.
        block: the column of what scores are paired over: data sets.
        method: the column of what is compared.
        score: the column of scores. Rows without one are left out; the note counts them.

    Raises:
        ConfigError: no frame, or a column that is not there.
        DataError: scores that are no numbers, or names that cannot be told apart, such as 1 and "1".
    """
    _check_columns(frame, block, method, score)
    rows = _plain(frame, block, method, score).dropna()
    table = rows.pivot_table(index=block, columns=method, values=score, aggfunc="mean", sort=False, observed=True)
    note = sentences(_left_out(len(frame) - len(rows), block, method, score), _averaged(rows, block, method))
    return ScoreTable(table.sort_index(), len(rows), note)


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


def _left_out(count: int, *columns: str) -> str:
    return f"{count} rows without a value in {', '.join(columns)} are left out." if count else ""


def _averaged(rows: pd.DataFrame, block: str, method: str) -> str:
    sizes = rows.groupby([block, method], observed=True).size()
    few, most = (int(sizes.min()), int(sizes.max())) if len(sizes) else (1, 1)
    if most == 1:
        return ""
    return f"Each score is the mean of {few if few == most else f'{few} to {most}'} rows of one {block} and {method}."


def declared_family(
    methods: Sequence[str], *, pairs: Sequence[tuple[str, str]] | None, column: str
) -> list[tuple[str, str]]:
    """The pairs that are compared: those declared, else everything with everything.

    Args:
        methods: those that have scores.
        pairs: declared, or None.
        column: that of methods, for messages.

    Raises:
        ConfigError: a method without scores, or no pair.
    """
    family = list(itertools.combinations(methods, 2)) if pairs is None else inputs.declared(pairs)
    unknown = sorted({str(name) for pair in family for name in pair if name not in methods})
    if unknown:
        raise ConfigError(f"pairs: no scores of {', '.join(unknown)}; {column} has: {', '.join(map(str, methods))}.")
    if not family and pairs is not None:
        raise ConfigError(
            "there is no pair to compare: pairs is empty; name one or more, or leave it out for all of them."
        )
    if not family:
        raise ConfigError(f"there is no pair to compare: {column!r} has to hold at least two methods with scores.")
    return family
