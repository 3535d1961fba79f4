"""What is shown of a trial of the detection study: the drift, and when each detector alarmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.core import Record
from harness.detectors.run import DEFAULT, Run
from harness.trials.view import Column, Grid, Line, Row, Shown, Tone

MOST_NAMES = 6
MOST_ALARMS = 8


def shown(record: Record) -> Sequence[Shown]:
    """A line on the drift, the alarms of each detector, and detectors without a setting; nothing without measurements."""
    if not record.measurements:
        return []
    return [_drift(record), _alarms(record), *_unset(record)]


def _drift(record: Record) -> Line:
    """When something changes, in months, what it touches and what it costs."""
    found, month = record.measurements, record.factors["rows_per_month"]
    when = [
        f"{start / month:.2f}" + (f" to {end / month:.2f}" if end > start else "")
        for start, end in found.get("truth", [])
    ]
    touched = [*found.get("touched", []), *(["labels"] if found["touches_labels"] else [])]
    names = _first(touched, MOST_NAMES)
    harm = f"costs this model {found['harm']:.1f} points, the reference {found['reference_harm']:.1f}"
    if not when and not touched:
        return Line("no drift")
    drift = f"drift at {' and '.join(when)} months" if when else "no drift, but a change that passes"
    return Line(f"{drift}: {f'touches {names}, ' if names else ''}{harm}")


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


def _unset(record: Record) -> Iterator[Line]:
    """Which detectors are not read at a setting because they could not be set so."""
    asked = (*record.measurements.get("alarms", {}), *record.measurements.get("unable", {}))
    runs = [Run.of(name) for name in asked]
    for setting in dict.fromkeys(run.setting for run in runs if run.setting != DEFAULT):
        able = {run.detector for run in runs if run.setting == setting}
        unset = dict.fromkeys(run.detector for run in runs if run.detector not in able)
        if unset:
            yield Line(f"without a setting at {setting} %: {', '.join(sorted(unset))}", Tone.DIM)
