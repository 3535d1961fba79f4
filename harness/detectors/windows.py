"""Windows of the stream against reference rows: when a window is tested, and what a scan of them gives.

A window is tested when it is full and then every `step` rows: `step == window` is tumbling (no row in two windows), `step == 1`
sliding. A test belongs to the window's last row. The reference is fixed: nothing is reset after an alarm, so a shift that stays
is reported by every window that holds enough of it. To act on an alarm, start anew with a new reference.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from harness.core import ROWS_PER_MONTH, ConfigError, DataError, Floats, Ints
from harness.detectors.contract import Input, Knob, Scan, Startable, as_floats
from harness.detectors.rules import WindowFindings
from harness.settings import at_least

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class WindowScan(Scan):
    """What a window test found, with the evidence of each test.

    Attributes:
        tested: positions of the tested windows' last rows, ascending.
        values: shape (n_tests, n_features), the p-value or index of each column, NaN for columns that the test does not read
            or cannot compare in this window; shape (n_tests, 0) for tests of all columns at once.
        larger: whether large values speak for drift (an index) or small ones (p-values).
    """

    tested: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    values: Floats = field(default_factory=lambda: np.empty((0, 0)))
    larger: bool = False

    def ranked(self, alarm: int) -> Ints:
        """The columns in the order in which they moved at the alarm of that number, most first; unread ones left out."""
        values = self.values[np.searchsorted(self.tested, self.alarms[alarm])]
        order = np.argsort(-values if self.larger else values, kind="stable")
        ranked: Ints = order[~np.isnan(values[order])]
        return ranked


class FittedReference(Protocol):
    """The reference rows in the form that a test needs."""

    @property
    def columns(self) -> Ints:
        """Which column of the stream each column of the findings is; none for tests of all columns at once."""
        ...


@dataclass
class State:
    """One run of a window test.

    Attributes:
        nominal: which columns are nominal, or None for none.
        rng: of the tests that draw.
        reference: in the form that the test needs; None until its rows are known.
        n_features: columns of the stream; None until they are known.
        tail: the last rows, as many as later windows need.
        n_read: rows of the stream read so far, those taken as the reference not counted.
    """

    nominal: Mask | None
    rng: np.random.Generator | None
    reference: FittedReference | None = None
    n_features: int | None = None
    tail: Floats = field(default_factory=lambda: np.empty((0, 0)))
    n_read: int = 0


@dataclass(frozen=True, kw_only=True)
class WindowTest(Startable, ABC):
    """A test of windows against a reference. Subclasses say what is tested.

    Attributes:
        window: rows in a window, 2 or more.
        step: rows from one test to the next.
        reference: "given": the rows given to `start`. "first": the first `window` rows of the stream, which are not tested,
            whatever `start` is given.
    """

    input: ClassVar[Input] = Input.ROWS
    knob: ClassVar[Knob | None] = None
    larger: ClassVar[bool] = False
    draws: ClassVar[bool] = False

    window: Annotated[int, at_least(2)] = ROWS_PER_MONTH
    step: Annotated[int, at_least(1)] = ROWS_PER_MONTH
    reference: Literal["given", "first"] = "given"

    def start(
        self,
        reference: Floats | None = None,
        columns: Mask | None = None,
        rng: np.random.Generator | None = None,
    ) -> State:
        """A fresh state.

        Args:
            reference: shape (n_rows, n_features), from before the stream.
            columns: shape (n_features,), which columns are nominal; none by default.
            rng: for tests that draw.

        Raises:
            ConfigError: the reference or `rng` is missing, or there is no column that the test can read.
            DataError: the reference is no matrix with rows, or `columns` does not fit it.
        """
        if self.draws and rng is None:
            raise ConfigError(f"{self.name} draws random numbers: give it an rng")
        state = State(columns, rng)
        if self.reference == "given":
            if reference is None:
                raise ConfigError(
                    f"{self.name} compares with reference rows: give them to start, or set reference=first"
                )
            self._learn(_matrix(reference, "the reference"), state)
        elif not self._reads(np.zeros(1, dtype=np.bool_) if columns is None else columns).any():
            raise self._nothing_to_read()
        return state

    def scan(self, signal: NDArray[Any], state: Any) -> WindowScan:
        """Test the windows that end in these rows; scanning in chunks gives what scanning the whole gives.

        Args:
            signal: shape (n_rows, n_features).
            state: of `start`; changed.

        Raises:
            DataError: the rows are no matrix or have another number of columns than before.
            ConfigError: the first window became the reference, and holds no value that the test can read.
        """
        new = _matrix(signal, "the signal")
        _check_width(state, new)
        rows = np.concatenate([state.tail, new]) if len(state.tail) else new
        if state.reference is None:
            if len(rows) < self.window:
                state.tail = rows.copy()
                return WindowScan(np.empty(0, dtype=np.int64), score=np.full(len(new), np.nan), larger=self.larger)
            self._learn(rows[: self.window], state)
            rows, state.tail = rows[self.window :], rows[:0]
        ends = self._due(rows, state)
        findings = self._test(state.reference, rows, ends)
        return self._report(findings, state.reference.columns, ends - (len(rows) - len(new)), new.shape)

    def _due(self, rows: Floats, state: State) -> Ints:
        """The last rows of the windows to test among `rows`; notes what has been read and keeps what is still needed."""
        before = state.n_read - len(state.tail)
        n_tested = max(0, -(-(state.n_read - self.window + 1) // self.step))
        state.n_read = before + len(rows)
        ends = np.arange(self.window - 1 + n_tested * self.step, state.n_read, self.step, dtype=np.int64)
        kept_from = (n_tested + len(ends)) * self.step - before
        state.tail = rows[kept_from:].copy()
        return ends - before

    def _report(self, findings: WindowFindings, columns: Ints, positions: Ints, shape: tuple[int, ...]) -> WindowScan:
        n_rows, n_features = shape
        score = np.full(n_rows, np.nan)
        score[positions] = findings.score
        values = np.full((len(positions), n_features if len(columns) else 0), np.nan)
        values[:, columns] = findings.values
        return WindowScan(
            alarms=positions[findings.alarm],
            features=tuple(columns[moved] for moved in findings.moved[findings.alarm]),
            score=score,
            tested=positions,
            values=values,
            larger=self.larger,
        )

    def _learn(self, rows: Floats, state: State) -> None:
        _check_width(state, rows)
        nominal = np.zeros(rows.shape[1], dtype=np.bool_) if state.nominal is None else state.nominal
        if not len(rows):
            raise DataError(f"the reference of {self.name} has no rows")
        columns = np.flatnonzero(self._reads(nominal) & ~np.isnan(rows).all(axis=0))
        if not len(columns):
            raise self._nothing_to_read()
        state.reference = self._fit(rows[:, columns], columns, nominal[columns], state.rng)

    def _nothing_to_read(self) -> ConfigError:
        return ConfigError(f"{self.name} finds no column that it can read: {self._readable()}; choose another detector")

    # ---- what a test says -------------------------------------------------------------------------------------------

    def _readable(self) -> str:
        """Which columns it reads, in words."""
        return "all are missing"

    def _reads(self, nominal: Mask) -> Mask:
        """Which columns it reads, shape (n_features,)."""
        return np.ones_like(nominal)

    @abstractmethod
    def _fit(self, rows: Floats, columns: Ints, nominal: Mask, rng: np.random.Generator | None) -> FittedReference:
        """The reference in the form that `_test` needs, given its readable `columns` only."""

    @abstractmethod
    def _test(self, reference: Any, rows: Floats, ends: Ints) -> WindowFindings:
        """Test the windows that end with the rows `ends`; `rows` has all columns of the stream."""


def _matrix(rows: NDArray[Any], what: str) -> Floats:
    matrix = as_floats(rows, what)
    if matrix.ndim != 2:
        raise DataError(f"{what} must have shape (n_rows, n_features), not {matrix.shape}: this detector reads rows")
    return matrix


def _check_width(state: State, rows: Floats) -> None:
    width = rows.shape[1]
    if state.n_features is None:
        state.n_features = width
        if state.nominal is not None and len(state.nominal) != width:
            raise DataError(f"columns names {len(state.nominal)} features where the rows have {width}")
    if state.n_features != width:
        raise DataError(f"the rows have {width} features where the reference has {state.n_features}")
