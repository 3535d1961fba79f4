"""Made-up records of the monitoring study, whose answers are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from experiments.monitoring.cells import cells
from experiments.monitoring.cube import Cube
from experiments.monitoring.design import DESIGN
from experiments.monitoring.study import Study
from harness.core import Floats, Record, Status
from harness.policies import Bank, calendar_schedule
from harness.report.evidence import Evidence
from harness.running.provenance import header
from harness.running.store.rows import table_of
from harness.running.store.stored import Stored
from harness.trials.closed_loop.record import in_millionths, triangle

N_PERIODS, MONTH, WEEK = 24, 300, 75
BEFORE, AFTER = 0.1, 0.4
"""The loss of a model that knows what it meets, and of one that does not."""


def losses(onset: int, *, more: float = 0.0) -> Floats:
    """The bank of a stream that changes in a week: models from two weeks later on have learned enough of it."""
    k, t = np.ogrid[:N_PERIODS, :N_PERIODS]
    wrong = np.where((t >= onset) & (k < onset + 2), AFTER, BEFORE + more * (k > 0))
    return np.where(t >= k, wrong, np.nan)


@dataclass
class Made:
    """Records that are added one by one."""

    records: list[Record] = field(default_factory=list)
    specs: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=header)

    def stream(
        self,
        schedules: Mapping[str, Sequence[int]],
        *,
        onset: int = N_PERIODS,
        dataset: str = "wine",
        model: str = "tree",
        scenario: str = "label_permutation",
        seed: int = 0,
        alarms: Mapping[str, Sequence[int]] | None = None,
        unable: Mapping[str, Sequence[str]] | None = None,
        with_banks: bool = True,
        baselines: Mapping[str, float] | None = None,
        **factors: Any,
    ) -> None:
        """A stream under entries that put models into service at these points; without an onset a control."""
        scenario = "control" if onset >= N_PERIODS and scenario == "label_permutation" else scenario
        month, half = losses(onset), losses(onset, more=0.05)
        measured: dict[str, Any] = {
            "n_rows": N_PERIODS * WEEK,
            **({"onset": onset * WEEK, "down": [onset * WEEK - 100]} if onset < N_PERIODS else {}),
            "harm": 100 * (AFTER - BEFORE) if onset < N_PERIODS else 0.0,
            "runs": {
                delay: {
                    entry: self._run(points, late, (alarms or {}).get(entry), month if not with_banks else None)
                    for entry, points in schedules.items()
                }
                for delay, late in (("0", 0), ("300", 4))
            },
            **({"unable": {entry: list(why) for entry, why in unable.items()}} if unable else {}),
        }
        if baselines:
            found = {name: in_millionths(np.full(N_PERIODS, loss)) for name, loss in baselines.items()}
            measured["baselines"] = {"0": found, "300": found}
        if with_banks:
            measured["banks"] = {"300": triangle(month), "150": triangle(half), "600": triangle(month)}
            measured["continuous"] = in_millionths(np.full(N_PERIODS, BEFORE))
        self._add(dataset, model, scenario, seed, "+".join(schedules), measured, factors)

    def _run(
        self, points: Sequence[int], late: int, alarms: Sequence[int] | None, without_bank: Floats | None
    ) -> dict[str, Any]:
        served = [point for point in points if point > late]
        found: dict[str, Any] = {
            "asked": served,
            "outcomes": ["promoted"] * len(served),
            "points": served,
            "served": [f"{WEEK * point}:{MONTH}" for point in served],
            "churn": [0.5] * len(served),
            "alarms": list(served_rows(served) if alarms is None else alarms),
        }
        filled = {name: value for name, value in found.items() if value}
        if without_bank is None:
            return {**filled, "window": MONTH}
        return {**filled, "path": in_millionths(Bank(without_bank).late(late).path(served))}

    def _add(
        self, dataset: str, model: str, scenario: str, seed: int, entries: str, measured: Any, others: dict[str, Any]
    ) -> None:
        factors = {
            "entries": entries,
            "dataset": dataset,
            "synthesis": "single",
            "model": model,
            "scenario": scenario,
            "sampling": "twin",
            "seed": seed,
            "training_periods": 0,
            "rows_per_month": MONTH,
            **others,
        }
        task = factors.pop("task", "classification")
        spec = f"{dataset}/{scenario}/{task}"
        own = {"rows_per_month": MONTH} if "baselines" in measured else {}
        self.specs[spec] = {"dataset": {"name": dataset, "task": task, "rows": 178, "classes": {"a": 1, "b": 1}} | own}
        name = f"{len(self.records):064x}"
        self.records.append(Record(name, "monitoring", Status.OK, factors, spec, "head", measured))

    @property
    def stored(self) -> Stored:
        return Stored(table_of(self.records), specs=self.specs, headers={"head": self.header})

    def evidence(self) -> Evidence:
        return Evidence(self.stored, "made", {"detector": {"ddm": "DDM"}})

    def cube(self) -> Cube:
        return cells(self.evidence())

    def study(self) -> Study:
        return Study.of(self.evidence())


def served_rows(points: Sequence[int]) -> list[int]:
    """Alarms a row before each point."""
    return [WEEK * point - 1 for point in points]


ENTRIES = (
    *("never", *DESIGN.calendars, "at_random", "at_truth", "performance_2", "performance_5", "performance_5+fixed"),
    *("error_budget", "cara_ct", "ks", "psi", "chi_square", "ddm", "ddm+cool_1", "eddm", "hddm_w", "adwin", "cbpe"),
)

SETS = ("wine", "pima")

ACTIONS = ("extend", "last_month", "last_two_months", "since_warning", "challenger")

SCENARIOS = ("label_permutation", "mean_shift", "label_noise", "mean_shift_harmless", "label_permutation_blip")


def drawn(rng: np.random.Generator, entries: Sequence[str]) -> dict[str, list[int]]:
    """A schedule for each entry: calendars as they are, others drawn."""
    found = {}
    for entry in entries:
        weeks = DESIGN.calendars.get(entry)
        drawn_points = sorted(rng.choice(np.arange(1, N_PERIODS), int(rng.integers(0, 4)), replace=False).tolist())
        found[entry] = [] if entry == "never" else list(calendar_schedule(weeks, N_PERIODS)) if weeks else drawn_points
    return found


@pytest.fixture
def made() -> Made:
    """No record yet."""
    return Made()


@pytest.fixture(scope="session")
def whole() -> Made:
    """Every part of the design but real streams, in small."""
    rng, made = np.random.default_rng(0), Made()
    crossed = ("never", "weeks_4", "performance_5", "error_budget", "ks", "ddm")
    actions = [f"{policy}+{action}" for policy in crossed[1:] for action in ACTIONS]
    few = ("never", "weeks_4", "performance_5", "error_budget", "ddm", "hddm_w")
    models = [("single", "tree"), ("single", "logistic"), ("single", "knn"), ("single", "nb")]
    models += [("single", "gradient_boosting"), ("bagging", "tree"), ("adaboost", "tree_depth3"), ("stacking", None)]
    for dataset in SETS:
        for seed in range(2):
            for scenario in (*SCENARIOS, "label_permutation_recurring", "control"):
                onset = N_PERIODS if scenario == "control" else int(rng.integers(2, 20))
                asked = {"scenario": scenario, "onset": onset, "dataset": dataset, "seed": seed}
                for model in ("tree", "logistic", "nb"):
                    made.stream(drawn(rng, ENTRIES), model=model, **asked)
                if scenario in ("label_permutation", "control"):
                    made.stream(drawn(rng, [*crossed, *actions]), **asked)
                    made.stream(drawn(rng, few), sampling="shared", **asked)
                    made.stream(drawn(rng, few), task="regression", **asked | {"dataset": f"{dataset}_numbers"})
                if scenario in ("label_permutation", "control"):
                    for synthesis, model in models:
                        made.stream(drawn(rng, few), with_banks=False, **asked, synthesis=synthesis, model=model)
    return made
