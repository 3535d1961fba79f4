"""What the tiers of the study measure is what its register asks for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import OmegaConf

from experiments.synthesis.cells import cells
from experiments.synthesis.claims import CONTRASTS, scope
from harness import places
from harness.claims.answers import Answers
from harness.claims.entries import Register
from harness.claims.offers import Offers
from harness.core import Record, Status
from harness.report.studies import evidence_of
from harness.running import store
from harness.running.provenance import header
from harness.running.store import PartWriter
from harness.running.store.plans import write_plan

SKIPPED = {("adaboost", "knn"), ("adaboost", "majority")}
METRICS = ("accuracy", "precision", "recall", "f1", "roc_auc", "brier", "train_accuracy")
N_SETS = 3


def factors_of(tier: str) -> Iterator[dict[str, Any]]:
    """The factors of every trial of a tier's design on its first data sets, some of them twice; those of values left out."""
    conf = places.shipped("conf")
    content = OmegaConf.merge(
        OmegaConf.load(conf / "levels.yaml"), OmegaConf.load(conf / "experiment" / "synthesis.yaml")
    )
    design: Any = OmegaConf.to_container(content, resolve=True)
    for name, grid in design["design"][tier].items():
        if name.startswith("regression"):
            continue
        levels = {}
        for override in OverridesParser.create().parse_overrides([f"{key}={value}" for key, value in grid.items()]):
            swept = override.is_sweep_override()
            levels[override.get_key_element()] = list(override.sweep_string_iterator()) if swept else [override.value()]
        levels["dataset"] = levels["dataset"][:N_SETS]
        for choice in itertools.product(*levels.values()):
            yield recorded(dict(zip(levels, choice, strict=True)))


def recorded(choice: dict[str, Any]) -> dict[str, Any]:
    """A combination as a record has it."""
    factors = {"label_noise": 0.0, "train_size": 1.0, "n_folds": 5, "inner_folds": 5, **choice}
    factors |= {name: float(factors[name]) for name in ("label_noise", "train_size")} | {"seed": int(factors["seed"])}
    if "pool" in factors:
        models = factors["pool"] if isinstance(factors["pool"], list) else str(factors["pool"]).strip("[]").split(",")
        factors["pool"] = "+".join(models)
        del factors["model"]
    return factors


def answers_on(tier: str, folder: Path) -> Answers:
    """The register's answers on made-up records of a whole tier."""
    rng, ids = np.random.default_rng(0), []
    writer = PartWriter(folder, header())
    distinct = {tuple(sorted(factors.items())): factors for factors in factors_of(tier)}
    for number, factors in enumerate(distinct.values()):
        if (factors["synthesis"], factors.get("model")) in SKIPPED:
            continue
        measured = {metric: rng.uniform(0.7, 0.9, size=5).tolist() for metric in METRICS}
        clock = {name: rng.uniform(0.01, 0.02, size=5).tolist() for name in ("fit_seconds", "predict_seconds")}
        record = Record(
            f"{number:064x}", "synthesis", Status.OK, factors, "", "", {**measured, "n_test": [30] * 5}, clock
        )
        spec = {
            "dataset": {
                "name": factors["dataset"],
                "features": 4,
                "classes": {"a": 75, "b": 75},
                "task": "classification",
            }
        }
        writer.append(record, spec, {"predicted": rng.integers(3, size=150)})
        ids.append(record.trial_id)
    writer.close()
    write_plan(folder, ids, {})
    evidence = evidence_of(folder, store.read(folder).current(), tier)
    return Answers(Offers(cells, CONTRASTS, scope), cells(evidence))


@pytest.mark.parametrize("tier", ["replication", "confirmation"])
def test_new_seeds_and_fresh_sets_answer_every_registered_contrast(
    tier: str, register: Register, tmp_path: Path
) -> None:
    answers = answers_on(tier, tmp_path)
    for entry in register.entries:
        for contrast in entry.contrasts:
            vector = answers.vector(entry, contrast, entry.registered)
            assert np.isfinite(vector.values).sum() == N_SETS, contrast.id


def test_the_standard_tier_answers_every_level_of_every_choice(register: Register, tmp_path: Path) -> None:
    answers = answers_on("standard", tmp_path)
    for entry in register.entries:
        for dimension in entry.dimensions.values():
            for level in dimension.levels:
                for contrast in entry.contrasts:
                    vector = answers.vector(entry, contrast, entry.registered | {dimension.name: level})
                    assert vector.is_known, (contrast.id, dimension.name, level)
