"""A user adds a model with one YAML of their own, outside the repository."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core import Status
from harness.running import store

Harness = Callable[..., subprocess.CompletedProcess[str]]

LIGHTGBM = """\
_target_: harness.synthesis.Learner
name: lightgbm
ensemble: true
classifier: {_target_: lightgbm.LGBMClassifier, n_estimators: 5, min_child_samples: 5, n_jobs: 1, verbose: -1}
regressor: {_target_: lightgbm.LGBMRegressor, n_estimators: 5, min_child_samples: 5, n_jobs: 1, verbose: -1}
about: {title: LightGBM}
"""
NEAREST_MEAN = """\
_target_: harness.synthesis.Learner
name: nearest_mean
classifier: {_target_: my_models.NearestMean, power: 2}
about: {title: Nearest class mean}
"""
MY_MODELS = """\
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class NearestMean(ClassifierMixin, BaseEstimator):
    def __init__(self, power=1):
        self.power = power

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.means_ = np.stack([X[y == label].mean(axis=0) for label in self.classes_])
        return self

    def predict(self, X):
        distances = (np.abs(X[:, None] - self.means_) ** self.power).sum(axis=2)
        return self.classes_[distances.argmin(axis=1)]
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine" / "model"
    folder.mkdir(parents=True)
    (folder / "lightgbm.yaml").write_text(LIGHTGBM)
    (folder / "nearest_mean.yaml").write_text(NEAREST_MEAN)
    (tmp_path / "my_models.py").write_text(MY_MODELS)
    return folder


def test_a_package_of_the_field_is_one_yaml_away(harness: Harness, mine: Path) -> None:
    try:
        import lightgbm  # noqa: F401
    except (ImportError, OSError) as error:  # OSError: its OpenMP library is not on this machine
        pytest.skip(f"lightgbm does not load: {error}")
    answer = harness("run", "--config-dir", "mine", "model=lightgbm", "dataset=wine", "n_folds=2")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "log_loss" in answer.stdout


def test_a_class_of_ones_own_runs_alone_in_a_sweep_and_in_a_pool(harness: Harness, mine: Path, tmp_path: Path) -> None:
    words = ("--config-dir", "mine", "dataset=wine", "n_folds=2")
    swept = harness("run", "-m", *words, "workers=1", "model=nearest_mean", "synthesis=single,bagging,adaboost")
    assert swept.returncode == 0, swept.stderr
    voted = harness("run", *words, "synthesis=hard_vote", "pool=[nearest_mean,nb]")
    assert voted.returncode == 0, voted.stderr
    found = store.read(tmp_path / "results" / ".adhoc" / "synthesis").records
    by_method = {record.factors["synthesis"]: record for record in found}
    assert by_method["single"].status is Status.OK
    assert "accuracy" in by_method["single"].measurements
    assert "log_loss" not in by_method["single"].measurements  # it gives no probabilities
    assert by_method["bagging"].status is Status.OK
    assert by_method["adaboost"].reason.endswith("takes no sample weights")
    assert by_method["hard_vote"].factors["pool"] == "nearest_mean+nb"


def test_a_package_that_is_not_installed_is_skipped_with_the_remedy(harness: Harness, mine: Path) -> None:
    absent = LIGHTGBM.replace("lightgbm.", "a_package_that_nobody_has.")
    (mine / "absent.yaml").write_text(absent.replace("name: lightgbm", "name: absent"))
    answer = harness("run", "--config-dir", "mine", "model=absent")
    assert "the package 'a_package_that_nobody_has' cannot be imported: install it" in " ".join(answer.stdout.split())
    assert "Traceback" not in answer.stdout + answer.stderr
