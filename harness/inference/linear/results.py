"""What a regression says."""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.inference.estimate import TTest, sentences
from harness.inference.linear.design import Rows
from harness.inference.linear.least_squares import ChiSquare, DurbinWatson
from harness.inference.linear.robust import FTest, no_f_test


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """The change of the response with one column, the others held.

    Attributes:
        term: the column of the frame, several joined by ":" for a product, or "constant".
        level: the level that is compared with the first; empty for a number.
        classical: its test if all errors are independent and have one variance.
        hc3: its test if they are independent.
        cr2: its test if they are independent between sets; None if no sets were named.
    """

    term: str
    level: str
    classical: TTest
    hc3: TTest
    cr2: TTest | None


@dataclass(frozen=True, kw_only=True)
class Term:
    """All coefficients of one term together.

    Attributes:
        name: the column of the frame, or several joined by ":".
        classical: the F test that all are zero, of type II.
        cr2: the same by sets (approximate Hotelling's T^2); None if no sets were named.
        inflation: the generalised variance inflation factor: 1 if the term is unrelated to the others.
        inflation_per_df: inflation^(1/(2 df)), which can be compared between terms.
    """

    name: str
    classical: FTest
    cr2: FTest | None
    inflation: float
    inflation_per_df: float


@dataclass(frozen=True, kw_only=True)
class Regression:
    """A linear model.

    Attributes:
        coefficients: in the order of the terms, the constant first; empty if the note says why.
        terms: the joint test of each term.
        overall: the F test that all coefficients but the constant, and all effects of sets, are zero.
        r_squared: the share of the response's variance that the model explains, effects of sets included.
        r_squared_within: the share of the variance within sets that the terms explain; r_squared without fixed effects.
        adjusted_r_squared: r_squared, corrected for the number of coefficients.
        residual_sd: the standard deviation of the errors.
        df_error: the degrees of freedom of the residuals.
        breusch_pagan: whether the variance of the errors depends on the model.
        durbin_watson: whether neighbouring residuals are alike; it means something only if the order of the rows does.
        n: the number of rows used.
        n_sets: the number of their sets; 0 if no sets were named.
        note: empty, or which rows and terms were left out, and what was degenerate.
    """

    coefficients: tuple[Coefficient, ...]
    terms: tuple[Term, ...]
    overall: FTest
    r_squared: float
    r_squared_within: float
    adjusted_r_squared: float
    residual_sd: float
    df_error: float
    breusch_pagan: ChiSquare
    durbin_watson: DurbinWatson
    n: int
    n_sets: int
    note: str = ""


def no_regression(rows: Rows, reason: str) -> Regression:
    """A model without coefficients, and why."""
    nan = math.nan
    return Regression(
        coefficients=(),
        terms=(),
        overall=no_f_test(0, reason),
        r_squared=nan,
        r_squared_within=nan,
        adjusted_r_squared=nan,
        residual_sd=nan,
        df_error=nan,
        breusch_pagan=ChiSquare(statistic=nan, df=nan, p=nan),
        durbin_watson=DurbinWatson(statistic=nan, correlation=nan, p=nan, p_positive=nan),
        n=len(rows.response),
        n_sets=len(rows.names),
        note=sentences(rows.note, reason),
    )
