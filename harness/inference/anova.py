"""Analysis of variance for independent observations, one-way and two-way.

Methods on the same data sets do not have independent values: use `repeated_measures` for them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import DECIMALS, is_constant, sentences

MOST_MEANS = 500
"""A design of more means has a column of numbers for a factor, and takes minutes."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One main effect or interaction.

    Attributes:
        name: the factor, or both factors joined by ":".
        statistic: F.
        df: numerator degrees of freedom.
        df_error: denominator degrees of freedom.
        p: the p of F.
        partial_eta_squared: SS / (SS + SS_error); biased upwards.
        partial_omega_squared: df (F - 1) / (df (F - 1) + n); nearly unbiased, may fall below 0.
    """

    name: str
    statistic: float
    df: float
    df_error: float
    p: float
    partial_eta_squared: float
    partial_omega_squared: float


@dataclass(frozen=True)
class Anova:
    """The effects of a design between observations.

    Attributes:
        effects: the effects in the order of the factors, the interaction last; empty if the note says why.
        n: the number of observations.
        note: empty, or which values were left out or degenerate.
    """

    effects: tuple[Effect, ...]
    n: int
    note: str = ""


def one_way(frame: pd.DataFrame, *, value: str, factor: str) -> Anova:
    """The test of whether the means of independent groups differ.

    Args:
        frame: one row per observation.
        value: the column of numbers; rows where it is not finite are left out and counted in the note.
        factor: the column of groups; rows without a label are left out and counted in the note.

    Raises:
        ConfigError: a column that is not there or named twice, or a design of more than `MOST_MEANS` means.
        DataError: values that are no numbers, or labels that cannot be told apart.

    Source: Fisher (1925), through `statsmodels.stats.anova.anova_lm`.
    """
    return _analysis(frame, value, (factor,))


def two_way(frame: pd.DataFrame, *, value: str, factors: tuple[str, str]) -> Anova:
    """The tests of two crossed factors and their interaction, by type II sums of squares: main effects adjust for each other.

    The interaction is left out of the model, with a note, if a combination has no observation or if none has two.

    Args:
        frame: one row per observation.
        value: the column of numbers; rows where it is not finite are left out and counted in the note.
        factors: the columns of the two factors; rows without a label are left out and counted in the note.

    Raises:
        ConfigError: as `one_way`, or other than two factors.
        DataError: as `one_way`.

    Source: Langsrud (2003), doi 10.1023/A:1023260610025, on why type II; through `statsmodels.stats.anova.anova_lm`.
    """
    if isinstance(factors, str) or len(factors) != 2:
        raise ConfigError(f"factors is {factors!r}: name the columns of two factors")
    return _analysis(frame, value, (factors[0], factors[1]))


def _analysis(frame: pd.DataFrame, value: str, factors: tuple[str, ...]) -> Anova:
    plain, note = _plain(inputs.columns(frame, (value, *factors)), value, factors)
    n, names = len(plain), list(plain.columns[1:])
    means = math.prod(plain[name].nunique() for name in names)
    if means > MOST_MEANS:
        raise ConfigError(
            f"{' x '.join(factors)} makes {means} means, but at most {MOST_MEANS} are analysed: group levels"
        )
    crossed = plain.groupby(names).size()
    full = len(crossed) == math.prod(plain[name].nunique() for name in names) and n > len(crossed)
    if len(factors) > 1 and not full:
        note = sentences(note, "Some combination is empty or none is repeated, so the interaction was left out.")
    problem = _untestable(plain, names)
    if problem:
        return Anova((), n, sentences(note, problem))
    centred = plain.assign(value=plain["value"] - plain["value"].mean())  # or a large offset would cost digits
    table = anova_lm(ols(f"value ~ {(' * ' if full else ' + ').join(names)}", centred).fit(), typ=2)
    labels = [*factors, ":".join(factors)][: len(table) - 1]
    ss, df = (table[column].to_numpy(dtype=np.float64) for column in ("sum_sq", "df"))
    if ss[-1] <= 10.0 ** (-2 * DECIMALS) * n:
        return Anova((), n, sentences(note, "There is no variance within the groups: F is undefined."))
    effects = (_effect(label, ss=ss[[i, -1]], df=df[[i, -1]], n=n) for i, label in enumerate(labels))
    return Anova(tuple(effects), n, note)


def _plain(frame: pd.DataFrame, value: str, factors: tuple[str, ...]) -> tuple[pd.DataFrame, str]:
    """The usable rows with columns value, f0 and f1, which a formula can name, factors as text; and a note on the others."""
    plain = pd.DataFrame({"value": inputs.numbers(frame[value], what=f"column {value}")})
    finite, notes = np.isfinite(plain["value"].to_numpy()), []
    if not finite.all():
        notes.append(f"{(~finite).sum()} of {len(frame)} values are not finite and were left out.")
    for i, factor in enumerate(factors):
        plain[f"f{i}"] = inputs.levels(frame[factor]).to_numpy()
        unlabelled = plain[f"f{i}"].isna().to_numpy()
        if unlabelled.any():
            notes.append(f"{unlabelled.sum()} of {len(frame)} rows have no {factor} and were left out.")
        finite &= ~unlabelled
    return plain.loc[finite].reset_index(drop=True), sentences(*notes)


def _untestable(plain: pd.DataFrame, names: list[str]) -> str:
    levels = [plain[name].nunique() for name in names]
    if min(levels) < 2:
        return "A factor has fewer than two levels with values: there is nothing to compare."
    if is_constant(plain["value"].to_numpy()):
        return f"All {len(plain)} values are equal to {DECIMALS} decimals: no effect, and F is undefined."
    if len(plain) <= 1 + sum(k - 1 for k in levels):
        return "There are no more values than means: no variance within the groups can be estimated."
    design = pd.get_dummies(plain[names], drop_first=True, dtype=float).to_numpy()
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(plain)), design])) <= design.shape[1]:
        return "Some levels of the two factors occur only together: their effects cannot be told apart."
    return ""


def _effect(name: str, *, ss: Floats, df: Floats, n: int) -> Effect:
    """An effect, from the sums of squares and degrees of freedom of itself and of its error, each of shape (2,)."""
    f = float(ss[0] / df[0] / (ss[1] / df[1]))
    gain = float(df[0]) * (f - 1)
    return Effect(
        name=name,
        statistic=f,
        df=float(df[0]),
        df_error=float(df[1]),
        p=float(stats.f.sf(f, df[0], df[1])),
        partial_eta_squared=float(ss[0] / ss.sum()),
        partial_omega_squared=gain / (gain + n),
    )
