"""Analysis of variance for independent observations, one-way and two-way.

Methods on the same data sets do not have independent values: use `repeated_measures` for them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import DECIMALS, Interval, is_constant, sentences
from harness.inference.noncentral import noncentrality_of_f
from harness.inference.observations import observations

SUMS = {"I": 1, "II": 2, "III": 3}
"""Types of sums of squares, and what statsmodels calls them."""

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
        sum_of_squares: SS of the effect.
        sum_of_squares_error: SS within the groups.
        partial_eta_squared: SS / (SS + SS_error); biased upwards.
        partial_omega_squared: df (F - 1) / (df (F - 1) + n); nearly unbiased, may fall below 0.
        eta_squared: SS over the sum of all sums of squares of the analysis.
        omega_squared: (SS - df MS_error) / (that sum + MS_error).
        eta_interval: of the partial eta squared, L / (L + df_error) for the noncentralities L that F does not contradict.
        omega_interval: of the share of variance in the population, L / (L + n), which partial omega squared estimates.
    """

    name: str
    statistic: float
    df: float
    df_error: float
    p: float
    sum_of_squares: float
    sum_of_squares_error: float
    partial_eta_squared: float
    partial_omega_squared: float
    eta_squared: float
    omega_squared: float
    eta_interval: Interval
    omega_interval: Interval


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


def one_way(frame: pd.DataFrame, *, value: str, factor: str, level: float = 0.95) -> Anova:
    """The test of whether the means of independent groups differ.

    Args:
        frame: one row per observation.
        value: the column of numbers; rows where it is not finite are left out and counted in the note.
        factor: the column of groups; rows without a label are left out and counted in the note.
        level: of the intervals.

    Raises:
        ConfigError: a column that is not there or named twice, or a design of more than `MOST_MEANS` means.
        DataError: values that are no numbers, or labels that cannot be told apart.

    Source: Fisher (1925), through `statsmodels.stats.anova.anova_lm`; intervals: Steiger (2004), doi 10.1037/1082-989X.9.2.164.
    """
    return _analysis(frame, value, (factor,), "II", inputs.level(level))


def two_way(
    frame: pd.DataFrame, *, value: str, factors: tuple[str, str], sums: str = "II", level: float = 0.95
) -> Anova:
    """The tests of two crossed factors and their interaction.

    The interaction is left out of the model, with a note, if a combination has no observation or if none has two.

    Args:
        frame: one row per observation.
        value: the column of numbers; rows where it is not finite are left out and counted in the note.
        factors: the columns of the two factors; rows without a label are left out and counted in the note.
        sums: the type of the sums of squares. By "II" main effects adjust for each other; by "I" a factor adjusts for those
            before it alone; by "III" it adjusts for the interaction too, so that cells, not observations, weigh alike.
        level: of the intervals.

    Raises:
        ConfigError: as `one_way`, other than two factors, or another type.
        DataError: as `one_way`.

    Source: Langsrud (2003), doi 10.1023/A:1023260610025, on why type II; through `statsmodels.stats.anova.anova_lm`, with
    contrasts that sum to zero: with its own, type III tests one level of the other factor.
    """
    if isinstance(factors, str) or not isinstance(factors, Sequence) or len(factors) != 2:
        raise ConfigError(f"factors is {inputs.shown(factors)}: name the columns of two factors")
    if not isinstance(sums, str) or sums not in SUMS:
        raise ConfigError(f"sums is {inputs.shown(sums)}, but must be one of {', '.join(SUMS)}")
    return _analysis(frame, value, (factors[0], factors[1]), sums, inputs.level(level))


def _analysis(frame: pd.DataFrame, value: str, factors: tuple[str, ...], sums: str, level: float) -> Anova:
    plain, note = observations(frame, value=value, factors=factors)
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
    terms = (" * " if full else " + ").join(f"C({name}, Sum)" for name in names)
    table = anova_lm(ols(f"value ~ {terms}", centred).fit(), typ=SUMS[sums]).drop("Intercept", errors="ignore")
    labels = [*factors, ":".join(factors)][: len(table) - 1]
    ss, df = (table[column].to_numpy(dtype=np.float64) for column in ("sum_sq", "df"))
    if ss[-1] <= 10.0 ** (-2 * DECIMALS) * n:
        return Anova((), n, sentences(note, "There is no variance within the groups: F is undefined."))
    effects = (_effect(label, ss, df, i, n=n, level=level) for i, label in enumerate(labels))
    return Anova(tuple(effects), n, note)


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


def _effect(name: str, ss: Floats, df: Floats, i: int, *, n: int, level: float) -> Effect:
    """The effect at place i of the sums of squares and degrees of freedom of all effects and, last, of the error."""
    error = float(ss[-1] / df[-1])
    f = float(ss[i] / df[i]) / error
    gain = float(df[i]) * (f - 1)
    strength = noncentrality_of_f(f, float(df[i]), float(df[-1]), level)
    low, high = strength.low, strength.high
    return Effect(
        name=name,
        statistic=f,
        df=float(df[i]),
        df_error=float(df[-1]),
        p=float(stats.f.sf(f, df[i], df[-1])),
        sum_of_squares=float(ss[i]),
        sum_of_squares_error=float(ss[-1]),
        partial_eta_squared=float(ss[i] / (ss[i] + ss[-1])),
        partial_omega_squared=gain / (gain + n),
        eta_squared=float(ss[i] / ss.sum()),
        omega_squared=float((ss[i] - df[i] * error) / (ss.sum() + error)),
        eta_interval=Interval(low / (low + float(df[-1])), high / (high + float(df[-1])), level),
        omega_interval=Interval(low / (low + n), high / (high + n), level),
    )
