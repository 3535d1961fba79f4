"""A register evaluated: for every claim its contrasts, verdict and curve, other questions, and parts of the data sets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from harness.analysis.frame import POINTS
from harness.analysis.query import Query
from harness.claims.answers import Answers
from harness.claims.curve import Curve, curve_of
from harness.claims.entries import Contrast, Entry, Register, Role, Rule, Test
from harness.claims.intervals import clopper_pearson
from harness.claims.offers import Offers
from harness.claims.specified import STATED_LEVEL, decisive
from harness.core import Floats
from harness.inference import decision
from harness.inference.decision import Decision, Stated, Verdict
from harness.inference.estimate import Estimate, Interval
from harness.inference.planning import minimal_detectable_difference
from harness.inference.student import one_sample_t, t_interval

MOST_QUESTIONS = 60
"""Combinations of questions that one table shows; with more, those one step from the registered one."""

USUAL_LEVEL = 0.95
"""Of intervals that decide nothing."""


@dataclass(frozen=True)
class Registered:
    """A registered contrast, answered.

    Attributes:
        contrast: what was asked.
        found: the decision at the frozen level, or what became of a stated number; its note says why.
        sets: the data sets.
        values: on each of them, in the claimed direction.
        n_behind: trials or streams behind them.
        usual: the 95 % interval that tables of other people's papers would have.
        p: two-sided, unadjusted; NaN for a stated number.
        detectable: the smallest difference that so many sets find four times in five at the frozen level; NaN if there is none.
        records: those that it rests on; None if the study does not declare them.
        is_within_reach: whether the exact test of signs of so many sets can reach the frozen level: 2^(1-n) is its smallest p.
    """

    contrast: Contrast
    found: Decision | Stated
    sets: tuple[str, ...]
    values: Floats
    n_behind: int
    usual: Interval
    p: float
    detectable: float
    is_within_reach: bool
    records: Query | None = None


class Question(NamedTuple):
    """The claim under other levels of its questions, the analysis as registered; of the contrasts that records answer there."""

    levels: Mapping[str, str]
    is_registered: bool
    verdict: Verdict
    decisions: tuple[tuple[Contrast, Decision | Stated], ...]


class Scope(NamedTuple):
    """A registered contrast on a part of the data sets.

    Attributes:
        dimension: what tells the part apart.
        level: of it.
        contrast: which one.
        found: the mean on the part, with its 95 % interval.
        difference: from the mean on all other data sets, with Welch's 95 % interval; NaN without two sets on both sides.
    """

    dimension: str
    level: str
    contrast: Contrast
    found: Estimate
    difference: Estimate


@dataclass(frozen=True)
class Evaluated:
    """A claim, evaluated.

    Attributes:
        entry: the claim.
        verdict: on it, by its rule.
        registered: its contrasts.
        curve: its specification curve; None if it has no contrast, or none that records answer.
        questions: the registered one first.
        scopes: parts of the data sets.
    """

    entry: Entry
    verdict: Verdict
    registered: tuple[Registered, ...]
    curve: Curve | None
    questions: tuple[Question, ...]
    scopes: tuple[Scope, ...]

    @property
    def hangs_on(self) -> str:
        """The choice that matters most: that whose toggling flips the verdict most often; "" if no choice flips it."""
        if self.curve is None:
            return ""
        flipping = [one for one in self.curve.matters if one.flips > 0]
        return max(flipping, key=lambda one: (one.flips, one.weight)).dimension if flipping else ""


def evaluate(
    register: Register,
    offers: Offers,
    cube: Any,
    tell: Callable[[str], None] = lambda _: None,
    *,
    curves: bool = True,
) -> tuple[Evaluated, ...]:
    """Every claim of a register.

    Args:
        register: the claims.
        offers: what the study offers.
        cube: made of its records by `offers.cells`.
        tell: called with the id of each claim before it is evaluated.
        curves: whether the specification curves are wanted, which take most of the time.
    """
    answers, found = Answers(offers, cube), []
    for entry in register.entries:
        tell(entry.id)
        found.append(_evaluated(answers, entry, register.level, curves=curves))
    return tuple(found)


def answered(register: Register, offers: Offers, cube: Any) -> dict[str, Registered]:
    """The registered contrasts alone, by id, at the registered level of every dimension.

    Args:
        register: the claims.
        offers: what the study offers.
        cube: made by `offers.cells` of the records of one tier.
    """
    answers = Answers(offers, cube)
    return {
        one.id: _registered(answers, entry, one, entry.registered, register.level)
        for entry in register.entries
        for one in entry.contrasts
    }


def _evaluated(answers: Answers, entry: Entry, level: float, *, curves: bool) -> Evaluated:
    if not entry.contrasts:
        verdict = Verdict.UNTESTABLE if entry.untestable else Verdict.NOT_TESTED
        return Evaluated(entry, verdict, (), None, (), ())
    registered = tuple(_registered(answers, entry, one, entry.registered, level) for one in entry.contrasts)
    deciding = [one for one in registered if one.contrast in decisive(entry)]
    verdict = _verdict(entry, [one.found for one in deciding])
    is_answered = all(np.isfinite(one.values).any() for one in deciding)
    curve = curve_of(answers, entry, level) if curves and is_answered else None
    scopes = tuple(_scopes(answers, entry, deciding))
    return Evaluated(entry, verdict, registered, curve, tuple(_questions(answers, entry, level)), scopes)


def _registered(
    answers: Answers, entry: Entry, contrast: Contrast, choices: Mapping[str, str], level: float
) -> Registered:
    vector, counts = answers.vector(entry, contrast, choices), answers.counted(contrast, choices).counts
    known = np.isfinite(vector.values)
    sets = tuple(name for name, is_known in zip(vector.sets, known, strict=True) if is_known)
    values = vector.values[known]
    found = decided(values, contrast, level)
    usual, p, detectable = usually(values, contrast).interval, math.nan, math.nan
    if contrast.test is Test.SHARE:
        p = float(stats.binomtest(int(values.sum()), len(values), contrast.against).pvalue) if len(values) else p
    elif contrast.is_tested:
        test = one_sample_t(values, level=USUAL_LEVEL)
        p = test.p
        if test.n > 1:
            sd = test.standard_error * math.sqrt(test.n)
            detectable = minimal_detectable_difference(test.n, sd=sd, alpha=1 - level).estimate
    is_within = not contrast.is_tested or 2.0 ** (1 - len(values)) <= 1 - level
    n_behind = int(np.nansum(counts.to_numpy(dtype=np.float64)))
    return Registered(
        contrast, found, sets, values, n_behind, usual, p, detectable, is_within, answers.records(contrast, choices)
    )


def decided(values: Floats, contrast: Contrast, level: float) -> Decision | Stated:
    """The decision of a contrast's values by the mean over data sets; not tested if there is no value."""
    if not contrast.is_tested:
        found = decision.stated(values, number=contrast.stated, level=STATED_LEVEL, limits=contrast.limits)
        return found if len(values) else replace(found, verdict=Verdict.NOT_TESTED, note="No record answers it.")
    if contrast.test is Test.SHARE:
        estimate: Estimate = _share(values, contrast, level)
    else:
        estimate = one_sample_t(values, level=level)
    judged = decision.decide(estimate, region=contrast.region)
    return judged if len(values) else replace(judged, verdict=Verdict.NOT_TESTED, note="No record answers it.")


