"""Mixed models: terms of interest as fixed effects, data sets as random ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Ints
from harness.inference.estimate import DECIMALS, TTest, is_constant, sentences
from harness.inference.linear import design
from harness.inference.linear.design import CONSTANT, Rows, Terms
from harness.inference.linear.least_squares import Fit, fit_with_intercept, is_exact
from harness.inference.linear.likelihood import NO_VARIANCE, State, most_likely, products
from harness.inference.linear.robust import FTest
from harness.inference.linear.satterthwaite import Satterthwaite

MOST_EFFECTS = 200
"""A set with more random effects has a column of numbers among its factors."""


@dataclass(frozen=True, kw_only=True)
class MixedCoefficient:
    """A fixed effect.

    Attributes:
        term: the column of the frame, several joined by ":" for a product, or "constant".
        level: the level that is compared with the first; empty for a number.
        test: its estimate and Satterthwaite's t test.
    """

    term: str
    level: str
    test: TTest


@dataclass(frozen=True, kw_only=True)
class Component:
    """The variance of a random effect.

    Attributes:
        name: the column of sets, that and an inner factor joined by ":", or "error".
        variance: in the unit of the response, squared.
        share: of the sum of all components.
    """

    name: str
    variance: float
    share: float


@dataclass(frozen=True, kw_only=True)
class Mixed:
    """A mixed model.

    Attributes:
        coefficients: the constant and the terms; empty if the note says why.
        terms: the joint F test of each term, by name, with Satterthwaite's degrees of freedom.
        components: sets, inner factors, and errors.
        criterion: -2 log of the restricted likelihood.
        n: the number of rows used.
        n_sets: the number of their sets.
        note: empty, or what was left out or degenerate.
    """

    coefficients: tuple[MixedCoefficient, ...]
    terms: dict[str, FTest]
    components: tuple[Component, ...]
    criterion: float
    n: int
    n_sets: int
    note: str = ""


def mixed_model(
    frame: pd.DataFrame, *, value: str, terms: Terms, sets: str, inner: Sequence[str] = (), level: float = 0.95
) -> Mixed:
    """A linear model whose data sets, and their products with inner factors, are random effects, by restricted likelihood.

    On the level of seeds, terms ["method"] with inner ["method"] has methods fixed, and data sets and data sets x methods
    random. Then the F of a balanced design is that of the means over seeds, sets being blocks (`repeated_measures`,
    uncorrected).

    Args:
        frame: one row per observation.
        value: the column of the response.
        terms: as `regression`.
        sets: the column of data sets.
        inner: columns whose levels have an effect of their own in each set.
        level: of the intervals.

    Returns:
        The model. An effect whose variance is estimated as 0 leaves the model, and the note says so: its test then counts rows
        as independent within sets, and rejects a little too often if the true variance is small but not 0.

    Raises:
        ConfigError, DataError: as `regression`; a `ConfigError` for inner factors with more than `MOST_EFFECTS` levels.

    Source: restricted likelihood: Patterson and Thompson (1971), doi 10.1093/biomet/58.3.545; degrees of freedom:
    Satterthwaite, as in Kuznetsova, Brockhoff and Christensen (2017), doi 10.18637/jss.v082.i13. statsmodels' MixedLM has the
    estimates, but tests them by the normal distribution, which is wrong for few sets.
    """
    inputs.level(level)
    if sets is None:
        raise ConfigError("mixed_model needs the column of data sets: give sets")
    factors = _inner(inner, sets)
    rows = design.read(frame, value=value, terms=terms, sets=sets, inner=factors)
    if not len(rows.response):
        return _nothing(rows, "There is no complete row.")
    found = design.independent(rows, absorbed=np.zeros(len(rows.response), dtype=np.int64))
    rows = design.with_columns(rows, found)
    reason = _untestable(rows)
    if reason:
        return _nothing(rows, reason)
    fit = fit_with_intercept(rows.response, found.centred, np.array([c.values.mean() for c in rows.columns]))
    if fit.df < 2 or is_exact(fit, rows.response):
        return _nothing(rows, "The model leaves no error: the variances cannot be estimated.")
    levels, note = _repeated(rows, sets)
    unit = math.sqrt(fit.error / fit.df)  # in which no square of a square is too large
    state = most_likely(products(fit.basis, fit.residuals / unit, rows.sets, list(levels.values())))
    if state.variance <= NO_VARIANCE:
        return _nothing(rows, "Terms, sets and inner factors explain every row: the variances cannot be estimated.")
    return _mixed(rows, sets, levels, state, fit, unit, sentences(rows.note, note), level)


def _inner(inner: object, sets: str) -> tuple[str, ...]:
    if isinstance(inner, str | bytes) or not isinstance(inner, Sequence):
        raise ConfigError(f"inner is {inputs.shown(inner)}: give a list of columns, such as ['method']")
    names = tuple(inner)
    wrong = [name for name in names if not isinstance(name, str) or name == sets]
    if wrong or len(set(names)) < len(names):
        raise ConfigError(f"inner names {inputs.shown(list(names))}: name columns other than the sets, each once")
    return names


def _untestable(rows: Rows) -> str:
    if is_constant(rows.response):
        return f"All {len(rows.response)} values are equal to {DECIMALS} decimals: there is nothing to explain."
    if not rows.columns:
        return "No term varies: there is nothing that could explain."
    if len(rows.names) < 2:
        return "There are fewer than two sets: their variance cannot be estimated."
    if np.bincount(rows.sets).max() < 2:
        return "No set has two rows: use regression or between_sets."
    return ""


def _repeated(rows: Rows, sets: str) -> tuple[dict[str, Ints], str]:
    """The inner factors whose effect can be told from the errors', and a note on the others."""
    kept, left_out = {}, []
    for name, codes in rows.inner.items():
        width = int(codes.max()) + 1
        if width > MOST_EFFECTS:
            raise ConfigError(f"inner factor {name} has {width} levels: at most {MOST_EFFECTS}; group them")
        if np.bincount(rows.sets * width + codes).max() < 2 or width < 2:
            left_out.append(f"{sets}:{name}")
        else:
            kept[name] = codes
    which = ", ".join(left_out)
    return kept, f"{which} cannot be told from the sets' or the errors' own variance and was left out." if which else ""


