"""A trial of the calibration study: the knob of every detector at given false-alarm rates, for one set and model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, NamedTuple

import numpy as np

from harness.core import MONTHS, ROWS_PER_MONTH, ConfigError, Outcome, Record
from harness.data import Dataset
from harness.detectors.contract import Detector, Knob
from harness.detectors.step_by_step import as_detector
from harness.detectors.windows import WindowScan, WindowTest
from harness.drift import Clock, Control, Nothing, Sampling, Scenario
from harness.memo import Memo
from harness.randomness import stream as random_stream
from harness.settings import Checked, above, at_least, below, each_once
from harness.synthesis import Learner, Preprocessing
from harness.trials import calibration_view
from harness.trials.deployment import Deployment
from harness.trials.signals import Signals
from harness.trials.view import Shown

BISECTIONS = 14
"""Halvings of a knob's range for one rate."""

FARTHEST = 0.5
"""A setting is good for a rate if what it gives is off by no more than this share of it, or by one stream."""

CALM = Scenario(name="calm", injector=Nothing(), profile=Control(), strength={"raw": 0.0})  # type: ignore[arg-type]


@dataclass(frozen=True)
class CalibrationTrial(Checked):
    """One deployed model on many drift-free streams, each with a split and a fit of its own.

    The rate of false alarms is the share of streams with at least one alarm. Settings found on the first streams are checked
    on fresh ones. Seeds are apart from those of every other study (20,000 and up).

    Attributes:
        dataset: where the rows come from.
        model: deployed.
        preprocessing: fitted on its training rows.
        sampling: how rows are split into pools.
        detectors: name and detector of each member of the panel.
        seed: of the first stream; the others follow.
        rates: wanted, in (0, 1), each once.
        n_streams: the number of streams on which settings are found.
        n_fresh: the number of fresh streams on which settings are checked.
        months: of a stream.
        rows_per_month: M.
    """

    dataset: Dataset
    model: Learner
    preprocessing: Preprocessing
    sampling: Sampling
    detectors: Annotated[Sequence[Mapping[str, Any]], each_once("name")]
    seed: Annotated[int, at_least(0)] = 20_000
    rates: Annotated[Sequence[Annotated[float, above(0), below(1)]], each_once()] = (0.01, 0.05, 0.10, 0.20)
    n_streams: Annotated[int, at_least(1)] = 300
    n_fresh: Annotated[int, at_least(1)] = 500
    months: Annotated[int, at_least(4)] = MONTHS
    rows_per_month: Annotated[int, at_least(2)] = ROWS_PER_MONTH

    def run(self, memo: Memo) -> Outcome:
        """Turn every knob.

        Returns:
            By detector and rate (in percent, as text): `settings` and `rates`, the latter on fresh streams; `impossible`, why
            there is no setting. By detector: `default_rates` on fresh streams; `unable`, why it cannot read this set.
        """
        calm = [self._signals(self.seed + number, memo) for number in range(self.n_streams)]
        panel = {one["name"]: as_detector(one["detector"]) for one in self.detectors}
        found = {
            name: self._search(name, detector, calm, self.seed).all_rates(self.rates)
            for name, detector in panel.items()
        }
        fresh = [self._signals(self.seed + self.n_streams + number, memo) for number in range(self.n_fresh)]
        able = {name: one for name, one in found.items() if not one.unable}
        checked = {name: self._check(name, panel[name], one, fresh) for name, one in able.items()}
        return Outcome(
            {
                "settings": {name: one.settings for name, one in able.items() if one.settings},
                "impossible": {name: one.impossible for name, one in able.items() if one.impossible},
                "unable": {name: one.unable for name, one in found.items() if one.unable},
                "rates": {name: rates for name, (_, rates) in checked.items() if rates},
                "default_rates": {name: default for name, (default, _) in checked.items()},
                "n_streams": self.n_streams,
                "n_fresh": self.n_fresh,
            }
        )

    @staticmethod
    def shown(record: Record) -> Sequence[Shown]:
        """Settings, rates of false alarms there, and why a setting is missing."""
        return calibration_view.shown(record)

    def _signals(self, seed: int, memo: Memo) -> Signals:
        clock = Clock(rows_per_month=self.rows_per_month, months=self.months)
        deployment = Deployment(self.dataset, self.model, self.preprocessing, self.sampling, clock, seed)
        deployed = deployment.start(memo)
        drift = CALM.on(deployed.pools)
        return deployed.signals(drift.stream(), deployed.ask(drift))

    def _search(self, name: str, detector: Detector, streams: Sequence[Signals], first_seed: int) -> _Search:
        return _Search(name, detector, streams, _Draws(first_seed, (self.dataset.name, self.model.name)))

    def _check(
        self, name: str, detector: Detector, found: _Found, fresh: Sequence[Signals]
    ) -> tuple[float, dict[str, float]]:
        """The rates of false alarms on fresh streams, at the default and at every setting."""
        at = self._search(name, detector, fresh, self.seed + self.n_streams)
        return at.share(detector), {rate: at.share(at.turned(value)) for rate, value in found.settings.items()}