def usually(values: Floats, contrast: Contrast) -> Estimate:
    """The estimate of a contrast's values with the interval that other people's tables have, which decides nothing.

    Args:
        values: shape (n_sets,), in the unit of the contrast; 0 or 1 for a share.
        contrast: what is asked.

    Returns:
        The mean, or the share less that by chance, with its 95 % interval; of a stated number the prediction interval.
    """
    if contrast.test is Test.SHARE:
        return _share(values, contrast, USUAL_LEVEL)
    if contrast.is_tested:
        return one_sample_t(values, level=USUAL_LEVEL)
    found = decided(values, contrast, STATED_LEVEL)
    return Estimate(estimate=found.estimate, interval=found.interval, n=found.n)


def _share(values: Floats, contrast: Contrast, level: float) -> Estimate:
    """The share less that by chance, in points, with the exact interval."""
    n, hits = len(values), int(values.sum())
    if not n:
        return Estimate(estimate=math.nan, interval=Interval(math.nan, math.nan, level), n=0)
    low, high = (POINTS * (end - contrast.against) for end in clopper_pearson(hits, n, level))
    return Estimate(estimate=POINTS * (hits / n - contrast.against), interval=Interval(low, high, level), n=n)


def _verdict(entry: Entry, found: list[Decision | Stated]) -> Verdict:
    verdicts = [one.verdict for one in found]
    if entry.tested:
        return decision.together(verdicts, is_any=entry.rule is Rule.ANY)
    order = (Verdict.EXCLUDED, Verdict.NOT_TESTED, Verdict.OPEN, Verdict.NOT_EXCLUDED)
    return next(one for one in order if one in verdicts)


