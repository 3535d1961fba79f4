"""Verdicts on contrasts, and on the claims that they put to the test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from harness.analysis.frame import POINTS
from harness.claims.contrasts import Contrast, Directional, Share, Stated
from harness.core import ConfigError, Floats
from harness.inference import inputs
from harness.inference.estimate import Estimate, Interval, observed
from harness.inference.mean import bootstrap_t
from harness.inference.multiplicity import benjamini_hochberg, holm
from harness.inference.paired import paired_t
from harness.inference.verdict import Judgement, Magnitude, Verdict, judge, magnitude
from harness.randomness import stream

UNMEASURED = "not measured"
"""The verdict on a contrast that no record can answer."""

UNANSWERED = "not answered"
"""The verdict on a claim that depends on such a contrast."""

_KINDS = ("supported", "refuted", "inconclusive", "compatible", "contradicted")

NO_DRAWS: Mapping[str, str] = MappingProxyType({})
"""Every contrast draws from a stream that is named by its id."""

_COLUMNS = [
    *("claim", "id", "statement", "family", "unit", "n", "estimate", "low", "high", "low_bootstrap", "high_bootstrap"),
    *("p", "p_adjusted", "region", "stated", "verdict", "note"),
]


class Judged(NamedTuple):
    """Contrasts, and a row of `judge_all` or `judged` for each of them."""

    contrasts: Sequence[Contrast]
    verdicts: pd.DataFrame


def judge_all(claims: Sequence[Contrast], draws: Mapping[str, str] = NO_DRAWS) -> pd.DataFrame:
    """One row a contrast with its verdict; p is adjusted within the families. Contrasts without data are left out.

    Args:
        claims: in the order of the rows.
        draws: by the id of a contrast, the name that its bootstrap's stream of random numbers has beside the claim's; the
            id itself unless given.

    Returns:
        Columns claim, id, statement, family, unit, n, estimate, low, high (95 % interval: t over data sets, Clopper-Pearson for
        a share, or for a stated number the prediction interval for a new data set), low_bootstrap and high_bootstrap (the
        bootstrap-t check of a t interval), p, p_adjusted, region, stated, verdict, note. Verdicts of a direction are
        supported, refuted (reversed), refuted (negligible) or inconclusive; of a stated number compatible, contradicted or
        inconclusive.

    Raises:
        ConfigError: two contrasts have the same id, or something is no contrast.
    """
    _check_ids(claims)
    known = [claim for claim in claims if np.isfinite(_values(claim)).any()]
    tests = {number: _test(claim) for number, claim in enumerate(known) if not isinstance(claim, Stated)}
    adjusted = _adjusted(known, tests)
    rows = [
        _magnitude(claim) if isinstance(claim, Stated) else _direction(claim, tests[number], adjusted[number], draws)
        for number, claim in enumerate(known)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _check_ids(claims: Sequence[Contrast]) -> None:
    inputs.check_kind(claims, (list, tuple), what="claims")
    for claim in claims:
        inputs.check_kind(claim, (Directional, Share, Stated), what="a claim")
    twice = sorted(name for name, n in Counter(claim.id for claim in claims).items() if n > 1)
    if twice:
        raise ConfigError(f"contrasts are known by their ids, and two have the same: {', '.join(twice)}.")


def claim_verdict(verdicts: Sequence[str]) -> str:
    """The verdict on a claim with several contrasts: supported only if all are, and refuted if one is.

    Raises:
        ConfigError: no list of verdicts of `judge_all`.
    """
    kinds = [_kind(verdict) for verdict in _each(verdicts)]
    if "refuted" in kinds:
        return "refuted"
    return "supported" if kinds and set(kinds) == {"supported"} else "inconclusive"


def _each(verdicts: Iterable[str]) -> list[str]:
    if isinstance(verdicts, str) or not isinstance(verdicts, Iterable):
        raise ConfigError(f"verdicts is {verdicts!r}: give a list of them")
    return list(verdicts)


def _kind(verdict: str) -> str:
    kind = verdict.partition(" ")[0] if isinstance(verdict, str) else ""
    if kind not in _KINDS:
        raise ConfigError(f"{verdict!r} is no verdict: give some of {', '.join(_KINDS)}")
    return kind


def judged(claims: Sequence[Contrast], draws: Mapping[str, str] = NO_DRAWS) -> pd.DataFrame:
    """As `judge_all`, with a row for each contrast without data, in the order given. These count in no family.

    A contrast that no data set varies in has neither p nor interval and is inconclusive, as everywhere.
    """
    table = judge_all(claims, draws)
    found = {row["id"]: row for row in table.to_dict("records")}
    rows = [found.get(claim.id) or _unmeasured(claim) for claim in claims]
    return pd.DataFrame(rows, columns=list(table.columns))


def _unmeasured(claim: Contrast) -> dict[Any, Any]:
    return {**_about(claim), "n": 0, "verdict": UNMEASURED, "note": "No record answers it."}


def whole_verdict(verdicts: Sequence[str]) -> str:
    """As `claim_verdict`; a claim with a contrast that was not measured, and none refuted, is not answered."""
    verdicts = _each(verdicts)
    found = claim_verdict([verdict for verdict in verdicts if verdict != UNMEASURED])
    return UNANSWERED if UNMEASURED in verdicts and found != "refuted" else found


def _adjusted(claims: Sequence[Contrast], tests: Mapping[int, _Test]) -> dict[int, float]:
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
    known = _values(claim)
    n, hits = len(known), int(known.sum())
    exact = stats.binomtest(hits, n, claim.against)
    ends = exact.proportion_ci(0.95, method="exact")
    low, high = (POINTS * (end - claim.against) for end in (ends.low, ends.high))
    estimate = POINTS * (hits / n - claim.against)
    left_out = observed(claim.hits).note
    return _Test(
        Estimate(estimate=estimate, interval=Interval(low, high, 0.95), n=n, note=left_out), float(exact.pvalue)
    )


def _direction(claim: Directional | Share, test: _Test, p_adjusted: float, draws: Mapping[str, str]) -> dict[str, Any]:
    found = judge(test.contrast, p_adjusted=p_adjusted, region=claim.region)
    row = {**_row(claim, found), "p": test.p, "p_adjusted": p_adjusted, "region": claim.region}
    if found.verdict is Verdict.REFUTED:
        row["verdict"] = "refuted (reversed)" if found.interval.high < 0 else "refuted (negligible)"
    if isinstance(claim, Directional):
        check = bootstrap_t(_values(claim), rng=_draws(claim, draws)).interval
        row |= {"low_bootstrap": check.low, "high_bootstrap": check.high}
    return row


def _draws(claim: Contrast, names: Mapping[str, str]) -> np.random.Generator:
    return stream(0, "bootstrap", claim.claim, names.get(claim.id, claim.id))


def _magnitude(claim: Stated) -> dict[str, Any]:
    found = magnitude(_values(claim), stated=claim.stated, limits=claim.limits)
    word = {Verdict.SUPPORTED: "compatible", Verdict.REFUTED: "contradicted"}.get(found.verdict, str(found.verdict))
    return {**_row(claim, found), "stated": claim.stated, "verdict": word}


def _row(claim: Contrast, found: Judgement | Magnitude) -> dict[str, Any]:
    return {
        **_about(claim),
        "n": found.n,
        "estimate": found.estimate,
        "low": found.interval.low,
        "high": found.interval.high,
        "verdict": str(found.verdict),
        "note": found.note,
    }


def _about(claim: Contrast) -> dict[str, Any]:
    """The columns that identify a contrast."""
    return {name: getattr(claim, name) for name in ("claim", "id", "statement", "family", "unit")}


def _values(claim: Contrast) -> Floats:
    """The values on each data set."""
    match claim:
        case Directional():
            values = claim.differences
        case Share():
            values = claim.hits
        case Stated():
            values = claim.values
    return values[np.isfinite(values)]
