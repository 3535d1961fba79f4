"""A trial of the detection study: one stream of one deployed model, read by a panel of detectors."""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import joblib

from harness.core import MONTHS, ROWS_PER_MONTH, ConfigError, Outcome, Record
from harness.data import Dataset
from harness.detectors.contract import Detector, Input, Scan
from harness.detectors.step_by_step import as_detector
from harness.detectors.windows import WindowScan
from harness.drift import Clock, Sampling, Scenario, Together
from harness.memo import Memo
from harness.randomness import stream as random_stream
from harness.settings import Checked, at_least, each_once, other_than
from harness.synthesis import Learner, Preprocessing
from harness.trials import detection_view
from harness.trials.deployment import Deployment
from harness.trials.signals import Signals
from harness.trials.view import Shown


@dataclass(frozen=True)
class DetectionTrial(Checked):
    """One stream, read by every detector of a panel.

    Split, rows, onset and drift depend on data set, scenario, harm and seed alone: every model and detector meets the same
    stream. The scenario `control` is the drift-free twin of all streams of its seed.

    Attributes:
        dataset: where the rows come from.
        model: deployed and never retrained.
        preprocessing: fitted on its training rows.
        scenario: what happens.
        sampling: how rows are split into pools.
        detectors: name and detector of each member of the panel.
        seed: split, rows, onset, drift, and what models and detectors draw.
        harm: points that the scenario is to cost the reference model; None for the scenario's own strength.
        months: of the stream.
        rows_per_month: M.
        label_delay: rows after which a label is known; alarms of detectors that need labels come so much later.
    """

    dataset: Dataset
    model: Learner
    preprocessing: Preprocessing
    scenario: Scenario | Together
    sampling: Sampling
    detectors: Annotated[Sequence[Mapping[str, Any]], each_once("name")]
    seed: Annotated[int, at_least(0)]
    harm: Annotated[float, other_than(0)] | None = None
    months: Annotated[int, at_least(4)] = MONTHS
    rows_per_month: Annotated[int, at_least(2)] = ROWS_PER_MONTH
    label_delay: Annotated[int, at_least(0)] = 0

    def run(self, memo: Memo) -> Outcome:
        """Stage the stream and let every detector read it.

        Returns:
            What the stream is: onset, truth (first and last row of each event), harm of the deployed and of the reference
            model in points, the largest distance of a marginal, touched features, points of the model under each concept.
            And of each detector the times of its alarms (label delay included), for those that read rows also the columns
            that they named at each, those that moved most first; of those that cannot read it, why. CPU seconds of staging
            and of all detectors.
        """
        started = time.process_time()
        deployed = self._deployment().start(memo)
        scenario = self.scenario if self.harm is None else self.scenario.at(harm=self.harm)
        drift = scenario.on(deployed.pools)
        answers = deployed.ask(drift)
        stage = drift.stream()
        signals = deployed.signals(stage, answers)
        staged = time.process_time() - started
        world = (drift.key, repr(scenario))
        panel = {one["name"]: as_detector(one["detector"]) for one in self.detectors}
        reads = {name: self._read(name, detector, signals, world, memo) for name, detector in panel.items()}
        columns = [str(name) for name in deployed.table.features.columns]
        measurements = {
            "n_rows": stage.n_rows,
            "onset": stage.onset,
            "truth": [[int(event.start), int(event.end)] for event in stage.truth],
            **drift.report(answers),
            "points": [float(value) for value in answers.points],
            "alarms": {name: read.alarms for name, read in reads.items() if not read.unable},
            "named": {name: _names(read.named, columns) for name, read in reads.items() if read.named},
            "unable": {name: read.unable for name, read in reads.items() if read.unable},
        }
        scanned = sum(read.seconds for read in reads.values())
        return Outcome(measurements, {"stage": round(staged, 4), "scan": round(scanned, 4)})

    @staticmethod
    def shown(record: Record) -> Sequence[Shown]:
        """The drift, and when each detector alarmed."""
        return detection_view.shown(record)

    def _deployment(self) -> Deployment:
        clock = Clock(rows_per_month=self.rows_per_month, months=self.months)
        return Deployment(self.dataset, self.model, self.preprocessing, self.sampling, clock, self.seed)

    def _read(self, name: str, detector: Detector, signals: Signals, world: Hashable, memo: Memo) -> _Read:
        """The alarms of one detector. A test of rows reads the same rows under every model, so it runs once for all models."""
        if detector.input is not Input.ROWS:
            return self._scanned(name, detector, signals)
        key = ("rows", joblib.hash((name, detector)), world)
        return memo.once(key, lambda: self._scanned(name, detector, signals)).value

    def _scanned(self, name: str, detector: Detector, signals: Signals) -> _Read:
        started = time.process_time()
        try:
            scan = signals.scan(detector, random_stream(self.seed, "detector", name, self.dataset.name))
        except ConfigError as error:  # a test of nominal columns where there are none
            return _Read([], [], 0.0, unable=str(error))
        late = self.label_delay if detector.input is Input.ERROR else 0
        named = [_in_order(scan, number) for number in range(len(scan.features))]
        return _Read((scan.alarms + late).tolist(), named, time.process_time() - started)


class _Read(NamedTuple):
    """One detector's result on a stream: times of alarms, columns named at each, seconds; or why it cannot read the stream."""

    alarms: list[int]
    named: list[list[int]]
    seconds: float
    unable: str = ""


def _in_order(scan: Scan, alarm: int) -> list[int]:
    """The columns that an alarm named, the one that moved most first if the test tells."""
    columns: list[int] = scan.features[alarm].tolist()
    ranked: list[int] = scan.ranked(alarm).tolist() if isinstance(scan, WindowScan) else columns
    return [column for column in ranked if column in columns]


def _names(named: Sequence[Sequence[int]], columns: Sequence[str]) -> list[list[str]]:
    return [[columns[number] for number in one] for one in named]
