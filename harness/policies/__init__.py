"""When to retrain and on what: policies and actions, their replay on a stream, and what schedules of retraining cost.

    bank                a matrix of losses, and what follows from it alone           Bank, Plan
    segments            least totals, by dynamic program
    expected            mean totals of random and of periodic schedules, exact
    stacked             the banks of many streams at once                            Stacked
    matched             a policy against as many retrains that know nothing          against_random, shuffled
    tuning              schedules that are chosen on other sets and other seeds      tuned_calendar, informed_oracle
    regret              what a schedule costs beyond the best one                    regret
    arguments           what a caller gives, or one sentence why not
    world               what a policy is replayed on, and the keys of models         World, Recipe, Model
    contract, now       what a policy and an action are, and what they may know      Policy, Action, Now
    calendar            policies that read nothing: never, calendars, oracle         Calendar, AtTruth, AtRandom
    alarms, staleness   policies that act on detectors, and on losses (CARA)         OnAlarm, Votes, Stale, GrownStale
    unset               what stands for a policy whose detector could not be set     Unset
    retraining          actions: the last rows, those after an alarm, all            Last, AfterAlarm, SinceWarning, Extend
    recalibration       the action that trains nothing                               Recalibrate
    judging             actions around another one                                   Challenger, RollBack, Average
    entry               policy and action of a panel, and what delays them           Entry, Reality
    replay, run         an entry lives through a stream, and what came of it         replay, Run
    bank_of             the bank of a stream                                         bank_of

A *point* k is the start of period k, at which a model can be replaced. A *schedule* is the ascending points at which one is.
Totals are sums over periods, in loss-periods. What knows a bank alone knows numpy and nothing else.

Some policies need other data sets or hindsight: a tuned calendar, tuned thresholds of CARA, RetrainOpt, an oracle that knows
the cost, an informed one that knows other seeds. Reports compute these from banks; no entry is one.
"""

from harness.policies.bank import Bank, Plan
from harness.policies.matched import (
    against_periodic,
    against_periodic_at_mean,
    against_random,
    against_random_at_mean,
    shuffled,
)
from harness.policies.regret import gain_of_a_retrain, regret
from harness.policies.tuning import TunedCalendar, best_on_others, calendar_schedule, informed_oracle, tuned_calendar

__all__ = [
    "Bank",
    "Plan",
    "TunedCalendar",
    "against_periodic",
    "against_periodic_at_mean",
    "against_random",
    "against_random_at_mean",
    "best_on_others",
    "calendar_schedule",
    "gain_of_a_retrain",
    "informed_oracle",
    "regret",
    "shuffled",
    "tuned_calendar",
]
