"""What a policy is replayed on: one stream, and the models that can be had on it.

A model has a key, which says what it learned from; keys are equal where models are. A `World` answers for keys: what each model
loses, where it errs, what a detector finds on the rows that it serves. It makes all of that on demand, and once. The policies
know nothing else of data and models, so that they can be replayed on whatever answers these questions.

Rows are those of the stream, counted from 0. A month has M rows, a period M / 4: period t is the rows from t M / 4 on, and
*point* k is the beginning of period k.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats
from harness.detectors.contract import Detector, Scan

if TYPE_CHECKING:  # whoever replays policies need not stage streams
    from harness.drift.profiles import Interval


class Recipe(NamedTuple):
    """A model by what it learned from.

    The rows that may be learned from come one with each row of the stream (`Stream.adapt_rows`), some with a label.
    """

    until: int
    """A row of the stream: it learned from labelled rows of times before it. 0 with a month of rows is the initial model."""
    n_rows: int | None
    """The newest so many of them, filled up from the training rows where there are fewer; None: all training rows and all so
    far."""
    is_challenger: bool = False
    """Whether it learned from three quarters of them, and a quarter, drawn by row id, was held back."""


WAYS = ("temperature", "platt", "thresholds")
"""How probabilities are fitted anew."""


class Recalibrated(NamedTuple):
    """A model whose probabilities were fitted anew; what it learned stays."""

    base: Model
    """Never recalibrated itself."""
    until: int
    """A row of the stream: fitted on labelled rows of times before it, of none that the base learned from."""
    n_rows: int
    """The newest so many of them at most."""
    how: str
    """One of `WAYS`."""


class Averaged(NamedTuple):
    """Several models that answer by their mean probability."""

    members: tuple[Model, ...]
    """Two or more, the newest last; none of them an average itself."""


Model = Recipe | Recalibrated | Averaged


def newest(model: Model) -> int:
    """The row of the stream before which a model learned, or its probabilities were fitted."""
    if isinstance(model, Averaged):
        return max(map(newest, model.members))
    return max(model.until, newest(model.base)) if isinstance(model, Recalibrated) else model.until


class World(Protocol):
    """One stream, and the models that can be had on it. What it is asked for twice it makes once."""

    @property
    def n_rows(self) -> int:
        """Of the stream."""
        ...

    @property
    def rows_per_month(self) -> int:
        """M."""
        ...

    @property
    def rows_per_period(self) -> int:
        """M / 4."""
        ...

    @property
    def n_periods(self) -> int:
        """The whole periods of the stream."""
        ...

    @property
    def truth(self) -> tuple[Interval, ...] | None:
        """The changes of the stream in time order; None if they are not known."""
        ...

    @property
    def initial(self) -> Recipe:
        """The model that serves first."""
        ...

    def losses(self, model: Model) -> Floats:
        """The expected loss of each period, shape (n_periods,), in [0, 1]; those before the model is there mean nothing."""
        ...

    def errors(self, model: Model) -> Floats:
        """1 where the model is wrong about the scored rows, else 0, shape (n_rows,)."""
        ...

    def labelled(self) -> NDArray[np.bool_]:
        """The scored rows whose label ever arrives, shape (n_rows,)."""
        ...

    def known_by(self, start: int, n_labels: int) -> int:
        """The row before which n labels of rows to learn from have come in, of times from `start` on and without delay.

        If every row has a label it is `start + n_labels`. It is more than `n_rows` if the stream ends before.
        """
        ...

    def reference_errors(self, model: Model, since: int, late: int) -> Floats:
        """The model's errors on the last month of labelled rows that is known at row `since`, oldest first, shape (M,).

        Labels come `late` rows after their rows. Where the stream has too few, they are filled up from the month before it.
        """
        ...

    def scan(
        self, name: str, detector: Detector, model: Model, since: int, late: int, *, promise: Model | None = None
    ) -> Scan:
        """What a detector finds from a fresh start at row `since`, if `model` serves from there to the end of the stream.

        Args:
            name: of the detector; what it draws depends on it.
            detector: of any input.
            model: that it watches. Its reference is the last month before `since`: rows, or errors as `reference_errors`.
            since: a row.
            late: rows after which a label is known.
            promise: judged in place of the model on the month before the stream, where the expectation is fixed.

        Returns:
            Alarms and warnings are rows of the stream at which they are *known*: label delay included, from `since` on,
            ascending, and `n_rows` or more where the stream has ended.

        Raises:
            ConfigError: it cannot read this stream or this model.
        """
        ...

    def held_back(self, challenger: Recipe, other: Model) -> tuple[Floats, Floats]:
        """Errors of a challenger and of another model on the rows that the challenger did not learn from, in one order."""
        ...

    def churn(self, before: Model, after: Model) -> float:
        """The share of a fixed set of rows that the two models answer differently."""
        ...