@dataclass
class _Found:
    """The results for one detector; see `CalibrationTrial.run`."""

    settings: dict[str, float] = field(default_factory=dict)
    impossible: dict[str, str] = field(default_factory=dict)
    unable: str = ""


class _Tried(NamedTuple):
    """A place on the range of a knob, from 0 (loosest) to 1 (strictest), and the share of streams with an alarm."""

    place: float
    share: float


class _Draws(NamedTuple):
    """The seeds of detectors that use random numbers: one for each stream, apart for each data set and model."""

    first_seed: int
    of: tuple[str, str]


class _Search:
    """The search for the settings of one detector on some drift-free streams."""

    def __init__(self, name: str, detector: Detector, streams: Sequence[Signals], draws: _Draws) -> None:
        self._name, self._detector, self._streams, self._draws = name, detector, streams, draws
        self._knob: Knob | None = getattr(detector, "knob", None)  # a user's own class need not have one
        self._known: dict[float, float] = {}

    def all_rates(self, rates: Sequence[float]) -> _Found:
        found, knob = _Found(), self._knob
        try:
            self._streams[0].scan(self._detector, self._rng(0))
        except ConfigError as error:
            return _Found(unable=str(error))
        for rate in rates:
            text = f"{100 * rate:g}"
            if knob is None:
                found.impossible[text] = "it has no knob to turn"
                continue
            try:
                found.settings[text] = (
                    self._by_scores(rate, knob) if self._has_scores else self._by_bisection(rate, knob)
                )
            except _ImpossibleError as reason:
                found.impossible[text] = str(reason)
        return found

    def turned(self, value: float) -> Detector:
        """The detector at a setting of its knob."""
        turned: Detector
        if hasattr(self._detector, "turned"):
            turned = self._detector.turned(value)
        else:  # a user's own class
            assert self._knob is not None
            turned = replace(self._detector, **{self._knob.name: value})  # type: ignore[type-var]
        return turned

    def share(self, detector: Detector) -> float:
        """The share of streams on which it alarms at least once."""
        alarmed = (len(scan.alarms) > 0 for scan in self._scans(detector))
        return float(np.mean(list(alarmed)))

    def _scans(self, detector: Detector) -> Iterator[Any]:
        return (signals.scan(detector, self._rng(number)) for number, signals in enumerate(self._streams))

    def _rng(self, number: int) -> np.random.Generator:
        return random_stream(self._draws.first_seed + number, "detector", self._name, *self._draws.of)

    # ---- tests of windows: one scan tells the setting for every rate ------------------------------------------------

    @property
    def _has_scores(self) -> bool:
        return isinstance(self._detector, WindowTest)

    def _by_scores(self, rate: float, knob: Knob) -> float:
        """The score that this share of streams passes; a window alarms strictly beyond its level."""
        if not self._known:
            extremes = [_extreme(scan) for scan in self._scans(self._detector)]
            self._known = {float(number): value for number, value in enumerate(sorted(extremes))}
            self._sign = 1.0 if knob.strictest > knob.loosest else -1.0
        ordered = np.array(list(self._known.values()))
        level = float(np.sort(ordered)[-1 - round(rate * len(ordered))]) * self._sign
        if not np.isfinite(level):
            raise _ImpossibleError("tests no window on most streams")
        self._require(rate, float(np.mean(ordered > level * self._sign)))
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
        if place not in self._known:
            self._known[place] = self.share(self.turned(_value(place, knob)))
        return _Tried(place, self._known[place])

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
