"""A trial of the detection study: one stream of one deployed model, read by a panel of detectors."""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np

from harness.core import MONTHS, ROWS_PER_MONTH, ConfigError, Outcome, Record
from harness.data import Dataset
from harness.detectors.contract import Detector, Input, Scan
from harness.detectors.step_by_step import as_detector
from harness.detectors.windows import WindowScan
from harness.drift import WITHOUT_LEAK, Clock, HarmTo, Kind, Sampling, Scenario, Together, refuse_order
from harness.memo import Memo
from harness.randomness import stream as random_stream
from harness.settings import Checked, at_least, each_once, other_than
from harness.synthesis import Learner, Preprocessing
from harness.trials import detection_view
from harness.trials.deployment import Deployment
from harness.trials.fits import hash_of
from harness.trials.signals import Signals, code_of, unable_codes
from harness.trials.view import Shown


@dataclass(frozen=True)
class DetectionTrial(Checked):
    """One stream, read by every detector of a panel.

    Split, rows and onset depend on data set and seed alone, the drift on scenario and harm as well: every detector meets the
    same stream, and so does every model unless the harm is to be its own. The scenario `control` is the drift-free twin of all
    streams of its seed.

    Attributes:
        dataset: where the rows come from.
        model: deployed and never retrained.
        preprocessing: fitted on its training rows.
        scenario: what happens.
        sampling: how rows are split into pools.
        detectors: name and detector of each member of the panel.
        seed: split, rows, onset, drift, and what models and detectors draw.
        harm: points that the scenario is to cost; None for the scenario's own strength.
        harm_to: whom: the deployed or the reference model. Read only where a harm is asked for, here or by the scenario.
        months: of the stream.
        rows_per_month: M.
        label_delay: rows after which a label is known; alarms of detectors that need labels come so much later.
    """

    dataset: Dataset
    model: Learner
    preprocessing: Preprocessing
    scenario: Scenario | Together
    sampling: Annotated[Sampling, WITHOUT_LEAK]
    detectors: Annotated[Sequence[Mapping[str, Any]], each_once("name")]
    seed: Annotated[int, at_least(0)]
    harm: Annotated[float, other_than(0)] | None = None
    harm_to: HarmTo = HarmTo.DEPLOYED
    months: Annotated[int, at_least(4)] = MONTHS
    rows_per_month: Annotated[int, at_least(2)] = ROWS_PER_MONTH
    label_delay: Annotated[int, at_least(0)] = 0

    def __post_init__(self) -> None:
        """Refuse, with a `ConfigError`, a harm that nothing does, and whom to harm where no harm is asked for."""
        super().__post_init__()
        refuse_order(self)
        if not self.staged.asks_for_harm and self.harm_to != HarmTo.DEPLOYED:
            instead = "" if self.scenario.changes is Kind.NONE else ", or give a harm"
            raise ConfigError(
                f"harm_to={self.harm_to} changes nothing, since scenario {self.scenario.name} asks for no harm: leave it "
                f"out{instead}."
            )

    @property
    def staged(self) -> Scenario | Together:
        """The scenario at the harm that is asked for."""
        return self.scenario if self.harm is None else self.scenario.at(harm=self.harm)

    def run(self, memo: Memo) -> Outcome:
        """Stage the stream and let every detector read it.

        Returns:
            What the stream is: onset, truth (first and last row of each event), what the drift is and costs (`Drift.report`),
            points of the model under each concept.
            And of each detector the times of its alarms (label delay included), for those that read rows also the columns
            that they named at each, those that moved most first; of those that cannot read it, why, and the code of that if it
            has one. CPU seconds of staging and of all detectors.
        """
        started = time.process_time()
        deployed = self._deployment().start(memo)
        drift = self.staged.on(deployed.judged_by(HarmTo(self.harm_to)))
        answers = deployed.ask(drift)
        stage = drift.stream()
        signals = deployed.signals(stage, answers, self.label_delay)
        staged = time.process_time()
        panel = {one["name"]: as_detector(one["detector"]) for one in self.detectors}
        reads = {name: self._read(name, detector, signals, drift.rows_key, memo) for name, detector in panel.items()}
        scanned = time.process_time() - staged + sum(read.shared_seconds for read in reads.values())
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
            **unable_codes({name: read.code for name, read in reads.items()}),
        }
        clock = {"stage": round(staged - started, 4), "scan": round(scanned, 4)}
        return Outcome(measurements, clock, answers=tuple(deployed.answered(drift, answers)))

    @staticmethod
    def shown(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]:
        """The drift, and when each detector alarmed."""
        return detection_view.shown(record, spec)

    @staticmethod
    def headline(record: Record) -> Mapping[str, float]:
        """The few numbers that a tool of others shows."""
        return detection_view.headline(record)

    def _deployment(self) -> Deployment:
        clock = Clock(rows_per_month=self.rows_per_month, months=self.months)
        return Deployment(self.dataset, self.model, self.preprocessing, self.sampling, clock, self.seed)

    def _read(self, name: str, detector: Detector, signals: Signals, rows: Hashable, memo: Memo) -> _Read:
        """The alarms of one detector. A test of rows runs once for all streams of the same rows, whatever model or labels."""
        if detector.input is not Input.ROWS:
            return self._scanned(name, detector, signals, memo)
        key = ("rows", name, hash_of(detector), rows)
        is_shared = key in memo
        read = memo.once(key, lambda: self._scanned(name, detector, signals, memo))
        return read.value._replace(shared_seconds=read.seconds) if is_shared else read.value

    def _scanned(self, name: str, detector: Detector, signals: Signals, memo: Memo) -> _Read:
        try:
            scan = signals.scan(detector, self._rng(name, memo))
        except ConfigError as error:  # a test of nominal columns where there are none
            return _Read([], [], unable=str(error), code=code_of(error))
        late = self.label_delay if detector.input is Input.ERROR else 0
        named = [_in_order(scan, number) for number in range(len(scan.features))]
        return _Read((scan.alarms + late).tolist(), named)

    def _rng(self, name: str, memo: Memo) -> np.random.Generator:
        """The generator of a detector, as it was when it was new: the same for all streams of this seed and data set."""

        def new() -> tuple[np.random.Generator, Any]:
            rng = random_stream(self.seed, "detector", name, self.dataset.name)
            return rng, rng.bit_generator.state

        rng, state = memo.once(("detector", name), new).value
        rng.bit_generator.state = state
        return rng


class _Read(NamedTuple):
    """One detector's result on a stream: times of alarms, and columns named at each; or why it cannot read the stream."""

    alarms: list[int]
    named: list[list[int]]
    unable: str = ""
    code: str = ""
    shared_seconds: float = 0.0
    """What it took, if another trial has read the stream. All others are timed together: a clock costs more than a scan."""


def _in_order(scan: Scan, alarm: int) -> list[int]:
    """The columns that an alarm named, the one that moved most first if the test tells."""
    columns: list[int] = scan.features[alarm].tolist()
    ranked: list[int] = scan.ranked(alarm).tolist() if isinstance(scan, WindowScan) else columns
    return [column for column in ranked if column in columns]


def _names(named: Sequence[Sequence[int]], columns: Sequence[str]) -> list[list[str]]:
    return [[columns[number] for number in one] for one in named]
