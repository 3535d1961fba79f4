"""Claims of the source paper, each a contrast with a decision rule fixed in advance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from harness.analysis.frame import POINTS
from harness.analysis.inference.estimate import Estimate, Interval
from harness.analysis.inference.multiplicity import holm
from harness.analysis.inference.paired import paired_t
from harness.analysis.inference.verdict import Judgement, Magnitude, judge, magnitude
from harness.core import Floats

_COLUMNS = [
    *("claim", "statement", "unit", "n", "estimate", "low", "high"),
    *("p", "p_holm", "region", "stated", "verdict", "note"),
]


@dataclass(frozen=True)
class Directional:
    """A claim that something is larger than something else.

    Attributes:
        claim: the claim's id in the register, e.g. "S1".
        statement: the contrast in words.
        differences: one value a data set, positive in the claimed direction.
        region: half the width of the region of practical equivalence, in the same unit.
        unit: of the differences.
    """

    claim: str
    statement: str
    differences: Floats
    region: float
    unit: str = "points"


@dataclass(frozen=True)
class Share:
    """A claim that something holds on more data sets than chance would have it.

    Attributes:
        claim: the claim's id.
        statement: what is counted, less the chance of it.
        hits: 1 for each data set on which it holds, else 0.
        against: the share by chance.
        region: half the width of the region of practical equivalence, in points.
        unit: of the difference of shares.
    """

    claim: str
    statement: str
    hits: Floats
    against: float
    region: float
    unit: str = "points"


@dataclass(frozen=True)
class Stated:
    """A claim of a number.

    Attributes:
        claim: the claim's id.
        statement: what the number is of.
        values: one measured value a data set.
        stated: the published number.
        unit: of both.
    """

    claim: str
    statement: str
    values: Floats
    stated: float
    unit: str = "points"


def judge_all(claims: Sequence[Directional | Share | Stated]) -> pd.DataFrame:
    """One row a claim with its verdict; p is adjusted by Holm over all claims of a direction. Claims without data are left out.

    Returns:
        Columns claim, statement, unit, n, estimate, low, high (95 % interval: t over data sets, Clopper-Pearson for a share,
        or for a stated number the prediction interval for a new data set), p, p_holm, region, stated, verdict, note.
    """
    known = [claim for claim in claims if np.isfinite(_values(claim)).any()]
    tests = {number: _test(claim) for number, claim in enumerate(known) if not isinstance(claim, Stated)}
    adjusted = dict(zip(tests, holm([test.p for test in tests.values()]).p, strict=True)) if tests else {}
    rows = [
        _magnitude(claim) if isinstance(claim, Stated) else _direction(claim, tests[number], adjusted[number])
        for number, claim in enumerate(known)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


class _Test(NamedTuple):
    contrast: Estimate
    p: float


def _test(claim: Directional | Share) -> _Test:
    if isinstance(claim, Directional):
        found = paired_t(_values(claim))
        return _Test(found, found.p)
    n, hits = len(claim.hits), int(claim.hits.sum())
    exact = stats.binomtest(hits, n, claim.against)
    ends = exact.proportion_ci(0.95, method="exact")
    low, high = (POINTS * (end - claim.against) for end in (ends.low, ends.high))
    estimate = POINTS * (hits / n - claim.against)
    return _Test(Estimate(estimate=estimate, interval=Interval(low, high, 0.95), n=n), float(exact.pvalue))


def _direction(claim: Directional | Share, test: _Test, p_holm: float) -> dict[str, Any]:
    found = judge(test.contrast, p_adjusted=p_holm, region=claim.region)
    return {**_row(claim, found), "p": test.p, "p_holm": p_holm, "region": claim.region}


def _magnitude(claim: Stated) -> dict[str, Any]:
    return {**_row(claim, magnitude(_values(claim), stated=claim.stated)), "stated": claim.stated}


def _row(claim: Directional | Share | Stated, found: Judgement | Magnitude) -> dict[str, Any]:
    return {
        "claim": claim.claim,
        "statement": claim.statement,
        "unit": claim.unit,
        "n": found.n,
        "estimate": found.estimate,
        "low": found.interval.low,
        "high": found.interval.high,
        "verdict": str(found.verdict),
        "note": found.note,
    }


def _values(claim: Directional | Share | Stated) -> Floats:
    """What is known on each data set."""
    match claim:
        case Directional():
            values = claim.differences
        case Share():
            values = claim.hits
        case Stated():
            values = claim.values
    return values[np.isfinite(values)]