def _mixed(
    rows: Rows, sets: str, levels: dict[str, Ints], state: State, fit: Fit, unit: float, note: str, level: float
) -> Mixed:
    names = [sets, *(f"{sets}:{name}" for name in levels)]
    variances = np.append(state.ratios, 1.0) * state.variance * unit**2
    zero = [name for name, ratio in zip(names, state.ratios, strict=True) if ratio == 0]
    if zero:
        note = sentences(note, f"The variance of {', '.join(zero)} is estimated as 0.")
    tests = Satterthwaite.of(state, fit.weights)
    estimates = fit.estimates / unit + fit.weights @ state.estimates
    units = unit * fit.units
    volume = float(np.linalg.slogdet(fit.weights)[1] + np.log(fit.units).sum())
    labels = [(CONSTANT, ""), *((column.term, column.level) for column in rows.columns)]
    return Mixed(
        coefficients=tuple(
            MixedCoefficient(
                term=term,
                level=label,
                test=tests.one(i, float(estimates[i]), float(units[i]), n=len(rows.response), level=level),
            )
            for i, (term, label) in enumerate(labels)
        ),
        terms={
            name: tests.joint([i for i, label in enumerate(labels) if label[0] == name], estimates, units)
            for name in rows.terms
        },
        components=tuple(
            Component(name=name, variance=float(each), share=float(each / variances.sum()))
            for name, each in zip([*names, "error"], variances, strict=True)
        ),
        criterion=state.criterion - 2 * volume + 2 * fit.df * math.log(unit),
        n=len(rows.response),
        n_sets=len(rows.names),
        note=note,
    )


def _nothing(rows: Rows, reason: str) -> Mixed:
    return Mixed(
        coefficients=(),
        terms={},
        components=(),
        criterion=math.nan,
        n=len(rows.response),
        n_sets=len(rows.names),
        note=sentences(rows.note, reason),
    )
