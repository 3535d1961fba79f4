"""Streams: nothing before the onset, the look-up agrees with the rows, and a twin differs by the drift alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from harness.core import ConfigError
from harness.detectors.baselines import Oracle
from harness.drift import (
    Abrupt,
    Blip,
    Clock,
    Control,
    CovariateReweighting,
    Drift,
    Features,
    Incremental,
    Injector,
    Interval,
    LabelPermutation,
    Linear,
    MeanShift,
    OnePass,
    Pools,
    PriorShift,
    Profile,
    Recurring,
    Scenario,
    Seasonal,
    SensorStuck,
    Sigmoid,
    Strength,
    Together,
    Yardstick,
    onset_signal,
    residual_threshold,
)
from harness.scoring.alarms import score

Make = Callable[..., Drift]
Split = Callable[..., Pools]

INJECTORS: list[Injector] = [LabelPermutation(), MeanShift(features=Features(drawn=2)), PriorShift()]
WITH_ONSET: list[Profile] = [Abrupt(), Sigmoid(), Linear(), Recurring(), Blip(), Incremental()]
PROFILES = [*WITH_ONSET, Seasonal(), Control()]


def each(name: str, values: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(name, values, ids=lambda value: type(value).__name__)


@each("profile", WITH_ONSET)
@each("injector", INJECTORS)
def test_before_the_onset_nothing_changes(injector: Injector, profile: Profile, drift: Make) -> None:
    for seed in range(3):
        stream = drift(injector, "vehicle", seed, raw=0.9, profile=profile).stream()
        before, plain = stream.rows(slice(stream.onset)), stream.drift.pools.population.take(stream.ids[: stream.onset])
        np.testing.assert_array_equal(before.matrix, plain.matrix)
        np.testing.assert_array_equal(before.target, plain.target)
        np.testing.assert_array_equal(stream.ids[: stream.onset], stream.twin().ids[: stream.onset])


@each("profile", PROFILES)
@each("injector", INJECTORS)
def test_errors_that_are_looked_up_are_those_of_the_rows(injector: Injector, profile: Profile, drift: Make) -> None:
    changed = drift(injector, "vehicle", raw=0.7, profile=profile)
    answers, stream = changed.ask(changed.pools.reference_model.predict), changed.stream()
    rows = stream.rows()
    expected = changed.pools.reference_model.predict(rows.matrix) != rows.target
    np.testing.assert_array_equal(stream.errors(answers), expected)
    np.testing.assert_array_equal(stream.errors(answers, slice(500, 900)), expected[500:900])


def test_errors_of_a_regression_are_large_residuals(drift: Make) -> None:
    changed = drift(LabelPermutation(), "diabetes", raw=0.7)
    predict = changed.pools.reference_model.predict
    threshold = residual_threshold(changed.pools, predict)
    rows = changed.stream().rows()
    expected = np.abs(rows.target - predict(rows.matrix)) > threshold
    found = changed.stream().errors(changed.ask(predict, threshold=threshold))
    np.testing.assert_array_equal(found, expected)
    assert set(found) == {0.0, 1.0}


@each("injector", INJECTORS)
def test_a_twin_shares_every_row_that_is_not_drawn_otherwise(injector: Injector, drift: Make) -> None:
    stream = drift(injector, "vehicle", raw=0.9, profile=Recurring()).stream()
    twin, off = stream.twin(), stream.arrivals.concepts == 0
    assert twin.truth == ()
    assert not twin.arrivals.concepts.any()
    assert twin.onset == stream.onset
    np.testing.assert_array_equal(twin.ids[off], stream.ids[off])
    if not isinstance(injector, PriorShift):
        np.testing.assert_array_equal(twin.ids, stream.ids)


def test_twins_are_the_same_for_every_scenario(pools: Split, drift: Make) -> None:
    split = pools("wine")
    twins = [drift(injector, raw=0.5, among=split).stream().twin().ids for injector in INJECTORS]
    control = drift(INJECTORS[0], raw=0.5, profile=Control(), among=split).stream().ids
    for twin in twins:
        np.testing.assert_array_equal(twin, control)


@pytest.mark.parametrize("profile", [Sigmoid(width=2.0), Linear(width=2.0), Seasonal()], ids=str)
def test_gradual_rows_follow_alpha_in_frequency(profile: Profile, pools: Split, drift: Make) -> None:
    clock = Clock(rows_per_month=3000)
    changed = drift(LabelPermutation(), raw=1.0, profile=profile, among=pools("iris", clock=clock))
    on = changed.stream().arrivals.concepts
    alpha = profile.schedule(clock, clock.onset(0, "iris")).alpha
    for part in np.array_split(np.arange(clock.n_rows), 60):
        spread = np.sqrt((alpha[part] * (1 - alpha[part])).sum())
        assert abs(on[part].sum() - alpha[part].sum()) <= 4.5 * spread


def test_an_incremental_shift_grows_row_by_row(drift: Make) -> None:
    stream = drift(MeanShift(features=Features(at=(0,))), raw=2.0, profile=Incremental(course=Linear())).stream()
    moved = stream.rows().matrix[:, 0] - stream.twin().rows().matrix[:, 0]
    [(start, end)] = stream.truth
    sd = stream.drift.pools.moments.sd[0]
    np.testing.assert_allclose(np.abs(moved[start : end + 1]), 2 * sd * np.linspace(0, 1, 301), atol=1e-9)
    np.testing.assert_allclose(np.abs(moved[end:]), 2 * sd)
    assert not moved[:start].any()


def test_incremental_weights_move_step_by_step(drift: Make) -> None:
    profile = Incremental(course=Linear(width=3.0, onset=2.0))
    stream = drift(CovariateReweighting(features=Features(at=(2,))), "vehicle", raw=1.0, profile=profile).stream()
    values = stream.rows().matrix[:, 2]
    before, after = values[: stream.truth[0].start], values[stream.truth[0].end :]
    between = values[1000:1200].mean()
    assert min(before.mean(), after.mean()) < between < max(before.mean(), after.mean())


def test_rows_arrive_as_often_as_their_weight_says(drift: Make, pools: Split) -> None:
    split = pools("iris", clock=Clock(rows_per_month=3000))
    stream = drift(PriorShift(towards=0), raw=0.4, among=split).stream()
    counts = np.bincount(stream.arrivals.places[stream.onset :], minlength=len(split.evaluate))
    weights = stream.drift.concept_weights(1)
    assert weights is not None
    expected = weights / weights.sum() * counts.sum()
    assert (np.abs(counts - expected) <= 5 * np.sqrt(expected)).all()


@each("profile", PROFILES)
def test_the_same_seed_gives_the_same_stream_bit_for_bit(profile: Profile, drift: Make) -> None:
    for injector in INJECTORS:
        one, other = (drift(injector, "wine", 3, raw=0.5, profile=profile).stream(2) for _ in range(2))
        for found, expected in zip(one.rows(), other.rows(), strict=True):
            np.testing.assert_array_equal(found, expected)
        for found, expected in zip(one.adapt_rows(), other.adapt_rows(), strict=True):
            np.testing.assert_array_equal(found, expected)


def test_draws_of_one_seed_are_different_streams(drift: Make) -> None:
    changed = drift(MeanShift(), raw=1.0)
    streams = [changed.stream(draw) for draw in range(5)]
    assert len({stream.onset for stream in streams}) == 5
    assert len({tuple(stream.ids) for stream in streams}) == 5
    assert len({tuple(stream.reference().matrix[:, 0]) for stream in streams}) == 5


def test_each_stream_and_its_rows_to_adapt_with_turn_for_themselves_in_a_gradual_drift(drift: Make) -> None:
    changed = drift(LabelPermutation(), "wine", raw=1.0, profile=Sigmoid(width=3.0, onset=2.0))
    scored = [changed.stream(draw).arrivals.concepts for draw in range(2)]
    one = changed.stream()
    adapting = one.adapt_rows().target != changed.pools.population.target[one.adapt_ids()]
    assert (scored[0] != scored[1]).mean() > 0.1
    assert (scored[0] != adapting).mean() > 0.1


def test_the_oracle_sees_where_drifts_begin(drift: Make) -> None:
    for profile, n_events in ((Abrupt(), 1), (Linear(), 1), (Recurring(), 2), (Blip(), 0), (Seasonal(), 0)):
        stream = drift(MeanShift(), raw=1.0, profile=profile).stream()
        assert np.flatnonzero(onset_signal(stream)).tolist() == [event.start for event in stream.truth]
        assert onset_signal(stream).sum() == n_events


# ---- rows to adapt with ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sampling", [None, OnePass(train_rows=500)], ids=["twin", "one pass"])
def test_rows_to_adapt_with_follow_the_same_schedule_and_are_never_scored(
    sampling: Any, pools: Split, drift: Make
) -> None:
    split = pools("segment", sampling=sampling, clock=Clock(rows_per_month=60))
    stream = drift(LabelPermutation(), raw=1.0, among=split).stream()
    split.assert_unseen(stream.adapt_ids())
    changed = stream.adapt_rows().target != split.population.target[stream.adapt_ids()]
    np.testing.assert_array_equal(changed, np.arange(stream.n_rows) >= stream.onset)
    some = np.array([3, 200, 7])
    np.testing.assert_array_equal(stream.adapt_rows(some).matrix, stream.adapt_rows().matrix[some])


def test_a_sample_of_some_times_knows_their_concepts_only(drift: Make) -> None:
    stream = drift(MeanShift(features=Features(at=(0,))), raw=100.0, profile=Sigmoid()).stream()
    pools, [event] = stream.drift.pools, stream.truth
    far = np.abs(pools.before.matrix[:, 0]).max() * 2
    share = {
        time: np.mean(np.abs(stream.adapt_sample(slice(time, time + 1), 400).rows.matrix[:, 0]) > far)
        for time in (event.start - 1, event.start + 150, event.end + 1)
    }
    assert [share[event.start - 1], share[event.end + 1]] == [0, 1]
    assert 0.4 < share[event.start + 150] < 0.6


def test_times_of_equal_schedules_give_equal_samples_and_others_their_mixture(drift: Make) -> None:
    stream = drift(LabelPermutation(), raw=1.0).stream()
    pools, onset = stream.drift.pools, stream.onset
    calm, early, half, after = (
        stream.adapt_sample(slice(start, start + 60), 300) for start in (0, 60, onset - 30, onset + 1)
    )
    assert np.array_equal(calm.ids, early.ids)
    assert np.array_equal(calm.rows.target, pools.population.target[calm.ids])
    changed = [np.mean(one.rows.target != pools.population.target[one.ids]) for one in (calm, half, after)]
    assert changed == [0, 0.5, 1]
    pools.assert_unseen(half.ids)


# ---- several scenarios ----------------------------------------------------------------------------------------------


def both(*later: float) -> Together:
    parts: list[Injector] = [MeanShift(features=Features(at=(1,))), LabelPermutation()]
    return Together(
        name="both",
        scenarios=[
            Scenario(name=str(k), injector=injector, profile=Abrupt(later=months), strength=Strength(raw=1.0))
            for k, (injector, months) in enumerate(zip(parts, later, strict=True))
        ],
    )


def test_two_scenarios_on_one_stream_unite_truth_and_features(pools: Split) -> None:
    split = pools("wine")
    stream = both(1.5, 0.0).on(split).stream()
    onset = stream.onset
    second = split.clock.unaligned(onset + 450)
    assert stream.truth == (Interval(onset, onset), Interval(second, second))
    assert stream.touched.tolist() == [1]
    assert stream.drift.touches_labels
    moved = stream.rows()
    plain = split.population.take(stream.ids)
    np.testing.assert_array_equal(moved.target != plain.target, np.arange(1800) >= onset)
    np.testing.assert_array_equal(moved.matrix[:, 1] != plain.matrix[:, 1], np.arange(1800) >= second)
    answers = stream.drift.ask(split.reference_model.predict)
    np.testing.assert_array_equal(stream.errors(answers), split.reference_model.predict(moved.matrix) != moved.target)
    assert answers.wrong.shape == (4, len(split.evaluate))


def test_the_first_of_several_scenarios_is_as_if_it_were_alone(pools: Split) -> None:
    split = pools("wine")
    alone, together = both(0.0, 1.5).scenarios[0].on(split), both(0.0, 1.5).on(split)
    np.testing.assert_array_equal(alone.concept(1).matrix, together.concept(1).matrix)
    np.testing.assert_array_equal(alone.stream().ids, together.stream().ids)


def test_events_that_begin_with_the_same_row_are_one(pools: Split) -> None:
    stream = both(0.0, 0.0).on(pools("wine")).stream()
    assert stream.truth == (Interval(stream.onset, stream.onset),)
    ramp = Scenario(name="ramp", injector=MeanShift(), profile=Linear(width=1.0), strength=Strength(raw=1.0))
    step = Scenario(name="step", injector=LabelPermutation(), profile=Abrupt(), strength=Strength(raw=1.0))
    for parts in ([ramp, step], [step, ramp]):
        stream = Together(name="at once", scenarios=parts).on(pools("wine")).stream()
        assert stream.truth == (Interval(stream.onset, stream.onset + 300),)


def test_the_oracle_hears_of_an_event_that_begins_during_another(pools: Split) -> None:
    ramp = Scenario(name="ramp", injector=MeanShift(), profile=Linear(width=1.0), strength=Strength(raw=1.0))
    step = Scenario(name="step", injector=LabelPermutation(), profile=Abrupt(later=0.5), strength=Strength(raw=1.0))
    stream = Together(name="overlapping", scenarios=[ramp, step]).on(pools("wine")).stream()
    alarms = Oracle().alarms(onset_signal(stream))
    assert alarms.tolist() == [event.start for event in stream.truth]
    scored = score(alarms, stream.truth, horizon=stream.n_rows, month=300, grace=600)
    assert scored.detected.tolist() == [True, True]


def test_two_scenarios_with_the_same_injector_draw_for_themselves(pools: Split) -> None:
    twice = Together(
        name="twice",
        scenarios=[
            Scenario(name=str(k), injector=LabelPermutation(), profile=Abrupt(later=k), strength=Strength(raw=1.0))
            for k in range(2)
        ],
    )
    permutations = []
    for seed in range(6):
        drift = twice.on(pools("wine", seed))
        permutations.append(np.array_equal(drift.concept(1).target, drift.concept(2).target))
    assert not all(permutations)


def test_no_more_than_eight_scenarios_fit_on_a_stream() -> None:
    with pytest.raises(ConfigError, match="give 1 to 8"):
        Together(name="none", scenarios=[])


def test_answers_to_the_world_before_are_taken_over(drift: Make) -> None:
    calls: list[int] = []

    def predict(matrix: Any) -> Any:
        calls.append(len(matrix))
        return np.zeros(len(matrix), dtype=np.int64)

    shifted = drift(MeanShift(), raw=1.0)
    answers = shifted.ask(predict)
    assert len(calls) == 2
    before = shifted.pools.judged_by(Yardstick("zeros", predict, 3)).answered
    assert len(calls) == 3
    for injector, raw in ((LabelPermutation(), 1.0), (PriorShift(), 0.5)):
        after = drift(injector, raw=raw).ask(predict, before=before)
        assert after.wrong[0].tolist() == answers.wrong[0].tolist()
        assert after.points[0] == answers.points[0]
    assert len(calls) == 3


def test_only_rows_that_look_otherwise_are_predicted_again(drift: Make) -> None:
    asked: list[int] = []

    def predict(matrix: Any) -> Any:
        asked.append(len(matrix))
        return np.zeros(len(matrix), dtype=np.int64)

    stuck = drift(SensorStuck(), "wine", raw=0.3)
    changed = (stuck.concept(1).matrix != stuck.pools.before.matrix).any(axis=1).sum()
    stuck.ask(predict)
    assert asked == [len(stuck.pools.evaluate), changed]


def test_the_key_of_a_drift_tells_concepts_apart_and_not_profiles(drift: Make) -> None:
    keys = {drift(MeanShift(), raw=1.0, profile=profile).key for profile in PROFILES}
    assert len(keys) == 1
    assert drift(MeanShift(), raw=2.0).key not in keys
    assert drift(LabelPermutation(), raw=1.0).key not in keys
