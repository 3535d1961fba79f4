"""What the detection study compares, and how a question names the streams that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.analysis.panels import BASELINES, OTHERS, PANEL, including
from harness.core import ROWS_PER_MONTH


@dataclass(frozen=True, kw_only=True)
class Design:
    """What the study compares.

    Attributes:
        compared: the detectors that the source paper has numbers of, in its order.
        panel: all detectors of the main comparison, by kind, baselines last; their order is the order of the tables.
        whole: further tests of windows, on a part of the design.
        published: the source paper's numbers by detector: delay (months), accuracy and false_positives (percent).
        matched: the setting at which detectors are compared at equal false alarms, in percent.
        curve: the settings of the curves, in percent.
        kinds: scenarios with a drift, by what changes.
        eventless: scenarios without a drift besides the drift-free twins; every alarm is false.
        seasonal: those of them that come and go slowly, and do harm in between.
        visible: scenarios that tests of rows and tests of errors can both see.
        curved: scenarios of the curves.
        partial: data sets on which only a part of the scenarios is staged; in no mean over scenarios.
        rows_per_month: of the main comparison.
        drawn: detectors of the survival curves and of the curves of delay against false alarms.
    """

    compared: Sequence[str]
    panel: Mapping[str, Sequence[str]]
    whole: Sequence[str]
    published: Mapping[str, Mapping[str, float]]
    matched: str
    curve: Sequence[str]
    kinds: Mapping[str, Sequence[str]]
    eventless: Sequence[str]
    seasonal: Sequence[str]
    visible: Sequence[str]
    curved: Sequence[str]
    partial: Sequence[str] = ()
    rows_per_month: int
    drawn: Sequence[str]

    @property
    def detectors(self) -> list[str]:
        """The panel, in the order of the tables."""
        return [name for family in self.panel.values() for name in family]

    @property
    def baselines(self) -> Sequence[str]:
        """Those of the panel that are no detectors."""
        return self.panel[BASELINES]

    def kind_of(self, scenario: str) -> str:
        """What changes in a scenario; "none" where there is no event."""
        return next((kind for kind, members in self.kinds.items() if scenario in members), "none")

    def including(self, detectors: Iterable[str], scenarios: Iterable[str]) -> Design:
        """The design with those of them that it does not know: detectors before the baselines, scenarios as a last kind."""
        own = tuple(name for name in detectors if name not in (*self.detectors, *self.whole))
        drifts = tuple(name for name in scenarios if self.kind_of(name) == "none")
        return replace(
            self,
            panel=including(self.panel, own),
            kinds={**self.kinds, OTHERS: drifts} if drifts else self.kinds,
        )


@dataclass(frozen=True, kw_only=True)
class Where:
    """Which drifted streams a question is about.

    Attributes:
        scenarios: their names; all that have a drift unless given.
        harms: points asked for; any unless given.
        rows_per_month: M.
        label_delay: rows.
        staged: only streams that were staged at a harm above 0; else those of scenarios that never are count as well.
        sets: data sets; all unless given.
        partial: also data sets on which only a part of the scenarios is staged, for questions about that part.
    """

    scenarios: Sequence[str] | None = None
    harms: Sequence[float] | None = None
    rows_per_month: int = ROWS_PER_MONTH
    label_delay: int = 0
    staged: bool = True
    sets: Sequence[str] | None = None
    partial: bool = False


def only(scenario: str) -> Where:
    """Everything that was staged of one scenario, harmful or not."""
    return Where(scenarios=(scenario,), staged=False, partial=True)


MAIN = Where()
"""The main comparison: every scenario with a drift that was staged at a harm, months of 300 rows, labels at once."""

MATCHED = "5"
"""The setting that decides: percent of drift-free half-years with an alarm."""

DESIGN = Design(
    compared=("ddm", "eddm", "ks"),
    panel=PANEL,
    whole=(
        "ks_weekly",
        "ks_sliding",
        "ks_any",
        "ks_bh",
        "ks_share",
        "ks_first",
        "chi_square_binned",
        "classifier_two_sample",
        "mmd",
    ),
    published={
        "ddm": {"delay": 2, "accuracy": 95, "false_positives": 5},
        "eddm": {"delay": 3, "accuracy": 90, "false_positives": 8},
        "ks": {"delay": 1, "accuracy": 92, "false_positives": 3},
    },
    matched=MATCHED,
    curve=("1", "10", "20"),
    kinds={
        "concept": (
            *(
                "label_permutation",
                "label_permutation_sigmoid",
                "label_permutation_linear",
                "label_permutation_recurring",
            ),
            *("label_swap", "label_noise", "local_concept", "local_concept_sigmoid", "improvement"),
        ),
        "data": (
            *(
                "mean_shift",
                "mean_shift_sigmoid",
                "mean_shift_incremental",
                "mean_shift_recurring",
                "mean_shift_harmless",
            ),
            *(
                "scale",
                "sensor_bias",
                "sensor_bias_incremental",
                "sensor_stuck",
                "missing_completely",
                "missing_at_random",
            ),
            *("unseen_category", "feature_swap", "feature_permutation", "correlation_only"),
            *("reweighting", "reweighting_sigmoid", "reweighting_drawn"),
        ),
        "prior": ("prior_shift", "prior_shift_sigmoid"),
        "both": ("shift_then_permutation",),
    },
    eventless=("label_permutation_blip", "label_permutation_seasonal", "mean_shift_blip", "mean_shift_seasonal"),
    seasonal=("label_permutation_seasonal", "mean_shift_seasonal"),
    visible=(
        *("mean_shift", "mean_shift_sigmoid", "mean_shift_incremental", "mean_shift_recurring", "scale"),
        *("reweighting", "reweighting_sigmoid"),
    ),
    curved=(
        *("label_permutation", "label_permutation_sigmoid", "mean_shift", "mean_shift_sigmoid", "reweighting"),
        "local_concept",
    ),
    partial=("heart", "contraceptive", "kr_vs_kp", "mushroom", "splice"),
    rows_per_month=ROWS_PER_MONTH,
    drawn=("ddm", "eddm", "adwin", "cusum", "fhddm", "ks", "psi", "random"),
)
