"""Every YAML of every config group keeps the group's promise; a new file is tested by being there."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.utils import instantiate
from omegaconf import OmegaConf

from harness import places
from harness.building import build
from harness.core import Outcome, Skip, Task
from harness.drift import Clock
from harness.memo import Memo
from harness.planning.trials import plan
from harness.synthesis import Learner, Preprocessing, Single, Training
from harness.trials import SynthesisTrial

CONF = places.shipped("conf")
DOCUMENTED = ("action", "dataset", "detector", "model", "policy", "scenario", "synthesis", "tracker", "workload")
OWN_DATA = ("file", "openml")  # described by the user


def levels(group: str) -> list[str]:
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


def loaded(group: str, level: str) -> Any:
    return OmegaConf.to_container(OmegaConf.load(CONF / group / f"{level}.yaml"), resolve=False)


def every(group: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("level", levels(group))


# ---- documentation --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "level"),
    [(group, level) for group in DOCUMENTED for level in levels(group) if level not in OWN_DATA],
)
def test_a_level_is_named_as_its_file_and_has_a_title(group: str, level: str) -> None:
    content = loaded(group, level)
    assert content["name"] == level
    assert content["about"]["title"].strip()


@pytest.mark.parametrize("group", DOCUMENTED)
def test_titles_tell_levels_apart(group: str) -> None:
    titles = [loaded(group, level)["about"].get("title", level) for level in levels(group)]
    assert len(set(titles)) == len(titles)


# ---- models ---------------------------------------------------------------------------------------------------------


@every("model")
def test_a_model_is_a_learner_without_any_tie_to_the_rest_of_the_configuration(level: str) -> None:
    learner = instantiate(loaded("model", level), _convert_="all")
    assert isinstance(learner, Learner)
    assert learner.name == level


@every("model")
@pytest.mark.parametrize("task", list(Task))
def test_a_model_learns_and_answers_for_every_class(level: str, task: Task, classes: Any, values: Any) -> None:
    learner = instantiate(loaded("model", level), _convert_="all")
    dataset = classes if task is Task.CLASSIFICATION else values
    outcome = SynthesisTrial(dataset, Single(learner), Preprocessing(), seed=0, n_folds=2, inner_folds=2).run(Memo())
    predicted = outcome.predictions["predicted"]
    assert len(predicted) == dataset.table.n_rows
    if task is Task.REGRESSION:
        assert np.isfinite(predicted).all()
    else:
        probabilities = outcome.predictions["probabilities"].astype(float)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=0.005)  # kept in half precision
        assert probabilities.shape == (90, 3)
        assert set(predicted) <= {0, 1, 2}


@every("model")
def test_probabilities_stand_in_the_column_of_their_class_if_one_was_never_seen(level: str, classes: Any) -> None:
    learner = instantiate(loaded("model", level), _convert_="all")
    seen = np.flatnonzero(classes.table.target != 1)
    training = Training(
        matrix=classes.table.matrix[seen, 1:],
        target=classes.table.target[seen],
        groups=classes.table.groups[seen],
        nominal=np.zeros(2, dtype=bool),
        n_classes=3,
        preprocessing=Preprocessing(),
        seed=0,
        path=(0,),
        inner_folds=5,
        memo=Memo(),
    )
    prediction = training.fit_learner(learner).value.predict(training.prepared().value.matrix)
    assert prediction.probabilities is not None
    assert prediction.probabilities.shape == (60, 3)
    assert (prediction.probabilities[:, 1] == 0).all()
    np.testing.assert_allclose(prediction.probabilities.sum(axis=1), 1)
    assert set(prediction.target) <= {0, 2}


@every("model")
def test_a_model_takes_its_seed(level: str) -> None:
    learner = instantiate(loaded("model", level), _convert_="all")
    for task in Task:
        parameters = learner.estimator(task, random_state=7).get_params()
        seeds = {value for name, value in parameters.items() if name.rpartition("__")[2] == "random_state"}
        assert seeds <= {7}


# ---- methods --------------------------------------------------------------------------------------------------------


def run(compose: Callable[..., Any], *overrides: str) -> Outcome:
    trial = build(plan(compose("pool=[tree_depth3,nb]", "model=tree_depth3", *overrides)).spec)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return trial.run(Memo())


@every("synthesis")
def test_iris_goes_through_every_method(level: str, composed: Callable[..., Any]) -> None:
    outcome = run(composed, f"synthesis={level}", "dataset=iris", "dataset.max_rows=60")
    assert np.mean(outcome.measurements["accuracy"]) > 0.8
    assert len(outcome.measurements["accuracy"]) == 5
    assert all(0 <= share <= 1 for share in outcome.measurements["train_accuracy"])


@every("synthesis")
def test_boston_goes_through_every_method(level: str, composed: Callable[..., Any]) -> None:
    if level == "hard_vote":
        with pytest.raises(Skip, match="soft_vote averages"):
            run(composed, f"synthesis={level}", "dataset=boston", "dataset.max_rows=60")
    else:
        outcome = run(composed, f"synthesis={level}", "dataset=boston", "dataset.max_rows=100", "n_folds=3")
        assert np.mean(outcome.measurements["r2"]) > 0.2


@every("synthesis")
def test_the_built_method_is_named_as_its_file(level: str, composed: Callable[..., Any]) -> None:
    planned = plan(composed(f"synthesis={level}"))
    assert build(planned.spec).synthesis.name == level  # type: ignore[attr-defined]
    assert planned.factors["synthesis"] == level


# ---- trials, tiers and experiments ----------------------------------------------------------------------------------


@every("trial")
def test_a_trial_names_its_study_and_what_its_neighbours_share(level: str, composed: Callable[..., Any]) -> None:
    config = composed(f"trial={level}")
    assert config.study == level
    assert set(config.share) <= set(plan(config).factors)


@every("tier")
def test_a_tier_is_named_as_its_file(level: str, composed: Callable[..., Any]) -> None:
    assert composed(f"tier={level}").tier.name == level


@every("dataset")
def test_a_set_can_be_planned_without_being_loaded(level: str, composed: Callable[..., Any]) -> None:
    if level not in OWN_DATA:
        content = loaded("dataset", level)
        assert len(content["checksum"]) == 64
        assert plan(composed(f"dataset={level}")).checksum == content["checksum"]


def designs() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Experiment, tier, name and grid of every design."""
    for path in sorted((CONF / "experiment").glob("*.yaml")):
        known = OmegaConf.merge(OmegaConf.load(CONF / "levels.yaml"), {"rows_per_month": 300})  # a default of trials
        content = OmegaConf.merge(known, OmegaConf.load(path))
        resolved = OmegaConf.to_container(content, resolve=True)
        for tier, grids in resolved.get("design", {}).items():  # type: ignore[union-attr]
            for name, grid in grids.items():
                yield path.stem, tier, name, grid


