"""A sweep composes once per set of group choices; that must give what Hydra gives for every trial by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import OmegaConf

from harness.cli.composition import plan
from harness.cli.multirun import _Composer
from harness.randomness import stream

CHOICES = {
    "dataset": ["iris", "wine", "boston"],
    "synthesis": ["single", "bagging", "stacking", "hard_vote"],
    "model": ["tree", "svm", "random_forest"],
    "tier": ["smoke", "standard"],
    "seed": ["0", "7", "12"],
    "label_noise": ["0", "0.0", "0.1"],
    "train_size": ["1", "0.5"],
    "n_folds": ["3"],
    "pool": ["[tree,nb]", "[knn,svm,nb]"],
    "dataset.max_rows": ["50", "null"],
    "preprocessing.scale": ["false"],
    "preprocessing.impute": ["mean"],
    "results": ["elsewhere"],
    "workers": ["2"],
}


def drawn_overrides(number: int) -> list[str]:
    """A random choice of factors and levels, in a random order."""
    rng = stream(number, "overrides of a test")
    keys = rng.permutation(list(CHOICES))[: int(rng.integers(0, 9))]
    return [f"{key}={rng.choice(CHOICES[key])}" for key in keys]


@pytest.fixture
def compose_swept(composed: Callable[..., Any]) -> Callable[[list[str]], Any]:
    """The sweeper's composition, with its memory."""
    loader = GlobalHydra.instance().config_loader()
    master = loader.load_configuration("config", overrides=[], run_mode=RunMode.MULTIRUN)
    return _Composer(master, loader)


def test_remembered_compositions_are_those_of_hydra(
    composed: Callable[..., Any], compose_swept: Callable[[list[str]], Any]
) -> None:
    for number in range(60):
        overrides = drawn_overrides(number)
        expected, found = composed(*overrides), compose_swept(overrides)
        for key in ("study", "share", "results", "tier", "workers"):
            assert found[key] == expected[key], overrides
        assert plan(found).spec == plan(expected).spec, overrides
        assert plan(found).trial_id == plan(expected).trial_id, overrides


def test_a_choice_for_one_trial_leaves_no_trace_in_the_next(compose_swept: Callable[[list[str]], Any]) -> None:
    before = OmegaConf.to_container(compose_swept(["model=tree"]))
    compose_swept(["model=tree", "seed=5", "label_noise=0.3"])
    assert OmegaConf.to_container(compose_swept(["model=tree"])) == before


@pytest.mark.parametrize("wrong", [["model=treee"], ["sed=3"], ["seed=1", "dataset.rowss=3"]], ids=str)
def test_both_refuse_the_same(
    wrong: list[str], composed: Callable[..., Any], compose_swept: Callable[[list[str]], Any]
) -> None:
    with pytest.raises(HydraException):
        composed(*wrong)
    with pytest.raises(HydraException):
        compose_swept(wrong)
