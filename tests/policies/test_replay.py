"""Replays followed by hand. M is 8 rows, half a month 4, a period 2: point k is row 2 k."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pytest

from harness.core import ConfigError
from harness.drift.profiles import Interval
from harness.errors import AnswerError
from harness.policies.alarms import OnAlarm, Votes
from harness.policies.calendar import AtRandom, AtTruth, Calendar, Never
from harness.policies.contract import Action, Order, Policy
from harness.policies.judging import Average, Challenger, RollBack
from harness.policies.now import Now
from harness.policies.recalibration import Recalibrate
from harness.policies.retraining import AfterAlarm, Extend, Last, SinceWarning
from harness.policies.run import Fate
from harness.policies.staleness import GrownStale, Stale
from harness.policies.world import Averaged, Recalibrated, Recipe
from harness.settings import above
from tests.policies.small_worlds import HALF, INITIAL, At, EveryMistake, M, ThirdInARow, mask, run, services, world

ON_ERROR = OnAlarm(detector=EveryMistake())
ALL = {INITIAL: "1" * 24}


# ---- calendars, label delay, training time ---------------------------------------------------------------------------


def test_never_lets_the_initial_model_serve_to_the_end() -> None:
    found = run(Never(), world({INITIAL: "0110" * 6}))
    assert (found.asked, found.outcomes, found.alarms, found.served) == ((), (), (), ((0, INITIAL),))
    assert found.path.tolist() == [0.5] * 12


def test_a_calendar_trains_on_the_last_month_and_the_path_follows_who_serves() -> None:
    first = Recipe(8, M)
    found = run(Calendar(weeks=4), world({INITIAL: "1" * 24, first: "10" * 12}))
    assert found.asked == found.points == (4, 8)
    assert services(found) == [(4, first), (8, Recipe(16, M))]
    assert found.path.tolist() == [1.0] * 4 + [0.5] * 4 + [0.0] * 4
    assert found.churn == (0.5, 0.5)
    assert found.alarms == ()


def test_late_labels_make_the_model_of_earlier_rows_and_the_first_points_no_points_at_all() -> None:
    found = run(Calendar(weeks=1), world(n_periods=5), late=3)  # 3 rows are two periods
    assert services(found) == [(3, Recipe(2, M)), (4, Recipe(4, M))]
    assert found.asked == (3, 4)


def test_training_takes_time_in_which_no_other_model_is_ordered() -> None:
    found = run(Calendar(weeks=1), world(n_periods=6), training=2)
    assert found.asked == (1, 3, 5)
    assert services(found) == [(3, Recipe(2, M)), (5, Recipe(6, M))]
    assert found.outcomes == (Fate.PROMOTED, Fate.PROMOTED, Fate.UNFINISHED)
    assert found.n_trained == 2


def test_without_any_label_to_learn_from_nothing_is_ordered() -> None:
    on = world(n_periods=6, learnable=mask("000001000000"))
    assert run(Calendar(weeks=1), on).asked == (3, 4, 5)


def test_rows_of_half_a_month_of_two_and_of_all_are_asked_for() -> None:
    for action, n_rows in ((Last(months=0.5), 4), (Last(months=2), 16), (Extend(), None)):
        assert services(run(At(points=(5,)), world(), action)) == [(5, Recipe(10, n_rows))]


# ---- alarms ----------------------------------------------------------------------------------------------------------


def test_nothing_fires_before_half_a_month_of_labelled_rows_and_then_rows_of_after_it_are_waited_for() -> None:
    found = run(ON_ERROR, world(ALL))  # the fourth label is known at row 3: the alarm of that row counts, at point 2
    assert found.asked[0] == 2
    assert found.alarms[0] == 3
    assert services(found)[0] == (4, Recipe(4 + HALF, HALF))


def test_late_labels_make_alarms_and_rows_late() -> None:
    found = run(
        ON_ERROR, world(ALL), late=3
    )  # the fourth label is known at row 6, and point 4 is the first one after it
    assert found.asked == (4,)
    assert found.alarms == (6,)
    assert services(found) == [(8, Recipe(8 + HALF, HALF))]  # rows 8 to 11 are labelled by point 6, two periods late


def test_unlabelled_rows_count_for_nothing() -> None:
    found = run(ON_ERROR, world(ALL, labels=mask("10" * 12), learnable=mask("01" * 12)))
    assert found.asked == (4,)  # labels of rows 0, 2, 4, 6
    assert found.alarms == (6,)
    assert services(found) == [(8, Recipe(16, HALF))]  # rows 9, 11, 13, 15


def test_an_alarm_too_early_is_not_acted_upon_later() -> None:
    assert run(ON_ERROR, world({INITIAL: "1110"})).asked == ()
    assert run(ON_ERROR, world({INITIAL: "0001"})).asked == (2,)


def test_after_a_change_detectors_start_afresh_on_the_new_model() -> None:
    second = Recipe(8, HALF)
    on = world({INITIAL: "0001", second: "1" * 24})
    found = run(ON_ERROR, on)
    assert on.asked == [("every_mistake", model) for model in (INITIAL, second, Recipe(16, HALF))]
    assert found.asked == (2, 6)  # served from row 8, its fourth label is known at row 11, point 6 is row 12
    assert found.alarms == (3, 11)


def test_alarms_while_a_model_collects_its_rows_change_nothing() -> None:
    found = run(ON_ERROR, world({INITIAL: "000111110"}))
    assert found.asked == (2,)


def test_in_the_cool_down_after_a_retraining_nothing_fires() -> None:
    second = Recipe(8, HALF)
    free = run(ON_ERROR, world({INITIAL: "0001", second: "1" * 24}), cool_down=0)
    rested = run(ON_ERROR, world({INITIAL: "0001", second: "1" * 24}), cool_down=1)
    assert free.asked == (2, 6)
    assert rested.asked == (
        2,
        9,
    )  # served from row 8, until row 16 nothing fires; row 16 itself alarms and is read by point 9
    assert rested.alarms == (3, 16)


def test_it_learns_from_rows_since_the_warning_that_led_to_the_alarm() -> None:
    on = world(
        {INITIAL: "0100" + "000" + "111"}
    )  # the warning of row 1 came to nothing; those of rows 7 and 8 to an alarm
    assert run(OnAlarm(detector=ThirdInARow()), on).alarms == (9,)
    assert services(run(OnAlarm(detector=ThirdInARow()), on, SinceWarning())) == [(6, Recipe(12, HALF))]
    patient = SinceWarning(months=0.25)  # at point 5, row 10, three rows are labelled
    assert services(run(OnAlarm(detector=ThirdInARow()), on, patient)) == [(5, Recipe(10, 3))]


def test_since_the_warning_counts_rows_and_not_the_days_on_which_labels_come() -> None:
    on = world({INITIAL: "0000000111"})
    found = run(OnAlarm(detector=ThirdInARow()), on, SinceWarning(months=0.25), late=4)
    assert found.alarms == (13,)
    assert services(found) == [(7, Recipe(10, 3))]  # of rows 7, 8 and 9


def test_without_a_warning_rows_since_the_warning_are_those_after_the_alarm() -> None:
    assert services(run(ON_ERROR, world({INITIAL: "0001"}), SinceWarning())) == [(4, Recipe(8, HALF))]


def test_votes_count_for_a_month_and_each_detector_has_one() -> None:
    on = world({INITIAL: "0000011100000000000000"})
    pair = [EveryMistake(), ThirdInARow()]
    assert run(Votes(detectors=pair, at_least=1), on).alarms == (5,)
    assert run(Votes(detectors=pair, at_least=2), on).alarms == (7,)
    assert run(Votes(detectors=[EveryMistake()]), on).asked == (3,)
    apart = world({INITIAL: "00001" + "0" * 8 + "111"})  # the first alarm is over a month old when the other comes
    twice = Votes(detectors=[FirstMistake(), ThirdInARow()], at_least=2)
    assert run(twice, apart).asked == ()
    assert run(Votes(detectors=[FirstMistake(), ThirdInARow()], at_least=2, months=2), apart).asked == (8,)


@dataclass(frozen=True, kw_only=True)
class FirstMistake(EveryMistake):
    """Alarms at the first error alone."""

    name: str = "first_mistake"

    def scan(self, signal: Any, state: None) -> Any:
        found = super().scan(signal, state)
        return type(found)(found.alarms[:1])


def test_more_votes_than_detectors_are_refused() -> None:
    with pytest.raises(ConfigError, match="at_least has to be at most 2, not 3"):
        Votes(detectors=[EveryMistake(), ThirdInARow()], at_least=3)


# ---- the truth, and chance -------------------------------------------------------------------------------------------


def test_the_oracle_acts_at_the_first_point_after_each_change_and_waits_for_its_rows() -> None:
    on = world(truth=(Interval(5, 5), Interval(7, 7), Interval(16, 16)))
    found = run(AtTruth(), on)
    assert found.asked == (3, 5, 8)  # the second change begins while rows 6 to 9 are collected
    assert services(found) == [(5, Recipe(10, 4)), (7, Recipe(14, 4)), (10, Recipe(20, 4))]


def test_an_unknown_truth_cannot_be_acted_upon() -> None:
    with pytest.raises(ConfigError, match="the truth about this stream is not known, so that at_truth"):
        run(AtTruth(), world(truth=None))


def test_at_random_draws_once_a_point_and_needs_a_generator() -> None:
    coins = np.random.default_rng(3).random(11) < 0.5
    found = run(AtRandom(rate=0.5), world(), rng=np.random.default_rng(3))
    assert found.asked == tuple(1 + np.flatnonzero(coins))
    with pytest.raises(ConfigError, match="draws random numbers: give replay"):
        run(AtRandom(), world())


# ---- what is expected ------------------------------------------------------------------------------------------------


def expected(expectation: str, late: int = 0) -> list[float]:
    policy = At(points=(4,))
    run(policy, world({INITIAL: "1" + "0" * 23, Recipe(8 - late, M): "01100000"}), expectation=expectation, late=late)
    return [now.expected for now in policy.shown]


def test_a_renewed_expectation_is_of_the_new_model_and_a_fixed_one_of_the_initial_model() -> None:
    """The initial model errs in every row of the month before, as in row 0; the other one in two of the last eight rows."""
    assert expected("renewed") == [0.0] * 4 + [0.75] * 7
    assert expected("fixed") == [0.0] * 11
    assert expected("renewed", late=2) == [0.0] * 4 + [0.75] * 7  # of rows 0 to 5, and two of the month before


def test_staleness_is_the_loss_of_a_period_less_what_was_expected() -> None:
    errors = {INITIAL: "0000" + "10" + "00" + "11" + "10"}  # expected is no error
    assert run(Stale(tau=0.4), world(errors), Extend()).asked[0] == 3  # row 4 errs, row 5 does not
    assert run(Stale(tau=0.5), world(errors), Extend()).asked[0] == 5
    assert run(GrownStale(tau=0.5), world(errors), Extend()).asked[0] == 5  # .5, .5, 1.5
    assert run(GrownStale(tau=1.5), world(errors), Extend()).asked[0] == 6
    assert run(GrownStale(tau=2), world(errors), Extend()).asked == ()


def test_staleness_adds_up_anew_after_a_discarded_challenger() -> None:
    errors = {INITIAL: "1" * 24, Recipe(8, HALF, is_challenger=True): "1" * 24}
    policy = GrownStale(tau=0.0)
    found = run(policy, world(errors | {INITIAL: "0" + "1" * 23}), Challenger())
    assert found.outcomes[0] is Fate.DISCARDED
    assert found.asked[:2] == (2, 5)  # discarded at point 4: the next period that is known is read at point 5


# ---- challengers, roll-back, averages --------------------------------------------------------------------------------


def test_a_challenger_that_is_clearly_better_on_the_held_back_rows_is_promoted() -> None:
    champion = {INITIAL: "10001000"}  # rows 0 and 4 are held back
    assert services(run(At(points=(4,)), world(champion), Challenger())) == [(4, Recipe(8, M, is_challenger=True))]


def test_a_challenger_that_is_better_by_a_standard_error_and_no_more_is_discarded() -> None:
    champion = {INITIAL: "1000"}  # better in one of two rows: the mean is .5, and so is its standard error
    found = run(At(points=(4,)), world(champion), Challenger())
    assert (found.outcomes, services(found), found.n_trained) == ((Fate.DISCARDED,), [], 1)
    assert services(run(At(points=(4,)), world(champion), Challenger(standard_errors=0.9)))


def test_the_alarm_of_a_discarded_challenger_is_not_acted_upon_again() -> None:
    on = world({INITIAL: "000100000010", Recipe(8, HALF, is_challenger=True): "1" * 24})
    found = run(ON_ERROR, on, Challenger())
    assert found.asked == (2, 6)  # discarded at point 4, where row 8 comes next
    assert found.alarms == (3, 10)
    assert on.asked == [("every_mistake", INITIAL)]  # the detector reads on


def test_a_challenger_is_judged_when_it_has_been_trained() -> None:
    champion = {INITIAL: "0" * 8 + "1" * 8}
    found = run(At(points=(4,)), world(champion), Challenger(action=AfterAlarm()), training=1)
    assert services(found) == []  # of rows 8 to 11 only row 8 is held back: one row tells nothing
    found = run(At(points=(4,)), world(champion), Challenger(action=AfterAlarm(months=1)), training=1)
    assert services(found) == [(9, Recipe(16, M, is_challenger=True))]


def test_the_model_before_comes_back_if_it_would_have_been_better_on_the_first_half_month() -> None:
    second = Recipe(8, M)
    worse = world({second: "0" * 11 + "1"})
    found = run(At(points=(4,)), worse, RollBack())
    assert found.asked == (4,)
    assert services(found) == [(4, second), (6, INITIAL)]  # its fourth label, of row 11, is known at point 6
    assert found.outcomes == (Fate.ROLLED_BACK,)
    assert found.path.tolist() == [0.0] * 5 + [0.5] + [0.0] * 6
    late = run(At(points=(4,)), world({Recipe(4, M): "0" * 11 + "1"}), RollBack(), late=3)
    assert services(late) == [(4, Recipe(4, M)), (8, INITIAL)]


def test_a_model_that_is_as_good_at_first_stays_however_bad_it_gets() -> None:
    second = Recipe(8, M)
    found = run(At(points=(4,)), world({second: "0" * 12 + "1" * 12}), RollBack())
    assert (services(found), found.outcomes) == ([(4, second)], (Fate.PROMOTED,))


def test_who_came_back_can_be_replaced_and_is_what_the_next_one_is_compared_with() -> None:
    second, third = Recipe(8, M), Recipe(14, M)
    found = run(At(points=(4, 7)), world({second: "0" * 11 + "1", third: "1" * 24}), RollBack())
    assert services(found) == [(4, second), (6, INITIAL), (7, third), (9, INITIAL)]
    assert found.outcomes == (Fate.ROLLED_BACK, Fate.ROLLED_BACK)


def test_the_last_three_models_answer_together() -> None:
    found = run(At(points=(1, 2, 3)), world(), Average())
    one, two, three = (Recipe(2 * k, M) for k in (1, 2, 3))
    assert [model for _, model in services(found)] == [
        Averaged((INITIAL, one)),
        Averaged((INITIAL, one, two)),
        Averaged((one, two, three)),
    ]


def test_a_model_that_was_rolled_back_is_in_no_later_average() -> None:
    second = Recipe(8, M)
    worse = {Averaged((INITIAL, second)): "0" * 11 + "1"}
    found = run(At(points=(4, 7)), world(worse), RollBack(action=Average()))
    assert services(found)[-1] == (7, Averaged((INITIAL, Recipe(14, M))))


def test_an_average_of_challengers_discards_those_that_lose() -> None:
    found = run(At(points=(4,)), world(), Average(action=Challenger()))
    assert (services(found), found.outcomes) == ([], (Fate.DISCARDED,))


def test_actions_that_train_nothing_cannot_be_challengers() -> None:
    with pytest.raises(ConfigError, match="challenger needs an action that trains a model, and recalibrate does not"):
        Challenger(action=Recalibrate())


def test_recalibration_keeps_the_model_and_reads_rows_that_it_did_not_learn_from() -> None:
    found = run(At(points=(1, 4, 6)), world(), Recalibrate(how="platt"))
    assert [model for _, model in services(found)] == [
        Recalibrated(INITIAL, 2, 2, "platt"),
        Recalibrated(INITIAL, 8, 8, "platt"),
        Recalibrated(INITIAL, 12, 8, "platt"),
    ]


# ---- policies of one's own -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class WorseThan(Policy):
    name: str = "worse_than"
    limit: Annotated[float, above(0)] = 0.3

    def decide(self, now: Now) -> bool:
        return now.recent_loss > self.limit


def test_a_policy_of_ones_own_is_one_method() -> None:
    found = run(WorseThan(), world({INITIAL: "0" * 8 + "111"}))
    assert found.asked == (6,)  # three of the last eight rows
    assert found.alarms == (12,)
    assert services(found) == [(8, Recipe(16, HALF))]


def test_a_policy_is_shown_what_is_known_and_nothing_that_comes_later() -> None:
    policy = At(points=(5,))
    run(policy, world({INITIAL: "01" * 12, Recipe(6, M): "1" * 24}, labels=mask("110" * 8)), late=3)
    by_point = {now.period: now for now in policy.shown}
    assert by_point[3].errors.tolist() == [0.0, 1.0]  # rows 0 and 1; row 2 has no label and row 3 is known at row 6
    assert by_point[3].known_at.tolist() == [3, 4]
    assert np.isnan(by_point[1].recent_loss)
    assert (by_point[6].model, by_point[6].served_since, by_point[6].n_retrains) == (Recipe(6, M), 5, 1)
    assert by_point[7].errors.tolist() == [1.0]  # row 10, known at row 13


def test_what_a_policy_is_shown_is_all_that_it_is_given_and_stays_as_it_is() -> None:
    policy = At(points=())
    run(policy, world(ALL), late=3)
    detector = EveryMistake()
    for now in policy.shown:
        for shown in (now.errors, now.known_at, now.period_losses, now.alarms(detector), now.warnings(detector)):
            assert shown.base is None
            with pytest.raises(ValueError, match="read-only"):
                shown[...] = 0


@dataclass(frozen=True, kw_only=True)
class Yes(Policy):
    def decide(self, now: Now) -> Any:
        return "yes"


def test_a_policy_that_answers_something_else_than_true_or_false_is_refused() -> None:
    with pytest.raises(AnswerError, match="entry decided 'yes': decide has to return True or False"):
        run(Yes(), world())


@dataclass(frozen=True, kw_only=True)
class AlarmedAt(Policy):
    row: Any

    def decide(self, now: Now) -> bool:
        return now.period == 4

    def alarmed_at(self, now: Now) -> Any:
        return self.row


@pytest.mark.parametrize("row", [-1, 9, 3.5, True, "3", None])
def test_an_alarm_that_no_row_of_before_can_have_raised_is_refused(row: Any) -> None:
    with pytest.raises(
        AnswerError, match=r"entry alarmed at row .*: alarmed_at has to return a whole number from 0 to 8"
    ):
        run(AlarmedAt(row=row), world())


def test_an_alarm_can_be_of_any_row_up_to_the_one_that_comes_next() -> None:
    for row in (0, np.int64(5), 8):
        assert run(AlarmedAt(row=row), world()).alarms == (row,)


# ---- actions of one's own --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Does(Action):
    """Orders and accepts what functions say; by default what is known at once."""

    orders: Callable[[Now], Any] = lambda now: Order(Recipe(now.learnable_until, M), now.period)
    accepts: Callable[[Order], Any] = lambda order: order.model
    back: Any = False

    def order(self, now: Now) -> Any:
        return self.orders(now)

    def accept(self, now: Now, order: Order) -> Any:
        return self.accepts(order)

    def goes_back(self, now: Now) -> Any:
        return self.back


AT_FIVE = At(points=(5,))


@pytest.mark.parametrize("n_more", [1, 2, 100])
def test_rows_whose_labels_come_later_cannot_be_learned(n_more: int) -> None:
    """At point 5, row 10, labels that are 4 rows late are known up to row 6."""
    words = f"learned from rows up to {6 + n_more}, trained in period 5: labels are known up to 6 by then"
    for model in (
        Recipe(6 + n_more, M),
        Averaged((INITIAL, Recipe(6 + n_more, M))),
        Recalibrated(INITIAL, 6 + n_more, 4, "platt"),
        Recalibrated(Recipe(6 + n_more, M), 6, 4, "platt"),
    ):
        ordering = Does(orders=lambda now, model=model: Order(model, now.period))
        with pytest.raises(AnswerError, match=f"the action of entry ordered a model that {words}"):
            run(AT_FIVE, world(), ordering, late=4)
        for training in (0, 2):
            accepting = Does(accepts=lambda order, model=model: model)
            with pytest.raises(AnswerError, match=f"the action of entry accepted a model that {words}"):
                run(AT_FIVE, world(), accepting, late=4, training=training)


def test_rows_of_the_time_of_training_are_not_in_the_model() -> None:
    waits = Does(orders=lambda now: Order(Recipe(14, M), 7))
    assert services(run(AT_FIVE, world(), waits, training=3)) == [(10, Recipe(14, M))]
    with pytest.raises(AnswerError, match="learned from rows up to 15, trained in period 7: labels are known up to 14"):
        run(AT_FIVE, world(), Does(orders=lambda now: Order(Recipe(15, M), 7)), training=3)


def test_the_initial_model_can_always_be_ordered() -> None:
    initial = Does(orders=lambda now: Order(INITIAL, now.period))
    assert services(run(AT_FIVE, world(), initial, late=100)) == [(5, INITIAL)]


TWO = (INITIAL, Recipe(2, M))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("tree", "an order is of a Recipe, Recalibrated or Averaged"),
        (3, "an order is of a Recipe"),
        (True, "an order is of a Recipe"),
        (Recipe(-300, M), "until is a whole row of 0 or more"),
        (Recipe(2.5, M), "until is a whole row"),  # type: ignore[arg-type]
        (Recipe(2, -1), "n_rows a whole number of 1 or more"),
        (Recipe(2, 0), "n_rows a whole number of 1 or more"),
        (Recipe(2, 10.5), "n_rows a whole number of 1 or more"),  # type: ignore[arg-type]
        (Recipe(2, M, "yes"), "is_challenger is True or False"),  # type: ignore[arg-type]
        (Averaged(()), "an average has a tuple of two members or more"),
        (Averaged(TWO[:1]), "an average has a tuple of two members or more"),
        (Averaged(list(TWO)), "an average has a tuple of two members or more"),  # type: ignore[arg-type]
        (Averaged((Averaged(TWO), INITIAL)), "no member of an average is one itself"),
        (Averaged((INITIAL, Recipe(2, -1))), "n_rows a whole number of 1 or more"),
        (Recalibrated(INITIAL, 2, 2, "nonsense"), "a model is recalibrated by temperature, platt or thresholds"),
        (Recalibrated(INITIAL, 2, 0, "platt"), "n_rows a whole number of 1 or more"),
        (Recalibrated(Recalibrated(INITIAL, 2, 2, "platt"), 2, 2, "platt"), "the base of a recalibrated model"),
        (Recalibrated(Recipe(2, -1), 2, 2, "platt"), "n_rows a whole number of 1 or more"),
    ],
)
def test_models_that_are_none_are_neither_ordered_nor_accepted(model: Any, words: str) -> None:
    with pytest.raises(AnswerError, match=f"the action of entry ordered .*: .*{words}"):
        run(AT_FIVE, world(), Does(orders=lambda now: Order(model, now.period)))
    with pytest.raises(AnswerError, match=f"the action of entry accepted .*: .*{words}"):
        run(AT_FIVE, world(), Does(accepts=lambda order: model))


def test_a_model_is_ready_at_a_whole_period() -> None:
    for ready in (5.5, "6", True):
        with pytest.raises(AnswerError, match=f"in period 5 that was ready in {ready}"):
            run(AT_FIVE, world(), Does(orders=lambda now, ready=ready: Order(Recipe(2, M), ready)))


def test_an_action_that_goes_back_answers_true_or_false() -> None:
    with pytest.raises(AnswerError, match="the action of entry answered 'yes': goes_back has to return True or False"):
        run(AT_FIVE, world(), Does(back="yes"))
    assert services(run(AT_FIVE, world(), Does(back=np.True_))) == [(5, Recipe(10, M)), (6, INITIAL)]