def swept(grid: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The levels of every factor of a grid, read by Hydra's own grammar."""
    for override in OverridesParser.create().parse_overrides([f"{key}={value}" for key, value in grid.items()]):
        if override.is_sweep_override():
            yield override.get_key_element(), list(override.sweep_string_iterator())
        else:
            yield override.get_key_element(), [override.get_value_element_as_str()]


@pytest.mark.parametrize(("experiment", "tier", "name", "grid"), list(designs()), ids=lambda part: str(part)[:20])
def test_a_design_names_only_levels_that_exist(
    experiment: str, tier: str, name: str, grid: dict[str, Any], composed: Callable[..., Any]
) -> None:
    settings = composed(f"trial={experiment}")
    for factor, chosen in swept(grid):
        assert len(set(chosen)) == len(chosen), f"{factor} names a level twice"
        if (CONF / factor).is_dir():
            assert set(chosen) <= set(levels(factor))
        else:
            assert factor.partition(".")[0] in settings, f"{factor} is neither a group nor a setting"
    assert tier in levels("tier")


def test_every_experiment_has_a_small_tier() -> None:
    for experiment in levels("experiment"):
        assert "smoke" in {tier for name, tier, *_ in designs() if name == experiment}


def test_every_combination_of_factors_that_a_design_asks_for_composes(composed: Callable[..., Any]) -> None:
    """One trial per set of config groups of the smoke designs; plain numbers cannot break a composition."""
    for experiment, tier, _, grid in designs():
        if tier == "smoke":
            groups = {factor: chosen for factor, chosen in swept(grid) if (CONF / factor).is_dir()}
            first = [f"{factor}={chosen[-1]}" for factor, chosen in groups.items()]
            planned = plan(composed(f"trial={experiment}", f"tier={tier}", *first))
            assert planned.factors["dataset"] == groups["dataset"][-1]


def test_no_folder_of_conf_is_forgotten_here() -> None:
    groups = {path.name for path in CONF.iterdir() if path.is_dir()}
    assert groups == {
        "action",
        "dataset",
        "detector",
        "executor",
        "experiment",
        "mirror",
        "model",
        "policy",
        "sampling",
        "scenario",
        "synthesis",
        "tier",
        "tracker",
        "trial",
        "workload",
    }
    assert all(path.suffix == ".yaml" for path in chain.from_iterable(Path(CONF / group).iterdir() for group in groups))


@pytest.mark.parametrize("level", [level for level in levels("sampling") if level != "ordered"])
def test_a_sampling_makes_pools_for_a_trial(level: str, composed: Callable[..., Any]) -> None:
    for trial in ("monitoring",) if level == "shared" else ("detection", "calibration"):
        config = composed(f"trial={trial}", f"sampling={level}", "dataset=magic", "dataset.max_rows=null")
        assert plan(config).spec["sampling"] == loaded("sampling", level)
    sampling = instantiate(loaded("sampling", level))
    pools = sampling.pools(instantiate(loaded("dataset", "magic"), _convert_="all").load(), Clock(), 0)
    assert np.array_equal(pools.reference_ids(), pools.train) == (level == "paper")
    pools.assert_unseen(pools.train)


@pytest.mark.parametrize("dataset", ["covertype", "elec2", "weather"])
def test_a_sampling_that_keeps_the_order_takes_the_blocks_of_the_data_set(
    dataset: str, composed: Callable[..., Any]
) -> None:
    config = composed("trial=monitoring", "sampling=ordered", f"dataset={dataset}")
    sampling = instantiate(plan(config).spec["sampling"])
    assert list(sampling.blocks) == loaded("dataset", dataset)["blocks"]
    assert len({sampling.first_row(seed) for seed in range(5)}) == 5


def test_the_full_tier_has_ten_folds_and_all_rows_and_the_others_five(composed: Callable[..., Any]) -> None:
    folds = {tier: composed(f"tier={tier}").trial.n_folds for tier in ("adhoc", "smoke", "standard", "full")}
    assert folds == {"adhoc": 5, "smoke": 5, "standard": 5, "full": 10}
    assert composed("tier=full").dataset.max_rows is None
