"""A report made of records that nobody measured: numbers drawn at random, in the shape of the study's own."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness import places
from harness.cli import report
from harness.core import Record, Status
from harness.running.provenance import header
from harness.running.store import PartWriter
from harness.running.store.plans import write_plan

SETS, REGRESSION_SETS = ("heart", "iris", "pima", "sonar", "vehicle", "wine"), ("boston",)
POOLED = ("hard_vote", "soft_vote", "stacking", "greedy", "best_by_cv")
BASES = ("stump", "tree_depth3", "tree", "svm", "mlp", "logistic", "knn", "nb")
ENSEMBLES = ("random_forest", "extra_trees", "gradient_boosting", "hist_gradient_boosting", "majority")
TUNED, WITHOUT_NETWORK, NAMED = "tree+svm+mlp+logistic+knn+nb", "tree+svm+logistic+knn+nb", "tree+svm+mlp_default"
BOOSTED = (("single", "gradient_boosting"), ("adaboost", "tree_depth3"))
CURVED = (*itertools.product(("single", "bagging"), ("tree_depth3", "tree")), *BOOSTED, ("stacking", None))
METHODS = (
    *(("single", model) for model in (*BASES, "mlp_default", *ENSEMBLES)),
    *itertools.product(("bagging", "adaboost"), BASES),
    *((pooled, None) for pooled in POOLED),
)
CLASSES = (
    "accuracy",
    "precision",
    "recall",
    "f1",
    "roc_auc",
    "brier",
    "calibration_error",
    "log_loss",
    "train_accuracy",
)
VALUES = ("r2", "rmse", "mae", "train_r2")
CLOCK = ("fit_seconds", "predict_seconds", "model_bytes")
DRAWN = 20
"""Specifications that are drawn for a curve, of which the paper asks no more than that it is there."""


def trials(sets: tuple[str, ...], regression_sets: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The factors of every trial: a main comparison, noise, sizes and regression."""
    for dataset, method, seed in itertools.product(sets, METHODS, (0, 1)):
        yield _factors(dataset, method, seed)
    for dataset, pool in itertools.product(sets, (TUNED, WITHOUT_NETWORK, NAMED)):
        yield _factors(dataset, ("stacking", None), 0, pool=pool)
    for dataset, method in itertools.product(sets[:3], CURVED):
        pool = {"pool": TUNED} if method[1] is None else {}
        yield from (_factors(dataset, method, 0, label_noise=level, **pool) for level in (0.1, 0.3))
        yield from (_factors(dataset, method, 0, train_size=level, **pool) for level in (0.2, 0.5))
    for dataset, method in itertools.product(regression_sets, METHODS):
        yield _factors(dataset, method, 0)


def _factors(dataset: str, method: tuple[str, str | None], seed: int, **others: Any) -> dict[str, Any]:
    synthesis, model = method
    factors = {"dataset": dataset, "synthesis": synthesis, "seed": seed, "n_folds": 5, "inner_folds": 5}
    return {**factors, "label_noise": 0.0, "train_size": 1.0, **({"model": model} if model else {}), **others}


def _spec(dataset: str, has_classes: bool) -> dict[str, Any]:
    """A set of as many columns and classes as its name has letters and vowels, of which the first is the largest."""
    vowels = [letter for letter in dataset if letter in "aeiou"]
    classes = {f"c{i}": 20 + 30 * (i == 0) for i in range(len(vowels) + 1)}
    return {
        "made": "up",
        "dataset": {"name": dataset, "features": len(dataset)} | ({"classes": classes} if has_classes else {}),
    }


def write_report(folder: Path, tier: str, sets: tuple[str, ...], regression_sets: tuple[str, ...]) -> Path:
    """Records of made-up trials under `folder`, and the report of them; the folder of the study."""
    study = places.study_folder(folder, tier, "synthesis")
    rng = np.random.default_rng(0)
    writer, ids = PartWriter(study, header()), []
    for number, factors in enumerate(trials(sets, regression_sets)):
        metrics = VALUES if factors["dataset"] in regression_sets else CLASSES
        measured = {metric: rng.uniform(0.7, 0.9, size=5).tolist() for metric in metrics}
        measured |= {"n_train": [120] * 5, "n_test": [30] * 5}
        if metrics is CLASSES:
            measured["roc"] = {"true_positive": np.sort(rng.uniform(0.5, 1, size=51)).tolist()}
        clock = {name: rng.uniform(0.01, 0.02, size=5).tolist() for name in CLOCK}
        record = Record(f"{number:064x}", "synthesis", Status.OK, factors, "", "", measured, clock)
        labels = {"predicted": rng.integers(3, size=150)} if metrics is CLASSES else {}
        writer.append(record, _spec(factors["dataset"], metrics is CLASSES), labels)
        ids.append(record.trial_id)
    writer.close()
    write_plan(study, ids, {})
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patched:
        patched.setattr("harness.claims.choices.MOST_DRAWN", DRAWN)
        warnings.filterwarnings("ignore", "The set_bad function", PendingDeprecationWarning)  # seaborn's own call
        assert report.main([f"tier={tier}", f"results={folder}", "study=synthesis"]) == 0
    return study


@pytest.fixture(scope="session")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study with a report of the tier smoke."""
    return write_report(tmp_path_factory.mktemp("results"), "smoke", SETS, REGRESSION_SETS)