def _questions(answers: Answers, entry: Entry, level: float) -> Iterator[Question]:
    dimensions = entry.of_role(Role.QUESTION)
    if not dimensions:
        return
    names = [one.name for one in dimensions]
    levels = [(one.registered, *(name for name in one.levels if name != one.registered)) for one in dimensions]
    every = list(itertools.product(*levels))
    registered = every[0]
    if len(every) > MOST_QUESTIONS:
        every = [one for one in every if sum(a != b for a, b in zip(one, registered, strict=True)) <= 1]
    for chosen in every:
        named = dict(zip(names, chosen, strict=True))
        found = []
        for contrast in decisive(entry):
            vector = answers.vector(entry, contrast, {**entry.registered, **named})
            found.append((contrast, decided(vector.values[np.isfinite(vector.values)], contrast, level)))
        answered = [one for _, one in found if one.verdict is not Verdict.NOT_TESTED] or [one for _, one in found]
        yield Question(named, chosen == registered, _verdict(entry, answered), tuple(found))


def _scopes(answers: Answers, entry: Entry, registered: list[Registered]) -> Iterator[Scope]:
    for dimension in entry.of_role(Role.SCOPE):
        for level in dimension.levels:
            if level == dimension.registered:
                continue
            chosen = answers.sets_of(dimension, level)
            for one in registered:
                inside = np.array([name in chosen for name in one.sets], dtype=bool)
                part, rest = one.values[inside], one.values[~inside]
                if one.contrast.test is Test.SHARE:
                    part, rest = ((each - one.contrast.against) * POINTS for each in (part, rest))
                found = one_sample_t(part, level=USUAL_LEVEL)
                yield Scope(dimension.name, level, one.contrast, found, _difference(part, rest))


def _difference(part: Floats, rest: Floats) -> Estimate:
    """The mean of one part less that of the other, with Welch's interval."""
    n = len(part) + len(rest)
    estimate = float(part.mean() - rest.mean()) if len(part) and len(rest) else math.nan
    unknown = Interval(math.nan, math.nan, USUAL_LEVEL)
    if min(len(part), len(rest)) < 2:
        return Estimate(estimate=estimate, interval=unknown, n=n, note="One side has fewer than two data sets.")
    variances = [float(each.var(ddof=1)) / len(each) for each in (part, rest)]
    error = math.sqrt(sum(variances))
    if error == 0:
        return Estimate(estimate=estimate, interval=unknown, n=n, note="Neither side varies.")
    df = error**4 / sum(one**2 / (len(each) - 1) for one, each in zip(variances, (part, rest), strict=True))
    return Estimate(estimate=estimate, interval=t_interval(estimate, error, df=df, level=USUAL_LEVEL), n=n)
