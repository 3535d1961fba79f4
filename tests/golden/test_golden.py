"""Tiny trials whose measurements are known to the last bit.

Each file here holds one trial: its overrides, what it measured, and what that rests on (protocol version, Python, BLAS,
packages). On the same ground every number must be equal. On another ground (a newer scikit-learn, another processor) counts
must be equal and scores agree within `TOLERANCE`, or within `LOOSE` where a logistic meta-model was fitted by L-BFGS,
which stops at a tolerance of its own.

When a trial is meant to measure something else than before, raise `PROTOCOL_VERSION` in `harness/core.py`, so that old
records are not mixed with new ones, and write these files anew:  pytest tests/golden --regenerate
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_info

from harness.building import build
from harness.core import PROTOCOL_VERSION, Status
from harness.memo import Memo
from harness.planning.trials import plan
from harness.running.execute import execute
from harness.scoring.roc import DECIMALS

FOLDER = Path(__file__).parent
TOLERANCE, LOOSE = 1e-9, 1e-6
ROUNDED = 2 * 10.0**-DECIMALS
"""What rounding may make of the least difference between two curves."""
TRIALS = {
    "tree_on_iris": ["dataset=iris", "model=tree"],
    "noisy_bagging_on_wine": ["dataset=wine", "model=tree", "synthesis=bagging", "label_noise=0.2", "seed=3"],
    "adaboost_on_a_part_of_wine": ["dataset=wine", "model=stump", "synthesis=adaboost", "train_size=0.5"],
    "stacking_on_iris": ["dataset=iris", "synthesis=stacking", "pool=[tree_depth3,nb,knn]"],
    "greedy_on_few_rows_of_wine": ["dataset=wine", "dataset.max_rows=90", "synthesis=greedy", "pool=[tree,nb,knn]"],
    "best_on_boston": [
        "dataset=boston",
        "dataset.max_rows=80",
        "synthesis=best_by_cv",
        "pool=[tree,nb,knn]",
        "n_folds=3",
    ],
    "noisy_bagging_on_boston": ["dataset=boston", "dataset.max_rows=80", "synthesis=bagging", "label_noise=0.1"],
}
every_trial = pytest.mark.parametrize("name", TRIALS)


@pytest.fixture
def measure(composed: Callable[..., Any]) -> Callable[[str], dict[str, Any]]:
    """Run a trial as a sweep would, and give its measurements as JSON gives them back."""

    def run(name: str) -> dict[str, Any]:
        record = execute(plan(composed(*TRIALS[name])), build, Memo()).record
        assert record.status is Status.OK, record.error
        return dict(json.loads(json.dumps(record.measurements)))

    return run


def ground() -> dict[str, Any]:
    """What decides about the last bits."""
    blas = [(library["internal_api"], library.get("architecture")) for library in threadpool_info()]
    return {
        "python": platform.python_version().rpartition(".")[0],
        "blas": sorted({f"{api} {core}" for api, core in blas if core}),
        "packages": {name: metadata.version(name) for name in ("numpy", "pandas", "scipy", "scikit-learn")},
    }


def golden(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def regenerate(path: Path, overrides: list[str], measurements: dict[str, Any], protocol: int) -> None:
    """Write a golden file; refuse where the same ground gives other numbers under the same protocol version."""
    new = {"overrides": overrides, "protocol": protocol, "ground": ground(), "measurements": measurements}
    if path.exists():
        old = json.loads(path.read_text(encoding="utf-8"))
        same = all(old[key] == new[key] for key in ("overrides", "protocol", "ground"))
        if same and old["measurements"] != measurements:
            pytest.fail(f"{path.name} measures something else than before: raise PROTOCOL_VERSION first")
    path.write_text(json.dumps(new, indent=1) + "\n", encoding="utf-8")


@every_trial
def test_a_trial_measures_what_it_always_did(
    name: str, measure: Callable[[str], dict[str, Any]], request: pytest.FixtureRequest
) -> None:
    measured = measure(name)
    if request.config.getoption("--regenerate"):
        regenerate(FOLDER / f"{name}.json", TRIALS[name], measured, PROTOCOL_VERSION)
    known = golden(name)
    if known["ground"] == ground():
        assert measured == known["measurements"]
    else:
        assert measured.keys() == known["measurements"].keys()
        tolerance = LOOSE if "stacking" in name else TOLERANCE
        curves = [each.pop("roc", {"true_positive": []}) for each in (measured, known["measurements"])]
        assert curves[0]["true_positive"] == pytest.approx(curves[1]["true_positive"], abs=ROUNDED)
        for metric, values in known["measurements"].items():
            assert measured[metric] == pytest.approx(values, rel=tolerance, abs=tolerance), metric


@every_trial
def test_a_golden_file_belongs_to_this_protocol_and_this_trial(name: str) -> None:
    assert golden(name)["protocol"] == PROTOCOL_VERSION, (
        "the protocol has a new version: pytest tests/golden --regenerate"
    )
    assert golden(name)["overrides"] == TRIALS[name]


def test_other_numbers_under_the_same_protocol_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "trial.json"
    regenerate(path, ["seed=0"], {"accuracy": [0.9]}, protocol=1)
    regenerate(path, ["seed=0"], {"accuracy": [0.9]}, protocol=1)
    with pytest.raises(pytest.fail.Exception, match="raise PROTOCOL_VERSION first"):
        regenerate(path, ["seed=0"], {"accuracy": [0.8]}, protocol=1)
    regenerate(path, ["seed=0"], {"accuracy": [0.8]}, protocol=2)
    assert json.loads(path.read_text())["measurements"] == {"accuracy": [0.8]}


def test_no_golden_file_is_left_without_its_trial() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(TRIALS)
