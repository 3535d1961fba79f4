"""A world answers what policies ask, and a bank of its models tells what a policy loses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from harness.core import Code, Skip, UnreadableError
from harness.detectors.baselines import Metronome, Oracle
from harness.detectors.contract import Input, Scan
from harness.detectors.ddm import DDM
from harness.detectors.ks import KS
from harness.detectors.performance_window import PerformanceWindow
from harness.drift import LabelNoise, LabelPermutation, MeanShift, Nothing, Recurring, Seasonal, Sigmoid
from harness.memo import Memo
from harness.policies.alarms import OnAlarm
from harness.policies.bank_of import bank_of
from harness.policies.calendar import AtRandom, Calendar, Never
from harness.policies.entry import Entry, Reality
from harness.policies.replay import replay
from harness.policies.retraining import Last
from harness.policies.world import Averaged, Recalibrated, Recipe
from harness.randomness import stream as random_stream
from harness.trials.closed_loop import StagedWorld
from tests.trials.made_worlds import LOGISTIC, NB, RIDGE, TREE, scenario, world

LABELS = scenario(LabelPermutation())
SHIFT = scenario(MeanShift(), raw=2.0)
CALM = scenario(Nothing())


# ---- models ---------------------------------------------------------------------------------------------------------


def test_fresh_rows_of_the_period_are_the_best_that_can_be_known() -> None:
    of = world(LABELS, model=LOGISTIC)
    fresh, never = of.continuous(), of.losses(of.initial)
    learned = of.deployed.learned(*of.stream.adapt_sample(slice(0, 5), 20)).value
    pool = of.deployed.pools.before
    assert fresh[0] == pytest.approx(np.mean(learned.ask(pool.matrix).target != pool.target))
    after = of.stream.onset // 5 + 1
    assert fresh[after:].mean() < never[after:].mean() - 0.2
    assert len(np.unique(fresh[after:].round(9))) == 1  # equal periods have one model


def test_equal_periods_share_a_fit_and_a_season_has_its_own() -> None:
    of = world(LABELS, model=LOGISTIC)
    of.continuous()
    assert len(of._fits) in (2, 3)  # before, after, and the period of the onset
    of = world(scenario(LabelPermutation(), profile=Seasonal()))
    of.continuous()
    assert len(of._fits) > 6


def test_models_that_answer_together_answer_by_their_mean_probability() -> None:
    of = world(SHIFT, model=LOGISTIC)
    one, other = of.initial, Recipe(80, 20)
    mean = (of.said(one).probabilities + of.said(other).probabilities) / 2  # type: ignore[operator]
    np.testing.assert_array_equal(of.said(Averaged((one, other))).target, mean.argmax(axis=1))
    np.testing.assert_array_equal(of.losses(Averaged((one, one))), of.losses(one))
    voted = world(SHIFT, model=RIDGE)
    np.testing.assert_array_equal(voted.losses(Averaged((one, one))), voted.losses(one))


def test_a_curve_through_labels_that_were_permuted_brings_them_back() -> None:
    of = world(
        scenario(LabelPermutation(), profile=Recurring(onset=1.1, length=9.0)), model=LOGISTIC, name="two classes"
    )
    turned = Recalibrated(of.initial, 60, 30, "platt")
    never, after = of.losses(of.initial)[-1], of.losses(turned)[-1]
    assert never > 0.6
    assert after < never - 0.3
    same = Recalibrated(of.initial, 60, 30, "temperature")
    np.testing.assert_array_equal(of.said(same).target, of.said(of.initial).target)


def test_without_probabilities_there_is_nothing_to_fit_anew() -> None:
    of = world(LABELS, model=RIDGE)
    with pytest.raises(Skip, match="no probabilities"):
        of.losses(Recalibrated(of.initial, 60, 30, "platt"))
    of = world(CALM, name="regression")
    with pytest.raises(Skip, match="predicts numbers"):
        of.losses(Recalibrated(of.initial, 60, 30, "platt"))


def test_a_regression_errs_where_it_is_farther_off_than_the_threshold() -> None:
    of = world(scenario(LabelPermutation()), name="regression")
    rows, threshold = of.stream.rows(), of.deployed.threshold
    assert threshold is not None
    np.testing.assert_array_equal(
        of.errors(of.initial), np.abs(of.deployed.predict(rows.matrix) - rows.target) > threshold
    )
    assert of.losses(of.initial)[-1] > of.losses(of.initial)[0] + 0.2
    assert of.churn(of.initial, of.initial) == 0 < of.churn(of.initial, Recipe(120, 20)) <= 1


def test_neighbours_that_share_fits_lose_what_each_loses_alone() -> None:
    memo = Memo()
    for model in (LOGISTIC, TREE):
        for one in (LABELS, SHIFT, CALM):
            apart, together = world(one, model=model), world(one, model=model, memo=memo)
            for found, expected in zip(
                *([of.losses(Recipe(k * 5, 20)) for k in (0, 3, 9, 20)] for of in (together, apart)), strict=True
            ):
                np.testing.assert_array_equal(found, expected)
            assert together.seconds > 0


# ---- errors and readers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_a_reference_is_the_last_month_of_labels_that_had_come_in(share: float) -> None:
    of = world(LABELS, labelled_share=share)
    model = Recipe(60, 20)
    before, errors, labelled = of.errors_before(model), of.errors(model), of.labelled()
    for since, late in ((0, 0), (10, 0), (60, 0), (60, 20), (110, 45)):
        known = [errors[row] for row in range(of.n_rows) if labelled[row] and row + late < since]
        np.testing.assert_array_equal(of.reference_errors(model, since, late), [*before, *known][-20:])


@pytest.mark.parametrize("late", [0, 20])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_a_detector_of_errors_knows_an_alarm_when_the_label_is_known(late: int, share: float) -> None:
    of = world(LABELS, labelled_share=share)
    detector, model, since = PerformanceWindow(window=8, points=5), of.initial, 10
    rows = [row for row in range(since, of.n_rows) if of.labelled()[row]]
    own, promised = of.reference_errors(model, since, late), of.errors_before(of.initial)
    for promise, reference in ((None, own), (of.initial, promised)):
        expected = detector.alarms(of.errors(model)[rows], reference)
        found = of.scan("x", detector, model, since, late, promise=promise).alarms
        np.testing.assert_array_equal(found, np.array(rows)[expected] + late)
        assert len(found)


def test_a_test_of_rows_starts_afresh_with_the_month_before_as_reference() -> None:
    memo = Memo()
    of = world(SHIFT, memo=memo)
    detector, rows = KS(window=10, step=5), of.stream.rows().matrix
    before = of.stream.reference().matrix
    for since, reference in ((0, before), (10, np.concatenate([before[10:], rows[:10]])), (60, rows[40:60])):
        expected = detector.alarms(rows[since:], reference, of.deployed.table.nominal_mask) + since
        np.testing.assert_array_equal(of.scan("ks", detector, Recipe(0, 20), since, 20).alarms, expected)
    n_known = len(memo)
    world(SHIFT, model=LOGISTIC, memo=memo).scan("ks", KS(window=10, step=5), Recipe(55, 20), 60, 0)
    learned = {key for key in memo._known if isinstance(key, tuple) and key[0] == "found"}
    assert len(learned) == 3, "rows are tested once for all models"
    assert len(memo) >= n_known


def test_readers_of_the_truth_and_of_nothing_need_no_label() -> None:
    of = world(LABELS, labelled_share=0.3)
    assert of.scan("oracle", Oracle(), of.initial, 0, 20).alarms.tolist() == [of.stream.onset]
    metronome = Metronome(every=20)
    assert of.scan("m", metronome, of.initial, 35, 20).alarms.tolist() == [54, 74, 94, 114]


@dataclass
class Listener:
    """Takes down what a detector would read, and alarms at the first row."""

    input: Input
    name: str = "listener"

    def start(self, reference: Any = None, columns: Any = None, rng: Any = None) -> Any:
        self.reference = reference
        return None

    def scan(self, signal: Any, state: Any) -> Scan:
        self.signal = signal
        return Scan(np.array([0]))


def heard(of: StagedWorld, kind: Input, *asked: Any, **more: Any) -> Listener:
    listener = Listener(kind)
    assert of.scan("x", listener, *asked, **more).alarms.tolist() == [asked[1]]  # type: ignore[arg-type]
    return listener


@pytest.mark.parametrize("late", [0, 20])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_confidences_are_read_at_once_and_their_errors_when_labels_arrive(late: int, share: float) -> None:
    of, model, since = world(SHIFT, model=NB, name="numeric", labelled_share=share), Recipe(40, 20), 45
    sure = of.said_of(model, of.stream.rows().matrix).probabilities.max(axis=1)  # type: ignore[union-attr]
    errors, labelled = of.errors(model), of.labelled()
    found = heard(of, Input.CONFIDENCE, model, since, late)
    np.testing.assert_allclose(found.signal[:, 0], sure[since:])
    for row in range(since, of.n_rows):
        own = row - late
        expected = [sure[own], errors[own]] if own >= since and labelled[own] else [np.nan, np.nan]
        np.testing.assert_allclose(found.signal[row - since, 1:], expected)
    np.testing.assert_array_equal(found.reference[:, 1], of.reference_errors(model, since, late))
    known = [row for row in range(since) if labelled[row] and row + late < since][-20:]
    np.testing.assert_allclose(found.reference[20 - len(known) :, 0], sure[known])
    fixed = heard(of, Input.CONFIDENCE, model, since, late, promise=of.initial).reference
    np.testing.assert_array_equal(fixed[:, 1], of.errors_before(of.initial))


def test_models_that_are_fitted_again_learn_from_the_rows_of_the_served_one() -> None:
    of, model, since = world(SHIFT, name="numeric"), Recipe(60, 20), 60
    found = heard(of, Input.DISAGREEMENT, model, since, 20)
    rows = of.stream.rows().matrix
    refits = of.deployed.refits(*of.windows.of(model))
    own = of.said_of(model, rows).target
    share = np.mean([ask(rows).target != own for ask in refits], axis=0)
    np.testing.assert_array_equal(found.signal, share[60:])
    np.testing.assert_array_equal(found.reference, share[40:60])
    assert 0 < found.signal.mean() < 1


def test_a_model_without_probabilities_has_no_confidence() -> None:
    of = world(LABELS, model=RIDGE)
    with pytest.raises(UnreadableError, match="the model 'ridge' does not say how sure it is") as caught:
        of.scan("x", Listener(Input.CONFIDENCE), of.initial, 0, 0)  # type: ignore[arg-type]
    assert caught.value.code == Code.NO_PROBABILITIES


def test_what_a_detector_is_called_names_what_it_draws_and_late_labels_change_nothing_that_it_reads() -> None:
    of = world(LABELS)
    one, late = (of.scan("ddm", DDM(), of.initial, 0, delay) for delay in (0, 20))
    np.testing.assert_array_equal(one.alarms + 20, late.alarms)
    np.testing.assert_array_equal(one.warnings + 20, late.warnings)


# ---- policies -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("delay", "training"), [(0, 0), (7, 0), (20, 1)])
@pytest.mark.parametrize("months", [0.5, 1.0, 2.0])
def test_the_bank_tells_what_a_plain_policy_loses(delay: int, training: int, months: float) -> None:
    of = world(LABELS, SHIFT)
    reality = Reality(label_delay=delay, training_periods=training)
    late = -(-delay // 5) + training
    bank = bank_of(of, round(20 * months), late)
    policies: list[Any] = [Never(), Calendar(weeks=3), OnAlarm(detector=PerformanceWindow(window=10, points=10))]
    n_points = []
    for policy in policies:
        run = replay(Entry(name="x", policy=policy, action=Last(months=months)), of, reality)
        np.testing.assert_array_equal(bank.path(run.points), run.path)
        n_points.append(len(run.points))
    assert n_points[0] == 0 < n_points[1]


# ---- negative controls ----------------------------------------------------------------------------------------------


def gain_of_a_retrain(*scenarios: Any, n_seeds: int) -> Any:
    """By seed, how much less a model of the last month loses in its first week than the initial one, long after the onset."""
    gains = []
    for seed in range(n_seeds):
        of = world(*scenarios, model=NB, seed=seed, name="numeric")
        gains.append([of.losses(of.initial)[k] - of.losses(Recipe(5 * k, 20))[k] for k in (12, 16, 20, 23)])
    return np.mean(gains, axis=1)


def test_nothing_is_gained_where_nothing_changes() -> None:
    """More rows to learn from would be a gain by itself; here all models learn from a month of them."""
    gains = gain_of_a_retrain(CALM, n_seeds=25)
    assert abs(gains.mean()) < 3 * gains.std(ddof=1) / np.sqrt(len(gains))
    assert abs(gains.mean()) < 0.03


def test_noise_cannot_be_learned_and_another_rule_can() -> None:
    noise, rule = (
        gain_of_a_retrain(scenario(injector, profile=Sigmoid(onset=0.6)), n_seeds=6)
        for injector in (LabelNoise(), LabelPermutation())
    )
    assert noise.mean() < 0.05
    assert rule.mean() > 0.3


def test_alarms_at_random_gain_what_as_many_blind_retrains_gain() -> None:
    differences = []
    for seed in range(3):
        of = world(LABELS, model=NB, seed=seed, name="numeric")
        bank = bank_of(of, of.rows_per_month)
        for number in range(30):
            entry = Entry(name="x", policy=AtRandom(rate=0.15), action=Last(months=1.0))
            run = replay(entry, of, Reality(), random_stream(seed, "at random", number))
            differences.append(run.path.sum() - bank.random(len(run.points)))
    assert abs(np.mean(differences)) < 3 * np.std(differences, ddof=1) / np.sqrt(len(differences))
    assert np.std(differences) > 0.1
