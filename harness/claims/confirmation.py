"""What new seeds and fresh data sets say of verdicts: replicated, and confirmed.

*Replicated* is said of the same data sets with new seeds, by the interval that decides everywhere else. *Confirmed* is said of
data sets that no other trial has seen, by one-sided tests of what the verdict says, with Holm's adjustment over all claims of
the study that can be confirmed. Estimates of fresh sets never enter those of the others, nor the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy import stats

from harness.analysis.frame import POINTS
from harness.claims.entries import Contrast, Entry, Register, Rule, Test
from harness.claims.evaluation import Evaluated, Registered
from harness.claims.specified import decisive
from harness.core import ConfigError, Floats
from harness.inference.decision import Decision, Direction, Verdict
from harness.inference.estimate import Interval
from harness.inference.multiplicity import holm
from harness.inference.one_sided import mean_beyond, share_beyond
from harness.inference.paired import equivalence
from harness.inference.power import beyond_power, equivalence_power

CONFIRMABLE = (Verdict.SUPPORTED, Verdict.AGAINST, Verdict.NONE)
"""The verdicts that say enough to be confirmed."""

REPLICABLE = (*CONFIRMABLE, Verdict.FOR)
"""The verdicts that name a direction, or none."""


class Outcome(StrEnum):
    """What became of a verdict."""

    REPLICATED = "replicated"
    NOT_REPLICATED = "not replicated"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not confirmed"
    OPPOSITE = "opposite"
    """The interval lies wholly on the other side: of zero, or of practical equivalence outside."""
    NOTHING = "nothing to show"
    """The verdict says too little: open, not tested, a stated number; for confirmation also that a size is open."""
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Again:
    """A registered contrast, three times.

    Attributes:
        first: on the records of the standard tier, which alone give the verdict.
        replication: with new seeds; None if nothing is published.
        confirmation: on fresh data sets; None if nothing is published.
        is_behind: whether the claim's verdict rests on it, so that it is tested.
        replicated: what new seeds say.
        p: one-sided, of what the verdict says, on fresh data sets; NaN where nothing is tested.
        p_direction: of the direction alone, whatever the size; NaN for practically no difference.
    """

    first: Registered
    replication: Registered | None
    confirmation: Registered | None
    is_behind: bool
    replicated: Outcome
    p: float
    p_direction: float

    @property
    def contrast(self) -> Contrast:
        """What was asked."""
        return self.first.contrast

    @property
    def verdict(self) -> Verdict:
        """That of the standard tier."""
        return self.first.found.verdict


@dataclass(frozen=True)
class Confirmation:
    """A claim, replicated and confirmed or not.

    Attributes:
        entry: the claim.
        verdict: of the standard tier.
        contrasts: all that are registered.
        replicated: what new seeds say.
        confirmed: what fresh data sets say.
        p: of the claim on fresh sets, unadjusted.
        adjusted: Holm's, over the claims of the study that can be confirmed.
    """

    entry: Entry
    verdict: Verdict
    contrasts: tuple[Again, ...]
    replicated: Outcome
    confirmed: Outcome
    p: float
    adjusted: float

    @property
    def is_confirmable(self) -> bool:
        """Whether the verdict says enough to be confirmed."""
        return self.verdict in CONFIRMABLE


Answered = Mapping[str, Registered]
"""Registered contrasts by id, answered from the records of one tier."""


def confirm(
    register: Register, evaluated: Sequence[Evaluated], replication: Answered | None, confirmation: Answered | None
) -> tuple[Confirmation, ...]:
    """What became of every claim.

    Args:
        register: the claims.
        evaluated: on the records of the standard tier.
        replication: on records with new seeds; None if there are none.
        confirmation: on records of fresh data sets; None if there are none.

    Raises:
        ConfigError: a fresh data set stands in the records of the standard tier too.

    Source: Holm (1979), https://www.jstor.org/stable/4615733; the largest p of several that have to hold: Berger (1982), doi
        10.1080/00401706.1982.10487790.
    """
    _refuse_shared(evaluated, confirmation)
    found = [_again(one, replication, confirmation) for one in evaluated]
    p_values = [_of_claim(one, contrasts) for one, contrasts in zip(evaluated, found, strict=True)]
    family = [at for at, one in enumerate(evaluated) if one.verdict in CONFIRMABLE]
    adjusted = dict(zip(family, holm([p_values[at] for at in family]).p, strict=True)) if family else {}
    return tuple(
        Confirmation(
            one.entry,
            one.verdict,
            contrasts,
            _replicated(one, contrasts),
            _confirmed(one, contrasts, adjusted.get(at, math.nan), register.alpha),
            p_values[at],
            adjusted.get(at, math.nan),
        )
        for at, (one, contrasts) in enumerate(zip(evaluated, found, strict=True))
    )


def _refuse_shared(evaluated: Sequence[Evaluated], confirmation: Answered | None) -> None:
    known = {name for one in evaluated for each in one.registered for name in each.sets}
    shared = sorted({name for each in (confirmation or {}).values() for name in each.sets} & known)
    if shared:
        raise ConfigError(
            f"data sets of the tiers standard and confirmation: {', '.join(shared)}. Fresh sets are of no other tier: take "
            "them out of design.confirmation, and run it again."
        )


def _needs_all(one: Evaluated) -> bool:
    """Whether the verdict needs every contrast that decides; else one that has it is enough."""
    return (one.verdict in (Verdict.SUPPORTED, Verdict.FOR)) != (one.entry.rule is Rule.ANY)


def _behind(one: Evaluated) -> tuple[str, ...]:
    """The ids of the contrasts that the verdict rests on."""
    if one.verdict not in REPLICABLE:
        return ()
    deciding = [each for each in one.registered if each.contrast in decisive(one.entry)]
    return tuple(each.contrast.id for each in deciding if _needs_all(one) or each.found.verdict is one.verdict)


def _again(one: Evaluated, replication: Answered | None, confirmation: Answered | None) -> tuple[Again, ...]:
    behind, found = _behind(one), []
    for first in one.registered:
        name = first.contrast.id
        new, fresh = (None if each is None else each.get(name) for each in (replication, confirmation))
        is_behind, verdict = name in behind, first.found.verdict
        values = np.array([]) if fresh is None else fresh.values
        is_tested = is_behind and one.verdict in CONFIRMABLE and verdict in CONFIRMABLE
        p = p_of(first.contrast, verdict, values) if is_tested else math.nan
        sign = {Direction.FOR: 1, Direction.AGAINST: -1}.get(getattr(first.found, "direction", Direction.OPEN), 0)
        p_direction = _beyond(first.contrast, values, sign, 0.0) if is_behind and sign else math.nan
        outcome = _repeated(first, new) if is_behind else Outcome.NOTHING
        found.append(Again(first, new, fresh, is_behind, outcome, p, p_direction))
    return tuple(found)


def p_of(contrast: Contrast, verdict: Verdict, values: Floats) -> float:
    """The one-sided p of what a verdict says.

    Args:
        contrast: what was asked.
        verdict: supported: the mean lies beyond the region. Against: below zero. Practically no difference: within the region,
            by two one-sided tests.
        values: shape (n_sets,), positive in the claimed direction; 0 or 1 for a share.

    Returns:
        p; NaN where so few values allow no test.

    Source: Schuirmann (1987), doi 10.1007/BF01068419, for practical equivalence.
    """
    if verdict is Verdict.NONE:
        if contrast.test is Test.SHARE:
            return max(_beyond(contrast, values, sign, -contrast.region) for sign in (1, -1))
        return equivalence(values, region=contrast.region).p
    return (
        _beyond(contrast, values, 1, contrast.region)
        if verdict is Verdict.SUPPORTED
        else _beyond(contrast, values, -1, 0.0)
    )


def _beyond(contrast: Contrast, values: Floats, sign: int, bound: float) -> float:
    """The p of the mean, or of the share less that by chance, times a sign lying above a bound in its unit."""
    if contrast.test is not Test.SHARE:
        return mean_beyond(sign * values, bound=bound).p
    n, hits, chance = len(values), int(values.sum()), contrast.against
    if sign < 0:
        hits, chance = n - hits, 1 - chance
    return share_beyond(hits, n, bound=chance + bound / POINTS).p


def power_of(contrast: Contrast, verdict: Verdict, *, n: int, mean: float, sd: float, alpha: float) -> float:
    """The chance that the test of a verdict rejects on n fresh data sets.

    Args:
        contrast: what is asked.
        verdict: as for `p_of`; for "for, size open" that of the test of the direction alone.
        n: the number of fresh data sets.
        mean: the true mean, or share less that by chance, in the unit of the contrast.
        sd: over data sets; not used for a share, whose test is exact.
        alpha: the level.

    Returns:
        The power; NaN where there is no such test, or no sd.
    """
    asked = contrast if verdict is not Verdict.FOR else replace(contrast, region=0.0)
    tested = Verdict.SUPPORTED if verdict is Verdict.FOR else verdict
    if n < 2 or not math.isfinite(mean) or (tested is Verdict.NONE and not asked.region > 0):
        return math.nan
    if contrast.test is Test.SHARE:
        share, hits = min(max(contrast.against + mean / POINTS, 0.0), 1.0), np.arange(n + 1)
        rejects = [p_of(asked, tested, (np.arange(n) < one).astype(float)) <= alpha for one in hits]
        return float(stats.binom.pmf(hits, n, share)[rejects].sum())
    if not sd > 0:
        return math.nan
    if tested is Verdict.NONE:
        return equivalence_power(n, difference=mean, sd=sd, region=asked.region, alpha=alpha).power
    bound = asked.region if tested is Verdict.SUPPORTED else 0.0
    return beyond_power(
        n, difference=mean if tested is Verdict.SUPPORTED else -mean, sd=sd, bound=bound, alpha=alpha
    ).power


def _of_claim(one: Evaluated, contrasts: Sequence[Again]) -> float:
    """The claim's p: the largest of contrasts that all have to hold, or Bonferroni's of those of which one is enough."""
    p_values = [each.p for each in contrasts if each.is_behind]
    if one.verdict not in CONFIRMABLE or not p_values or any(map(math.isnan, p_values)):
        return math.nan
    return max(p_values) if _needs_all(one) else min(1.0, len(p_values) * min(p_values))


def _repeated(first: Registered, new: Registered | None) -> Outcome:
    """What new seeds say of one contrast, by the interval at the level of the register."""
    if not isinstance(first.found, Decision):
        return Outcome.NOTHING
    if new is None or not isinstance(new.found, Decision) or not new.sets:
        return Outcome.NOT_MEASURED
    verdict = first.found.verdict
    is_same = new.found.verdict is verdict if verdict is Verdict.NONE else new.found.direction is first.found.direction
    if is_same:
        return Outcome.REPLICATED
    is_opposite = _lies_opposite(verdict, new.found.interval, first.contrast.region)
    return Outcome.OPPOSITE if is_opposite else Outcome.NOT_REPLICATED


def _lies_opposite(verdict: Verdict, interval: Interval, region: float) -> bool:
    """Whether an interval lies wholly where the verdict says that it does not."""
    if verdict is Verdict.NONE:
        return interval.low > region or interval.high < -region
    return interval.low > 0 if verdict is Verdict.AGAINST else interval.high < 0


def _replicated(one: Evaluated, contrasts: Sequence[Again]) -> Outcome:
    if one.verdict not in REPLICABLE:
        return Outcome.NOTHING
    found = [each.replicated for each in contrasts if each.is_behind]
    ranked = (Outcome.NOT_MEASURED, Outcome.OPPOSITE, Outcome.NOT_REPLICATED, Outcome.REPLICATED)
    places = [ranked.index(each) for each in found]
    return ranked[min(places) if _needs_all(one) else max(places)]


def _confirmed(one: Evaluated, contrasts: Sequence[Again], adjusted: float, alpha: float) -> Outcome:
    if one.verdict not in CONFIRMABLE:
        return Outcome.NOTHING
    if adjusted <= alpha:
        return Outcome.CONFIRMED
    measured = [
        each for each in contrasts if each.is_behind and each.confirmation is not None and each.confirmation.sets
    ]
    if len(measured) < sum(each.is_behind for each in contrasts):
        return Outcome.NOT_MEASURED
    opposite = [
        _lies_opposite(each.verdict, each.confirmation.usual, each.contrast.region)
        for each in measured
        if each.confirmation is not None
    ]
    is_opposite = any(opposite) if _needs_all(one) else all(opposite)
    return Outcome.OPPOSITE if is_opposite else Outcome.NOT_CONFIRMED
