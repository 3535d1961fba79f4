"""What is shown of a trial of the calibration study: settings, the rates of false alarms there, and why one is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.core import Record
from harness.detectors.run import BAND, in_band
from harness.trials.view import Column, Grid, Line, Row, Shown, Tone

OFF = "*"
"""Flags a setting that gives another rate than the one that was wanted."""


def shown(record: Record) -> Sequence[Shown]:
    """The settings of each detector, and why some are missing; nothing if nothing was measured."""
    if not record.measurements:
        return []
    fresh = f"In brackets: on how many of {record.measurements['n_fresh']} fresh streams without drift it alarms."
    return [_settings(record), *_reasons(record), Line(fresh, Tone.DIM), *_off(record)]


def headline(record: Record) -> dict[str, float]:
    """The share of fresh streams on which each detector alarms, as it comes and at each setting, and the setting."""
    found = record.measurements
    numbers = {f"default_rate.{name}": float(rate) for name, rate in found.get("default_rates", {}).items()}
    for kind, title in (("rates", "rate"), ("settings", "setting")):
        for name, by_rate in found.get(kind, {}).items():
            numbers |= {f"{title}.{name}@{rate}": float(value) for rate, value in by_rate.items()}
    return numbers


def _settings(record: Record) -> Grid:
    """Each knob's setting for each rate of false alarms, and the rate on fresh streams, there and as the detector comes."""
    found = record.measurements
    settings, realised = found.get("settings", {}), found.get("rates", {})
    wanted = {rate for rates in (*settings.values(), *found.get("impossible", {}).values()) for rate in rates}
    by_size = sorted(wanted, key=float)

    def cell(name: str, rate: str) -> str:
        if rate not in settings.get(name, {}):
            return "-"
        flag = "" if in_band(float(rate) / 100, realised[name][rate]) else OFF
        return f"{settings[name][rate]:.4g} ({100 * realised[name][rate]:.3g}%){flag}"

    heads = (Column("detector", wraps=False), Column("as it comes", align="right", wraps=False))
    rows = [
        Row((name, f"{100 * default:.3g}%", *(cell(name, rate) for rate in by_size)))
        for name, default in sorted(found.get("default_rates", {}).items())
    ]
    return Grid((*heads, *(Column(f"for {rate}%", align="right") for rate in by_size)), tuple(rows))


def _off(record: Record) -> Iterator[Line]:
    """What the flag means, if a setting has it."""
    rates = [
        (float(rate) / 100, share) for of in record.measurements.get("rates", {}).values() for rate, share in of.items()
    ]
    if not all(in_band(rate, share) for rate, share in rates):
        least, most = BAND
        yield Line(
            f"{OFF} Less than {least:g} or more than {most:g} times what was wanted: out of matched comparisons.",
            Tone.DIM,
        )


def _reasons(record: Record) -> Iterator[Line]:
    """Why a detector has no setting, one line for the rates that have the same reason."""
    for name, reason in sorted(record.measurements.get("unable", {}).items()):
        yield Line(f"{name}: {reason}", Tone.DIM)
    for name, reasons in sorted(record.measurements.get("impossible", {}).items()):
        for reason in dict.fromkeys(reasons.values()):
            rates = ", ".join(sorted((rate for rate, why in reasons.items() if why == reason), key=float))
            yield Line(f"{name} for {rates}%: {reason}", Tone.DIM)
