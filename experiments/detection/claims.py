"""What this study offers to its register: contrasts of detectors, answered from sums over cells."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.alarm_lift import lift
from experiments.detection.cell_choices import IN_BAND, LEFT_OUT, NOTHING, streams
from experiments.detection.cell_streams import Streams
from experiments.detection.cells import (
    KS,
    KS_TESTS,
    METRONOME,
    NEVER,
    RULE,
    WARM,
    WARM_UPS,
    Cube,
    a_level,
    cells,
    variant,
)
from experiments.detection.claim_records import lift_records, read_records, shift_records
from experiments.detection.condition_sums import found_by_chance
from experiments.detection.scopes import scope
from experiments.detection.shift_curves import log_ratio
from harness.analysis.query import Query, either
from harness.claims.offers import Counted, Offered
from harness.core import Floats
from harness.detectors.run import DEFAULT, Run
from harness.scoring import measures
from harness.scoring.measures import Measure
from harness.scoring.sums import Sums

__all__ = ["CONTRASTS", "cells", "scope"]


def found_beyond_chance(drifted: Sums, free: Sums) -> Floats:
    """Drifts found, less those that the alarms on the drift-free twins would have found."""
    return measures.found(drifted, free) - found_by_chance(drifted, free)


def rightly_met(drifted: Sums, _: Sums) -> Floats:
    """Streams with a drift whose first alarm found it."""
    return 100 * _ratio(drifted["right"], drifted["runs"])


def unhurried_delay(drifted: Sums, _: Sums) -> Floats:
    """Restricted mean delay in months over streams on which no alarm came before the drift."""
    return _ratio(drifted["unhurried_delay"], drifted["unhurried"])


MEASURES: Mapping[str, Measure] = {
    "delay": measures.delay,
    "unhurried": unhurried_delay,
    "a1": measures.accuracy,
    "a2": measures.cell_accuracy,
    "a3": measures.recall,
    "f_score": measures.f_score,
    "f1": measures.false_positives,
    "f2": measures.false_months,
    "f4": measures.false_discovery,
    "found": measures.found,
    "beyond_chance": found_beyond_chance,
    "rightly_met": rightly_met,
}
"""By the names that the register gives them."""


def _passing_on(contrast: Callable[..., Counted]) -> Callable[..., Counted]:
    """The contrast, whose signature names the choices that its `**which` passes on to `streams`."""
    own = [one for one in inspect.signature(contrast).parameters.values() if one.kind is not one.VAR_KEYWORD]
    names = {one.name for one in own}
    passed = [
        one for name, one in inspect.signature(streams).parameters.items() if name not in names | {"cube", "runs"}
    ]

    @wraps(contrast)
    def answered(*args: Any, **choices: Any) -> Counted:
        return contrast(*args, **choices)

    vars(answered)["__signature__"] = inspect.Signature([*own, *passed])
    return answered


@_passing_on
def level(cube: Cube, *, measure: str, detector: str, setting: str, bar: str = "0", **which: str) -> Counted:
    """A measure of a detector on each data set, less the bar that it has to clear."""
    [run] = _runs(detector, setting=setting, **_read_first(which))
    found = streams(cube, [run], **which)
    return NOTHING if found is None else found.counted(found.measured(_measure(measure), run) - float(bar))


@_passing_on
def difference(
    cube: Cube, *, measure: str, first: str, second: str, setting: str, ks: str = "monthly", **which: str
) -> Counted:
    """A measure of the first detector less that of the second, over the streams that both have read.

    Random alarms at a rate of their own are no rival at defaults: there is no answer.
    """
    one, other = _runs(first, second, setting=setting, ks=ks, **_read_first(which))
    if other == Run("random", DEFAULT) or (found := streams(cube, [one, other], **which)) is None:
        return NOTHING
    return found.counted(_gap(found, _measure(measure), one, other))


@_passing_on
def over_metronome(cube: Cube, *, measure: str, detector: str, setting: str, **which: str) -> Counted:
    """A measure beyond that of a metronome at equal false alarms.

    It is switched on for a share of streams that is the detector's false positives, and silent on all others.
    """
    [run] = _runs(detector, setting=setting, **_read_first(which))
    found = streams(cube, [run, METRONOME, NEVER], **which)
    if found is None:
        return NOTHING
    share = found.measured(measures.false_positives, run) / 100
    ticking, silent = found.sums(METRONOME), found.sums(NEVER)
    drifted, free = (_Mixed(share, on, off) for on, off in zip(ticking, silent, strict=True))
    return found.counted(found.measured(_measure(measure), run) - _measure(measure)(drifted, free))


@_passing_on
def lead_on_concept(
    cube: Cube, *, measure: str, first: str, second: str, setting: str, concept: str, **which: str
) -> Counted:
    """How many more drifts of labels, of the kind that counts as concept drift, the first detector finds than the second."""
    return difference(cube, measure=measure, first=first, second=second, setting=setting, kind=concept, **which)


@_passing_on
def interaction(
    cube: Cube, *, measure: str, first: str, second: str, setting: str, concept: str, **which: str
) -> Counted:
    """How much more the first leads on drifts of labels than on drifts of data, on data sets that have both."""
    its_own, other = (
        difference(cube, measure=measure, first=first, second=second, setting=setting, kind=kind, **which)
        for kind in (concept, "data")
    )
    both = its_own.values.index.intersection(other.values.index)
    return Counted((its_own.values - other.values).loc[both], (its_own.counts + other.counts).loc[both])


def smallest_shift(
    cube: Cube,
    *,
    other: str,
    setting: str,
    power: str = "0.8",
    curve: str = "logistic",
    beyond: str = "left_out",
    grace: str = RULE,
    pairs: str = IN_BAND,
    seeds: str = "all",
    compared: str = "smallest",
) -> Counted:
    """Logarithm of the smallest shift that another test finds often enough, over that of KS: positive where KS is subtler.

    Args:
        cube: of all streams.
        other: the test.
        setting: of both.
        power: how often a shift has to be found.
        curve: how its strength is read off the shares that were found.
        beyond: what becomes of sets on which both lie beyond the same end of what was staged: left out, or even (a ratio of 1).
        grace: months in which a drift can still be found.
        pairs: what becomes of sets on which a setting missed its rate.
        seeds: all, even or odd.
        compared: smallest; or "shares" for the points by which KS finds more of all shifts that were staged.
    """
    a_level("compared", compared, ("smallest", "shares"))
    a_level("beyond", beyond, ("left_out", "even"))
    a_level("pairs", pairs, (IN_BAND, LEFT_OUT))
    curves = cube.shifts.pairs(
        Run(KS, setting), Run(other, setting), grace=grace, seeds=seeds, curve=curve, in_band=pairs == IN_BAND
    )
    unknown, wanted = np.nan if beyond == "left_out" else 0.0, float(power)
    found = {
        name: 100 * (pair.one.found - pair.other.found)
        if compared == "shares"
        else log_ratio(pair.one.smallest(wanted), pair.other.smallest(wanted), unknown=unknown)
        for name, pair in curves.items()
    }
    values = pd.Series(found, dtype=np.float64).dropna()
    return Counted(values, pd.Series({name: curves[name].n_streams for name in values.index}, dtype=np.float64))


class _Mixed(dict[str, Floats]):
    """Sums of one run on a share of the streams of each group, and of another on the rest."""

    def __init__(self, share: Floats, on: Sums, off: Sums) -> None:
        super().__init__()
        self.share, self.on, self.off = share, on, off

    def __missing__(self, name: str) -> Floats:
        return self.share * self.on[name] + (1 - self.share) * self.off[name]


def _measure(name: str) -> Measure:
    return MEASURES[a_level("measure", name, MEASURES)]


def _ratio(part: Floats, whole: Floats) -> Floats:
    found = np.full(len(whole), np.nan)
    np.divide(part, whole, where=whole > 0, out=found)
    return found


def _gap(found: Streams, measure: Measure, one: Run, other: Run) -> Floats:
    return found.measured(measure, one) - found.measured(measure, other)


def _read_first(which: Mapping[str, str]) -> dict[str, str]:
    """What tests of errors have read before a stream, among other choices or as registered."""
    return {"warm": which.get("warm", WARM), "warm_up": which.get("warm_up", WARM_UPS[0])}


def _runs(*detectors: str, setting: str, warm: str, warm_up: str, ks: str = "monthly") -> list[Run]:
    """The runs that the register's names of detectors stand for."""
    of_rows = KS_TESTS[a_level("ks", ks, KS_TESTS)]
    return [Run(of_rows if name == KS else variant(name, warm=warm, warm_up=warm_up), setting) for name in detectors]


