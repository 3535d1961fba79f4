"""The models that can be had on a stream: what each of them says, where it errs, and what is known of it when it begins."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from harness.core import Code, Floats, Ints, Skip
from harness.drift import OrderedStream, StagedStream, error_signal
from harness.memo import timed
from harness.policies.world import Averaged, Model, Recalibrated, Recipe
from harness.recent import Same
from harness.synthesis import Prediction
from harness.trials.closed_loop.recalibration import Recalibration, averaged
from harness.trials.closed_loop.record import PERIODS
from harness.trials.closed_loop.stage import Stage
from harness.trials.closed_loop.windows import Window, Windows, recipes
from harness.trials.deployment import Deployed, digest_of_arrays
from harness.trials.fits import Learned
from harness.trials.label_free import answered_otherwise

T = TypeVar("T")


class Models(ABC):
    """The models of one stream. What they are asked for twice they make once.

    Attributes:
        deployed: the initial model, which has learned from a month of rows.
        stream: that it meets.
        windows: what models learn from.
        n_rows: of the stream.
        rows_per_month: M.
        rows_per_period: M / 4.
        n_periods: the whole periods of the stream.
        initial: the model of a month of training rows.
        seconds: what fits and their answers took so far, as if nothing had been shared with other trials.
    """

    def __init__(self, deployed: Deployed, stream: StagedStream | OrderedStream, windows: Windows) -> None:
        """The models of a stream. `deployed` has learned a month of rows."""
        self.deployed, self.stream, self.windows = deployed, stream, windows
        self.n_rows, self.rows_per_month = stream.n_rows, stream.rows_per_month
        self.rows_per_period = self.rows_per_month // PERIODS
        self.n_periods = self.n_rows // self.rows_per_period
        self.initial = Recipe(0, self.rows_per_month)
        self.seconds = 0.0
        self._fits: dict[str, Learned] = {}
        self._known: dict[Hashable, Any] = {}

    # ---- of the stream ---------------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def stage(self) -> Stage:
        """All rows that a model is asked about."""

    @property
    @abstractmethod
    def places_before(self) -> Ints:
        """The places among the first of these of the rows of the month before the stream, shape (M,)."""

    @property
    @abstractmethod
    def target_before(self) -> Ints | Floats:
        """The target of the month before the stream, shape (M,)."""

    @property
    @abstractmethod
    def rows_key(self) -> Hashable:
        """Equal for streams of the same deployment with equal rows, whatever their labels."""

    @abstractmethod
    def losses(self, model: Model) -> Floats:
        """The expected loss of each period, shape (n_periods,)."""

    # ---- models and what they say ---------------------------------------------------------------------------------------

    def _learned(self, window: Window) -> Learned:
        """The model of these rows; equal rows give the same."""
        digest = digest_of_arrays(window.ids, window.rows.matrix, window.rows.target)
        if digest not in self._fits:
            found = self.deployed.learned(window.ids, window.rows)
            self.seconds += found.seconds
            self._fits[digest] = found.value
        return self._fits[digest]

    def _model(self, recipe: Recipe) -> Learned:
        return self.once(("model", recipe), lambda: self._learned(self.windows.of(recipe)))

    def said(self, model: Model) -> Prediction:
        """What a model says of all rows of the stage, in their order."""
        return self.once(("said", model), lambda: self._combined(model, lambda one: self._asked(self._model(one))))

    def _asked(self, learned: Learned) -> Prediction:
        """What a fitted model says of the stage. What it says of the pool before any drift is kept where the model is."""

        def asked() -> Prediction:
            before = learned.about_pool(self.stage.pool)
            if not len(self.stage.changed):
                self.seconds += before.seconds
                return before.value
            changed = timed(lambda: learned.ask(self.stage.changed))
            self.seconds += before.seconds + changed.seconds
            return joined(before.value, changed.value)

        return self.once(("asked", Same(learned)), asked)

    def otherwise(self, model: Model) -> Floats:
        """The share of models fitted again that answer each row of the stage otherwise, shape (n,).

        They learn from the rows of the model's newest part, drawn anew.
        """

        def asked() -> Floats:
            window = self.windows.of(recipes(model)[-1])
            whole = np.concatenate([self.stage.pool, self.stage.changed])
            others = timed(lambda: [ask(whole).target for ask in self.deployed.refits(*window)])
            self.seconds += others.seconds
            return answered_otherwise(self.said(model).target, others.value, self.deployed.threshold)

        return self.once(("otherwise", model), asked)

    def said_of(self, model: Model, matrix: Floats) -> Prediction:
        """What a model says of other rows, shape (n, n_features)."""
        return self._combined(model, lambda one: self._model(one).ask(matrix))

    def _combined(self, model: Model, of: Callable[[Recipe], Prediction]) -> Prediction:
        """What a model says, from what those say that it is made of."""
        if isinstance(model, Recipe):
            return of(model)
        if isinstance(model, Averaged):
            return averaged([self._combined(member, of) for member in model.members])
        return self.once(("curve", model), lambda: self._recalibration(model)).of(self._combined(model.base, of))

    def _recalibration(self, model: Recalibrated) -> Recalibration:
        if self.deployed.threshold is not None:
            raise Skip("a model that predicts numbers has no probabilities to fit anew", code=Code.NEEDS_CLASSES)
        window = self.windows.to_recalibrate(model)
        self.deployed.pools.assert_unseen(window.ids)
        return Recalibration.fit(
            self.said_of(model.base, window.rows.matrix), window.rows.target.astype(np.int64), model.how
        )

    # ---- where they err -------------------------------------------------------------------------------------------------

    def errors(self, model: Model) -> Floats:
        """1 where the model is wrong about the scored rows, else 0, shape (n_rows,)."""
        return self.once(("errors", model), lambda: self.stage.errors(self.said(model).target, self.deployed.threshold))

    def errors_before(self, model: Model) -> Floats:
        """The same of the month before the stream, shape (M,)."""

        def judged() -> Floats:
            answer = self.judged(model).target[self.places_before]
            return error_signal(self.target_before, answer, self.deployed.threshold)

        return self.once(("errors before", model), judged)

    # ---- what is known of them when they begin --------------------------------------------------------------------------

    def judged(self, model: Model) -> Prediction:
        """What is said of the rows of the stage by which a model is judged when it begins: nothing that it has learned."""
        return self.said(model)

    def judged_errors(self, model: Model) -> Floats:
        """1 where that is wrong about the scored rows, else 0, shape (n_rows,)."""
        return self.errors(model)

    def judged_otherwise(self, model: Model) -> Floats:
        """As `otherwise`, by models that have not learned these rows."""
        return self.otherwise(model)

    def reference_errors(self, model: Model, since: int, late: int) -> Floats:
        """The model's errors on the last month of labelled rows that is known at row `since`, oldest first, shape (M,)."""
        return self.last_month(self.errors_before(model), self.judged_errors(model)[self.known(since, late)])

    def known(self, since: int, late: int) -> Ints:
        """The scored rows whose label is known at row `since`."""
        return np.flatnonzero(self.windows.scored[: max(0, since - late)])

    def last_month(self, before: Floats, new: Floats) -> Floats:
        """The newest of what there is of the month before the stream, shape (M, ...), and of its rows, the oldest first."""
        return np.concatenate([before, new])[-self.rows_per_month :]

    def held_back(self, challenger: Recipe, other: Model) -> tuple[Floats, Floats]:
        """Errors of a challenger and of another model on the rows of its window that it did not learn from."""
        rows = self.windows.held_back(challenger).rows
        if not len(rows.target):  # few models answer about no rows
            return np.empty(0), np.empty(0)
        own, others = (
            error_signal(rows.target, self.said_of(model, rows.matrix).target, self.deployed.threshold)
            for model in (challenger, other)
        )
        return own, others

    def churn(self, before: Model, after: Model) -> float:
        """The share of the evaluation pool, as it is before any drift, that two models answer differently.

        Two numbers differ if they are as far apart as an error is from the truth.
        """
        n_rows = len(self.stage.pool)
        one, other = (self.said(model).target[:n_rows] for model in (before, after))
        return float(error_signal(one, other, self.deployed.threshold).mean())

    @cached_property
    def rows(self) -> Floats:
        """The scored rows, shape (n_rows, n_features)."""
        return self.stream.rows().matrix

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The value of `compute`, run once for each key."""
        if key not in self._known:
            self._known[key] = compute()
        known: T = self._known[key]
        return known


def joined(one: Prediction, other: Prediction) -> Prediction:
    """What was said of some rows, and then of others."""
    target = np.concatenate([one.target, other.target])
    if one.probabilities is None or other.probabilities is None:
        return Prediction(target, None)
    return Prediction(target, np.concatenate([one.probabilities, other.probabilities]))
