"""Which tool is first, as far as that can be said: dominance, then first places under every way to weigh the needs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.tracking.study import Tracking
from experiments.tracking.tables import TOOL, shares_by_need
from harness.core import Floats
from harness.randomness import stream
from harness.report.table import Column, Table

WEIGHTINGS = 10_000
DECISIVE = 0.9
"""The share of weightings in which a tool has to be first for there to be a ranking."""


def dominated(values: Floats) -> NDArray[np.bool_]:
    """Which rows another row equals or exceeds in every column and exceeds in one, shape (n,)."""
    as_good = np.all(values[None, :, :] >= values[:, None, :], axis=2)
    better = np.any(values[None, :, :] > values[:, None, :], axis=2)
    found: NDArray[np.bool_] = np.any(np.logical_and(as_good, better), axis=1)
    return found


def first_places(values: Floats) -> Floats:
    """The share of the weightings in which each row is first, shape (n,); rows that tie for it share it.

    Weightings are drawn evenly from all that add up to 1 (Dirichlet with ones).
    """
    weights = stream(0, "tracking", "weightings").dirichlet(np.ones(values.shape[1]), WEIGHTINGS)
    scores = weights @ values.T
    is_first = np.isclose(scores, scores.max(axis=1, keepdims=True), rtol=0, atol=1e-12)
    shares: Floats = (is_first / is_first.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def left_out(values: Floats) -> tuple[Floats, Floats]:
    """The lowest and the highest share of first places of each row if one of the columns is left out."""
    shares = np.array([first_places(np.delete(values, column, axis=1)) for column in range(values.shape[1])])
    return shares.min(axis=0), shares.max(axis=0)


def ranking_table(study: Tracking) -> Table:
    """Dominance and first places over the seven needs, of tools whose every probe was executed; empty without two of them."""
    names, values, helped = [], [], []
    for one in study.used:
        found = study.grades(one)
        shares = shares_by_need(found, with_ours=False)
        if not np.isnan(list(shares.values())).any() and not one.interface:
            names.append(study.title(one))
            values.append(list(shares.values()))
            helped.append(list(shares_by_need(found, with_ours=True).values()))
    columns = [
        TOOL,
        Column("native, mean of needs", "mean", 2),
        Column.of_estimate("first in, %", "first", 0),
        Column("dominated", "dominated"),
        Column("first in with our code, %", "helped", 0),
    ]
    frame = _ranked(names, np.array(values), np.array(helped)) if len(names) > 1 else pd.DataFrame()
    return Table("ranking", _caption(frame), frame, columns)


def _ranked(names: list[str], values: Floats, helped: Floats) -> pd.DataFrame:
    low, high = left_out(values)
    frame = pd.DataFrame(
        {
            "title": names,
            "mean": values.mean(axis=1),
            "first": 100 * first_places(values),
            "first_low": 100 * low,
            "first_high": 100 * high,
            "dominated": np.where(dominated(values), "yes", "no"),
            "helped": 100 * first_places(helped),
        }
    )
    return frame.sort_values(["first", "mean", "title"], ascending=[False, False, True], ignore_index=True)


def _caption(frame: pd.DataFrame) -> str:
    caption = (
        f"Share of {WEIGHTINGS:,} weightings of the seven needs in which a tool is first, by the share of probes of each need "
        "that it passes by itself; in brackets the lowest and highest share if one need is left out."
    )
    if not len(frame):
        return caption
    decided = frame["first"].iloc[0] >= 100 * DECISIVE
    verdict = f"{frame['title'].iloc[0]} is first." if decided else "No tool is first in 90 %: there is no ranking."
    return f"{caption} {verdict}"
