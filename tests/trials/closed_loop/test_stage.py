"""What a model loses on a stream is known exactly, and where it errs without asking it twice."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from harness.drift import (
    Abrupt,
    Drift,
    Incremental,
    LabelPermutation,
    Linear,
    MeanShift,
    PriorShift,
    Recurring,
    Seasonal,
    Sigmoid,
    StagedStream,
)
from harness.trials.closed_loop.stage import Stage, course_of
from tests.trials.made_worlds import LOGISTIC, deploy, drift_on, predicted_errors, scenario, world

LABELS, SHIFT, PRIOR = LabelPermutation(), MeanShift(), PriorShift(towards=1)
AT = {"onset": 2.2}
N_STREAMS = 400


def stream_of(*scenarios: Any) -> StagedStream:
    return drift_on(deploy(), *scenarios).stream()


# ---- the course -----------------------------------------------------------------------------------------------------


def test_a_part_that_mixes_is_on_with_the_probability_of_its_profile() -> None:
    stream = stream_of(scenario(LABELS, profile=Sigmoid(), raw=0.8))
    states, shares = course_of(stream, 5)
    assert states == ((0.0,), (0.8,))
    np.testing.assert_array_equal(shares[:, 1], stream.schedules[0].alpha)
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_parts_are_on_each_for_itself() -> None:
    stream = stream_of(scenario(LABELS, profile=Sigmoid(**AT)), scenario(SHIFT, profile=Linear(onset=2.5), raw=2.0))
    states, shares = course_of(stream, 5)
    one, other = (schedule.alpha for schedule in stream.schedules)
    assert states == ((0.0, 0.0), (0.0, 2.0), (1.0, 0.0), (1.0, 2.0))
    np.testing.assert_allclose(
        shares, np.stack([(1 - one) * (1 - other), (1 - one) * other, one * (1 - other), one * other], axis=1)
    )


def test_a_part_that_grows_is_at_the_mean_strength_of_each_period() -> None:
    stream = stream_of(scenario(SHIFT, profile=Incremental(course=Linear(width=1.0, **AT)), raw=2.0), scenario(LABELS))
    states, shares = course_of(stream, 5)
    for period in range(24):
        rows = slice(5 * period, 5 * period + 5)
        strength = 2.0 * stream.schedules[0].alpha[rows].mean()
        met = [states[number][0] for number in np.flatnonzero(shares[rows].any(axis=0))]
        np.testing.assert_allclose(met, strength)
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_the_world_before_is_a_state_of_every_stream() -> None:
    states, shares = course_of(stream_of(scenario(LABELS, profile=Abrupt(onset=0.01))), 5)
    assert (0.0,) in states
    assert shares[10:, states.index((0.0,))].sum() == 0


# ---- losses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scenarios",
    [
        [scenario(LABELS, profile=Sigmoid(**AT), raw=0.7)],
        [scenario(SHIFT, profile=Recurring(**AT), raw=2.0)],
        [scenario(PRIOR, profile=Linear(**AT), raw=0.3), scenario(LABELS, profile=Sigmoid(onset=3.1))],
        [scenario(SHIFT, profile=Seasonal(), raw=1.5)],
    ],
    ids=["labels", "shift", "prior and labels", "season"],
)
def test_an_expected_loss_is_the_mean_over_many_streams(scenarios: Any) -> None:
    """Onsets are fixed, so that streams differ by their draws alone; five standard errors, each of 24 periods."""
    deployed = deploy(LOGISTIC, train_rows=20)
    drift = drift_on(deployed, *scenarios)
    answers = deployed.ask(drift)
    streams = [drift.stream(draw) for draw in range(N_STREAMS)]
    stage = Stage.of(streams[0], 5)
    said = deployed.predict(np.concatenate([stage.pool, stage.changed]))
    expected = (stage.course.shares @ stage.losses(said, None)).reshape(24, 5).mean(axis=1)
    met = np.array([one.errors(answers).reshape(24, 5).mean(axis=1) for one in streams])
    np.testing.assert_array_less(np.abs(met.mean(axis=0) - expected), 5 * met.std(axis=0) / np.sqrt(N_STREAMS) + 1e-9)
    assert expected.std() > 0.015


def test_the_loss_before_and_after_is_what_the_drift_reports() -> None:
    of = world(scenario(LABELS, harm=20, raw=None))
    points = of.deployed.ask(cast(Drift, of.stream.drift)).points
    np.testing.assert_allclose(of.losses(of.initial)[[0, -1]], 1 - points / 100, atol=1e-12)
    assert points[0] - points[1] == pytest.approx(20, abs=2.5)


# ---- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scenarios",
    [
        [scenario(LABELS, profile=Sigmoid())],
        [scenario(PRIOR, raw=0.3), scenario(SHIFT, profile=Sigmoid(), raw=2.0)],
        [scenario(SHIFT, profile=Incremental(), raw=2.0)],
        [scenario(SHIFT, profile=Incremental(), raw=2.0), scenario(LABELS, profile=Sigmoid())],
    ],
    ids=["labels", "rows", "growing", "growing and labels"],
)
@pytest.mark.parametrize("name", ["missing", "nominal"])
def test_errors_that_are_looked_up_are_those_of_a_model_that_predicts(scenarios: Any, name: str) -> None:
    of = world(*scenarios, name=name)
    np.testing.assert_array_equal(of.errors(of.initial), predicted_errors(of, of.deployed.predict))
    assert 0 < of.errors(of.initial).mean() < 1


def test_a_row_that_no_drift_touches_is_asked_about_once() -> None:
    assert len(world(scenario(LABELS)).stage.changed) == 0
    assert len(world(scenario(PRIOR, raw=0.3)).stage.changed) == 0
    assert len(world(scenario(SHIFT, raw=2.0), name="numeric").stage.changed) == 40
