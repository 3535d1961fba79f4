"""Repeated-measures analysis of variance: methods, crossed with base models, on the same data sets.

The data set is the block. Each effect is tested against its own interaction with the blocks, and has its own
Greenhouse-Geisser correction, since the plain F test assumes that all pairs of methods are equally similar, which they are
not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd
from scipy import linalg, stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.blocks import Blocks, complete
from harness.inference.estimate import DECIMALS, sentences
from harness.inference.sphericity import Sphericity, sphericity


@dataclass(frozen=True, kw_only=True)
class WithinEffect:
    """One main effect or interaction of within factors.

    Attributes:
        name: the factors, joined by ":".
        statistic: F.
        df: its numerator degrees of freedom, uncorrected.
        df_error: its denominator degrees of freedom, uncorrected.
        p: the Greenhouse-Geisser corrected p, which should be reported.
        p_uncorrected: the p under sphericity.
        p_huynh_feldt: the Huynh-Feldt corrected p.
        sphericity: both epsilons and Mauchly's test.
        sum_of_squares: SS of the effect.
        sum_of_squares_error: SS of its interaction with the blocks.
        partial_eta_squared: SS / (SS + SS_error); biased upwards.
        generalised_eta_squared: SS / (SS + all sums of squares that involve blocks); comparable between designs.
        partial_omega_squared: df (F - 1) / (df (F - 1) + cells), without the blocks' own variance; may fall below 0.
        note: empty, or how the data were degenerate.
    """

    name: str
    statistic: float
    df: float
    df_error: float
    p: float
    p_uncorrected: float
    p_huynh_feldt: float
    sphericity: Sphericity
    sum_of_squares: float
    sum_of_squares_error: float
    partial_eta_squared: float
    generalised_eta_squared: float
    partial_omega_squared: float
    note: str = ""


@dataclass(frozen=True)
class RepeatedMeasures:
    """The effects of a design with all factors within blocks.

    Attributes:
        effects: main effects in the order of the factors, then interactions; empty if the note says why.
        n: the number of complete blocks.
        note: empty, or which blocks were left out and what was degenerate.
    """

    effects: tuple[WithinEffect, ...]
    n: int
    note: str = ""


MOST_CELLS = 2000
"""A design of more cells has a column of numbers for a factor, or its contrasts would not fit into memory."""


@dataclass(frozen=True)
class _Stratum:
    """One effect's contrasts, shape (n_blocks, d), and the two sums of squares of its F test."""

    name: str
    contrasts: Floats
    effect: float
    error: float


def repeated_measures(frame: pd.DataFrame, *, value: str, within: Sequence[str], block: str) -> RepeatedMeasures:
    """The analysis of variance for any number of crossed within factors.

    Several rows of one cell (seeds, folds) are averaged first. A block without a value in every cell is left out and
    named.

    Args:
        frame: one row per measurement.
        value: the column of numbers.
        within: the columns of the factors, such as ("synthesis", "model").
        block: the column of data sets. Rows without a data set or a level are left out and counted in the note.

    Raises:
        ConfigError: if no factor is named, a column is missing or named twice, or the design has more than `MOST_CELLS`.
        DataError: values that are no numbers, or labels that cannot be told apart.

    Source: Winer, Brown and Michels (1991), Statistical Principles in Experimental Design; generalised eta squared:
    Olejnik and Algina (2003), doi 10.1037/1082-989X.8.4.434; partial omega squared: Keppel and Wickens (2004), Design
    and Analysis, chapter 16.
    """
    if isinstance(within, str):
        raise ConfigError(f"within is {within!r}: give a list of columns, such as [{within!r}]")
    cells, levels = _cells(frame, value, tuple(within), block)
    n = len(cells.cells)
    if n < 2 or min(levels) < 2:
        reason = f"There are {n} complete blocks and {' x '.join(map(str, levels))} levels: no effect can be tested."
        return RepeatedMeasures((), n, sentences(cells.note, reason))
    values = cells.cells.to_numpy(dtype=np.float64)
    values = values - values.mean()  # or a large offset would cost digits
    strata = _strata(values, tuple(within), levels)
    blocks = math.prod(levels) * float((values.mean(axis=1) ** 2).sum())
    noise = blocks + sum(stratum.error for stratum in strata)
    return RepeatedMeasures(tuple(_effect(stratum, noise, values.size) for stratum in strata), n, cells.note)


