"""The specification curve of a claim: every specification's estimate, interval and verdict, and what the verdict hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from harness.claims.answers import Answers
from harness.claims.choices import Place, Space
from harness.claims.entries import Entry, Role, Test
from harness.claims.sensitivity import Matter, Neighbour, matters_of, neighbours_of
from harness.claims.specified import EXCLUDED, Line, Ranks, Specified, each_bounds, ranked, together, verdict_of
from harness.inference.arrays import Bools
from harness.inference.decision import RANKED, Verdict
from harness.inference.specifications import Joint, sign_flips
from harness.randomness import stream

N_RESAMPLES = 400
"""Resamples of data sets for the intervals of shares."""


class Share(NamedTuple):
    """The share of specifications with a verdict, and its middle 95 % over resampled data sets: no confidence interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """A claim under every specification that was looked at, equal ones counted once.

    Attributes:
        entry: the claim.
        space: of its analysis dimensions.
        places: of the specifications, the registered one first.
        equals: the specifications that give the same values as each of them, itself first.
        sets: the data sets.
        lines: one for each contrast.
        ranks: of the claim.
        n_unanswered: those that the records cannot answer.
        neighbours: that are answered and differ from the registered one.
        shares: of supported, practically no difference, against, by verdict.
        matters: the dimensions, what matters most first.
        joint: for each contrast the test of the whole curve against 0, and against its region (None without one); None for a
            share.
    """

    entry: Entry
    space: Space
    places: tuple[Place, ...]
    equals: tuple[tuple[Place, ...], ...]
    sets: tuple[str, ...]
    lines: tuple[Line, ...]
    ranks: Ranks
    n_unanswered: int
    neighbours: tuple[Neighbour, ...]
    shares: dict[Verdict, Share]
    matters: tuple[Matter, ...]
    joint: tuple[tuple[Joint, Joint | None] | None, ...]

    @property
    def verdict(self) -> Verdict:
        """Of the registered specification."""
        return verdict_of(int(self.ranks[0]), self.entry)

    @property
    def n_kept(self) -> int:
        """The neighbours that keep the verdict."""
        return sum(one.verdict is self.verdict for one in self.neighbours)

    @property
    def n_equal(self) -> int:
        """Specifications left out because they give the same values as another one."""
        return sum(map(len, self.equals)) - len(self.places)

    @property
    def has(self) -> Bools:
        """Whether each specification, or an equal one, has each level of each dimension, shape (n_specifications, n_levels)."""
        levels = [(place, at) for place, names in enumerate(self.space.levels) for at in range(len(names))]
        return np.array([[any(one[place] == at for one in each) for place, at in levels] for each in self.equals])


def curve_of(answers: Answers, entry: Entry, level: float) -> Curve:
    """The curve of a claim at the registered levels of its questions.

    Args:
        answers: of the study.
        entry: a claim with contrasts.
        level: of the intervals that decide.
    """
    space = Space(entry.of_role(Role.ANALYSIS))
    asked = Specified(answers, entry, space, level)
    looked_at = space.looked_at(entry.id)
    equals, n_unanswered = _different(asked, looked_at)
    places = [each[0] for each in equals]
    sets, lines, all_ranks = asked.lines(places)
    return Curve(
        entry,
        space,
        tuple(places),
        tuple(map(tuple, equals)),
        sets,
        lines,
        all_ranks,
        n_unanswered,
        neighbours_of(asked, places),
        _shares(asked, places, lines),
        matters_of(asked, places, lines),
        tuple(_joint(line) for line in lines),
    )


def _different(asked: Specified, looked_at: Sequence[Place]) -> tuple[list[list[Place]], int]:
    """Specifications of the same values together, the registered one among the first; and how many are unanswered."""
    found: dict[tuple[object, ...], list[Place]] = {}
    n_unanswered = 0
    for place in looked_at:
        vectors = asked.vectors(place)
        if place != asked.space.registered and not all(vector.is_known for vector in vectors):
            n_unanswered += 1
            continue
        found.setdefault(asked.told_apart(place), []).append(place)
    return list(found.values()), n_unanswered


def _shares(asked: Specified, places: Sequence[Place], lines: Sequence[Line]) -> dict[Verdict, Share]:
    """Shares of verdicts, each with an interval over data sets drawn with replacement."""
    n_sets = lines[0].values.shape[1]
    kinds = (Verdict.SUPPORTED, Verdict.NONE, Verdict.AGAINST) if asked.entry.tested else (Verdict.EXCLUDED,)
    rank_of = {one: EXCLUDED if one is Verdict.EXCLUDED else RANKED.index(one) for one in kinds}
    now = together(np.array([line.ranks for line in lines]), asked.entry)
    if n_sets < 2:
        return {kind: Share(float((now == rank_of[kind]).mean()), np.nan, np.nan) for kind in kinds}
    rng = stream(0, "shares", asked.entry.id)
    weights = rng.multinomial(n_sets, np.full(n_sets, 1 / n_sets), size=N_RESAMPLES).astype(float)
    summaries = asked.summaries(places)
    drawn = together(
        np.array(
            [
                ranked(each_bounds(one.values, one.contrast, summaries, asked.level, weights), one.contrast)
                for one in lines
            ]
        ),
        asked.entry,
    )
    found = {}
    for kind in kinds:
        ends = np.quantile((drawn == rank_of[kind]).mean(axis=0), (0.025, 0.975))
        found[kind] = Share(float((now == rank_of[kind]).mean()), float(ends[0]), float(ends[1]))
    return found


def _joint(line: Line) -> tuple[Joint, Joint | None] | None:
    """The tests of a curve in units of its region; None for a share, whose values are not symmetric."""
    contrast = line.contrast
    if contrast.test is Test.SHARE:
        return None
    if not contrast.is_tested:
        return sign_flips(line.values - contrast.stated, rng=stream(0, "signs", contrast.id)), None
    unit = contrast.region or 1.0
    at_zero, *at_region = (
        sign_flips(line.values / unit, rng=stream(0, "signs", contrast.id), null=null)
        for null in ((0.0, 1.0) if contrast.region else (0.0,))
    )
    return at_zero, at_region[0] if at_region else None
