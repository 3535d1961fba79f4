"""What detectors that estimate the accuracy of a window share: when a window is tested, and when it alarms.

A window is tested when it is full and then every `step` rows. It alarms where the estimate lies more than `points` below the
accuracy that is expected, and then starts empty; what was learned of the reference stays. Nothing that is read up to the first
alarm depends on `points`, so the scores of a scan at a setting that never alarms tell what every other setting finds first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from harness.core import ROWS_PER_MONTH, Code, ConfigError, DataError, Floats, UnreadableError
from harness.detectors.contract import Input, Knob, Scan, Startable, as_floats
from harness.estimators.reference import Labelled, checked_shares
from harness.settings import at_least, at_most

NEVER = 100.0
"""Points by which no accuracy falls short of another."""


class Estimator(Protocol):
    """An estimate that has learned from the reference."""

    @property
    def expected(self) -> float:
        """The accuracy that windows are compared with."""
        ...

    def prepare(self, signal: Floats) -> Floats:
        """What is kept of some rows of the signal until their windows are tested, row by row: shape (n, ...)."""
        ...

    def estimate(self, window: Floats) -> float:
        """The accuracy in a window of prepared rows."""
        ...


@dataclass(frozen=True)
class MeanOfRows:
    """An estimate that is the mean over the rows of a window.

    Attributes:
        expected: the accuracy that windows are compared with.
        of_row: from the confidences of rows, shape (n,), to what each adds.
    """

    expected: float
    of_row: Callable[[Floats], Floats]

    def prepare(self, signal: Floats) -> Floats:
        """What each row adds, shape (n,); of labels that arrive nothing is read."""
        return self.of_row(signal[:, 0] if signal.ndim == 2 else signal)

    def estimate(self, window: Floats) -> float:
        """The mean."""
        return float(window.mean())


@dataclass
class State:
    """One run of such a detector.

    Attributes:
        estimator: which has learned from the reference.
        n_rows: read since the start or the last alarm.
        kept: the newest of them, prepared, as many as later windows need.
    """

    estimator: Estimator
    n_rows: int
    kept: Floats


@dataclass(frozen=True, kw_only=True)
class EstimateDetector(Startable, ABC):
    """A detector that alarms where an estimate of the accuracy falls short of the accuracy that is expected.

    Attributes:
        window: rows over which the accuracy is estimated.
        step: rows from one test to the next.
        points: by which the estimate has to fall short, in percentage points. Negative where it may stay above what is
            expected, as of a model that is too sure of itself.
    """

    input: ClassVar[Input]
    knob: ClassVar[Knob | None] = Knob("points", loosest=-NEVER, strictest=NEVER)

    window: Annotated[int, at_least(1)] = ROWS_PER_MONTH
    step: Annotated[int, at_least(1)] = ROWS_PER_MONTH // 4
    points: Annotated[float, at_least(-NEVER), at_most(NEVER)] = 5.0

    def start(
        self,
        reference: Floats | None = None,
        columns: NDArray[np.bool_] | None = None,  # noqa: ARG002 - there are no features
        rng: np.random.Generator | None = None,  # noqa: ARG002 - nothing is drawn
    ) -> State:
        """A fresh state.

        Args:
            reference: of rows from before the stream, as `Input` says for what this detector reads.
            columns: for detectors that read rows.
            rng: for detectors that draw.

        Raises:
            ConfigError: there is no reference, or (`UnreadableError`) nothing can be learned from it.
            DataError: it holds something else than it should.
        """
        if reference is None or not len(reference):
            raise ConfigError(
                f"{self._who} compares with rows from before the stream: give them to start as the reference"
            )
        estimator = self._learned(as_floats(reference, f"the reference of {self._who}"))
        return State(estimator, 0, estimator.prepare(self._checked(self._empty())))

    def scan(self, signal: NDArray[Any], state: State) -> Scan:
        """Test the windows that end in these rows.

        Args:
            signal: as `Input` says for what this detector reads.
            state: of `start`; changed.

        Returns:
            The alarms, and at each row that ends a tested window the points by which the estimate falls short.

        Raises:
            DataError: the signal holds something else than it should.
        """
        new = self._checked(as_floats(signal, f"what {self._who} reads"))
        rows = np.concatenate([state.kept, state.estimator.prepare(new)])
        before, begin = len(state.kept), -state.n_rows  # begin: the first row of the window, from the signal's first
        score, alarms = np.full(len(new), np.nan), []
        end = self._first_end(begin)
        while end < len(new):
            first = before + end + 1 - self.window
            estimate = state.estimator.estimate(rows[first : first + self.window])
            score[end] = 100 * (state.estimator.expected - estimate)
            if score[end] > self.points:
                alarms.append(end)
                begin = end + 1
                end += self.window
            else:
                end += self.step
        state.n_rows = len(new) - begin
        state.kept = rows[len(rows) - min(state.n_rows, self.window) :].copy()
        return Scan(np.array(alarms, dtype=np.int64), score=score)

    def _first_end(self, begin: int) -> int:
        """The end of the first window that is tested among new rows, of those that began here."""
        full = begin + self.window - 1
        return full + max(0, -(full // self.step)) * self.step

    @property
    def _who(self) -> str:
        return self.name or type(self).__name__

    @abstractmethod
    def _empty(self) -> Floats:
        """A signal without rows."""

    @abstractmethod
    def _checked(self, signal: Floats) -> Floats:
        """The signal, if it is one that this detector reads; else `DataError`."""

    @abstractmethod
    def _learned(self, reference: Floats) -> Estimator:
        """The estimate, which has learned from the reference."""


@dataclass(frozen=True, kw_only=True)
class ConfidenceDetector(EstimateDetector, ABC):
    """One that reads confidences. It cannot read a model that is equally sure of all its answers, such as a full tree."""

    input: ClassVar[Input] = Input.CONFIDENCE

    def _empty(self) -> Floats:
        return np.empty((0, 3))

    def _checked(self, signal: Floats) -> Floats:
        if signal.ndim != 2 or signal.shape[1] != 3:
            raise DataError(
                f"{self._who} reads three numbers a row, not an array of shape {signal.shape}: the confidence of the answer, "
                "and confidence and error of the row whose label arrives"
            )
        checked_shares(signal[:, 0], f"a confidence that {self._who} reads")
        late, error = signal[:, 1], signal[:, 2]
        fits = ((late >= 0) & (late <= 1) & ((error == 0) | (error == 1))) | (np.isnan(late) & np.isnan(error))
        if not fits.all():
            row = int(fits.argmin())
            raise DataError(
                f"{self._who} reads the confidence and the error, 0 or 1, of a row whose label arrives, or NaN and NaN; "
                f"row {row} holds {late[row]} and {error[row]}"
            )
        return signal

    def _learned(self, reference: Floats) -> Estimator:
        if reference.ndim != 2 or reference.shape[1] != 2:
            raise DataError(
                f"the reference of {self._who} needs two numbers a row, confidence and error, not the shape {reference.shape}"
            )
        labelled = Labelled(reference[:, 0].copy(), reference[:, 1].copy())
        if not np.ptp(labelled.confidence):
            raise UnreadableError(
                f"{self._who} reads how sure the model is, and the model is equally sure of all its answers "
                f"({labelled.confidence[0]:g}): choose a detector of errors or of rows",
                code=Code.CONSTANT_CONFIDENCE,
            )
        return self._fitted(labelled)

    @abstractmethod
    def _fitted(self, reference: Labelled) -> Estimator:
        """The estimate, which has learned from labelled rows."""
