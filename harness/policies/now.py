"""What a policy knows at the beginning of a period, and nothing that is known later."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from harness.core import ConfigError, Floats, Ints
from harness.detectors.contract import Scan
from harness.detectors.step_by_step import as_detector
from harness.policies.world import Model, Recipe, World

if TYPE_CHECKING:
    from harness.drift.profiles import Interval

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True)
class Watch:
    """A model in service and what comes to be known of it, to the end of the stream. `Now` shows of it what is known by then.

    Attributes:
        world: it is asked only for what is read.
        model: that serves.
        since: the row from which it serves.
        late: rows after which a label is known.
        promise: the initial model, where what was expected of that one is expected of every model.
    """

    world: World
    model: Model
    since: int
    late: int
    promise: Model | None = None

    @cached_property
    def rows(self) -> Ints:
        """The rows that it serves whose label ever arrives, ascending."""
        return np.flatnonzero(self.world.labelled()[self.since :]) + self.since

    @cached_property
    def errors(self) -> Floats:
        """Of these rows."""
        return self.world.errors(self.model)[self.rows]

    @cached_property
    def period_losses(self) -> Floats:
        """Of the labels that come to be known in each period of the stream, the share of errors; NaN where there is none."""
        period, n_periods = (self.rows + self.late) // self.world.rows_per_period, self.world.n_periods
        n_labels = np.bincount(period, minlength=n_periods)[:n_periods].astype(np.float64)
        n_errors = np.bincount(period, weights=self.errors, minlength=n_periods)[:n_periods]
        n_labels[n_labels == 0] = np.nan
        losses: Floats = n_errors / n_labels
        return losses

    @cached_property
    def expected(self) -> float:
        """The accuracy that is expected of it, on the last month of labelled rows that is known when it comes into service."""
        model, since = (self.model, self.since) if self.promise is None else (self.promise, 0)
        return 1.0 - float(self.world.reference_errors(model, since, self.late).mean())

    @cached_property
    def settled(self) -> int:
        """The row at which the label of its M / 2-th labelled row is known; nothing that reads fires before."""
        needed = self.world.rows_per_month // 2
        return int(self.rows[needed - 1]) + self.late if len(self.rows) >= needed else self.world.n_rows

    @cached_property
    def scans(self) -> dict[int, Scan]:
        """What detectors found, by their `id`: their policy lives longer than this."""
        return {}

    def scan(self, detector: Any) -> Scan:
        """What a detector finds from a fresh start, to the end of the stream."""
        if id(detector) not in self.scans:
            known = as_detector(detector)
            name = getattr(known, "name", "") or type(known).__name__
            promise = self.promise if self.since else None  # the initial model keeps its own promise
            self.scans[id(detector)] = self.world.scan(name, known, self.model, self.since, self.late, promise=promise)
        return self.scans[id(detector)]


class Asked(Protocol):
    """A policy, as actions and the replay look at it; see `harness.policies.contract.Policy`."""

    reads: ClassVar[bool]
    follows_change: ClassVar[bool]

    @property
    def name(self) -> str:
        """The level of the factor `policy`."""
        ...

    def alarmed_at(self, now: Now) -> int:
        """The row at which it was known that it would act."""
        ...

    def warned_at(self, now: Now) -> int | None:
        """The row with which the warning began that led to the alarm; None if it gave none."""
        ...


class Now(NamedTuple):
    """What is known at a point: the beginning of a period.

    Attributes:
        period: it begins now.
        policy: that is asked.
        watch: what `Now` shows, to the end of the stream. Who reads it may look ahead, which `harness check` finds.
        served_since: the period from which the present model serves.
        listens_from: the row from which alarms count: those of before were acted upon, or nothing fires there.
        free_since: the row at which the last order came to its end, be it served or discarded; 0 if there was none.
        asked_at: the row of the last order; -1 if there was none.
        n_retrains: models that were put into service.
        before: the model that would serve if the last change were undone; None if there is none.
        trained: the models that were put into service, the initial one first, as they were ordered.
        generator: of the entry, see `rng`.
    """

    period: int
    policy: Asked
    watch: Watch
    served_since: int = 0
    listens_from: int = 0
    free_since: int = 0
    asked_at: int = -1
    n_retrains: int = 0
    before: Model | None = None
    trained: tuple[Model, ...] = ()
    generator: np.random.Generator | None = None

    # ---- time ------------------------------------------------------------------------------------------------------------

    @property
    def row(self) -> int:
        """The row that comes next: what came before is known."""
        return self.period * self.watch.world.rows_per_period

    @property
    def rows_per_month(self) -> int:
        """M."""
        return self.watch.world.rows_per_month

    @property
    def rows_per_period(self) -> int:
        """M / 4."""
        return self.watch.world.rows_per_period

    def rows_of(self, months: float) -> int:
        """The rows of so many months, at least one."""
        return max(1, round(months * self.rows_per_month))

    # ---- what is known of the served model -------------------------------------------------------------------------------

    @property
    def model(self) -> Model:
        """The model that serves."""
        return self.watch.model

    @property
    def errors(self) -> Floats:
        """Errors of the served model on rows that it served and whose label is known by now, oldest first."""
        return _shown(self.watch.errors[: self._n_known])

    @property
    def known_at(self) -> Ints:
        """The row at which the label of each of them was known."""
        return _shown(self.watch.rows[: self._n_known] + self.watch.late)

    @property
    def expected(self) -> float:
        """The accuracy that is expected of the served model, in [0, 1]."""
        return self.watch.expected

    @property
    def recent_loss(self) -> float:
        """The share of errors in the newest month of `errors`, or in all of them if they are fewer; NaN without any."""
        newest = self.errors[-self.rows_per_month :]
        return float(newest.mean()) if len(newest) else math.nan

    @property
    def period_losses(self) -> Floats:
        """Share of errors of the labels that came to be known in each period since service, oldest first; NaN without any."""
        return _shown(self.watch.period_losses[self.served_since : self.period])

    def alarms(self, detector: Any) -> Ints:
        """The rows at which alarms of a detector were known, of those that count; it started afresh with the served model."""
        alarms = self.watch.scan(detector).alarms
        if not len(alarms) or alarms[-1] < self.listens_from:
            return _shown(alarms[:0])
        return _shown(alarms[alarms.searchsorted(self.listens_from) : alarms.searchsorted(self.row)])

    def warnings(self, detector: Any) -> Ints:
        """The rows at which its warnings were known, since the served model came into service."""
        warnings = self.watch.scan(detector).warnings
        return _shown(warnings[: warnings.searchsorted(self.row)])

    @property
    def truth(self) -> tuple[Interval, ...] | None:
        """The changes of the whole stream, for oracles alone; None if they are not known."""
        return self.watch.world.truth

    @property
    def rng(self) -> np.random.Generator:
        """The generator of the entry.

        Raises:
            ConfigError: the replay was given none.
        """
        if self.generator is None:
            raise ConfigError(f"the policy {self.policy.name} draws random numbers: give replay() a generator (rng)")
        return self.generator

    @property
    def _n_known(self) -> int:
        return int(self.watch.rows.searchsorted(self.row - self.watch.late))

    # ---- what can be learned from ----------------------------------------------------------------------------------------

    @property
    def late_periods(self) -> int:
        """The label delay in periods, rounded up."""
        return math.ceil(self.watch.late / self.rows_per_period)

    @property
    def learnable_until(self) -> int:
        """The row, of those with which periods begin, before which the labels of rows to learn from are known by now."""
        return max(0, self.period - self.late_periods) * self.rows_per_period

    def ready_after(self, start: int, n_labels: int) -> int:
        """The period at whose beginning so many labels of rows to learn from, of times from `start` on, are known."""
        return math.ceil(self.watch.world.known_by(start, n_labels) / self.rows_per_period) + self.late_periods

    def until(self, ready: int) -> int:
        """The row before which a model learns that is ready at a period."""
        return (ready - self.late_periods) * self.rows_per_period

    def n_labels(self, start: int) -> int:
        """The labels of rows to learn from, of times from `start` on, that are known by now."""
        world, end = self.watch.world, self.learnable_until
        return bisect.bisect_right(range(1, max(0, end - start) + 1), end, key=lambda n: world.known_by(start, n))

    def held_back(self, challenger: Recipe) -> tuple[Floats, Floats]:
        """Errors of a challenger and of the served model on the rows that the challenger did not learn from."""
        return self.watch.world.held_back(challenger, self.model)

    def errors_of(self, model: Model) -> Floats:
        """The errors that another model would have made on the rows of `errors`."""
        return self.watch.world.errors(model)[self.watch.rows[: self._n_known]]


def _shown(part: NDArray[T]) -> NDArray[T]:
    """A copy that cannot be written to; a view would lead to the whole of which it is a part."""
    copied = part.copy()
    copied.flags.writeable = False
    return copied
