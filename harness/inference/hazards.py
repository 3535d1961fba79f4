"""Cox's regression: by what factor the rate of detections changes with a covariate.

Each delay has to be a replicate of its own. Streams of one data set are not (see `log_rank`); here too means per data set are
the way to compare detectors.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Bools, Floats
from harness.inference.estimate import Estimate, Interval, is_constant, sentences
from harness.inference.survival import checked

TIES = ("efron", "breslow")

ENDLESS = 12.0
"""A coefficient beyond this, in standard deviations of its covariate, has no largest likelihood: it grows for ever."""


@dataclass(frozen=True, kw_only=True)
class HazardRatio(Estimate):
    """The factor by which the rate of detections grows with one unit of a covariate; 1 is no effect.

    Attributes:
        name: the covariate.
        coefficient: the logarithm of the ratio.
        standard_error: of the coefficient.
        statistic: z = coefficient / standard_error.
        p: the two-sided p.
    """

    name: str
    coefficient: float
    standard_error: float
    statistic: float
    p: float


@dataclass(frozen=True)
class Cox:
    """A model of proportional hazards.

    Attributes:
        effects: a hazard ratio for each covariate, in order; empty if the note says why.
        n: the number of delays used.
        n_detected: detections among them.
        statistic: of the likelihood-ratio test that no covariate matters, chi-square.
        df: the number of covariates.
        p: the p of that test.
        note: empty, or what was left out or degenerate.
    """

    effects: tuple[HazardRatio, ...]
    n: int
    n_detected: int
    statistic: float
    df: int
    p: float
    note: str = ""


def cox(
    frame: pd.DataFrame,
    *,
    delay: str,
    detected: str,
    covariates: Sequence[str],
    ties: str = "efron",
    level: float = 0.95,
) -> Cox:
    """Cox's regression of delays on covariates, with Wald tests and intervals.

    Args:
        frame: one row per drift.
        delay: the column of delays, each 0 or more; the window's length where the drift was missed.
        detected: the column that says whether it was found (or 1 and 0).
        covariates: columns of numbers or truth values; rows without a finite value are left out, with a note.
        ties: how detections at one delay are counted: "efron", or "breslow", which is simpler and less exact.
        level: of the intervals.

    Returns:
        The model; no effects, with a note, if nothing was found, covariates do not vary or repeat each other, or one separates
        early from late so well that its ratio has no largest likelihood.

    Raises:
        DataError: as `kaplan_meier`, or covariates that are no numbers.
        ConfigError: columns that are not there, named twice, or none, or another rule of ties.

    Source: Cox (1972), doi 10.1111/j.2517-6161.1972.tb00899.x; Efron (1977), doi 10.1080/01621459.1977.10480613; Breslow
    (1974), doi 10.2307/2529620; through `statsmodels.duration.hazard_regression.PHReg`.
    """
    inputs.level(level)
    names = _names(covariates)
    if inputs.text(ties, what="ties") not in TIES:
        raise ConfigError(f"ties is {inputs.shown(ties)}, but must be one of {', '.join(TIES)}")
    plain = inputs.columns(frame, (delay, detected, *names))
    table = np.column_stack([inputs.numbers(plain[name], what=f"column {name}") for name in names])
    known = np.asarray(np.isfinite(table).all(axis=1))
    left_out = int((~known).sum())
    note = f"{left_out} of {len(known)} rows lack a covariate and were left out." if left_out else ""
    values, found = checked(plain[delay].to_numpy()[known], plain[detected].to_numpy()[known])
    problem = _unfit(table[known], found, names)
    if problem:
        return _without_effects(len(values), int(found.sum()), sentences(note, problem))
    centre, scale = table[known].mean(axis=0), table[known].std(axis=0)
    fitted = _fitted((table[known] - centre) / scale, values, found, ties)
    if fitted is None:
        endless = "A covariate tells early from late without error, so that no finite hazard ratio is the most likely."
        return _without_effects(len(values), int(found.sum()), sentences(note, endless))
    coefficients, errors, gain = fitted
    effects = (
        _ratio(name, b / s, e / s, len(values), level)
        for name, b, e, s in zip(names, coefficients, errors, scale, strict=True)
    )
    return Cox(
        effects=tuple(effects),
        n=len(values),
        n_detected=int(found.sum()),
        statistic=gain,
        df=len(names),
        p=float(stats.chi2.sf(gain, len(names))),
        note=note,
    )


def _names(covariates: Sequence[str]) -> tuple[str, ...]:
    if isinstance(covariates, str) or not isinstance(covariates, Sequence) or not covariates:
        raise ConfigError(f"covariates is {inputs.shown(covariates)}: name one column or more in a list")
    return tuple(covariates)


def _unfit(table: Floats, found: Bools, names: Sequence[str]) -> str:
    """Why there is no model of these covariates; "" if there may be one."""
    if not found.any():
        return "Nothing was found: there is no hazard to compare."
    constant = [name for name, column in zip(names, table.T, strict=True) if is_constant(column)]
    if constant:
        return f"{', '.join(map(str, constant))} does not vary: it has no hazard ratio."
    scaled = (table - table.mean(axis=0)) / table.std(axis=0)
    if np.linalg.matrix_rank(scaled) < len(names):
        return "The covariates repeat each other: their effects cannot be told apart."
    return ""


def _fitted(scaled: Floats, values: Floats, found: Bools, ties: str) -> tuple[Floats, Floats, float] | None:
    """Coefficients, their standard errors and twice the gain in log-likelihood; None if no finite ones are the most likely."""
    model = PHReg(values, scaled, status=found.astype(np.int64), ties=ties)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say of endless coefficients is said below
        with np.errstate(all="ignore"):
            result = model.fit(maxiter=50)
    coefficients, errors = np.asarray(result.params), np.asarray(result.bse)
    if not (np.abs(coefficients) < ENDLESS).all() or not (np.isfinite(errors) & (errors > 0)).all():
        return None
    return coefficients, errors, max(2 * float(result.llf - model.loglike(np.zeros(scaled.shape[1]))), 0.0)


def _ratio(name: str, coefficient: float, error: float, n: int, level: float) -> HazardRatio:
    reach = float(stats.norm.ppf((1 + level) / 2)) * error
    with np.errstate(over="ignore"):  # an interval may reach infinity
        estimate, low, high = map(float, np.exp([coefficient, coefficient - reach, coefficient + reach]))
    return HazardRatio(
        estimate=estimate,
        interval=Interval(low, high, level),
        n=n,
        name=str(name),
        coefficient=float(coefficient),
        standard_error=float(error),
        statistic=float(coefficient / error),
        p=2 * float(stats.norm.sf(abs(coefficient) / error)),
    )


def _without_effects(n: int, n_detected: int, note: str) -> Cox:
    return Cox(effects=(), n=n, n_detected=n_detected, statistic=math.nan, df=0, p=math.nan, note=note)
