"""What the detection study compares, and how a question names the streams that it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from experiments.detection.one_world import TWIN, main_sampling
from experiments.detection.scenarios import NO_KIND, Scenarios, levels
from harness.analysis.detector_families import BASELINES, Panel, including, shipped_panel
from harness.core import ROWS_PER_MONTH, Task
from harness.detectors.run import Run
from harness.drift import CovariateReweighting, HarmTo, MeanShift, Scale


@dataclass(frozen=True, kw_only=True)
class Design:
    """What the study compares: what is decided here, and what the records tell of themselves.

    Attributes:
        named: what the source paper calls the detectors that it has numbers of; these are also their names as they come.
        compared: the same detectors as registered, in this order: those of errors read a labelled month first.
        published: the source paper's numbers by its word: delay (months), accuracy and false_positives (percent).
        matched: the setting at which detectors are compared at equal false alarms, in percent.
        curve: the settings of the curves, in percent.
        seen_by_both: injectors of drifts that tests of rows and tests of errors can both see.
        rows_per_month: of the main comparison.
        drawn: detectors of the survival curves and of the curves of delay against false alarms.
        panel: all detectors of the main comparison, by kind, baselines last; their order is the order of the tables.
        whole: further tests of windows, on a part of the design.
        partial: data sets on which only a part of the scenarios is staged; in no mean over scenarios.
        regression: data sets whose models give numbers, where there are others; they are shown apart.
        sampling: of the main comparison.
        curved: scenarios of the curves.
        of_nominal: scenarios of nominal columns.
        kinds: scenarios with a drift, by what changes as far as that is known without a strength.
        eventless: scenarios without a drift besides the drift-free twins; every alarm is false.
        seasonal: those of them that come and go slowly, and do harm in between.
        visible: scenarios with an injector that both see.
    """

    named: Sequence[str]
    compared: Sequence[str]
    published: Mapping[str, Mapping[str, float]]
    matched: str
    curve: Sequence[str]
    seen_by_both: Sequence[type]
    rows_per_month: int
    drawn: Sequence[str]
    panel: Panel = field(default_factory=shipped_panel)
    whole: Sequence[str] = field(default_factory=lambda: levels()["whole"])
    partial: Sequence[str] = field(default_factory=lambda: levels()["nominal"])
    regression: Sequence[str] = ()
    sampling: str = TWIN
    curved: Sequence[str] = field(default_factory=lambda: levels()["curved"])
    of_nominal: Sequence[str] = field(default_factory=lambda: levels()["of_nominal"])
    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    eventless: Sequence[str] = ()
    seasonal: Sequence[str] = ()
    visible: Sequence[str] = ()

    @property
    def detectors(self) -> list[str]:
        """The panel, in the order of the tables."""
        return [name for family in self.panel.values() for name in family]

    @property
    def drifting(self) -> list[str]:
        """Scenarios with a drift, in the order of the tables."""
        return [name for members in self.kinds.values() for name in members]

    @property
    def main(self) -> list[str]:
        """Those of the main comparison, which every kind of set can have: drifts of nominal columns alone answer D9."""
        return [name for name in self.drifting if name not in self.of_nominal]

    @property
    def baselines(self) -> Sequence[str]:
        """The baselines of the panel."""
        return self.panel[BASELINES]

    def published_of(self, detector: str) -> Mapping[str, float]:
        """The source paper's numbers of a detector, as registered and as it comes; none of others."""
        pairs = zip(self.named, self.compared, strict=True)
        return next((self.published[word] for word, name in pairs if detector in (word, name)), {})

    def kind_of(self, scenario: str) -> str:
        """What changes in a scenario, as far as that is known without a strength; "none" where there is no event."""
        return next((kind for kind, members in self.kinds.items() if scenario in members), NO_KIND)

    def of(self, specs: Collection[Mapping[str, Any]], *, detectors: Iterable[str], drifted: Iterable[str]) -> Design:
        """The design with what records tell: kinds of scenarios, and detectors that the panel does not name.

        Args:
            specs: base specs of the records.
            detectors: that any of them has.
            drifted: names of scenarios with an event.
        """
        scenarios = Scenarios.of(specs)
        own = [name for name in detectors if name not in (*self.detectors, *self.whole)]
        nodes = {Run.of(one["name"]).detector: one["detector"] for spec in specs for one in spec.get("detectors", ())}
        return replace(
            self,
            panel=including(self.panel, own, nodes),
            regression=_apart(specs),
            sampling=main_sampling(specs),
            kinds=scenarios.kinds(drifted),
            eventless=scenarios.eventless,
            seasonal=scenarios.seasonal,
            visible=scenarios.injected_by(self.seen_by_both),
        )


def _apart(specs: Iterable[Mapping[str, Any]]) -> list[str]:
    """The data sets whose models give numbers, if there are others."""
    tasks = {one["dataset"]["name"]: one["dataset"].get("task") for one in specs if "dataset" in one}
    found = sorted(name for name, task in tasks.items() if task == Task.REGRESSION)
    return found if len(found) < len(tasks) else []


@dataclass(frozen=True, kw_only=True)
class Where:
    """Which drifted streams a question is about.

    Attributes:
        scenarios: their names; all that have a drift unless given.
        kinds: what changes; any unless given.
        harms: points asked for; any unless given.
        harm_to: the model that a staged harm was asked of.
        rows_per_month: M.
        label_delay: rows.
        staged: only streams that were staged at a harm above 0; else those of scenarios that never are count as well.
        sets: data sets; all unless given.
        partial: also data sets on which only a part of the scenarios is staged, for questions about that part.
        regression: of data sets whose models give numbers, which are in no other question.
        sampling: how rows were drawn; as in the main comparison unless given.
        set_by: runs whose settings have to have given the rate that they were set to.
    """

    scenarios: Sequence[str] | None = None
    kinds: Sequence[str] | None = None
    harms: Sequence[float] | None = None
    harm_to: HarmTo = HarmTo.DEPLOYED
    rows_per_month: int = ROWS_PER_MONTH
    label_delay: int = 0
    staged: bool = True
    sets: Sequence[str] | None = None
    partial: bool = False
    regression: bool = False
    sampling: str = ""
    set_by: Sequence[Run] = ()

    def __post_init__(self) -> None:
        """Keep what can be a key, whatever kind of sequence was given."""
        for name in ("scenarios", "kinds", "harms", "sets", "set_by"):
            given = getattr(self, name)
            object.__setattr__(self, name, None if given is None else tuple(given))


def only(scenario: str) -> Where:
    """All streams of one scenario, harmful or not."""
    return Where(scenarios=(scenario,), staged=False, partial=True)


MAIN = Where()
"""The main comparison: every drift that was staged at a harm to the deployed model, months of 300 rows, labels at once."""

MATCHED = "5"
"""The setting that decides: percent of drift-free half-years with an alarm."""

DESIGN = Design(
    named=("ddm", "eddm", "ks"),
    compared=("ddm_warm", "eddm_warm", "ks"),
    published={
        "ddm": {"delay": 2, "accuracy": 95, "false_positives": 5},
        "eddm": {"delay": 3, "accuracy": 90, "false_positives": 8},
        "ks": {"delay": 1, "accuracy": 92, "false_positives": 3},
    },
    matched=MATCHED,
    curve=("1", "10", "20"),
    seen_by_both=(MeanShift, Scale, CovariateReweighting),
    rows_per_month=ROWS_PER_MONTH,
    drawn=("ddm_warm", "eddm_warm", "adwin", "cusum", "fhddm", "ks", "psi", "random"),
)
