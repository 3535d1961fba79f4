"""Chi-square: Pearson's test that window and reference are spread over the same bins in the same shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from scipy.special import chdtrc

from harness.core import Floats, Ints
from harness.detectors.bins import Histogram, Term
from harness.detectors.contract import Knob
from harness.detectors.rules import Rule, WindowFindings, by_p_value
from harness.detectors.windows import Mask, WindowTest
from harness.settings import at_least, at_most


@dataclass(frozen=True, kw_only=True)
class ChiSquare(WindowTest):
    """Pearson's test of homogeneity of every nominal column, and of binned numeric ones if asked for.

    The table has two rows, reference and window, and a column for each bin that holds a row; missing values and levels that the
    reference lacks have bins of their own (`harness.detectors.bins`). The p-value is `scipy.stats.chi2_contingency`'s with
    `correction=False`: the reference counts as a sample, not as the known truth that `scipy.stats.chisquare` would take it for.
    It is asymptotic; bins with few rows make it rough.

    Attributes:
        level: at which a window (bonferroni, bh) or a column (share, any) is significant.
        rule: how the columns count together, see `harness.detectors.rules`.
        share: of the columns, for the rule share.
        bins: intervals of a numeric column, 2 or more, between quantiles of the reference; None leaves numeric columns out.
    """

    knob: ClassVar[Knob | None] = Knob("level", loosest=1.0, strictest=1e-15, logarithmic=True)

    name: str = "chi_square"
    level: Annotated[float, at_least(0), at_most(1)] = 0.05
    rule: Rule = "bonferroni"
    share: Annotated[float, at_least(0), at_most(1)] = 0.5
    bins: Annotated[int, at_least(2)] | None = None

    def _readable(self) -> str:
        return "it reads nominal columns with values, and numeric ones if bins is set"

    def _reads(self, nominal: Mask) -> Mask:
        return nominal if self.bins is None else np.ones_like(nominal)

    def _fit(self, rows: Floats, columns: Ints, nominal: Mask, rng: np.random.Generator | None) -> Histogram:  # noqa: ARG002
        return Histogram.of(rows, columns, nominal, self.bins or 2)

    def _test(self, reference: Histogram, rows: Floats, ends: Ints) -> WindowFindings:
        n, m = reference.n_rows, self.window
        total, occupied = reference.sums(Term.CHI_SQUARE, rows, ends, window=m)
        statistic = np.maximum((n + m) ** 2 / (n * m) * (total - m * m / (n + m)), 0.0)
        freedom = occupied - 1
        p = np.where(freedom > 0, chdtrc(np.maximum(freedom, 1), statistic), 1.0)
        return by_p_value(p, rule=self.rule, level=self.level, share=self.share)
