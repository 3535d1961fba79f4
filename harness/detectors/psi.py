"""PSI: the population stability index of each column, window against reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.core import ConfigError, Floats, Ints
from harness.detectors.bins import Histogram, Term
from harness.detectors.contract import Knob
from harness.detectors.parameters import check_bounds, check_choice
from harness.detectors.rules import Rule, Verdict, by_index
from harness.detectors.windows import Mask, WindowTest


@dataclass(frozen=True, kw_only=True)
class PSI(WindowTest):
    """Population stability index, sum over bins of (q - p) ln(q / p), of every column.

    Shares are smoothed so that an empty bin has no infinite term: p = (r + a) / (n + a K) for r of n reference rows in one of
    the column's K bins, q likewise for the window. Missing values and levels that the reference lacks have bins of their own
    (`harness.detectors.bins`).

    The index knows nothing of sample sizes: without drift its mean is about (bins in use - 1) (1/n + 1/m), and the customary
    thresholds 0.1 (some change) and 0.25 (much change) stand for other false-alarm rates at every n, m and K (Yurdakul and
    Naranjo 2020, Journal of Risk Model Validation 14(4), "Statistical properties of the population stability index").

    Attributes:
        threshold: above which a column has moved.
        rule: any (one column) or share (a share of the columns).
        share: of the columns, for the rule share.
        bins: intervals of a numeric column, 2 or more, between quantiles of the reference.
        smoothing: the rows a > 0 added to every bin.
    """

    knob: ClassVar[Knob | None] = Knob("threshold", loosest=1e-4, strictest=20.0, logarithmic=True)
    larger: ClassVar[bool] = True

    name: str = "psi"
    threshold: float = 0.25
    rule: Rule = "any"
    share: float = 0.5
    bins: int = 10
    smoothing: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice(self, "rule", ("any", "share"))
        check_bounds(self, "threshold", least=0)
        check_bounds(self, "share", least=0, most=1)
        if self.bins < 2:
            raise ConfigError(f"{self.name} needs 2 bins or more for a numeric column, not {self.bins}")
        if not self.smoothing > 0:
            raise ConfigError(
                f"{self.name} needs a smoothing above 0, not {self.smoothing}: an empty bin would be infinite"
            )

    def _fit(self, rows: Floats, columns: Ints, nominal: Mask, rng: np.random.Generator | None) -> Histogram:  # noqa: ARG002
        return Histogram.of(rows, columns, nominal, self.bins)

    def _test(self, reference: Histogram, rows: Floats, ends: Ints) -> Verdict:
        index = reference.sums(Term.PSI, rows, ends, window=self.window, smoothing=self.smoothing).total
        return by_index(index, rule=self.rule, threshold=self.threshold, share=self.share)
