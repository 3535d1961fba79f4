"""What is shown of a trial of the detection study: the drift, and when each detector alarmed; and its few numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.core import Record
from harness.detectors.run import DEFAULT, Run, in_band
from harness.drift import HarmTo
from harness.scoring import flat_alarms, flat_truth, score_runs
from harness.scoring.alarms import GRACE
from harness.trials.view import Column, Grid, Line, Row, Shown, Tone

MOST_NAMES = 6
MOST_ALARMS = 8
_WHO = {HarmTo.DEPLOYED: "this model"}


def shown(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]:
    """The drift, the alarms of each detector, settings that miss their rate or are none; nothing without measurements."""
    if not record.measurements:
        return []
    whom = _WHO.get(record.factors.get("harm_to", ""), "the reference")
    return [drift(record, whom=whom), _alarms(record), *_off(spec), *_unset(record)]


def headline(record: Record) -> dict[str, float]:
    """What the drift costs; the share of detectors that find the first drift, months until each does, its false alarms."""
    found, month = record.measurements, record.factors["rows_per_month"]
    costs = {name: float(found[name]) for name in ("harm", "reference_harm")}
    names = sorted(found.get("alarms", {}))
    if not names:
        return costs
    alarms = flat_alarms([found["alarms"][name] for name in names])
    truth = flat_truth([found.get("truth", [])] * len(names))
    scored = score_runs(alarms, truth, horizon=found["n_rows"], month=month, grace=round(GRACE * month))
    numbers = {f"false_alarms.{name}": float(count) for name, count in zip(names, scored.false, strict=True)}
    if not scored.drifted.all():
        return costs | numbers
    first, months = scored.first_event, scored.delay_months
    is_found = scored.detected[first]
    delays = {
        f"delay.{name}": float(months[one]) for name, one, is_in in zip(names, first, is_found, strict=True) if is_in
    }
    return {"found": float(is_found.mean()), **costs, **delays, **numbers}


def drift(record: Record, *, whom: str) -> Line:
    """When something changes, in months, what it touches, what it costs, and to whom a harm was to be done, if one was."""
    found, month = record.measurements, record.factors["rows_per_month"]
    when = [
        f"{start / month:.2f}" + (f" to {end / month:.2f}" if end > start else "")
        for start, end in found.get("truth", [])
    ]
    touched = [*found.get("touched", []), *(["labels"] if found["touches_labels"] else [])]
    names = _first(touched, MOST_NAMES)
    harm = f"costs this model {found['harm']:.1f} points, the reference {found['reference_harm']:.1f}"
    if asked := record.factors.get("harm"):
        harm += f" (asked: {asked:g} of {whom})"
    if not when and not touched:
        return Line("no drift")
    what = f"drift at {' and '.join(when)} months" if when else "no drift, but a change that passes"
    return Line(f"{what}: {f'touches {names}, ' if names else ''}{harm}")


def _alarms(record: Record) -> Grid:
    """When each detector alarmed, in months."""
    month, end = record.factors["rows_per_month"], record.measurements["n_rows"]
    found = record.measurements.get("alarms", {})  # no detector may be able to read the set
    rows = [
        Row((name, _first([_moment(time, month=month, end=end) for time in found[name]], MOST_ALARMS) or "-"))
        for name in sorted(found)
    ]
    unable = [Row(pair, Tone.DIM) for pair in record.measurements.get("unable", {}).items()]
    return Grid((Column("detector"), Column("alarms, in months")), (*rows, *unable))


def _moment(time: int, *, month: int, end: int) -> str:
    return f"{time / month:.2f}" + (" (past the end)" if time >= end else "")


def _first(names: Sequence[str], most: int) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if names[most:] else "")


def _off(spec: Mapping[str, Any]) -> Iterator[Line]:
    """Which settings give another rate of false alarms than the one that they were made for."""
    off = []
    for member in spec["detectors"]:
        rate, about = Run.of(member["name"]).rate, member.get("about", {})
        if rate is not None and "realised" in about and not in_band(rate, about["realised"]):
            off.append(f"{member['name']} ({100 * about['realised']:.3g} % of {about['n_fresh']} fresh streams)")
    if off:
        yield Line(f"off the rate that it was set to, and so out of matched comparisons: {', '.join(off)}", Tone.DIM)


def _unset(record: Record) -> Iterator[Line]:
    """Which detectors are not read at a setting because they could not be set so."""
    asked = (*record.measurements.get("alarms", {}), *record.measurements.get("unable", {}))
    runs = [Run.of(name) for name in asked]
    for setting in dict.fromkeys(run.setting for run in runs if run.setting != DEFAULT):
        able = {run.detector for run in runs if run.setting == setting}
        unset = dict.fromkeys(run.detector for run in runs if run.detector not in able)
        if unset:
            yield Line(f"without a setting at {setting} %: {', '.join(sorted(unset))}", Tone.DIM)
