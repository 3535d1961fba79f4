"""Detectors that estimate the accuracy in trials: what they are given, what they cannot read, and how they are calibrated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import RidgeClassifier

from harness.building import build
from harness.core import Floats, UnreadableError
from harness.detectors.cbpe import CBPE
from harness.memo import Memo
from harness.planning.made_once import make_all
from harness.planning.trials import plan
from harness.synthesis import Learner, Training
from harness.trials.calibration_search import Draws, Search
from harness.trials.deployment import Deployed, Deployment
from harness.trials.detection import DetectionTrial
from harness.trials.label_free import answered_otherwise, resampled

LABEL_FREE = "detectors=[cbpe,atc,doc,average_confidence,delay_adjusted_cbpe,disagreement]"
NEED_CONFIDENCE = {"cbpe", "atc", "doc", "average_confidence", "delay_adjusted_cbpe"}


@pytest.fixture
def trial(composed: Callable[..., Any]) -> Callable[..., Any]:
    """A trial on wine of these words, of the panel of all that estimate."""

    def made(*words: str) -> Any:
        planned = plan(composed("dataset=wine", "model=nb", LABEL_FREE, *words))
        make_all([planned])
        return build(planned.spec)

    return made


def deployed(trial: DetectionTrial, model: Learner | None = None) -> Deployed:
    deployment: Deployment = trial._deployment()
    return replace(deployment, model=model or deployment.model).start(Memo())


class Sided(ClassifierMixin, BaseEstimator):
    """Answers class 1, surely where the first column is above its mean, and unsurely elsewhere."""

    def fit(self, matrix: Floats, target: Any) -> Sided:
        self.classes_ = np.unique(target)
        return self

    def predict(self, matrix: Floats) -> Any:
        return np.ones(len(matrix), dtype=np.int64)

    def predict_proba(self, matrix: Floats) -> Floats:
        sure = np.where(matrix[:, 0] > 0, 0.9, 0.5)  # columns are scaled
        return np.column_stack([(1 - sure) / 2, sure, (1 - sure) / 2])


# ---- what they are given ---------------------------------------------------------------------------------------------


def test_a_confidence_is_the_probability_of_the_answer(trial: Callable[..., Any]) -> None:
    made = deployed(trial("trial=detection"), Learner("sided", classifier=Sided()))
    rows = made.pools.before.matrix
    above = rows[:, 0] > made.pools.population.take(made.pools.train).matrix[:, 0].mean()
    assert 0 < above.mean() < 1
    assert made.confidence(rows).tolist() == np.where(above, 0.9, 0.5).tolist()
    assert (made.predict(rows) == 1).all()


def test_signals_are_of_the_stream_and_of_the_month_before(trial: Callable[..., Any]) -> None:
    wanted: DetectionTrial = trial("trial=detection", "scenario=label_permutation", "harm=null", "rows_per_month=40")
    made = deployed(wanted)
    drift = wanted.staged.on(made.pools)
    stream, answers = drift.stream(), made.ask(drift)
    read = made.signals(stream, answers, 30)
    signal, reference = read.confidence
    sure = made.confidence(stream.rows().matrix)
    np.testing.assert_array_equal(signal[:, 0], sure)
    np.testing.assert_array_equal(signal[30:, 1], sure[:-30])
    np.testing.assert_array_equal(signal[30:, 2], stream.errors(answers)[:-30])
    assert np.isnan(signal[:30, 1:]).all()
    before = made.pools.population.take(made.pools.month_before())
    np.testing.assert_array_equal(reference[:, 0], made.confidence(before.matrix))
    np.testing.assert_array_equal(reference[:, 1], made.predict(before.matrix) != before.target)
    assert read.disagreement.signal.tolist() == made.disagreement(stream.rows().matrix).tolist()
    assert len(read.disagreement.reference) == 40


def test_refitted_models_learn_from_rows_drawn_anew_as_many_of_each_class(trial: Callable[..., Any]) -> None:
    made = deployed(trial("trial=detection"))
    rows = made.pools.population.take(made.train)
    training: Training = made.deployment._training(made.table, rows, made.pools.population.groups[made.train], Memo())
    drawn, again, other = (resampled(training, number) for number in (0, 0, 1))
    assert np.bincount(drawn.target).tolist() == np.bincount(training.target).tolist()
    known = {row.tobytes() for row in np.column_stack([training.matrix, training.target])}
    found = [row.tobytes() for row in np.column_stack([drawn.matrix, drawn.target])]
    assert set(found) < known  # some rows are drawn twice
    assert drawn.matrix.tolist() == again.matrix.tolist() != other.matrix.tolist()
    assert len({training.path, drawn.path, other.path}) == 3  # fits are kept by their paths


def test_models_answer_otherwise_by_class_or_by_more_than_the_threshold() -> None:
    classes = [np.array([0, 1, 2]), np.array([0, 2, 2])]
    assert answered_otherwise(np.array([0, 1, 1]), classes, None).tolist() == [0.0, 0.5, 1.0]
    values = [np.array([1.0, 2.0]), np.array([1.6, 2.0])]
    assert answered_otherwise(np.array([1.0, 3.5]), values, 0.5).tolist() == [0.5, 1.0]


def test_who_reads_no_labels_waits_for_none(trial: Callable[..., Any]) -> None:
    drift = (
        "trial=detection",
        "dataset=pima",
        "model=logistic",
        "scenario=prior_shift",
        "rows_per_month=100",
        "seed=1",
    )
    at_once, late = (trial(*drift, f"label_delay={delay}").run(Memo()).measurements["alarms"] for delay in (0, 150))
    adjusted = [one.pop("delay_adjusted_cbpe") for one in (at_once, late)]
    assert at_once == late
    assert adjusted[0] != adjusted[1]
    assert max(adjusted[1], default=0) < 600  # no delay is added to what it knows already


# ---- what they cannot read -------------------------------------------------------------------------------------------


def test_a_full_tree_is_equally_sure_of_everything(trial: Callable[..., Any]) -> None:
    found = trial("trial=detection", "model=tree", "rows_per_month=40").run(Memo()).measurements
    assert found["unable_codes"] == dict.fromkeys(NEED_CONFIDENCE, "constant-confidence")
    assert found["unable"].keys() == NEED_CONFIDENCE
    assert list(found["alarms"]) == ["disagreement"]


def test_no_value_of_a_regression_is_sure(trial: Callable[..., Any]) -> None:
    found = trial("trial=detection", "dataset=boston", "model=tree", "rows_per_month=40").run(Memo()).measurements
    assert found["unable_codes"] == dict.fromkeys(NEED_CONFIDENCE, "no-signal")
    assert list(found["alarms"]) == ["disagreement"]


def test_a_model_without_probabilities_is_not_sure(trial: Callable[..., Any]) -> None:
    made = deployed(trial("trial=detection"), Learner("ridge", classifier=RidgeClassifier()))
    with pytest.raises(UnreadableError, match="the model 'ridge' does not say how sure it is") as refused:
        made.confidence(made.pools.before.matrix)
    assert refused.value.code == "no-probabilities"


def test_where_every_detector_can_read_no_code_is_recorded(trial: Callable[..., Any]) -> None:
    for words in (("trial=detection",), ("trial=calibration", "n_streams=3", "n_fresh=2")):
        assert "unable_codes" not in trial(*words, "detectors=[ddm,chi_square]").run(Memo()).measurements


# ---- calibration -----------------------------------------------------------------------------------------------------


def test_calibration_sets_what_it_can_read_and_says_the_code_of_the_rest(trial: Callable[..., Any]) -> None:
    small = ("trial=calibration", "rates=[0.2]", "n_streams=10", "n_fresh=3", "rows_per_month=40")
    found = trial(*small).run(Memo()).measurements
    assert found["settings"].keys() == NEED_CONFIDENCE | {"disagreement"}
    unread = trial(*small, "model=tree").run(Memo()).measurements
    assert unread["settings"].keys() == {"disagreement"}
    assert unread["unable_codes"] == dict.fromkeys(NEED_CONFIDENCE, "constant-confidence")


def test_a_stream_that_cannot_be_read_counts_as_one_without_an_alarm() -> None:
    def stream(number: int) -> Any:
        def scan(detector: CBPE, rng: Any) -> Any:
            if number % 2 == 0:
                raise UnreadableError("equally sure", code="constant-confidence")
            return SimpleNamespace(score=np.array([np.nan, number / 2, -1.0]))

        return SimpleNamespace(scan=scan)

    search = Search("cbpe", CBPE(points=0.1), [stream(number) for number in range(40)], Draws(0, "wine"))
    found = search.all_rates([0.2])
    # odd streams reach half their number: 8 of 40 are beyond 11.5
    assert found.settings == {"20": 11.5}
    assert search.default_share() == 0.5
    blind = Search("cbpe", CBPE(), [stream(number) for number in range(0, 40, 2)], Draws(0, "wine")).all_rates([0.2])
    assert (blind.unable, blind.code, blind.settings) == ("equally sure", "constant-confidence", {})


def test_a_calibration_keeps_no_model(trial: Callable[..., Any]) -> None:
    read = trial("trial=calibration", "rows_per_month=40")._signals(0, Memo())
    kept = [cell.cell_contents for make in (read.make_confidence, read.make_disagreement) for cell in make.__closure__]
    assert [type(one).__name__ for one in kept] == ["Compared", "Compared"]
