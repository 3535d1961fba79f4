"""The cube of the synthesis study, on its published records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.synthesis.cells import REPEATS, cells
from experiments.synthesis.claims import CONTRASTS, scope
from experiments.synthesis.cube import MAIN, Cube, Key, Part
from experiments.synthesis.design import DESIGN
from experiments.synthesis.instability import MEASURES
from experiments.synthesis.study import Study
from harness.analysis.frame import POINTS, scores
from harness.analysis.query import where
from harness.claims.answers import Answers
from harness.claims.entries import Register
from harness.claims.offers import Offers
from harness.report.evidence import Evidence

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def study(evidence: Evidence) -> Study:
    return Study.of(evidence, DESIGN)


def numbers(cube: Cube, methods: list[str], key: Key) -> pd.DataFrame:
    return pd.DataFrame({method: cube.of(method, key) for method in methods}, index=cube.datasets)


@pytest.mark.parametrize("metric", ["accuracy", "precision", "recall", "f1", "roc_auc", "fit_seconds"])
def test_the_cube_has_the_numbers_of_the_tables(cube: Cube, study: Study, metric: str) -> None:
    folds = "median" if metric == "fit_seconds" else "mean"
    found = numbers(cube, study.methods, Key(metric, MAIN, folds, "both"))
    pd.testing.assert_frame_equal(
        found, scores(study.main, metric, study.methods), check_names=False, check_index_type=False, rtol=1e-12
    )


@pytest.mark.parametrize("part", [Part(0.3, 1.0), Part(0.0, 0.1)])
def test_the_cube_has_both_factors_of_the_training_rows(cube: Cube, study: Study, part: Part) -> None:
    factor, level = ("label_noise", 0.3) if part.label_noise else ("train_size", 0.1)
    found = POINTS * numbers(cube, list(DESIGN.curved), Key("train_accuracy", part, "mean", "both"))
    expected = study.at(factor, level, "train_accuracy")
    pd.testing.assert_frame_equal(
        found.loc[expected.index], expected, check_names=False, check_index_type=False, rtol=1e-12
    )
    assert found.drop(index=expected.index).isna().all(axis=None)
    assert part in cube.noisy + cube.sizes


def test_repeats_and_folds_are_summarised_as_their_names_say(cube: Cube, evidence: Evidence) -> None:
    query = where(dataset="vehicle", synthesis="single", model="svm", label_noise=0, train_size=1)
    records = query.narrowed(evidence.stored).by_id().values()
    first, second = sorted(records, key=lambda record: record.factors["seed"])
    at = list(cube.facts).index("vehicle")
    for repeats, chosen in (("first", [first]), ("second", [second]), ("both", [first, second])):
        folds = np.array([record.measurements["accuracy"] for record in chosen])
        for name, summary in (("mean", folds.mean(axis=1)), ("median", np.median(folds, axis=1))):
            assert cube.of("svm", Key("accuracy", MAIN, name, repeats))[at] == pytest.approx(summary.mean(), abs=1e-12)
        clocks = [np.min(record.clock["fit_seconds"]) for record in chosen]
        assert cube.of("svm", Key("fit_seconds", MAIN, "least", repeats))[at] == pytest.approx(np.mean(clocks))
        assert cube.trials("svm", MAIN, repeats)[at] == len(chosen)


def test_a_certain_answer_has_accuracy_for_its_brier_score(cube: Cube) -> None:
    """A full tree is certain wherever no two rows of different classes are equal."""
    certain, accuracy = (cube.of("tree", Key(metric, MAIN, "mean", "both")) for metric in ("brier", "accuracy"))
    at = list(cube.facts).index("vehicle")
    assert certain[at] == pytest.approx(accuracy[at], abs=1e-12)


def test_changed_labels_are_counted_between_the_repeats(cube: Cube, study: Study) -> None:
    trials = study.main[(study.main["dataset"] == "vehicle") & (study.main["method"] == "soft_vote")]
    first, second = (study.evidence.labels[trial_id] for trial_id in trials["trial_id"])
    at = list(cube.facts).index("vehicle")
    assert cube.changes("soft_vote", "labels")[at] == pytest.approx(100 * np.mean(first != second), abs=1e-12)
    assert set(cube.unsteady) == set(MEASURES)


def test_data_sets_have_their_facts(cube: Cube) -> None:
    assert tuple(cube.facts["iris"]) == (150, 4, 3, 150)
    assert tuple(cube.facts["letter"]) == (20000, 16, 26, 1500)
    assert "digits" not in cube.facts
    assert len(cube.facts) == 27


def test_a_method_without_trials_has_no_numbers(cube: Cube) -> None:
    key = Key("accuracy", MAIN, "mean", "both")
    assert np.isnan(cube.of("bagging:oracle", key)).all()
    assert np.isnan(cube.of("tree", key._replace(part=Part(0.9, 1.0)))).all()
    assert (cube.trials("bagging:oracle", MAIN, "both") == 0).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_of_one_repeat_alone_everything_but_instability_is_there(evidence: Evidence, seed: int) -> None:
    one = cells(replace(evidence, stored=where(seed=seed, dataset=("iris", "wine")).narrowed(evidence.stored)))
    accuracy = {name: one.of("tree", Key("accuracy", MAIN, "mean", name)) for name in REPEATS}
    assert np.isfinite(accuracy["both"]).all()
    assert np.array_equal(accuracy["both"], accuracy["first"])
    assert np.isnan(accuracy["second"]).all()
    assert np.isnan(one.changes("tree", "labels")).all()
    assert np.isnan(one.changes("tree", "between_repeats")).all()


def test_of_no_records_there_is_an_empty_cube(evidence: Evidence) -> None:
    empty = cells(replace(evidence, stored=where(dataset="nowhere").narrowed(evidence.stored)))
    choices = {"metric": "accuracy", "repeats": "both", "folds": "mean"}
    answer = CONTRASTS["difference"].values(empty, first="stacking", second="bagging", **choices)
    assert len(empty.facts) == len(answer.values) == 0


def test_of_a_part_of_the_study_every_contrast_has_an_answer_without_a_warning(
    evidence: Evidence, register: Register
) -> None:
    queries = [
        where(dataset="nowhere"),
        where(seed=0, dataset=("iris", "wine"), synthesis="single"),
        where(label_noise=0.3),
    ]
    for query in queries:
        few = cells(replace(evidence, stored=query.narrowed(evidence.stored)))
        answers = Answers(Offers(cells, CONTRASTS, scope), few)
        for entry in register.entries:
            for contrast in entry.contrasts:
                for dimension in entry.dimensions.values():
                    for level in dimension.levels:
                        answers.counted(contrast, entry.registered | {dimension.name: level})
