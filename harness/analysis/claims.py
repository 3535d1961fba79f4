"""Claims of the source paper, each a contrast with a decision rule fixed in advance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from harness.analysis.frame import POINTS
from harness.analysis.inference.estimate import Estimate, Interval
from harness.analysis.inference.mean import bootstrap_t
from harness.analysis.inference.multiplicity import benjamini_hochberg, holm
from harness.analysis.inference.paired import paired_t
from harness.analysis.inference.verdict import Judgement, Magnitude, Verdict, judge, magnitude
from harness.core import Floats
from harness.randomness import stream

_COLUMNS = [
    *("claim", "statement", "family", "unit", "n", "estimate", "low", "high", "low_bootstrap", "high_bootstrap"),
    *("p", "p_adjusted", "region", "stated", "verdict", "note"),
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
        family: "primary" claims are adjusted by Holm; "secondary" ones, of another metric, by Benjamini and Hochberg; a
            "sensitivity" check of a primary claim is shown unadjusted and gets no say in the claim's verdict.
    """

    claim: str
    statement: str
    differences: Floats
    region: float
    unit: str = "points"
    family: str = "primary"


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
        family: as for `Directional`.
    """

    claim: str
    statement: str
    hits: Floats
    against: float
    region: float
    unit: str = "points"
    family: str = "primary"


@dataclass(frozen=True)
class Stated:
    """A claim of a number.

    Attributes:
        claim: the claim's id.
        statement: what the number is of.
        values: one measured value a data set.
        stated: the published number.
        unit: of both.
        limits: the least and the largest value that there can be.
    """

    claim: str
    statement: str
    values: Floats
    stated: float
    unit: str = "points"
    limits: tuple[float, float] = (-math.inf, math.inf)


def judge_all(claims: Sequence[Directional | Share | Stated]) -> pd.DataFrame:
    """One row a contrast with its verdict; p is adjusted within the families. Contrasts without data are left out.

    Returns:
        Columns claim, statement, family, unit, n, estimate, low, high (95 % interval: t over data sets, Clopper-Pearson for
        a share, or for a stated number the prediction interval for a new data set), low_bootstrap and high_bootstrap (the
        bootstrap-t check of a t interval), p, p_adjusted, region, stated, verdict, note. Verdicts of a direction are
        supported, refuted (reversed), refuted (negligible) or inconclusive; of a stated number compatible, contradicted or
        inconclusive.
    """
    known = [claim for claim in claims if np.isfinite(_values(claim)).any()]
    tests = {number: _test(claim) for number, claim in enumerate(known) if not isinstance(claim, Stated)}
    adjusted = _adjusted(known, tests)
    rows = [
        _magnitude(claim) if isinstance(claim, Stated) else _direction(claim, tests[number], adjusted[number])
        for number, claim in enumerate(known)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def claim_verdict(verdicts: Sequence[str]) -> str:
    """The verdict on a claim that several contrasts put to the test: it needs all of them, and one refutation sinks it."""
    kinds = [verdict.partition(" ")[0] for verdict in verdicts]
    if "refuted" in kinds:
        return "refuted"
    return "supported" if kinds and set(kinds) == {"supported"} else "inconclusive"


def _adjusted(claims: Sequence[Directional | Share | Stated], tests: Mapping[int, _Test]) -> dict[int, float]:
    family = {number: claim.family for number, claim in enumerate(claims) if not isinstance(claim, Stated)}
    found = {number: test.p for number, test in tests.items()}
    for name, adjust in (("primary", holm), ("secondary", benjamini_hochberg)):
        chosen = [number for number in tests if family[number] == name]
        if chosen:
            found |= dict(zip(chosen, adjust([tests[number].p for number in chosen]).p, strict=True))
    return found


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


def _direction(claim: Directional | Share, test: _Test, p_adjusted: float) -> dict[str, Any]:
    found = judge(test.contrast, p_adjusted=p_adjusted, region=claim.region)
    row = {**_row(claim, found), "p": test.p, "p_adjusted": p_adjusted, "region": claim.region}
    if found.verdict is Verdict.REFUTED:
        row["verdict"] = "refuted (reversed)" if found.interval.high < 0 else "refuted (negligible)"
    row["family"] = claim.family
    if isinstance(claim, Directional):
        check = bootstrap_t(_values(claim), rng=stream(0, "bootstrap", claim.claim, claim.statement)).interval
        row |= {"low_bootstrap": check.low, "high_bootstrap": check.high}
    return row


def _magnitude(claim: Stated) -> dict[str, Any]:
    found = magnitude(_values(claim), stated=claim.stated, limits=claim.limits)
    word = {Verdict.SUPPORTED: "compatible", Verdict.REFUTED: "contradicted"}.get(found.verdict, str(found.verdict))
    return {**_row(claim, found), "family": "stated", "stated": claim.stated, "verdict": word}


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
