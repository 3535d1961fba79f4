"""Records of the tracking study that nobody measured: each as a tool would leave it, with what a test says about it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from harness.core import Record, Status
from harness.report.evidence import Evidence
from harness.running.store.rows import table_of
from harness.running.store.stored import Stored
from harness.tracking.workloads.probes import PROBES
from harness.tracking.workloads.versions import CONTROLS, Again

TITLES = {"git": "Git", "mlflow": "MLflow", "dvc": "DVC", "plain": "plain files", "mlflow_dvc": "MLflow with DVC"}
OTHERS = ("plain", "wandb")
SCORED = ("git", "dvc", "mlflow")


def record(tracker: str, workload: str, seed: int = 0, interface: str | None = None, **content: Any) -> Record:
    status = content.pop("status", Status.OK)
    factors = {"dataset": "iris", "tracker": tracker, "workload": workload, "seed": seed}
    factors |= {"interface": interface} if interface else {}
    name = f"{tracker}-{interface}-{workload}-{seed}"
    return Record(name, "tracking", status, factors, "s", "h", **content)


def seconds(wall: float) -> dict[str, float]:
    return {"wall": wall, "cpu": 0.6 * wall, "waited": 0.4 * wall}


STARTS = 0.05
BEGUN = {"loaded": seconds(1.0), "opened": seconds(0.5)}


def of_features(
    tracker: str, failing: Sequence[str] = (), ours: Sequence[str] = (), seed: int = 0, services: Sequence[str] = ()
) -> Record:
    """Grades of a tool that fails some needs, or probes, and does others with seven lines of our code.

    For some it needs a service, or two lines of our code, which bring no model.
    """

    def graded(name: str) -> dict[str, Any]:
        known = {name, PROBES[name].need}
        if known & set(services):
            grade = "fails" if name == "fetched_model" else "ours"
            helped = {"grade": grade, "lines": 2, "evidence": f"{name} was copied"}
            return {"grade": "needs-service", "lines": 0, "evidence": f"{name} has a server", "helped": helped}
        if known & set(failing):
            return {"grade": "fails", "evidence": f"{name} gave nothing"}
        is_ours = bool(known & set(ours))
        return {"grade": "ours" if is_ours else "native", "lines": 7 * is_ours, "evidence": f"{name} was seen"}

    return record(tracker, "features", seed, measurements={"probes": {name: graded(name) for name in PROBES}})


def of_runs(tracker: str, size: int, wall: float = 0.02, seed: int = 0, interface: str | None = None) -> Record:
    clock = {
        "done": size,
        "bytes": {"store": 50_000 * size, "copy": 5_000, "rest": 9_000},
        "warm": [seconds(wall * (1 + place / 10)) for place in range(10)],
        "fresh": [seconds(1 + wall)] * 3,
        "query": seconds(wall / 2),
        "restore": seconds(wall / 4),
        **BEGUN,
    }
    found = {"n_runs": size, "same_predictions": True, "cannot": {}}
    return record(tracker, f"runs_{size}", seed, interface, measurements=found, clock=clock)


def of_data(
    tracker: str, size: int, wall: float = 0.1, taken: float = 3.0, seed: int = 0, interface: str | None = None
) -> Record:
    """A file of so many MB, each of whose versions takes so many seconds a MB, half of them at its end, and the bytes alone of
    MLflow a twentieth; all three take `taken` files, beside one in the working copies of Git and DVC.
    """
    copy = 1_000_000 if tracker in ("git", "dvc") else 0
    clock: dict[str, Any] = {
        "starts": [seconds(STARTS)] * 3,
        "data": [seconds(wall * size * part / 2) for part in (1.0, 0.9, 0.8)],
        "finishes": [seconds(wall * size * part / 2) for part in (1.0, 0.9, 0.8)],
        "restores": [seconds(wall * size / 2)] * 3,
        "bytes_after": [
            {"store": int(1e6 * size * taken * part / 3), "copy": copy * size, "rest": 0} for part in (1, 2, 3)
        ],
        **BEGUN,
    }
    if tracker == "git":
        clock |= {"tidied": seconds(1.0), "bytes_tidied": {**clock["bytes_after"][2], "store": 700_000 * size}}
    if tracker == "mlflow":
        clock["data_bytes"] = [seconds(wall * size * part / 20) for part in (1.0, 0.9, 0.8)]
    found = {"megabytes": float(size), "told_apart": True, "came_back": [True, True, True], "cannot": {}}
    return record(tracker, f"data_{size}", seed, interface, measurements=found, clock=clock)


def of_versions(
    tracker: str, retrained: int = 6, seed: int = 0, *, controls: Sequence[str] = ("differs",) * 2
) -> Record:
    found = {
        "tracked": 6,
        "traced": [True] * 6,
        "rolled_back": True,
        "controls": dict(zip(CONTROLS, controls, strict=True)),
    }
    again = [Again.SAME if number < retrained else Again.NOT_MADE for number in range(6)]
    return record(tracker, "versions", seed, measurements={**found, "retrained": again})


def of_writers(tracker: str, writers: int, right: int, seed: int = 0) -> Record:
    return record(
        tracker, f"writers_{writers}", seed, measurements={"writers": writers}, clock={"right": right, "wall": 1.0}
    )


def of_kill(tracker: str, survived: int, seed: int = 0) -> Record:
    return record(tracker, "kill", seed, measurements={"steps": 60}, clock={"survived": survived})


def of_steps(tracker: str, statements: int) -> Record:
    return record(tracker, "steps", measurements={"works": True, "statements": statements}, clock={"wall": 0.5})


def skipped(tracker: str, workload: str, seed: int = 0) -> Record:
    return record(tracker, workload, seed, status=Status.SKIPPED, code="not-installed", reason="it is not here")


def standard() -> Iterator[Record]:
    """Everything that the standard tier asks for, of fewer tools. Times vary by a tenth; W&B is not on the machine."""
    rng = np.random.default_rng(0)
    pace = {"plain": 0.002, "git": 0.02, "dvc": 0.1, "mlflow": 0.03}
    for tracker, factor in pace.items():
        for size, seed in itertools.product((20, 200), range(3)):
            yield of_runs(tracker, size, factor * rng.uniform(0.9, 1.1), seed)
        yield of_runs(tracker, 1000, 2 * factor)
        for size, seed in itertools.product((1, 20), range(3)):
            yield of_data(tracker, size, factor * rng.uniform(0.9, 1.1), seed=seed)
        yield of_data(tracker, 100, factor)
        yield from (of_kill(tracker, 60 - seed, seed) for seed in range(3))
        yield from (of_writers(tracker, 2, 20 - seed, seed) for seed in range(3))
        yield of_writers(tracker, 4, 30)
        yield of_steps(tracker, 12)
    for tracker in SCORED:
        for seed in (3, 4):
            yield of_runs(tracker, 20, pace[tracker] * rng.uniform(0.9, 1.1), seed)
            yield from (of_data(tracker, size, pace[tracker] * rng.uniform(0.9, 1.1), seed=seed) for size in (1, 20))
        yield from (of_data(tracker, 100, pace[tracker] * rng.uniform(0.9, 1.1), seed=seed) for seed in (1, 2))
    grades: dict[str, dict[str, Sequence[str]]] = {
        "plain": {"ours": [probe.need for probe in PROBES.values()]},
        "git": {"failing": ["survive", "find"], "ours": ["compare", "record", "users"]},
        "dvc": {"failing": ["resumed", "history"], "ours": ["by_param", "users"]},
        "mlflow": {"failing": ["told_apart"], "ours": ["differing"], "services": ["share"]},
        "mlflow_dvc": {"failing": ["share"], "ours": ["version"]},
    }
    for tracker, told in grades.items():
        for seed in (0, 1):
            if tracker != "plain" or not seed:
                yield of_features(tracker, **told, seed=seed)
            yield of_versions(tracker, 5 if "dvc" in tracker else 6, seed)
    yield from (of_runs("mlflow_dvc", 20, 0.04, seed) for seed in (0, 1))
    for size, seed in itertools.product((1, 20), range(5)):
        yield of_data("dvc", size, 0.2 * rng.uniform(0.9, 1.1), seed=seed, interface="command_line")
    yield from (
        of_data("dvc", 100, 0.2 * rng.uniform(0.9, 1.1), seed=seed, interface="command_line") for seed in range(3)
    )
    yield of_runs("dvc", 20, 2.0, interface="command_line")
    asked = ("runs_20", "runs_200", "data_1", "data_20", "kill", "writers_2")
    yield from (skipped("wandb", workload, seed) for workload, seed in itertools.product(asked, range(3)))
    yield from (
        skipped("wandb", one) for one in ("runs_1000", "data_100", "writers_4", "features", "versions", "steps")
    )


def evidence(*records: Record, tier: str = "smoke") -> Evidence:
    return Evidence(Stored(table_of(list(records))), tier, {"tracker": TITLES})
