"""Every YAML of conf/scenario makes streams of every kind of set, or is skipped with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from harness import places
from harness.core import Skip
from harness.drift import Clock, Drift, Pools, Scenario, Together, injectors, residual_threshold

YAMLS = sorted((places.shipped("conf") / "scenario").glob("*.yaml"))
SETS = ["iris", "wine", "tic_tac_toe", "german_credit", "boston", "diabetes"]
NO_EVENT = {"control", "label_permutation_blip", "label_permutation_seasonal", "mean_shift_blip", "mean_shift_seasonal"}


def built(path: Path) -> Scenario | Together:
    scenario = instantiate(OmegaConf.load(path))
    assert isinstance(scenario, (Scenario, Together))
    return scenario


def made_or_skipped(scenario: Scenario | Together, among: Pools) -> Drift | Skip:
    try:
        return scenario.on(among)
    except Skip as reason:
        return reason


every = pytest.mark.parametrize("path", YAMLS, ids=lambda path: path.stem)


@every
def test_a_scenario_is_named_as_its_file_and_says_who_can_see_it(path: Path) -> None:
    scenario = built(path)
    assert scenario.name == path.stem
    assert scenario.about["title"].strip()
    seen_by = scenario.about["seen_by"]
    assert seen_by == [signal for signal in ("errors", "labels", "rows") if signal in seen_by]
    assert (not seen_by) == scenario.about["visible_to"].startswith("nobody")


def test_titles_tell_scenarios_apart() -> None:
    assert len({built(path).about["title"] for path in YAMLS}) == len(YAMLS) >= 20


@every
@pytest.mark.parametrize("name", SETS)
def test_a_scenario_runs_or_is_skipped_with_a_sentence(path: Path, name: str, pools: Callable[..., Pools]) -> None:
    split = pools(name, clock=Clock(rows_per_month=100))
    drift = made_or_skipped(built(path), split)
    if isinstance(drift, Skip):
        assert len(str(drift).split()) > 5
        return
    predict = split.reference_model.predict
    threshold = None if split.population.n_classes else residual_threshold(split, predict)
    answers, stream = drift.ask(predict, threshold=threshold), drift.stream()
    split.assert_unseen(np.concatenate([split.train, stream.adapt_ids()]))
    assert stream.errors(answers).shape == (600,)
    assert set(stream.errors(answers)) <= {0.0, 1.0}
    assert (stream.truth == ()) == (path.stem in NO_EVENT)
    report = drift.report(answers)
    assert 0 <= report["ks"] <= 1
    assert set(report["touched"]) <= set(split.population.columns)
    assert report["harm"] == pytest.approx(report["reference_harm"])


@every
def test_documentation_changes_no_scenario(path: Path) -> None:
    config = OmegaConf.load(path)
    config.about = {"title": "another"}
    assert instantiate(config) == built(path)


def test_every_injector_is_in_some_scenario() -> None:
    used = set()
    for path in YAMLS:
        scenario = built(path)
        used |= {type(part.injector).__name__ for part in getattr(scenario, "scenarios", (scenario,))}
    shipped = {name for name in injectors.__all__ if hasattr(getattr(injectors, name), "bind")} - {"Injector"}
    assert used == shipped


def test_a_strength_is_overridden_by_one_value() -> None:
    config = OmegaConf.load(places.shipped("conf") / "scenario" / "mean_shift.yaml")
    config.strength.harm = 20
    scenario: Any = instantiate(config)
    assert scenario.strength.harm == 20
    assert scenario.at(raw=0.5).strength.raw == 0.5
