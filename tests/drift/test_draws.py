"""Draws of two sets are independent, also with the same seed; all that is met on one set is the same for every model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from harness.core import DataTable
from harness.detectors.baselines import Random
from harness.drift import Abrupt, Clock, GeneratorWorld, Halves, LabelPermutation, Linear, OnePass, Scenario, Twin
from harness.memo import Memo
from harness.synthesis import Learner, Preprocessing, Single
from harness.trials import CalibrationTrial, DetectionTrial, SynthesisTrial

CLOCK = Clock(rows_per_month=20)


@pytest.fixture
def sets(table: Callable[[str], DataTable]) -> list[DataTable]:
    """The same rows under two names."""
    return [table("iris"), replace(table("iris"), name="other")]


def drawn(table: DataTable, sampling: Any) -> dict[str, Any]:
    """All that is drawn for a stream."""
    pools = sampling.pools(table, CLOCK, 0)
    injector = LabelPermutation()
    scenario = Scenario(name="x", injector=injector, profile=Linear(width=2.0), strength={"raw": 0.5})  # type: ignore[arg-type]
    stream = scenario.on(pools).stream()
    return {
        "split": pools.train,
        "places": stream.arrivals.places,
        "reference": pools.reference_ids(),
        "onset": stream.onset,
        "mixture": stream.arrivals.concepts,
        "labels": stream.drift.concept(1).target if sampling != GeneratorWorld() else None,
        "made": pools.population.matrix if isinstance(sampling, GeneratorWorld) else None,
        "yardstick": pools.reference_model.tree.random_state,
        "training": pools.training(20),
        "adapt": stream.adapt_ids() if len(pools.adapt) else None,
        "adapt sample": stream.adapt_sample(slice(119, 120), 30).rows.matrix if len(pools.adapt) else None,
    }


@pytest.mark.parametrize("sampling", [Twin(), Halves(), OnePass(30, spare=1.0), GeneratorWorld()])
def test_two_sets_of_equal_size_and_seed_draw_apart(sampling: Any, sets: list[DataTable]) -> None:
    if isinstance(sampling, OnePass):
        sets = [one.take(np.arange(150).repeat(3)) for one in sets]
        sampling = replace(sampling, train_rows=60)
    one, again, other = drawn(sets[0], sampling), drawn(sets[0], sampling), drawn(sets[1], sampling)
    for what, value in one.items():
        assert np.array_equal(value, again[what]), what
        assert value is None or not np.array_equal(value, other[what]), what


# ---- trials ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Loaded:
    """Stands in for `harness.data.Dataset`."""

    table: DataTable

    @property
    def name(self) -> str:
        return self.table.name

    def load(self) -> DataTable:
        return self.table


MODELS = [Learner("tree", DecisionTreeClassifier(max_features=1)), Learner("nb", GaussianNB())]
SCENARIO = Scenario(name="x", injector=LabelPermutation(), profile=Abrupt(), strength={"raw": 0.5})  # type: ignore[arg-type]
PANEL = [{"name": "random", "detector": Random(rate=0.02)}]


def detection(table: DataTable, model: Learner) -> Any:
    trial = DetectionTrial(Loaded(table), model, Preprocessing(), SCENARIO, Twin(), PANEL, seed=0, rows_per_month=50)  # type: ignore[arg-type]
    found = trial.run(Memo()).measurements
    return found["alarms"], found["onset"]


def calibration(table: DataTable, model: Learner, seed: int = 0) -> Any:
    settings: dict[str, Any] = {"rates": [0.2], "n_streams": 20, "n_fresh": 20, "rows_per_month": 50, "seed": seed}
    trial = CalibrationTrial(Loaded(table), model, Preprocessing(), Twin(), PANEL, **settings)  # type: ignore[arg-type]
    found = trial.run(Memo()).measurements
    return found["settings"], found["default_rates"]


@pytest.mark.parametrize("measured", [detection, calibration])
def test_a_random_detector_draws_by_set_and_not_by_model(measured: Any, sets: list[DataTable]) -> None:
    tree, nb = (measured(sets[0], model) for model in MODELS)
    assert tree == nb != measured(sets[1], MODELS[0])


def test_two_seeds_of_a_calibration_share_no_stream(sets: list[DataTable], monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[int] = []
    split = Twin.pools

    def noted(self: Twin, table: DataTable, clock: Clock, seed: int) -> Any:
        met.append(seed)
        return split(self, table, clock, seed)

    monkeypatch.setattr(Twin, "pools", noted)
    for seed in (20_000, 20_001):
        calibration(sets[0], MODELS[1], seed)
    assert met == [*range(200_000_000, 200_000_040), *range(200_010_000, 200_010_040)]


def test_folds_and_the_chance_of_models_are_of_each_set_its_own(sets: list[DataTable]) -> None:
    trial = SynthesisTrial(Loaded(sets[0]), Single(MODELS[0]), Preprocessing(), seed=0)  # type: ignore[arg-type]
    other = replace(trial, dataset=Loaded(sets[1]))  # type: ignore[arg-type]
    one, again, two = (each.run(Memo()).predictions for each in (trial, trial, other))
    assert np.array_equal(one["fold"], again["fold"])
    assert not np.array_equal(one["fold"], two["fold"])