def _difference_records(
    cube: Cube, *, first: str, second: str, setting: str, ks: str = "monthly", **which: Any
) -> Query:
    runs = _runs(first, second, setting=setting, ks=ks, **_read_first(which))
    return read_records(cube, runs, **which)


def _level_records(cube: Cube, *, detector: str, setting: str, **which: Any) -> Query:
    return read_records(cube, _runs(detector, setting=setting, **_read_first(which)), **which)


def _metronome_records(cube: Cube, *, detector: str, setting: str, **which: Any) -> Query:
    runs = _runs(detector, setting=setting, **_read_first(which))
    return read_records(cube, [*runs, METRONOME, NEVER], **which)


def _concept_records(cube: Cube, *, concept: str, **which: Any) -> Query:
    return _difference_records(cube, kind=concept, **which)


def _interaction_records(cube: Cube, *, concept: str, **which: Any) -> Query:
    return either(_difference_records(cube, kind=kind, **which) for kind in (concept, "data"))


CONTRASTS: Mapping[str, Offered] = {
    "level": Offered(level, _level_records),
    "difference": Offered(difference, _difference_records),
    "over_metronome": Offered(over_metronome, _metronome_records),
    "lead_on_concept": Offered(lead_on_concept, _concept_records),
    "interaction": Offered(interaction, _interaction_records),
    "smallest_shift": Offered(smallest_shift, shift_records),
    "lift": Offered(lift, lift_records),
}
"""What the register may ask for."""
