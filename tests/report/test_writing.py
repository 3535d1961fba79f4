"""The report of the synthesis study, made of made-up records: what may be averaged under one name, and what may not."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from experiments.synthesis.design import DESIGN
from experiments.synthesis.study import Study
from harness.cli import report
from harness.core import PROTOCOL_VERSION, HarnessError, Record, Status
from harness.report.evidence import Evidence
from harness.report.writing import Report, write_report
from harness.running import predicted_labels, predictions, store
from harness.running.provenance import header
from harness.running.store.earlier import LABELS

SCORES = (
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
CLOCK = ("fit_seconds", "predict_seconds", "model_bytes")
POOLED = ("hard_vote", "soft_vote", "stacking", "greedy", "best_by_cv")


def factors(method: str, dataset: str = "wine", seed: int = 0, **others: Any) -> dict[str, Any]:
    synthesis, _, model = method.partition(":")
    if synthesis in POOLED:
        named = {"synthesis": synthesis, "pool": "+".join(DESIGN.pool)}
    else:
        named = {"synthesis": synthesis, "model": model} if model else {"synthesis": "single", "model": synthesis}
    fixed = {"n_folds": 5, "inner_folds": 5, "label_noise": 0.0, "train_size": 1.0}
    return {"dataset": dataset, "seed": seed, **fixed, **named, **others}


class Made:
    """A results folder of made-up records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / ".part" / "synthesis"
        self.numbers = itertools.count()

    def add(
        self,
        accuracy: float,
        levels: dict[str, Any],
        *,
        labels: Any = None,
        protocol: int = PROTOCOL_VERSION,
        **spec: Any,
    ) -> str:
        trial_id = f"{next(self.numbers):064x}"
        measured = {name: [accuracy] * 5 for name in SCORES} | {"n_train": [80] * 5, "n_test": [20] * 5}
        record = Record(
            trial_id, "synthesis", Status.OK, levels, "", "", measured, {name: [0.01] * 5 for name in CLOCK}
        )
        writer = store.PartWriter(self.folder, {**header(), "protocol": protocol})
        arrays = {} if labels is None else {"predicted": np.asarray(labels, dtype=np.int16)}
        writer.append(record, {"made": "up", **spec}, arrays)
        writer.close()
        return trial_id

    def study(self, dependent: frozenset[str] = frozenset()) -> Study:
        stored = store.compact(self.folder).current()
        titles: dict[str, dict[str, str]] = {"synthesis": {}, "model": {}}
        return Study.of(
            Evidence(stored, "part", titles, dependent, predicted_labels.collect(self.folder, stored)), DESIGN
        )


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Every required method once on one set, all with accuracy 0.9."""
    records = Made(tmp_path)
    for method in DESIGN.required:
        records.add(0.9, factors(method))
    return records


def test_other_settings_of_a_method_are_not_averaged_with_the_usual_ones(made: Made) -> None:
    made.add(0.9, factors("bagging:tree", seed=1))
    made.add(0.1, factors("bagging:tree"), synthesis={"n_members": 2})
    study = made.study()
    assert study.scores("accuracy", ["bagging:tree"]).loc["wine", "bagging:tree"] == pytest.approx(90)
    assert study.n_variants == 1


def test_another_pool_makes_another_method(made: Made) -> None:
    made.add(0.1, factors("stacking", pool="tree+nb"))
    row = made.study().scores("accuracy", ["stacking", "stacking[tree+nb]"]).loc["wine"]
    assert row.tolist() == pytest.approx([90, 10])


def test_records_of_another_protocol_are_left_out(made: Made) -> None:
    made.add(0.1, factors("tree", seed=1), protocol=0)
    assert made.study().scores("accuracy", ["tree"]).loc["wine", "tree"] == pytest.approx(90)


def test_a_set_that_is_part_of_another_does_not_count(made: Made) -> None:
    made.add(0.1, factors("tree", dataset="digits"))
    assert list(made.study(frozenset({"digits"})).scores("accuracy", ["tree"]).index) == ["wine"]


def test_without_a_main_method_there_is_one_clear_sentence(tmp_path: Path) -> None:
    records = Made(tmp_path)
    records.add(0.9, factors("svm"))
    with pytest.raises(HarnessError, match=r"there are none of majority, tree, .*; finish the sweep"):
        records.study().check()


def test_a_report_on_some_records_keeps_the_labels_of_the_others(made: Made) -> None:
    ids = [made.add(0.9, factors("tree", seed=seed), labels=[0, 1, seed]) for seed in (5, 6)]
    stored = store.read(made.folder)
    some = replace(stored, table=stored.table.filter(pc.equal(stored.table["trial_id"], ids[0])))
    for of_all in (True, False):
        labels = predicted_labels.collect(made.folder, stored if of_all else some)
        assert list(labels) == (sorted(ids) if of_all else [ids[0]])
        predicted_labels.keep(made.folder, labels)
        assert list(predicted_labels.read(made.folder / LABELS)) == sorted(ids)


def test_labels_are_looked_at_without_writing(made: Made) -> None:
    """Who looks at somebody else's results leaves nothing there."""
    trial_id = made.add(0.9, factors("tree", seed=5), labels=[0, 1, 2])
    assert list(predicted_labels.collect(made.folder, store.read(made.folder))) == [trial_id]
    assert not (made.folder / LABELS).exists()


def test_labels_outlive_the_predictions_they_came_from(made: Made) -> None:
    trial_id = made.add(0.9, factors("tree", seed=5), labels=[0, 1, 2])
    first = predicted_labels.collect(made.folder, store.read(made.folder))
    predicted_labels.keep(made.folder, first)
    predictions.path_of(made.folder, trial_id).unlink()
    again = predicted_labels.collect(made.folder, store.read(made.folder))
    assert list(first) == list(again) == [trial_id]
    np.testing.assert_array_equal(again[trial_id], [0, 1, 2])


def test_a_report_of_one_data_set_says_what_it_cannot_tell(made: Made, tmp_path: Path) -> None:
    made.add(0.9, factors("random_forest"))
    assert report.main(["tier=part", f"results={tmp_path}"]) == 0
    written = json.loads((made.folder / "numbers.json").read_text(encoding="utf-8"))
    assert (written["detectable"]["text"], written["detectable"]["value"]) == ("not known", None)


@pytest.mark.parametrize("wrong", [None, Report([], [], {"a": "text"}), Report([], ["figure"])])  # type: ignore[dict-item, list-item]
def test_what_is_no_report_is_refused_before_the_old_one_is_removed(tmp_path: Path, wrong: Any) -> None:
    old = tmp_path / "tables" / "old.csv"
    old.parent.mkdir()
    old.touch()
    with pytest.raises(HarnessError, match="report"):
        write_report(wrong, tmp_path)
    assert old.exists()


@pytest.mark.parametrize("name", ["tables", "figures", "numbers.json", "register.json"])
def test_what_a_link_leads_to_is_neither_removed_nor_written_over(tmp_path: Path, name: str) -> None:
    """Results may be somebody else's, and a link in them may lead anywhere."""
    outside, folder = tmp_path / "outside", tmp_path / "results" / "mine"
    outside.mkdir()
    folder.mkdir(parents=True)
    (outside / "notes.txt").write_text("precious", encoding="utf-8")
    (folder / name).symlink_to(outside / "notes.txt" if "." in name else outside)
    with pytest.raises(HarnessError, match=rf"{name} is a link to another place"):
        write_report(Report([], [], {}, {"register.json": "{}"}), folder)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in outside.iterdir()] == [("notes.txt", "precious")]
