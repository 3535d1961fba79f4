"""The promises of `Stream`, kept by staged streams and by a recorded one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from harness.core import ConfigError, Floats, Ints
from harness.detectors.baselines import Oracle
from harness.detectors.ddm import DDM
from harness.detectors.ks import KS
from harness.drift import (
    Abrupt,
    Clock,
    Control,
    Drift,
    Features,
    Incremental,
    Interval,
    Judge,
    MeanShift,
    Ordered,
    OrderedStream,
    Profile,
    Rows,
    StagedStream,
    Stream,
    onset_signal,
)
from harness.drift.stream import ALL, Times
from harness.trials.signals import Signals


@dataclass(frozen=True, eq=False)
class RecordedStream:
    """Rows in time order, and nothing that their recorder did not know."""

    seen: Rows
    before: Rows
    rows_per_month: int
    truth: tuple[Interval, ...] | None = None
    touched: Ints | None = None

    @property
    def n_rows(self) -> int:
        return len(self.seen.target)

    def rows(self, times: Times = ALL) -> Rows:
        return Rows(self.seen.matrix[times].copy(), self.seen.target[times].copy())

    def errors(self, judge: Judge, times: Times = ALL) -> Floats:
        return judge.judge(self.rows(times))

    def reference(self) -> Rows:
        return self.before

    def adapt_rows(self, times: Times = ALL) -> Rows:
        return self.rows(times)


@dataclass(frozen=True)
class Deployed:
    """A model that is no `Answers`."""

    predict: Callable[[Floats], Any]

    def judge(self, rows: Rows) -> Floats:
        return np.asarray(self.predict(rows.matrix) != rows.target, dtype=np.float64)


@dataclass(frozen=True)
class Case:
    """A stream, and a model that is watched on it."""

    stream: Stream
    judge: Judge


def staged(drift: Callable[..., Drift], profile: Profile) -> tuple[StagedStream, Drift]:
    made = drift(MeanShift(features=Features(at=(0,))), "wine", raw=3.0, profile=profile)
    return made.stream(), made


def recorded(stream: StagedStream, **known: Any) -> RecordedStream:
    return RecordedStream(stream.rows(), stream.reference(), stream.rows_per_month, **known)


CASES = ["abrupt", "block", "control", "incremental", "looked up", "recorded", "recorded with truth", "real order"]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, drift: Callable[..., Drift], table: Any) -> Case:
    profiles = {"control": Control(), "incremental": Incremental()}
    stream, made = staged(drift, profiles.get(request.param, Abrupt()))
    judge = Deployed(made.pools.reference_model.predict)
    if request.param == "looked up":
        return Case(stream, made.ask(judge.predict))
    if request.param == "recorded":
        return Case(recorded(stream), judge)
    if request.param == "recorded with truth":
        return Case(recorded(stream, truth=stream.truth, touched=stream.touched), judge)
    if request.param == "block":
        block = Ordered(blocks=(0,)).pools(table("wine"), Clock(rows_per_month=22), seed=0)
        return Case(OrderedStream(block), Deployed(lambda matrix: np.ones(len(matrix))))
    if request.param == "real order":
        iris = table("iris")
        before, after = (Rows(iris.matrix[part], iris.target[part]) for part in (slice(30), slice(30, None)))
        return Case(RecordedStream(after, before, rows_per_month=25), Deployed(lambda matrix: np.zeros(len(matrix))))
    return Case(stream, judge)


def test_every_time_has_a_row_and_a_label(case: Case) -> None:
    rows = case.stream.rows()
    assert len(rows.matrix) == len(rows.target) == case.stream.n_rows > case.stream.rows_per_month > 1


@pytest.mark.parametrize("times", [slice(20, 70), slice(1), np.array([5, 90, 5])], ids=str)
def test_some_times_are_those_of_all(case: Case, times: Times) -> None:
    for some, every in (
        (case.stream.rows(times), case.stream.rows()),
        (case.stream.adapt_rows(times), case.stream.adapt_rows()),
    ):
        np.testing.assert_array_equal(some.matrix, every.matrix[times])
        np.testing.assert_array_equal(some.target, every.target[times])
    np.testing.assert_array_equal(case.stream.errors(case.judge, times), case.stream.errors(case.judge)[times])


def test_the_errors_of_a_model_are_those_that_it_makes_on_the_rows(case: Case) -> None:
    errors = case.stream.errors(case.judge)
    assert set(errors) <= {0.0, 1.0}
    np.testing.assert_array_equal(errors, case.judge.judge(case.stream.rows()))


def test_whoever_writes_into_rows_changes_no_stream(case: Case) -> None:
    before = case.stream.rows().matrix.copy()
    case.stream.rows().matrix[:] = -1
    case.stream.adapt_rows().matrix[:] = -1
    np.testing.assert_array_equal(case.stream.rows().matrix, before)


def test_there_is_something_to_compare_with_and_something_to_learn(case: Case) -> None:
    n_features = case.stream.rows().matrix.shape[1]
    for rows, at_least in ((case.stream.reference(), 2), (case.stream.adapt_rows(), case.stream.n_rows)):
        assert rows.matrix.shape == (len(rows.target), n_features)
        assert len(rows.target) >= at_least


def test_truth_is_in_time_order_within_the_stream_or_not_known(case: Case) -> None:
    if case.stream.truth is not None:
        ends = [end for event in case.stream.truth for end in event]
        assert ends == sorted(ends)
        assert all(0 <= end < case.stream.n_rows for end in ends)
    if case.stream.touched is not None:
        assert np.array_equal(case.stream.touched, np.unique(case.stream.touched))
        assert set(case.stream.touched) <= set(range(case.stream.rows().matrix.shape[1]))


def test_no_drift_and_not_known_are_told_apart(drift: Callable[..., Drift]) -> None:
    calm, _ = staged(drift, Control())
    assert calm.truth == ()
    assert not onset_signal(calm).any()
    with pytest.raises(ConfigError, match="truth about this stream is not known"):
        onset_signal(recorded(calm))


def test_detectors_read_a_recorded_stream_as_the_staged_one(drift: Callable[..., Drift]) -> None:
    stream, made = staged(drift, Abrupt())
    judge = Deployed(made.pools.reference_model.predict)
    reads = []
    for one in (stream, recorded(stream)):
        signals = signals_of(one, judge)
        reads.append([signals.scan(detector, np.random.default_rng(0)).alarms.tolist() for detector in (DDM(), KS())])
        if one.truth is None:
            with pytest.raises(ConfigError, match="not known"):
                signals.scan(Oracle(), np.random.default_rng(0))
    assert reads[0] == reads[1]
    assert any(reads[0])


def signals_of(stream: Stream, judge: Judge) -> Signals:
    reference = stream.reference()
    return Signals(
        errors=stream.errors(judge),
        reference_errors=judge.judge(reference),
        nominal=np.zeros(reference.matrix.shape[1], dtype=bool),
        make_rows=lambda: stream.rows().matrix,
        make_reference=lambda: reference.matrix,
        make_truth=lambda: onset_signal(stream),
    )
