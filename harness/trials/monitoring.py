"""A trial of the monitoring study: one stream on which every policy of a panel serves, watches and retrains a model."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from harness.core import MONTHS, ROWS_PER_MONTH, Code, ConfigError, Outcome, Record, Skip
from harness.data import Dataset
from harness.drift import Clock, HarmTo, Nothing, Ordered, Sampling, Scenario, Together
from harness.memo import Memo
from harness.policies.bank_of import bank_of
from harness.policies.entry import Entry, Reality
from harness.policies.replay import replay
from harness.policies.world import Recipe, World
from harness.randomness import stream as random_stream
from harness.settings import Bound, Checked, above, at_least, at_most, below, each_once, other_than, require
from harness.synthesis import Learner, Method, Preprocessing, Single
from harness.trials import monitoring_view
from harness.trials.closed_loop import ClosedLoop, OrderedWorld, StagedWorld
from harness.trials.closed_loop.baselines import baselines
from harness.trials.closed_loop.record import PERIODS, in_millionths, late_periods, run_as_recorded, triangle, window_of
from harness.trials.deployment import Deployment
from harness.trials.view import Shown

WINDOWS = (1.0, 0.5, 2.0)
"""Months of rows that the models of each bank learn from, unless others are asked for."""

AHEAD = 200
"""Rows over which the accuracy ahead is taken, see `MonitoringTrial.run`."""

DOWN = 0.05
"""By how much it has to have fallen."""

ROUNDING = 1e-9
"""A fall by exactly as much counts."""

WHOLE_PERIODS = Bound(f"a multiple of {PERIODS}, the periods of a month", lambda rows: rows % PERIODS == 0)

EACH_ONCE = Bound("a list, perhaps empty, that names each once", lambda given: len(set(given)) == len(given))


@dataclass(frozen=True)
class MonitoringTrial(Checked):
    """One stream and one model, under every entry of a panel: each policy with its action lives through the same stream.

    Split, rows and onset depend on data set and seed alone. The initial model learns from a month of rows, drawn from the
    training pool as later models draw theirs from the rows to adapt with, so that a retrain is no gain by itself.

    Attributes:
        dataset: where the rows come from.
        synthesis: how a model is made, be it the initial one or a later one.
        preprocessing: fitted on the rows that the model learns from.
        scenario: what happens.
        sampling: how rows are split into pools; some are needed to adapt with. `Ordered` takes a real stream as it is.
        entries: policies with their actions.
        seed: split, rows, onset, drift, and what models, detectors and policies draw; of a stream in the order of its file the
            block.
        harm: points that the scenario is to cost the initial model; None for the scenario's own strength.
        label_delays: rows after which a label is known; every entry meets each of them.
        labelled_share: of the rows, whose label ever arrives, in (0, 1].
        training_periods: quarters of a month from the day on which a model's rows are there to its service.
        windows: months of rows that the models of each bank learn from. Without any only those models are trained that some
            entry serves, and neither banks nor what needs all models is recorded: for models that take long.
        months: of the stream.
        rows_per_month: M.
        earliest, latest: the months between which the onset is drawn.
    """

    dataset: Dataset
    synthesis: Method
    preprocessing: Preprocessing
    scenario: Scenario | Together
    sampling: Sampling
    entries: Annotated[
        Sequence[Entry], Bound("a list of entries, each with a name of its own", lambda given: _apart(given))
    ]
    seed: Annotated[int, at_least(0)]
    harm: Annotated[float, other_than(0)] | None = None
    label_delays: Annotated[Sequence[Annotated[int, at_least(0)]], each_once()] = (0, 300)
    labelled_share: Annotated[float, above(0), at_most(1)] = 1.0
    training_periods: Annotated[int, at_least(0)] = 0
    windows: Annotated[Sequence[Annotated[float, above(0)]], EACH_ONCE] = WINDOWS
    months: Annotated[int, at_least(1)] = MONTHS
    rows_per_month: Annotated[int, at_least(4), WHOLE_PERIODS] = ROWS_PER_MONTH
    earliest: Annotated[float, at_least(0)] = 0.5
    latest: float = 5.0

    def __post_init__(self) -> None:
        """Refuse an onset after the stream, a drift on a stream in the order of its file and a harm that nothing does."""
        super().__post_init__()
        require(self, "earliest", below(self.months))
        require(self, "latest", above(self.earliest), at_most(self.months))
        self._check_windows()
        if isinstance(self.sampling, Ordered):
            self._check_order(self.sampling)
        _ = self._staged

    def run(self, memo: Memo) -> Outcome:
        """Let every entry live through the stream.

        Returns:
            n_rows. banks: by rows of a window the losses of all models that can be had without any delay, in parts per million;
            without `windows` there are neither these nor continuous and scored.
            initial: errors of the initial model in the month before.
            Of a staged stream: onset, truth, what the drift is and costs (`Drift.report`). continuous: losses of models that
            learned fresh rows of the very period, in parts per million. scored: errors of each model of a month, in each period
            from its own on. down: the first row from which the exact accuracy of the initial model over the next 200 rows is 5
            points below that before the drift; a list, empty if there is none.
            Of a stream in the order of its file: first_row, with which it begins there. baselines: by label delay, losses of
            `baselines` in parts per million.
            runs: by label delay and entry, see `run_as_recorded`. unable: by entry the code and the sentence of why it cannot
            live on this stream.
            CPU seconds of fits, as if nothing had been shared, and of policies.
        """
        deployed = self._deployment().start(memo)
        if isinstance(self.sampling, Ordered):
            real = OrderedWorld(deployed, labelled_share=self.labelled_share)
            first_row = self.sampling.first_row(self.seed) + real.block.n_before
            return self._outcome(real, lambda: self._in_order(real, first_row))
        drift = self._staged.on(deployed.judged_by(HarmTo.DEPLOYED))
        staged = StagedWorld(deployed, drift.stream(), labelled_share=self.labelled_share)
        return self._outcome(
            staged, lambda: _staged(staged, drift.report(deployed.ask(drift)), whole=bool(self.windows))
        )

    def _outcome(self, world: ClosedLoop, describe: Callable[[], dict[str, Any]]) -> Outcome:
        windows = self._rows_of_windows
        banks = {str(rows): triangle(bank_of(world, rows).losses) for rows in windows}
        described = describe()
        fits, started = world.seconds, time.process_time()
        runs, unable = self._runs(world, windows)
        policies = time.process_time() - started - (world.seconds - fits)
        measurements = {
            "n_rows": world.n_rows,
            **described,
            **({"banks": banks} if banks else {}),
            "initial": int(world.errors_before(world.initial).sum()),
            "runs": runs,
            "unable": unable,
        }
        policies = max(policies, 0.0)  # fits that neighbours had made before count as made here
        return Outcome(measurements, {"fits": round(world.seconds, 4), "policies": round(policies, 4)})

    def _in_order(self, world: OrderedWorld, first_row: int) -> dict[str, Any]:
        """What is known of a stream in the order of its file."""
        known = {str(delay): baselines(world, delay) for delay in self.label_delays}
        of_delays = {
            delay: {name: in_millionths(losses) for name, losses in found.items()} for delay, found in known.items()
        }
        return {"first_row": first_row, "baselines": of_delays}

    def _check_windows(self) -> None:
        """Refuse windows of no row, and two that are the same rows."""
        rows = self._rows_of_windows
        if rows and (min(rows) < 1 or len(set(rows)) < len(rows)):
            raise ConfigError(
                f"MonitoringTrial: windows={list(self.windows)} are {rows} rows, with {self.rows_per_month} in a month: give "
                "each a row or more, and no two the same."
            )

    def _check_order(self, sampling: Ordered) -> None:
        """Refuse what makes no sense on a stream in the order of its file."""
        sampling.first_row(self.seed)
        if self.harm is not None or not all(isinstance(one.injector, Nothing) for one in self.scenario.parts):
            raise ConfigError(
                f"MonitoringTrial: scenario={self.scenario.name} would stage a drift, and sampling={sampling.name} takes a "
                "stream as it is: set scenario=control and harm=null, or choose another sampling."
            )
        if getattr(self.dataset, "max_rows", None) is not None:
            raise ConfigError(
                f"MonitoringTrial: dataset.max_rows={self.dataset.max_rows} would leave out rows of a stream in the order of "
                "its file: set dataset.max_rows=null."
            )

    @staticmethod
    def shown(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]:  # noqa: ARG004 - as every view
        """What each entry did, and what it lost."""
        return monitoring_view.shown(record)

    @staticmethod
    def headline(record: Record) -> Mapping[str, float]:
        """The few numbers that a tool of others shows."""
        return monitoring_view.headline(record)

    @property
    def _rows_of_windows(self) -> list[int]:
        return [round(months * self.rows_per_month) for months in self.windows]

    @property
    def _staged(self) -> Scenario | Together:
        return self.scenario if self.harm is None else self.scenario.at(harm=self.harm)

    def _deployment(self) -> Deployment:
        clock = Clock(self.rows_per_month, self.months, self.earliest, self.latest)
        model: Learner | Method = self.synthesis.model if isinstance(self.synthesis, Single) else self.synthesis
        return Deployment(
            self.dataset, model, self.preprocessing, self.sampling, clock, self.seed, train_rows=self.rows_per_month
        )

    def _runs(self, world: World, windows: Sequence[int]) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """By label delay and entry what it did; by entry the code and the sentence of why it could not."""
        runs: dict[str, Any] = {}
        unable: dict[str, list[str]] = {}
        for delay in self.label_delays:
            reality = Reality(label_delay=delay, training_periods=self.training_periods)
            late = late_periods(delay, self.rows_per_month) + self.training_periods
            for entry in self.entries:
                rng = random_stream(self.seed, "policy", entry.name, self.dataset.name)
                try:
                    run = replay(entry, world, reality, rng)
                except (ConfigError, Skip) as reason:
                    unable[entry.name] = [str(getattr(reason, "code", "")) or Code.REFUSED, str(reason)]
                    continue
                window = window_of(run, windows, step=world.rows_per_period, late_periods=late)
                runs.setdefault(str(delay), {})[entry.name] = run_as_recorded(run, window=window)
        return runs, unable


def _apart(entries: Any) -> bool:
    names = [entry.name for entry in entries]
    return 0 < len(names) == len(set(names))


def _staged(world: StagedWorld, drift: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """What is known of a staged stream; what needs every model that could have been served, only of the whole."""
    return {
        "onset": world.stream.onset,
        "truth": [[int(event.start), int(event.end)] for event in world.stream.truth],
        **drift,
        **({"continuous": in_millionths(world.continuous()), "scored": _scored(world)} if whole else {}),
        "down": _down(world),
    }


def _scored(world: StagedWorld) -> list[int]:
    """Errors of the models of a month's rows in each period from their own on, row after row as in a bank."""
    size, step, month = world.n_periods, world.rows_per_period, world.rows_per_month
    errors = np.zeros((size, size))
    for point in range(size):
        found = world.errors(Recipe(point * step, month))
        errors[point] = found[: size * step].reshape(size, step).sum(axis=1)
    counts: list[int] = errors[np.triu_indices(size)].astype(np.int64).tolist()
    return counts


def _down(world: StagedWorld) -> list[int]:
    """The first row from which the accuracy ahead is down, if any is."""
    accuracy = world.accuracy()
    if len(accuracy) < AHEAD:
        return []
    cumulated = np.concatenate([[0.0], np.cumsum(accuracy)])
    ahead = (cumulated[AHEAD:] - cumulated[:-AHEAD]) / AHEAD
    down = np.flatnonzero(ahead <= world.accuracy_before() - DOWN + ROUNDING)
    return down[:1].tolist()  # type: ignore[no-any-return]
