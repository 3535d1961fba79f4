"""Regression by least squares: of rows, within sets, and between sets."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats, Ints
from harness.inference.estimate import DECIMALS, is_constant, sentences
from harness.inference.linear import design
from harness.inference.linear.by_sets import AGREED, jointly_by_sets, tested_by_sets, without_variance
from harness.inference.linear.design import CONSTANT, Column, Rows, Terms
from harness.inference.linear.least_squares import (
    Fit,
    breusch_pagan,
    durbin_watson,
    fit_with_intercept,
    fit_within_sets,
    is_exact,
)
from harness.inference.linear.results import Coefficient, Regression, Term, no_regression
from harness.inference.linear.robust import (
    Clustered,
    FTest,
    classical,
    cr2,
    f_test,
    hc3,
    t_test,
    wald,
)


def regression(
    frame: pd.DataFrame, *, value: str, terms: Terms, sets: str | None = None, level: float = 0.95
) -> Regression:
    """Ordinary least squares on the rows of a frame.

    Rows of one data set are not independent. Name the column of sets, and use the CR2 tests: the classical and HC3 tests are
    right for independent rows alone. For covariates of data sets use `between_sets`, for what varies within them
    `fixed_effects`.

    Args:
        frame: one row per observation.
        value: the column of the response. Rows that lack it, a term or a set are left out and counted in the note.
        terms: columns of the frame: numbers and truth values as they are, text and categories by levels against the first (of a
            category's order, or of text's). A tuple of columns is their product (interaction).
        sets: the column whose levels are independent of each other.
        level: of the intervals.

    Raises:
        ConfigError: no terms, a column that is not there or named twice, or too many coefficients.
        DataError: values that are no numbers, or labels that cannot be told apart.

    Source: Fox (2016), Applied Regression Analysis; inflation: Fox and Monette (1992), doi 10.1080/01621459.1992.10475190.
    """
    inputs.level(level)
    rows = design.read(frame, value=value, terms=terms, sets=sets)
    return _regression(rows, level=level, clusters=rows.sets if sets is not None else None)


def fixed_effects(frame: pd.DataFrame, *, value: str, terms: Terms, sets: str, level: float = 0.95) -> Regression:
    """Least squares with an effect of each data set: what differs between rows of one set.

    A covariate that is constant within each set is left out, with a note; its product with a term that varies within sets is
    not.

    Args:
        frame: as `regression`.
        value: the column of the response.
        terms: as `regression`.
        level: of the intervals.
        sets: the column of data sets, whose rows may depend on each other: prefer the CR2 tests.

    Raises:
        ConfigError, DataError: as `regression`.

    Source: Pustejovsky and Tipton (2018), doi 10.1080/07350015.2016.1247004.
    """
    inputs.level(level)
    if sets is None:
        raise ConfigError("fixed_effects needs the column of data sets: give sets")
    rows = design.read(frame, value=value, terms=terms, sets=sets)
    return _regression(rows, level=level, clusters=rows.sets, absorbed=rows.sets)


def between_sets(frame: pd.DataFrame, *, value: str, terms: Terms, sets: str, level: float = 0.95) -> Regression:
    """Least squares of the means of data sets on covariates of data sets: one row a set, so that the set is the replicate.

    Args:
        frame: as `regression`.
        value: the column of the response.
        terms: as `regression`, each with one value in a set.
        sets: the column of data sets. Their rows are averaged.
        level: of the intervals.

    Raises:
        ConfigError, DataError: as `regression`, and a `DataError` for a covariate that varies within a set.
    """
    inputs.level(level)
    if sets is None:
        raise ConfigError("between_sets needs the column of data sets: give sets")
    rows = design.read(frame, value=value, terms=terms, sets=sets)
    return _regression(design.means_of_sets(rows) if len(rows.response) else rows, level=level)


def _regression(rows: Rows, *, level: float, clusters: Ints | None = None, absorbed: Ints | None = None) -> Regression:
    n, everything = len(rows.response), np.zeros(len(rows.response), dtype=np.int64)
    n_sets = len(rows.names)
    if not n:
        return no_regression(rows, "There is no complete row.")
    found = design.independent(rows, absorbed=everything if absorbed is None else absorbed)
    rows = design.with_columns(rows, found)
    note = rows.note
    if is_constant(rows.response):
        return no_regression(rows, f"All {n} values are equal to {DECIMALS} decimals: there is nothing to explain.")
    if not found.columns:
        return no_regression(rows, "No term varies: there is nothing that could explain.")
    fit = _fit(rows, found.centred, absorbed)
    if fit.df < 1:
        return no_regression(
            rows, f"{n} rows are too few for so many coefficients: no variance of errors can be estimated."
        )
    names = [*([(CONSTANT, "")] if absorbed is None else []), *((c.term, c.level) for c in found.columns)]
    if is_exact(fit, rows.response):
        return _exact(fit, names, rows, clusters is not None, level)
    clustered = None if clusters is None else cr2(fit, clusters)
    if clusters is not None and absorbed is None:
        note = sentences(note, _repeated(rows))
    if clustered is not None:
        note = sentences(note, clustered.note)
    return Regression(
        coefficients=_coefficients(fit, names, clustered, n_sets, level),
        terms=tuple(_term(name, fit, names, rows, clustered) for name in rows.terms),
        overall=_overall(fit),
        r_squared=1 - fit.error / fit.total,
        r_squared_within=_within_share(fit, rows, absorbed),
        adjusted_r_squared=1 - fit.error / fit.df / (fit.total / (n - 1)),
        residual_sd=math.sqrt(fit.error / fit.df),
        df_error=fit.df,
        breusch_pagan=breusch_pagan(fit, absorbed),
        durbin_watson=durbin_watson(fit, absorbed),
        n=n,
        n_sets=n_sets,
        note=note,
    )


def _exact(fit: Fit, names: list[tuple[str, str]], rows: Rows, by_sets: bool, level: float) -> Regression:
    """A model that leaves no errors: its coefficients are certain, and nothing can be tested."""
    size = AGREED * math.sqrt(fit.total)
    n, n_sets = len(rows.response), len(rows.names)
    found = []
    for (term, label), estimate, unit in zip(names, fit.estimates, fit.units, strict=True):
        value, is_zero = float(estimate * unit), abs(float(estimate)) <= size
        rows_say = without_variance(value, is_zero=is_zero, n=n, df=fit.df, level=level, who="rows")
        sets_say = without_variance(value, is_zero=is_zero, n=n_sets, df=fit.df, level=level, who="sets")
        found.append(
            Coefficient(term=term, level=label, classical=rows_say, hc3=rows_say, cr2=sets_say if by_sets else None)
        )
    nothing = no_regression(rows, "The model fits every row exactly: there are no errors, and nothing is tested.")
    return replace(nothing, coefficients=tuple(found), r_squared=1.0, residual_sd=0.0, df_error=fit.df)


def _fit(rows: Rows, centred: Floats, absorbed: Ints | None) -> Fit:
    if absorbed is None:
        return fit_with_intercept(rows.response, centred, np.array([c.values.mean() for c in rows.columns]))
    shifted = rows.response - rows.response.mean()
    return fit_within_sets(rows.response, centred, absorbed, design.within(shifted, absorbed))


def _repeated(rows: Rows) -> str:
    """Which terms are covariates of sets that have several rows."""
    if np.bincount(rows.sets).max() < 2:
        return ""
    constant = [
        name
        for name in rows.terms
        if all(_is_constant_within(column, rows.sets) for column in rows.columns if column.term == name)
    ]
    if not constant:
        return ""
    which = ", ".join(constant)
    return f"{which} does not vary within sets, so that rows are no replicates of it: only the CR2 tests hold."


def _is_constant_within(column: Column, sets: Ints) -> bool:
    return is_constant(np.append(design.within(column.values - column.values.mean(), sets), 0.0))


def _coefficients(
    fit: Fit, names: list[tuple[str, str]], clustered: Clustered | None, n_sets: int, level: float
) -> tuple[Coefficient, ...]:
    n = len(fit.residuals)
    plain, robust = (fit.units * np.sqrt(np.diag(covariance)) for covariance in (classical(fit), hc3(fit)))
    determined = "" if np.isfinite(robust).all() else "A row determines its own fitted value: there is no HC3."
    found = []
    for i, (term, label) in enumerate(names):
        estimate = float(fit.estimates[i] * fit.units[i])
        found.append(
            Coefficient(
                term=term,
                level=label,
                classical=t_test(estimate, float(plain[i]), df=fit.df, n=n, level=level),
                hc3=t_test(estimate, float(robust[i]), df=fit.df, n=n, level=level, note=determined),
                cr2=None if clustered is None else tested_by_sets(fit, clustered, i, n_sets=n_sets, level=level),
            )
        )
    return tuple(found)


def _term(name: str, fit: Fit, names: list[tuple[str, str]], rows: Rows, clustered: Clustered | None) -> Term:
    at = [i for i, (term, _) in enumerate(names) if term == name]
    columns = np.column_stack([column.values for column in rows.columns if column.term == name])
    centred = columns - columns.mean(axis=0)
    scale = np.linalg.norm(centred, axis=0)
    centred, weights = centred / scale, fit.weights[at] * (scale * fit.units[at])[:, None]
    # The determinant of what no other term explains is one over that of the term's block of (X'X)^-1.
    inflation = float(np.linalg.det(centred.T @ centred) * np.linalg.det(weights @ weights.T))
    return Term(
        name=name,
        classical=wald(fit.estimates, classical(fit), at, fit.df),
        cr2=None if clustered is None else jointly_by_sets(fit, clustered, at),
        inflation=inflation,
        inflation_per_df=inflation ** (1 / (2 * len(at))),
    )


def _overall(fit: Fit) -> FTest:
    df = fit.basis.shape[1] + fit.absorbed - 1
    return f_test((fit.total - fit.error) / df / (fit.error / fit.df), df, fit.df)


def _within_share(fit: Fit, rows: Rows, absorbed: Ints | None) -> float:
    if absorbed is None:
        return 1 - fit.error / fit.total
    inside = design.within(rows.response - rows.response.mean(), absorbed)
    return 1 - fit.error / float(inside @ inside)
