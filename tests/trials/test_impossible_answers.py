"""A model or detector of a user's that answers what cannot be fails its trial with one sentence, in every kind of trial."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.building import build
from harness.core import Code, Record, Status
from harness.drift.population import Rows
from harness.drift.reference_model import ReferenceModel
from harness.errors import AnswerError
from harness.memo import Memo
from harness.planning.trials import plan
from harness.running.execute import execute
from harness.running.store.resume_rule import is_settled

CLASSES = """\
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from harness.detectors.contract import Input, Scan
from harness.memo import Timed
from harness.synthesis import Prediction


class Labels(ClassifierMixin, BaseEstimator):
    def __init__(self, label=0.0):
        self.label = label

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), float(self.label))


class Probabilities(Labels):
    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), float(self.label))


class Values(RegressorMixin, Labels):
    pass


@dataclass(frozen=True)
class Guess:
    name: str = "guess"

    def fit(self, training):
        return Timed(Guessed(), 0.0)


class Guessed:
    def predict(self, matrix):
        return Prediction(np.full(len(matrix), 9), None)


@dataclass(frozen=True)
class Late:
    name: str = "late"
    input: ClassVar[Input] = Input.ERROR
    knob: ClassVar = None

    def start(self, reference=None, columns=None, rng=None):
        return None

    def scan(self, signal, state):
        return Scan(np.array([len(signal)]))
"""
Run = Callable[..., Record]
DRIFT = ("trial=detection", "dataset=pima", "scenario=control", "detectors=[ddm]", "months=4", "rows_per_month=50")
CALM = (
    "trial=calibration",
    "dataset=pima",
    "detectors=[ddm]",
    "months=4",
    "rows_per_month=50",
    "n_streams=2",
    "n_fresh=2",
)


@pytest.fixture
def recorded(composed: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The record of a trial some of whose parts are a user's."""
    module = f"impossible_{abs(hash(tmp_path))}"
    (tmp_path / f"{module}.py").write_text(CLASSES)
    monkeypatch.syspath_prepend(tmp_path)

    def run(*overrides: str, **parts: Any) -> Record:
        planned = plan(composed(*overrides))
        own = _of_module(parts, module)
        vars(planned)["spec"] = {**planned.spec, **own}
        return execute(planned, build, Memo()).record

    return run


def _of_module(node: Any, module: str) -> Any:
    if isinstance(node, dict):
        own = {key: _of_module(value, module) for key, value in node.items()}
        return {
            key: f"{module}.{value}" if key == "_target_" and "." not in value else value for key, value in own.items()
        }
    return [_of_module(one, module) for one in node] if isinstance(node, list) else node


def learner(kind: str, label: float, *, regression: bool = False) -> dict[str, Any]:
    estimator = {"_target_": kind, "label": str(label)}
    role = "regressor" if regression else "classifier"
    return {"_target_": "harness.synthesis.Learner", "name": "mine", role: estimator}


def has_failed(record: Record, why: str) -> None:
    assert (record.status, record.code) == (Status.FAILED, Code.IMPOSSIBLE_ANSWER)
    assert why in record.reason
    assert "\n" not in record.reason
    assert record.error.startswith("Traceback")
    assert not record.measurements
    assert is_settled(record, retry_failed=False)


WRONG = [
    ("Labels", float("nan"), "the model 'mine' gave an answer that cannot be for "),
    ("Labels", 2.0, "each answer has to be one of the classes 0 to 1."),
    ("Probabilities", 5.0, "a probability has to lie between 0 and 1."),
    ("Probabilities", 0.7, "(first probabilities that sum to 1.4 in row 0)"),
    ("Probabilities", float("nan"), "(first nan in row 0)"),
]


@pytest.mark.parametrize(("kind", "label", "why"), WRONG)
@pytest.mark.parametrize("trial", [DRIFT, CALM], ids=["detection", "calibration"])
def test_a_deployed_model_that_answers_what_cannot_be_fails_its_trial(
    recorded: Run, trial: tuple[str, ...], kind: str, label: float, why: str
) -> None:
    has_failed(recorded(*trial, model=learner(kind, label)), why)


@pytest.mark.parametrize(("kind", "label", "why"), WRONG)
def test_so_does_a_model_alone_and_within_a_pool(recorded: Run, kind: str, label: float, why: str) -> None:
    mine = learner(kind, label)
    for method, parts in (("Single", {"model": mine}), ("HardVote", {"pool": [mine, mine]})):
        made = {"_target_": f"harness.synthesis.{method}", **parts}
        has_failed(recorded("dataset=pima", "n_folds=2", synthesis=made), why)


def test_a_value_that_is_no_number_fails_a_regression(recorded: Run) -> None:
    made = {"_target_": "harness.synthesis.Single", "model": learner("Values", float("inf"), regression=True)}
    record = recorded("dataset=auto_mpg", "n_folds=2", synthesis=made)
    has_failed(record, "the model 'mine' gave an answer that cannot be for ")


def test_a_way_to_combine_models_is_checked_too(recorded: Run) -> None:
    record = recorded("dataset=pima", "n_folds=2", synthesis={"_target_": "Guess"})
    has_failed(record, "the synthesis 'guess' gave an answer that cannot be for 384 of 384 rows (first 9 in row 0)")


@pytest.mark.parametrize("trial", [DRIFT, CALM], ids=["detection", "calibration"])
def test_an_alarm_outside_the_stream_fails_the_trial(recorded: Run, trial: tuple[str, ...]) -> None:
    record = recorded(*trial, detectors=[{"name": "late", "detector": {"_target_": "Late"}}])
    has_failed(record, "the detector 'late' gave an alarm in row 200, and the signal has rows 0 to 199.")


def test_the_reference_model_of_harm_is_checked() -> None:
    class Wrong:
        def predict(self, matrix: Any) -> Any:
            return np.full(len(matrix), np.nan)

    rows = Rows(np.zeros((5, 2)), np.zeros(5))
    for n_classes in (0, 2):
        with pytest.raises(
            AnswerError, match="the reference model of harm gave an answer that cannot be for 5 of 5 rows"
        ):
            ReferenceModel(Wrong(), n_classes).predict(rows.matrix)
