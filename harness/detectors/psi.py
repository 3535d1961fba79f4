"""PSI: the population stability index of each column, window against reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np

from harness.core import Floats, Ints
from harness.detectors.bins import Histogram, Term
from harness.detectors.contract import Knob
from harness.detectors.rules import WindowFindings, by_index
from harness.detectors.windows import Mask, WindowTest
from harness.settings import above, at_least, at_most


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
    threshold: Annotated[float, at_least(0)] = 0.25
    rule: Literal["any", "share"] = "any"
    share: Annotated[float, at_least(0), at_most(1)] = 0.5
    bins: Annotated[int, at_least(2)] = 10
    smoothing: Annotated[float, above(0)] = 0.5  # without, an empty bin would be infinite

    def _fit(self, rows: Floats, columns: Ints, nominal: Mask, rng: np.random.Generator | None) -> Histogram:  # noqa: ARG002
        return Histogram.of(rows, columns, nominal, self.bins)

    def _test(self, reference: Histogram, rows: Floats, ends: Ints) -> WindowFindings:
        index = reference.sums(Term.PSI, rows, ends, window=self.window, smoothing=self.smoothing).total
        return by_index(index, rule=self.rule, threshold=self.threshold, share=self.share)
