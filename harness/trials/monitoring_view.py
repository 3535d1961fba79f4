"""What is shown of a trial of the monitoring study: the drift, what entries did week by week, and what they kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from harness.core import Floats, Record
from harness.policies.run import Fate
from harness.trials.closed_loop.record import MILLION, PERIODS, bank, late_periods, path_of
from harness.trials.detection_view import drift
from harness.trials.timeline import Lane, Mark, Timeline
from harness.trials.view import Column, Grid, Line, Row, Shown, Tone

FEW = 8
"""So many entries are all drawn; of more, those of `DRAWN`."""

DRAWN = ("never", "weeks_4", "performance_5", "ks", "ddm", "at_truth")
"""Policies that stand for all others of their kind."""

MOST_POINTS = 4

HEADS = (
    Column("policy", wraps=False),
    Column("retrained, in months"),
    *(Column(title, align="right") for title in ("accuracy", "last month", "worst week")),
)

LETTERS = {"A": "alarm", "R": "a retrained model serves", "D": "it was discarded", "B": "the one before is back"}
"""What a timeline marks."""


class _Life(NamedTuple):
    """What one entry did at one label delay, the accuracy of each week, and by how many weeks a new model is late."""

    entry: str
    run: dict[str, Any]
    kept: Floats
    late: int

    @property
    def points(self) -> list[int]:
        return self.run.get("points") or []


def shown(record: Record) -> Sequence[Shown]:
    """The drift; for each label delay a timeline, and what entries did, the most accurate first; why some could do nothing."""
    if not record.measurements:
        return []
    is_staged = "first_row" not in record.measurements
    parts: list[Shown] = [drift(record, whom="this model"), *_worth(record)] if is_staged else [_in_order(record)]
    for delay in record.measurements.get("runs", {}):
        lives = _lives(record, delay)
        parts += [
            _heading(delay),
            *_idle(record, lives),
            *_timeline(record, lives, _beside(record, delay)),
            _table(lives),
        ]
    return [*parts, *_unable(record)]


def headline(record: Record) -> dict[str, float]:
    """What a staged drift costs; the accuracy that each entry kept and how often it changed the model, at each label delay."""
    found = record.measurements
    numbers = {name: float(found[name]) for name in ("harm", "reference_harm") if name in found}
    for delay in found.get("runs", {}):
        late = f".late_{delay}" if int(delay) else ""
        for one in _lives(record, delay):
            numbers[f"accuracy.{one.entry}{late}"] = float(one.kept.mean())
            numbers[f"changes.{one.entry}{late}"] = float(len(one.points))
    return numbers


def _lives(record: Record, delay: str) -> list[_Life]:
    month, training = record.factors["rows_per_month"], record.factors["training_periods"]
    late = late_periods(int(delay), month) + training
    runs = record.measurements["runs"][delay]
    return [_Life(entry, runs[entry], 1 - path_of(record.measurements, delay, entry, late), late) for entry in runs]


def _worth(record: Record) -> list[Line]:
    """Whether there is anything to be gained; nothing where no banks were asked for."""
    if "banks" not in record.measurements:
        return []
    fresh = 1 - _fresh(record).mean()
    never = 1 - bank(next(iter(record.measurements["banks"].values()))).path([]).mean()
    verdict = "" if fresh > never else ": retraining does not pay here"
    return [
        Line(f"accuracy without retraining {_percent(never)}, with fresh rows every week {_percent(fresh)}{verdict}")
    ]


def _fresh(record: Record) -> Floats:
    return np.array(record.measurements["continuous"]) / MILLION


def _in_order(record: Record) -> Line:
    """Which rows a real stream has."""
    first, n_rows = record.measurements["first_row"], record.measurements["n_rows"]
    rows = f"rows {first} to {first + n_rows - 1} of {record.factors['dataset']}"
    return Line(f"{rows}, in the order of the file; what changes there, nobody knows")


def _beside(record: Record, delay: str) -> dict[str, Floats]:
    """The losses that entries stand beside: of models of fresh rows, or on a real stream of answers without a model."""
    if "continuous" in record.measurements:
        return {"fresh rows": _fresh(record)}
    known = record.measurements.get("baselines", {}).get(delay, {})
    return {name.replace("_", " "): np.array(known[name]) / MILLION for name in known}


def _heading(delay: str) -> Line:
    return Line(f"\nlabels {delay} rows late" if int(delay) else "\nlabels at once")


def _idle(record: Record, lives: Sequence[_Life]) -> Iterator[Line]:
    """That nobody could act, if so: no label comes in time, or a model would be ready after the end."""
    n_periods = record.measurements["n_rows"] * PERIODS // record.factors["rows_per_month"]
    if lives and lives[0].late >= n_periods:
        yield Line(f"no model can be replaced here: labels and training take {lives[0].late} weeks of {n_periods}")
    elif len(lives) > 1 and not any(one.points for one in lives):
        yield Line("no entry replaced the model here")


# ---- week by week ----------------------------------------------------------------------------------------------------


def _timeline(record: Record, lives: Sequence[_Life], beside: Mapping[str, Floats]) -> list[Shown]:
    """Some entries, below what they stand beside; and what signs mean."""
    n_rows, period = record.measurements["n_rows"], record.factors["rows_per_month"] // PERIODS
    last = n_rows // period - 1
    lanes = [Lane(name, tuple((1 - losses).tolist()), _percent(1 - losses.mean())) for name, losses in beside.items()]
    lanes += [
        Lane(one.entry, tuple(one.kept.tolist()), _percent(one.kept.mean()), _marks(one, period)) for one in _few(lives)
    ]
    changes = tuple(
        (start // period, min(end // period, last))
        for start, end in record.measurements.get("truth", ())
        if start < n_rows
    )
    timeline = Timeline(tuple(lanes), changes, PERIODS, "month")
    return [timeline, Line(_legend(timeline), Tone.DIM)]


def _few(lives: Sequence[_Life]) -> list[_Life]:
    """All of a few entries; of many the first of each policy that stands for others, or the first ones."""
    if len(lives) <= FEW:
        return list(lives)
    by_policy = {one.entry.partition("+")[0].partition("@")[0]: one for one in reversed(lives)}
    return [by_policy[name] for name in DRAWN if name in by_policy] or list(lives[: len(DRAWN)])


def _marks(life: _Life, period: int) -> tuple[Mark, ...]:
    """When it alarmed, and what became of each model that was trained."""
    points = iter(life.points)
    marks = [Mark(row // period, "A") for row in life.run.get("alarms") or []]
    for asked, fate in zip(life.run.get("asked") or [], life.run.get("outcomes") or [], strict=False):
        if fate == Fate.DISCARDED:
            marks.append(Mark(asked, "D"))
        if fate in (Fate.PROMOTED, Fate.ROLLED_BACK):
            marks.append(Mark(next(points), "R"))
        if fate == Fate.ROLLED_BACK:
            marks.append(Mark(next(points), "B"))
    return tuple(sorted(marks, key=lambda mark: mark.step))


def _legend(timeline: Timeline) -> str:
    low, high = timeline.span
    met = {mark.letter for lane in timeline.lanes for mark in lane.marks}
    letters = [f"{letter} {words}" for letter, words in LETTERS.items() if letter in met]
    return "; ".join([f"accuracy of weeks, {_percent(low)} to {_percent(high)}", *letters])


# ---- all entries -----------------------------------------------------------------------------------------------------


def _table(lives: Sequence[_Life]) -> Grid:
    return Grid(HEADS, tuple(_row(one) for one in sorted(lives, key=lambda one: (-one.kept.mean(), one.entry))))


def _row(life: _Life) -> Row:
    """What an entry did, and kept."""
    kept, points = life.kept, life.points
    shares = (kept.mean(), kept[-PERIODS:].mean(), kept.min())
    n_shown = len(points) if len(points) <= MOST_POINTS else MOST_POINTS // 2
    when = ", ".join(f"{point / PERIODS:.2f}" for point in points[:n_shown])
    more = f" and {len(points) - n_shown} more" if points[n_shown:] else ""
    return Row((life.entry, when + more or "-", *map(_percent, shares)))


def _unable(record: Record) -> Iterator[Shown]:
    """Those who cannot live here for one reason stand in one row."""
    by_reason: dict[str, list[str]] = {}
    for name, (_, why) in sorted(record.measurements.get("unable", {}).items()):
        detector = name.partition("+")[0].partition("@")[0]
        by_reason.setdefault(why.removeprefix(f"{detector} "), []).append(name)
    if by_reason:
        rows = tuple(Row((", ".join(names), why), Tone.DIM) for why, names in by_reason.items())
        yield Grid((Column("policy"), Column("cannot be followed here")), rows)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