def _cells(frame: pd.DataFrame, value: str, within: tuple[str, ...], block: str) -> tuple[Blocks, list[int]]:
    """The complete blocks by cells, in the order in which levels occur; and how many levels each factor has."""
    if not within:
        raise ConfigError("repeated_measures is given no within factor: name columns of the frame")
    chosen = inputs.columns(frame, (value, block, *within))
    values = inputs.numbers(chosen[value], what=f"column {value}")
    labels = {f"f{i}": inputs.levels(chosen[factor]).to_numpy() for i, factor in enumerate((block, *within))}
    plain = pd.DataFrame({"value": np.where(np.isfinite(values), values, np.nan), **labels}).dropna(subset=list(labels))
    grid = [plain[f"f{i}"].unique() for i in range(1, len(labels))]
    levels = [len(each) for each in grid]
    if math.prod(levels) > MOST_CELLS:
        raise ConfigError(
            f"{' x '.join(map(str, within))} makes {math.prod(levels)} cells: at most {MOST_CELLS} are analysed"
        )
    wide = plain.pivot_table(index="f0", columns=list(labels)[1:], values="value", aggfunc="mean", observed=True)
    columns = pd.MultiIndex.from_product(grid) if len(within) > 1 else pd.Index(grid[0])
    kept = complete(wide.reindex(index=plain["f0"].unique(), columns=columns))
    absent, unlabelled = int(plain["value"].isna().sum()), len(frame) - len(plain)
    notes = (
        f"{unlabelled} of {len(frame)} rows have no {' or no '.join(map(str, (block, *within)))} and were left out."
        if unlabelled
        else "",
        f"{absent} of {len(frame)} values are missing and are not in the means." if absent else "",
    )
    return Blocks(kept.cells, sentences(*notes, kept.note)), levels


def _strata(values: Floats, within: tuple[str, ...], levels: Sequence[int]) -> list[_Stratum]:
    parts = [(np.full((1, k), 1 / math.sqrt(k)), linalg.helmert(k)) for k in levels]
    chosen = sorted(itertools.product((0, 1), repeat=len(levels)), key=lambda pick: (sum(pick), [-bit for bit in pick]))
    strata = []
    for pick in chosen[1:]:
        weights = reduce(np.kron, [part[bit] for part, bit in zip(parts, pick, strict=True)])
        contrasts = values @ weights.T
        mean = contrasts.mean(axis=0)
        name = ":".join(factor for factor, bit in zip(within, pick, strict=True) if bit)
        effect, error = len(values) * float((mean**2).sum()), float(((contrasts - mean) ** 2).sum())
        strata.append(_Stratum(name, contrasts, effect, error))
    return strata


def _effect(stratum: _Stratum, noise: float, n_cells: int) -> WithinEffect:
    n, df = stratum.contrasts.shape
    df_error = df * (n - 1)
    scale = 10.0 ** (-2 * DECIMALS) * n_cells
    if max(stratum.error, stratum.effect) <= scale:
        return _without_error(stratum, p=1.0, size=0.0, reason="all its cells are equal, so that p = 1")
    if stratum.error <= scale:
        reason = "every block shows the same effect, so that F and p are undefined"
        return _without_error(stratum, p=math.nan, size=math.nan, reason=reason)
    f = stratum.effect / df / (stratum.error / df_error)
    shape = sphericity(stratum.contrasts)

    def p(epsilon: float) -> float:
        return float(stats.f.sf(f, epsilon * df, epsilon * df_error))

    return WithinEffect(
        name=stratum.name,
        statistic=f,
        df=df,
        df_error=df_error,
        p=p(shape.greenhouse_geisser),
        p_uncorrected=p(1.0),
        p_huynh_feldt=p(shape.huynh_feldt),
        sphericity=shape,
        sum_of_squares=stratum.effect,
        sum_of_squares_error=stratum.error,
        partial_eta_squared=stratum.effect / (stratum.effect + stratum.error),
        generalised_eta_squared=stratum.effect / (stratum.effect + noise),
        partial_omega_squared=df * (f - 1) / (df * (f - 1) + n_cells),
        note=shape.note,
    )


def _without_error(stratum: _Stratum, *, p: float, size: float, reason: str) -> WithinEffect:
    n, df = stratum.contrasts.shape
    nan = math.nan
    return WithinEffect(
        name=stratum.name,
        statistic=nan,
        df=df,
        df_error=df * (n - 1),
        p=p,
        p_uncorrected=p,
        p_huynh_feldt=p,
        sphericity=Sphericity(nan, nan, nan, nan),
        sum_of_squares=stratum.effect,
        sum_of_squares_error=stratum.error,
        partial_eta_squared=size,
        generalised_eta_squared=size,
        partial_omega_squared=size,
        note=f"{stratum.name} has no error variance: {reason}.",
    )
