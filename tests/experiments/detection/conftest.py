"""Made-up records of the detection study, whose answers are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
import yaml

from experiments.detection.study import Study
from harness import places
from harness.core import Record, Status
from harness.report import studies
from harness.report.evidence import Evidence
from harness.running.provenance import header
from harness.running.store.rows import table_of
from harness.running.store.stored import Stored

SCENARIOS = places.shipped("conf") / "scenario"


def node(scenario: str, profile: str) -> dict[str, Any]:
    """What a spec says of a scenario: as its file does, with another profile if that is asked for."""
    path = SCENARIOS / f"{scenario}.yaml"
    if not path.exists():
        return {"_target_": "not_installed.Drift", "name": scenario, "profile": profile}
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found if profile == "Abrupt" else found | {"profile": {"_target_": f"harness.drift.{profile}"}}


ONSET, N_ROWS, MONTH = 500, 1800, 300


@dataclass
class Made:
    """Records that are added one by one."""

    records: list[Record] = field(default_factory=list)
    specs: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=header)

    def stream(
        self,
        alarms: Mapping[str, Sequence[int]],
        *,
        scenario: str = "label_permutation",
        harm: float | None = 10,
        own: Mapping[str, float | None] | None = None,
        truth: Sequence[Sequence[int]] | None = None,
        dataset: str = "wine",
        seed: int = 0,
        world: Mapping[str, Any] | None = None,
        profile: str = "Abrupt",
        **others: Any,
    ) -> None:
        """A stream with one abrupt drift at ONSET, or with none if it is a control."""
        free = scenario == "control"
        events = ([] if free else [[ONSET, ONSET]]) if truth is None else truth
        own = own or ({"raw": 0, "harm": None} if free else {"harm": 10, "raw": None})
        spec = f"{dataset}/{scenario}/{own}/{world}/{profile}"
        self.specs[spec] = {
            "dataset": {"name": dataset, "features": 4, "max_rows": 150},
            "scenario": node(scenario, profile) | {"strength": dict(own)},
            **(world or {}),
        }
        factors = {"dataset": dataset, "scenario": scenario, "seed": seed, "detectors": "+".join(alarms), "months": 6}
        factors |= {name: others.pop(name, usual) for name, usual in USUAL.items()}
        factors |= {} if harm is None or free else {"harm": harm}
        measured = {
            "n_rows": 6 * factors["rows_per_month"],
            "onset": ONSET,
            **({"truth": events} if events else {}),
            "harm": 0.0 if free else 10.0,
            "reference_harm": 0.0 if free else 10.0,
            "ks": 0.1,
            "strengths": [0.0 if free else 1.0],
            "touched": [],
            "touches_labels": False,
            "kinds": [KINDS.get(scenario, "data")],
            "alarms": dict(alarms),
            **others,
        }
        self.add(factors, spec, measured)

    def add(self, factors: dict[str, Any], spec: str, measured: dict[str, Any], *, code: str = "") -> None:
        status = Status.SKIPPED if code else Status.OK
        name = f"{len(self.records):064x}"
        self.records.append(Record(name, "detection", status, factors, spec, "head", measured, code=code))

    def world(self, answers: Mapping[str, Mapping[bool, Sequence[int]]], *, sets: Sequence[str] = ("wine",)) -> None:
        """For each set one stream with a drift and its twin, answered alike."""
        for dataset in sets:
            for scenario, drifted in (("label_permutation", True), ("control", False)):
                alarms = {name: answer[drifted] for name, answer in answers.items()}
                self.stream(alarms, scenario=scenario, dataset=dataset)

    @property
    def stored(self) -> Stored:
        return Stored(table_of(self.records), specs=self.specs, headers={"head": self.header})

    def evidence(self, dependent: frozenset[str] = frozenset()) -> Evidence:
        return Evidence(self.stored, "made", {"detector": {"ddm": "DDM"}}, dependent)

    def study(self, dependent: frozenset[str] = frozenset()) -> Study:
        return Study.of(self.evidence(dependent), experiment("detection").DESIGN)


USUAL = {"model": "tree", "rows_per_month": MONTH, "label_delay": 0, "harm_to": "deployed"}

KINDS = {
    **dict.fromkeys(("label_permutation", "label_permutation_sigmoid", "label_swap", "label_noise"), "noise"),
    **dict.fromkeys(("local_concept", "halfspace_concept"), "concept"),
    **dict.fromkeys(("control", "label_permutation_blip", "mean_shift_blip"), "none"),
}
"""What a stream of a scenario is unless a test says otherwise: `data` if it is not here."""


def experiment(name: str) -> ModuleType:
    """The file of `experiments/`."""
    return studies.load_study(name)


@pytest.fixture
def made() -> Made:
    """No record yet."""
    return Made()


@pytest.fixture(scope="session")
def detection() -> ModuleType:
    """The package of the study."""
    return experiment("detection")
