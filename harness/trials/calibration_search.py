"""The search for the settings of one detector on drift-free streams: the knob that gives each rate of false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from harness.core import ConfigError, Floats, UnreadableError
from harness.detectors.contract import Detector, Knob, Scan
from harness.detectors.errors import ErrorDetector
from harness.detectors.estimates import NEVER, EstimateDetector
from harness.detectors.windows import WindowScan, WindowTest
from harness.randomness import stream as random_stream
from harness.trials.signals import Signals, code_of

BISECTIONS = 14
"""Halvings of a knob's range for one rate."""

FARTHEST = 0.5
"""A setting is good for a rate if what it gives is off by no more than this share of it, or by one stream."""


@dataclass
class Found:
    """The results for one detector; see `harness.trials.CalibrationTrial.run`."""

    settings: dict[str, float] = field(default_factory=dict)
    impossible: dict[str, str] = field(default_factory=dict)
    unable: str = ""
    code: str = ""


class _Tried(NamedTuple):
    """A place on the range of a knob, from 0 (loosest) to 1 (strictest), and the share of streams with an alarm."""

    place: float
    share: float


class Draws(NamedTuple):
    """The seeds of detectors that use random numbers: one for each stream, apart for each data set, as in detection."""

    first_seed: int
    dataset: str


