"""Studies from outside: found, imported and reported on, beside those that come along."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from harness import places
from harness.analysis.frame import trial_frame
from harness.cli import report
from harness.core import ConfigError, HarnessError, Record, Status
from harness.report import studies
from harness.report.default_report import measured_table
from harness.running import store
from harness.running.provenance import header

ROOT = Path(__file__).resolve().parents[2]

INIT = '''\
"""Is deeper better?"""

from experiments.depth.tables import table
from harness.report.writing import Report


def report(evidence):
    return Report([table(evidence)], [])
'''
TABLES = """\
from experiments.depth.design import DEPTHS, title_of
from harness.analysis.frame import trial_frame
from harness.report.table import Column, Table


def table(evidence):
    means = trial_frame(evidence.stored).groupby("model")["accuracy"].mean().reindex(DEPTHS).reset_index()
    means["title"] = [title_of(evidence, model) for model in means["model"]]
    return Table("depths", "By depth.", means, [Column("model", "title"), Column("accuracy", "accuracy", 3)])
"""
DESIGN = """\
DEPTHS = ["flat", "tall"]


def title_of(evidence, model):
    from experiments.depth import tables  # back to where it is imported from

    assert tables.DEPTHS is DEPTHS
    return evidence.titles["model"].get(model, model)
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a study of three modules and the title of a model."""
    folder = tmp_path / "mine"
    for path, text in (
        ("experiments/depth/__init__.py", INIT),
        ("experiments/depth/tables.py", TABLES),
        ("experiments/depth/design.py", DESIGN),
        ("model/flat.yaml", "_target_: nothing\nname: flat\nabout: {title: A flat tree}\n"),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., None]:
    """Leaves records of a study at the tier `part`."""

    def leave(study: str, *trials: tuple[dict[str, object], dict[str, object]], **spec: object) -> None:
        writer = store.PartWriter(tmp_path / "results" / ".part" / study, header())
        for number, (factors, measured) in enumerate(trials):
            trial_id = f"{hash((study, number, str(spec))) & (1 << 64) - 1:064x}"
            record = Record(trial_id, study, Status.OK, factors, "", "", measured, {"seconds": 1.0})
            writer.append(record, {"made": "up", **spec}, {})
        writer.close()

    return leave


def trial(model: str, accuracy: float, seed: int = 0, **others: object) -> tuple[dict[str, object], dict[str, object]]:
    return {"model": model, "seed": seed, **others}, {"accuracy": [accuracy, accuracy], "n": 3}


def cells(folder: Path, study: str, table: str) -> list[list[str]]:
    path = folder / "results" / ".part" / study / "tables" / f"{table}.json"
    rows: list[list[str]] = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return rows


# ---- a study of one's own -------------------------------------------------------------------------------------------


def test_a_study_of_ones_own_is_reported_with_ones_own_titles(
    mine: Path, record: Callable[..., None], tmp_path: Path
) -> None:
    record("depth", trial("flat", 0.5), trial("tall", 0.75))
    words = ["tier=part", "--config-dir", str(mine), f"results={tmp_path / 'results'}", "study=depth"]
    assert report.main(words) == 0
    assert cells(tmp_path, "depth", "depths") == [["A flat tree", "0.500"], ["tall", "0.750"]]


def test_modules_of_a_study_find_each_other_after_a_shipped_study_was_loaded(mine: Path) -> None:
    shipped = studies.load_study("synthesis")
    own = studies.load_study("depth", [mine])
    assert own.__name__ == "experiments.depth"  # type: ignore[attr-defined]
    assert studies.load_study("synthesis", [mine]) is shipped
    assert studies.load_study("calibration").__doc__


def test_a_study_of_the_same_name_in_another_folder_is_another_one(mine: Path, tmp_path: Path) -> None:
    first = studies.load_study("depth", [mine])
    other = tmp_path / "other"
    shutil.copytree(mine, other)
    second = studies.load_study("depth", [other])
    assert second is not first
    assert Path(second.__file__ or "").is_relative_to(other)  # type: ignore[attr-defined]
    assert Path(sys.modules["experiments.depth.tables"].__file__ or "").is_relative_to(other)


def test_a_study_with_the_name_of_a_shipped_one_is_refused_and_both_folders_are_named(mine: Path) -> None:
    shutil.copytree(mine / "experiments" / "depth", mine / "experiments" / "synthesis")
    with pytest.raises(ConfigError) as refused:
        studies.load_study("depth", [mine])
    for folder in (places.shipped("experiments") / "synthesis", mine / "experiments" / "synthesis"):
        assert str(folder) in str(refused.value)


def test_a_folder_that_makes_no_report_is_refused(mine: Path) -> None:
    (mine / "experiments" / "depth" / "__init__.py").write_text('"""Why?"""\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"depth makes no report: its __init__\.py needs a function report"):
        studies.load_study("depth", [mine])


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="elsewhere: there is no such folder"):
        report.main(["--config-dir", str(tmp_path / "elsewhere")])


@pytest.mark.slow
def test_an_installed_harness_reports_on_a_study_from_another_folder(
    mine: Path, record: Callable[..., None], tmp_path: Path
) -> None:
    record("depth", trial("flat", 0.5), trial("tall", 0.75))
    site = tmp_path / "site"  # as the wheel lays it out
    shutil.copytree(ROOT / "harness", site / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("conf", "experiments", "paper"):
        shutil.copytree(ROOT / folder, site / "harness" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "harness", "report", "--config-dir", "mine", "tier=part", "study=depth"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert cells(tmp_path, "depth", "depths") == [["A flat tree", "0.500"], ["tall", "0.750"]]


# ---- the usual report -----------------------------------------------------------------------------------------------


def test_a_study_without_a_folder_has_a_row_for_each_combination_of_factors_that_vary(
    record: Callable[..., None], tmp_path: Path
) -> None:
    trials = [trial("tree", 0.5, 0), trial("tree", 0.7, 1), trial("svm", 0.9, 0, depth=3.0)]
    record("lonely", *trials)
    assert report.main(["tier=part", f"results={tmp_path / 'results'}"]) == 0
    table = pd.read_csv(tmp_path / "results" / ".part" / "lonely" / "tables" / "measured.csv")
    by_model = table.set_index("model")
    assert by_model.loc["tree", ["n_trials", "accuracy"]].tolist() == pytest.approx([2, 0.6])
    assert by_model.loc["svm", "depth"] == 3
    shown = cells(tmp_path, "lonely", "measured")
    assert sorted(row[:4] for row in shown) == [
        ["3", "SVM", "1", "0.900"],
        ["–", "Full tree", "2", "0.600"],
    ]


def test_trials_with_other_settings_of_a_level_stand_in_a_row_of_their_own(
    record: Callable[..., None], tmp_path: Path
) -> None:
    record("lonely", trial("tree", 0.5), trial("svm", 0.5))
    record("lonely", trial("tree", 0.9), depth=2)
    assert report.main(["tier=part", f"results={tmp_path / 'results'}"]) == 0
    shown = cells(tmp_path, "lonely", "measured")
    assert sorted(float(row[3]) for row in shown) == [0.5, 0.5, 0.9]


def test_the_usual_report_says_that_it_is_the_usual_one(record: Callable[..., None], tmp_path: Path) -> None:
    record("lonely", trial("tree", 0.5))
    evidence = studies.evidence_of(folder := tmp_path / "results" / ".part" / "lonely", store.read(folder), "part")
    [table] = studies.report_of("lonely", evidence).tables
    assert table.notes[0].startswith("This is the usual report of a study without a folder in experiments/")
    assert "model tree" in table.notes[1]


def test_a_row_of_the_usual_report_is_found_again_from_its_own_records(
    record: Callable[..., None], tmp_path: Path
) -> None:
    record("lonely", trial("tree", 0.5, 0), trial("tree", 0.7, 1), trial("svm", 0.9, 0, depth=3.0))
    record("lonely", trial("tree", 0.1), depth=2)
    evidence = studies.evidence_of(folder := tmp_path / "results" / ".part" / "lonely", store.read(folder), "part")
    table = measured_table(evidence)
    for row in table.frame.to_dict("records"):
        query = table.query(row, "accuracy")
        assert query is not None
        alone = trial_frame(query.narrowed(evidence.stored))
        assert (alone["accuracy"].mean(), len(alone)) == (pytest.approx(row["accuracy"]), row["n_trials"])


def test_a_report_that_cannot_be_made_does_not_keep_others_from_being_made(
    mine: Path, record: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (mine / "experiments" / "depth" / "__init__.py").write_text("", encoding="utf-8")
    record("depth", trial("tree", 0.5))
    record("lonely", trial("tree", 0.5))
    assert report.main(["tier=part", "--config-dir", str(mine), f"results={tmp_path / 'results'}"]) == 2
    assert (tmp_path / "results" / ".part" / "lonely" / "tables" / "measured.csv").exists()
    assert "depth: " in capsys.readouterr().err


def test_a_study_that_nobody_knows_is_refused(record: Callable[..., None], tmp_path: Path) -> None:
    record("lonely", trial("tree", 0.5))
    with pytest.raises(
        ConfigError, match="no study 'lonley'; there are: calibration, detection, lonely, monitoring, synthesis"
    ):
        report.main(["tier=part", f"results={tmp_path / 'results'}", "study=lonley"])
    with pytest.raises(HarnessError, match="no records of the tier 'smoke'"):
        report.main(["tier=smoke", f"results={tmp_path / 'results'}", "study=lonely"])
