"""Several sweeps in one command line, each with its own design."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hydra.core.global_hydra import GlobalHydra

from harness.planning.grids import Asked, apart, grids
from harness.running import store


def asked(*arguments: str) -> list[Asked]:
    """What a command line asks for, experiment by experiment."""
    return apart(arguments, GlobalHydra.instance().config_loader())


def test_every_experiment_of_a_command_has_its_own_sweep(composed: Callable[..., Any]) -> None:
    loader = GlobalHydra.instance().config_loader()
    both = asked("experiment=calibration,synthesis", "tier=smoke", "dataset=wine")
    alone = [asked(f"experiment={name}", "tier=smoke", "dataset=wine")[0] for name in ("calibration", "synthesis")]
    assert [one.config.study for one in both] == ["calibration", "synthesis"]
    for one, by_itself in zip(both, alone, strict=True):
        as_sets = [
            [{key: frozenset(texts) for key, texts in grid.items()} for grid in grids(each, loader)]
            for each in (one, by_itself)
        ]
        assert as_sets[0] == as_sets[1]


def test_tiers_and_experiments_are_crossed(composed: Callable[..., Any]) -> None:
    sweeps = asked("experiment=calibration,synthesis", "tier=smoke,standard")
    names = [(one.config.study, one.config.tier.name) for one in sweeps]
    assert names == [
        ("calibration", "smoke"),
        ("calibration", "standard"),
        ("synthesis", "smoke"),
        ("synthesis", "standard"),
    ]


def test_an_experiment_of_ones_own_may_bring_parameters_of_hydra_s_sweeper(
    harness: Callable[..., Any], tmp_path: Path
) -> None:
    """As Hydra's documentation has it: `hydra.sweeper.params` in the experiment's file."""
    for name, seeds in (("one", "1,2"), ("two", "range(5,8)")):
        file = tmp_path / "mine" / "experiment" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        params = f"hydra:\n  sweeper:\n    params: {{seed: '{seeds}', dataset: iris, model: nb}}\n"
        file.write_text(f"# @package _global_\nstudy: {name}\nn_folds: 2\n{params}")
    ran = harness("run", "-m", "--config-dir", "mine", "experiment=one,two", "workers=1")
    assert ran.returncode == 0, ran.stderr
    seeds = {
        name: sorted(one.factors["seed"] for one in store.read(tmp_path / "results" / ".adhoc" / name).records)
        for name in ("one", "two")
    }
    assert seeds == {"one": [1, 2], "two": [5, 6, 7]}