class Search:
    """The search for the settings of one detector on some drift-free streams."""

    def __init__(self, name: str, detector: Detector, streams: Sequence[Signals], draws: Draws) -> None:
        self._name, self._detector, self._streams, self._draws = name, detector, streams, draws
        self._knob: Knob | None = getattr(detector, "knob", None)  # a user's own class need not have one
        self._alarmed: dict[float, NDArray[np.bool_]] = {}
        self._generators: dict[int, tuple[np.random.Generator, Any]] = {}

    def all_rates(self, rates: Sequence[float]) -> Found:
        """The setting for each rate, or why there is none."""
        found, knob = Found(), self._knob
        try:
            self._read_any()
        except ConfigError as error:
            return Found(unable=str(error), code=code_of(error))
        for rate in rates:
            text = f"{100 * rate:g}"
            if knob is None:
                found.impossible[text] = "it has no knob to turn"
                continue
            try:
                found.settings[text] = self._by_scores(rate) if self._has_scores else self._by_bisection(rate, knob)
            except _ImpossibleError as reason:
                found.impossible[text] = str(reason)
        return found

    def default_share(self) -> float:
        """The share of streams on which it alarms at least once at the setting of its file."""
        if self._has_scores or self._is_nested:
            assert self._knob is not None
            return self.share(getattr(self._detector, self._knob.name))
        return float(np.mean([self._alarms(self._detector, number) for number in range(len(self._streams))]))

    def share(self, value: float) -> float:
        """The share of streams on which it alarms at least once at a setting of its knob."""
        if value not in self._alarmed:
            self._alarmed[value] = self._beyond(value) if self._has_scores else self._alarms_at(value)
        return float(np.mean(self._alarmed[value]))

    def _turned(self, value: float) -> Detector:
        turned: Detector
        if hasattr(self._detector, "turned"):
            turned = self._detector.turned(value)
        else:  # a user's own class
            assert self._knob is not None
            turned = replace(self._detector, **{self._knob.name: value})  # type: ignore[type-var]
        return turned

    def _read_any(self) -> None:
        """Read one stream; raises `ConfigError`, with its reason, if it can read none."""
        for number in range(len(self._streams)):
            try:
                self._scan(self._detector, number)
            except UnreadableError as error:  # whether the model of one stream can be read says nothing of the next
                reason = error
            else:
                return
        raise reason

    def _alarms(self, detector: Detector, number: int) -> bool:
        """Whether it alarms; it does not where it cannot read the stream."""
        try:
            return self._streams[number].alarms(detector, lambda: self._rng(number))
        except UnreadableError:
            return False

    def _scan(self, detector: Detector, number: int) -> Scan:
        return self._streams[number].scan(detector, self._rng(number))

    def _rng(self, number: int) -> np.random.Generator:
        """The generator of a stream, as it was when it was new."""
        if number not in self._generators:
            rng = random_stream(self._draws.first_seed + number, "detector", self._name, self._draws.dataset)
            self._generators[number] = rng, rng.bit_generator.state
        rng, rng.bit_generator.state = self._generators[number]
        return rng

    # ---- tests and estimates of windows: one scan tells the setting for every rate ----------------------------------

    @property
    def _has_scores(self) -> bool:
        return isinstance(self._detector, WindowTest | EstimateDetector) and self._knob is not None

    @cached_property
    def _extremes(self) -> Floats:
        """The strongest score on each stream, in the direction in which stricter settings lie."""
        return np.array([self._extreme(number) for number in range(len(self._streams))])

    def _extreme(self, number: int) -> float:
        """The strongest score on a stream; as strong as none where it cannot read the stream."""
        if isinstance(self._detector, WindowTest):  # which an alarm does not change
            return _extreme(cast(WindowScan, self._scan(self._detector, number)))
        try:
            score = self._scan(self._turned(NEVER), number).score
        except UnreadableError:
            return -np.inf
        return float(np.nanmax(score, initial=-np.inf))

    @property
    def _sign(self) -> float:
        assert self._knob is not None
        return 1.0 if self._knob.strictest > self._knob.loosest else -1.0

    def _beyond(self, level: float) -> NDArray[np.bool_]:
        """On which streams a window alarms, which it does strictly beyond its level."""
        found: NDArray[np.bool_] = self._extremes > level * self._sign
        return found

    def _by_scores(self, rate: float) -> float:
        """The score that this share of streams passes."""
        level = float(np.sort(self._extremes)[-1 - round(rate * len(self._extremes))]) * self._sign
        if not np.isfinite(level):
            raise _ImpossibleError("tests no window on most streams")
        self._require(rate, self.share(level))
        return level

    # ---- anything else: its range is halved -------------------------------------------------------------------------

    def _by_bisection(self, rate: float, knob: Knob) -> float:
        loose, strict = self._try(0.0, knob), self._try(1.0, knob)
        if loose.share < rate or strict.share > rate:
            nearest = strict if strict.share > rate else loose
            raise _ImpossibleError(f"alarms on {100 * nearest.share:.0f} % at the end of its knob's range")
        for _ in range(BISECTIONS):
            middle = self._try((loose.place + strict.place) / 2, knob)
            loose, strict = (middle, strict) if middle.share > rate else (loose, middle)
            if strict.share == rate:
                break
        best = min(strict, loose, key=lambda tried: abs(tried.share - rate))
        self._require(rate, best.share)
        return _value(best.place, knob)

    def _try(self, place: float, knob: Knob) -> _Tried:
        return _Tried(place, self.share(_value(place, knob)))

    @property
    def _is_nested(self) -> bool:
        return isinstance(self._detector, ErrorDetector) and self._detector.is_nested

    def _alarms_at(self, value: float) -> NDArray[np.bool_]:
        """On which streams it alarms at a setting; those that other settings have decided are not scanned."""
        alarmed = np.zeros(len(self._streams), dtype=np.bool_)
        undecided = ~alarmed
        if self._is_nested:
            assert self._knob is not None
            sign = self._sign
            for known, found in self._alarmed.items():
                if sign * known > sign * value:  # stricter
                    alarmed |= found
                else:
                    undecided &= found
        detector = self._turned(value)
        for number in np.flatnonzero(undecided & ~alarmed):
            alarmed[number] = self._alarms(detector, int(number))
        return alarmed

    def _require(self, rate: float, share: float) -> None:
        if abs(share - rate) > max(FARTHEST * rate, 1 / len(self._streams)):
            raise _ImpossibleError(f"no setting comes nearer than {100 * share:.1f} %")


class _ImpossibleError(Exception):
    """There is no setting for a rate; the message says why."""


def _value(place: float, knob: Knob) -> float:
    """The knob's value at a place of its range."""
    if knob.logarithmic:
        return float(np.exp((1 - place) * np.log(knob.loosest) + place * np.log(knob.strictest)))
    return (1 - place) * knob.loosest + place * knob.strictest


def _extreme(scan: WindowScan) -> float:
    """The strongest score for drift in a whole stream; larger is stronger."""
    scores = scan.score[~np.isnan(scan.score)]
    if not len(scores):
        return -np.inf
    return float(scores.max() if scan.larger else -scores.min())
