"""A trial of the calibration study: the knob of every detector at given false-alarm rates, for one set and model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.core import MONTHS, ROWS_PER_MONTH, Floats, Outcome, Record
from harness.data import Dataset
from harness.detectors.contract import Detector, Input
from harness.detectors.step_by_step import as_detector
from harness.drift import WITHOUT_LEAK, Answers, Clock, Control, Nothing, Sampling, Scenario, refuse_order
from harness.memo import Memo
from harness.settings import Checked, above, at_least, at_most, below, each_once, require
from harness.synthesis import Learner, Preprocessing
from harness.trials import calibration_view
from harness.trials.calibration_search import Draws, Found, Search
from harness.trials.deployment import Deployed, Deployment
from harness.trials.signals import Signals, unable_codes
from harness.trials.view import Shown

SEEDS = 10_000
"""The seeds that one seed of a calibration stands for, one a stream: those of 20001 are none of those of 20000."""

CALM = Scenario(name="calm", injector=Nothing(), profile=Control(), strength={"raw": 0.0})  # type: ignore[arg-type]


@dataclass(frozen=True)
class CalibrationTrial(Checked):
    """One deployed model on many drift-free streams, each with a split and a fit of its own.

    The rate of false alarms is the share of streams with at least one alarm. Settings found on the first streams are checked
    on fresh ones. Stream number k has the seed `seed * SEEDS + k`, so that two seeds share no stream.

    Attributes:
        dataset: where the rows come from.
        model: deployed.
        preprocessing: fitted on its training rows.
        sampling: how rows are split into pools.
        detectors: name and detector of each member of the panel.
        seed: stands for `SEEDS` seeds of streams. Those of 20,000 and up are apart from the seeds of every other study.
        rates: wanted, in (0, 1), each once.
        n_streams: the number of streams on which settings are found.
        n_fresh: the number of fresh streams on which settings are checked.
        months: of a stream.
        rows_per_month: M.
        train_rows: rows that each model learns from, drawn from the training pool as streams draw; None for all of the pool,
            each once.
    """

    dataset: Dataset
    model: Learner
    preprocessing: Preprocessing
    sampling: Annotated[Sampling, WITHOUT_LEAK]
    detectors: Annotated[Sequence[Mapping[str, Any]], each_once("name")]
    seed: Annotated[int, at_least(0)] = 20_000
    rates: Annotated[Sequence[Annotated[float, above(0), below(1)]], each_once()] = (0.01, 0.05, 0.10, 0.20)
    n_streams: Annotated[int, at_least(1)] = 300
    n_fresh: Annotated[int, at_least(1)] = 500
    months: Annotated[int, at_least(4)] = MONTHS
    rows_per_month: Annotated[int, at_least(2)] = ROWS_PER_MONTH
    train_rows: Annotated[int, at_least(1)] | None = None

    def __post_init__(self) -> None:
        """Refuse more streams than one seed has seeds for with a `ConfigError`."""
        super().__post_init__()
        refuse_order(self)
        require(self, "n_fresh", at_most(SEEDS - self.n_streams))

    def run(self, memo: Memo) -> Outcome:
        """Turn every knob.

        Returns:
            By detector and rate (in percent, as text): `settings` and `rates`, the latter on fresh streams; `impossible`, why
            there is no setting. By detector: `default_rates` on fresh streams; `unable`, why it can read none of these
            streams, and `unable_codes`, the code of that if it has one.
        """
        first = self.seed * SEEDS
        calm = [self._signals(first + number, memo) for number in range(self.n_streams)]
        panel = {one["name"]: as_detector(one["detector"]) for one in self.detectors}
        found = {
            name: self._search(name, detector, calm, first).all_rates(self.rates) for name, detector in panel.items()
        }
        fresh = [self._signals(first + self.n_streams + number, memo) for number in range(self.n_fresh)]
        able = {name: one for name, one in found.items() if not one.unable}
        checked = {name: self._check(name, panel[name], one, fresh) for name, one in able.items()}
        return Outcome(
            {
                "settings": {name: one.settings for name, one in able.items() if one.settings},
                "impossible": {name: one.impossible for name, one in able.items() if one.impossible},
                "unable": {name: one.unable for name, one in found.items() if one.unable},
                **unable_codes({name: one.code for name, one in found.items()}),
                "rates": {name: rates for name, (_, rates) in checked.items() if rates},
                "default_rates": {name: default for name, (default, _) in checked.items()},
                "n_streams": self.n_streams,
                "n_fresh": self.n_fresh,
            }
        )

    @staticmethod
    def shown(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]:  # noqa: ARG004 - as every view
        """Settings, rates of false alarms there, and why a setting is missing."""
        return calibration_view.shown(record)

    @staticmethod
    def headline(record: Record) -> Mapping[str, float]:
        """The few numbers that a tool of others shows."""
        return calibration_view.headline(record)

    def _signals(self, seed: int, memo: Memo) -> Signals:
        """The signals of the stream of a seed. What the model gets wrong is kept in the memo for streams of other lengths."""
        clock = Clock(rows_per_month=self.rows_per_month, months=self.months)
        deployment = Deployment(
            self.dataset, self.model, self.preprocessing, self.sampling, clock, seed, self.train_rows
        )
        deployed = deployment.start(Memo())
        drift = CALM.on(deployed.pools)
        memo.enter(("calm", deployed.table.name, deployed.table.checksum, deployed.table.n_rows))
        kept = memo.once(tuple(deployed.key().items()), lambda: _Kept.of(deployed.ask(drift))).value
        answers = kept.answers(len(deployed.pools.evaluate), deployed)
        return deployed.signals(drift.stream(), answers).made_for(self._inputs)

    @property
    def _inputs(self) -> set[Input]:
        """What the panel reads."""
        return {as_detector(one["detector"]).input for one in self.detectors}

    def _search(self, name: str, detector: Detector, streams: Sequence[Signals], first_seed: int) -> Search:
        return Search(name, detector, streams, Draws(first_seed, self.dataset.name))

    def _check(
        self, name: str, detector: Detector, found: Found, fresh: Sequence[Signals]
    ) -> tuple[float, dict[str, float]]:
        """The rates of false alarms on fresh streams, at the default and at every setting."""
        at = self._search(name, detector, fresh, self.seed * SEEDS + self.n_streams)
        return at.default_share(), {rate: at.share(value) for rate, value in found.settings.items()}


class _Kept(NamedTuple):
    """What a model gets wrong before any drift, as bits, and its points: all that is kept of its answers."""

    wrong: NDArray[np.uint8]
    points: Floats

    @classmethod
    def of(cls, answers: Answers) -> _Kept:
        return cls(np.packbits(answers.wrong[0] > 0), answers.points[:1])

    def answers(self, n_rows: int, deployed: Deployed) -> Answers:
        wrong = np.unpackbits(self.wrong, count=n_rows).astype(np.float64)
        return Answers(wrong[None], self.points, deployed.predict, deployed.threshold)
