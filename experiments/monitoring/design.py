"""What the monitoring study compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

LEARNABLE, LOST, HARMLESS, EVENTLESS, RECURRING, CONTROL = (
    *("learnable", "lost", "harmless", "eventless", "recurring", "control"),
)
"""Groups of scenarios, as the register has them."""

MISSING = "missing"
"""What the register counts among the lost and tables print apart: where values are missing, new models get some of it back."""

OTHERS = "others"
"""The group of a scenario that the design does not name."""

MAIN, ACTIONS, COMBINED, REGRESSION, SHARED, REAL = ("main", "actions", "combined", "regression", "shared", "real")
"""Parts of the design, which are never averaged with each other: every policy; every action under some policies; models that
are combined, beside those that they are made of; models that give numbers; rows to learn from that are scored as well; real
streams."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """What the study compares.

    Attributes:
        performance, data, concept: the entries that stand for the source paper's words.
        published: its numbers by entry: accuracy retained in percent, months between retrains, and whether detection is early.
        groups: of each scenario.
        apart: scenarios that tables print in another group than the register has them in.
        title_of_group: as it is printed.
        families: policies by what they read; their order is the order of the tables.
        short: the entries of the source paper's table and three baselines, as a narrow figure prints them.
        named: entries that small tables and figures show.
        calendars: entries that retrain by the calendar, by their weeks.
        costs: of a retrain, in loss-periods.
        relative_costs: of a retrain, in units of what one saves if all are made.
        cost: the one of `costs` that is shown where one is.
        harm: points of recoverable harm from which a cell is one where retraining can pay.
        actions: compared ones, with the policies that they are crossed with.
        crossed: these policies.
        singles: what each combined model is compared with.
        delays: label delays in rows: at once, and late.
        weeks: of the stream after which a model's effect is judged.
    """

    performance: str
    data: str
    concept: str
    published: Mapping[str, tuple[float, float, str]]
    groups: Mapping[str, str]
    apart: Mapping[str, str]
    title_of_group: Mapping[str, str]
    families: Mapping[str, Sequence[str]]
    short: Mapping[str, str]
    named: Sequence[str]
    calendars: Mapping[str, int]
    costs: Sequence[float]
    relative_costs: Sequence[float]
    cost: float
    harm: float
    actions: Sequence[str]
    crossed: Sequence[str]
    singles: Mapping[str, Sequence[str]]
    delays: Mapping[str, str]
    weeks: int

    def group_of(self, scenario: str) -> str:
        """The group of a scenario; `others` if it has none."""
        return self.groups.get(scenario, OTHERS)

    def printed_group_of(self, scenario: str) -> str:
        """The group that tables print a scenario in."""
        return self.apart.get(scenario, self.group_of(scenario))

    def printed_as(self, group: str) -> tuple[str, ...]:
        """The scenarios of a group that tables print."""
        return tuple(one for one in self.groups if self.printed_group_of(one) == group)

    @property
    def order(self) -> list[str]:
        """Every policy in the order of the tables."""
        return [policy for family in self.families.values() for policy in family]

    def family_of(self, entry: str) -> str:
        """What the policy of an entry reads; empty for one that the design does not name."""
        return next((name for name, members in self.families.items() if policy_of(entry) in members), "")


def policy_of(entry: str) -> str:
    """The policy of an entry, without setting, action, expectation and cool-down."""
    return entry.partition("+")[0].partition("@")[0]


DESIGN = Design(
    performance="performance_5",
    data="ks",
    concept="ddm",
    published={"performance_5": (85.0, 6.0, "no"), "ks": (88.0, 4.0, "yes"), "ddm": (90.0, 3.0, "yes")},
    groups={
        **dict.fromkeys(("label_permutation", "local_concept", "halfspace_concept", "label_swap"), LEARNABLE),
        **dict.fromkeys(("mean_shift", "scale", "feature_swap", "prior_shift"), LEARNABLE),
        **dict.fromkeys(("label_noise", "missing_completely"), LOST),
        "mean_shift_harmless": HARMLESS,
        **dict.fromkeys(("label_permutation_blip", "mean_shift_seasonal"), EVENTLESS),
        "label_permutation_recurring": RECURRING,
        CONTROL: CONTROL,
    },
    apart={"missing_completely": MISSING},
    title_of_group={
        LEARNABLE: "learnable",
        LOST: "not recoverable",
        MISSING: "partly recoverable",
        HARMLESS: "harmless",
        EVENTLESS: "blips and seasons",
        RECURRING: "recurring",
        CONTROL: "no drift",
        OTHERS: "others",
    },
    families={
        "blind": ("never", "weeks_16", "weeks_12", "weeks_8", "weeks_4", "weeks_2", "weeks_1", "at_random"),
        "truth": ("at_truth",),
        "performance": ("performance_2", "performance_5", "error_budget", "lookahead", "cara_t", "cara_ct"),
        "rows": ("ks", "chi_square", "psi"),
        "errors": ("ddm", "eddm", "adwin", "hddm_a", "hddm_w", "page_hinkley", "cusum", "fhddm"),
        "votes": ("any", "both", "majority"),
        "no labels": ("cbpe", "atc", "doc", "average_confidence", "delay_adjusted_cbpe", "disagreement"),
    },
    short={
        "performance_5": "perform-\nance",
        "ks": "KS",
        "ddm": "DDM",
        "never": "never",
        "weeks_4": "4\nweeks",
        "at_truth": "truth",
    },
    named=(
        "never",
        "weeks_8",
        "weeks_4",
        "weeks_1",
        "at_truth",
        "performance_5",
        "error_budget",
        "ks",
        "ddm",
        "hddm_w",
    ),
    calendars={"weeks_16": 16, "weeks_12": 12, "weeks_8": 8, "weeks_4": 4, "weeks_2": 2, "weeks_1": 1},
    costs=(0.0, 0.01, 0.04, 0.16),
    relative_costs=(0.0, 0.25, 1.0, 4.0),
    cost=0.04,
    harm=2.0,
    actions=(
        *("usual", "last_half_month", "last_month", "last_two_months", "after_alarm", "since_warning", "extend"),
        *("recalibrate_platt", "recalibrate_thresholds", "challenger", "roll_back", "average_of_three"),
    ),
    crossed=("never", "weeks_4", "at_truth", "at_random", "performance_5", "error_budget", "ks", "ddm", "adwin"),
    singles=MappingProxyType(
        {
            "bagging:tree": ("tree",),
            "adaboost:tree_depth3": ("tree",),
            "gradient_boosting": ("tree",),
            "stacking": ("tree", "logistic", "knn", "nb"),
        }
    ),
    delays={"0": "labels at once", "300": "labels a month late"},
    weeks=4,
)
