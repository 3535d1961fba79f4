"""What MLflow's file shows is what the store holds: each trial once, under names and with values that MLflow takes."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core import ConfigError, HarnessError, Status
from harness.mirrors.completing import Completed, complete, follow_up
from harness.mirrors.fresh import Fresh
from harness.mirrors.mlflow import Mlflow
from harness.mirrors.mlflow_database import LAYOUT
from harness.running import store
from tests.mirrors.conftest import Shown, made
from tests.running.made_records import HEADER, SPEC, write

FAILED, SKIPPED = Status.FAILED, Status.SKIPPED


def completed(folder: Path, mirror: Mlflow | None = None) -> Completed:
    book = (mirror or Mlflow()).open(folder)
    try:
        return complete(book, folder)
    finally:
        book.close()


def followed(folder: Path, fresh: Fresh) -> int:
    book = Mlflow().open(folder)
    try:
        return follow_up(book, fresh)
    finally:
        book.close()


# ---- a run --------------------------------------------------------------------------------------------------------------


def test_a_run_has_the_factors_the_headline_and_how_it_ended(shown: Shown, folder: Path) -> None:
    write(folder, made(1), made(2, FAILED), made(3, SKIPPED))
    assert completed(folder) == (3, 3, 0)
    assert shown.statuses == {made(1).trial_id: "FINISHED", made(2).trial_id: "FAILED", made(3).trial_id: "FINISHED"}
    assert shown.values("params", made(1).trial_id) == {"dataset": "wine", "seed": "1"}
    metrics = shown.values("metrics", made(1).trial_id)
    assert metrics == shown.values("latest_metrics", made(1).trial_id)
    assert metrics["accuracy"] == (0.1 + 1 / 3) / 2
    assert shown.values("metrics", made(2).trial_id) == {}
    tags = shown.values("tags", made(3).trial_id)
    assert (tags["status"], tags["code"], tags["reason"]) == ("skipped", "makes-no-sense", "no")
    assert tags["mlflow.runName"] == "wine #3"


def test_mlflow_reads_it_back_as_it_was_written(shown: Shown, folder: Path) -> None:
    write(folder, made(1), made(2, FAILED))
    completed(folder)
    script = (
        "import json, sys; from mlflow import MlflowClient; reader = MlflowClient('sqlite:///' + sys.argv[1]);"
        "[one] = [one for one in reader.search_experiments() if one.name == 'toys (adhoc)'];"
        "runs = reader.search_runs([one.experiment_id], 'metrics.accuracy > 0');"
        "told = [[run.info.run_id, run.data.params, run.data.metrics['accuracy']] for run in runs];"
        "print(json.dumps([told, reader.get_run(sys.argv[2]).info.status]))"
    )
    command = [sys.executable, "-c", script, str(shown.path), made(2).trial_id]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    read = [[made(1).trial_id, {"dataset": "wine", "seed": "1"}, (0.1 + 1 / 3) / 2]]
    assert json.loads(answer.stdout) == [read, "FAILED"]


# ---- each trial once ----------------------------------------------------------------------------------------------------


def test_a_second_completion_changes_nothing(shown: Shown, folder: Path) -> None:
    write(folder, made(1), made(2))
    completed(folder)
    before = shown.content
    assert completed(folder) == (2, 0, 0)
    store.compact(folder)
    assert completed(folder) == (2, 0, 0)
    assert shown.content == before


def test_what_is_followed_is_what_a_completion_shows(shown: Shown, folder: Path, tmp_path: Path) -> None:
    fresh = Fresh(folder)
    write(folder, made(1), made(2, FAILED), made(3, SKIPPED))
    assert followed(folder, fresh) == 3
    write(folder, made(2), made(4, factors={"dataset": "wine", "seed": 4, "share": 0.5}))
    assert followed(folder, fresh) == 2
    assert followed(folder, fresh) == 0
    assert completed(folder) == (4, 0, 0)


def test_a_failed_trial_that_ends_well_is_one_run_and_stays_one(shown: Shown, folder: Path) -> None:
    fresh = Fresh(folder)
    write(folder, made(1, FAILED))
    followed(folder, fresh)
    assert shown.values("tags", made(1).trial_id)["code"] == "raised"
    write(folder, made(1))
    followed(folder, fresh)
    assert shown.statuses == {made(1).trial_id: "FINISHED"}
    assert "code" not in shown.values("tags", made(1).trial_id)
    write(folder, made(1, FAILED))
    assert followed(folder, fresh) == 0
    assert completed(folder) == (1, 0, 0)


def test_a_run_whose_record_is_gone_is_deleted_as_mlflow_deletes_and_comes_back(shown: Shown, folder: Path) -> None:
    write(folder, made(1))
    part = write(folder, made(2))
    completed(folder)
    kept = part.rename(part.with_suffix(".away"))
    assert completed(folder) == (1, 0, 1)
    assert list(shown.statuses) == [made(1).trial_id]
    kept.rename(part)
    assert completed(folder) == (2, 1, 0)
    assert len(shown.statuses) == 2


def test_a_stale_record_is_not_shown(shown: Shown, folder: Path) -> None:
    write(folder, made(1), header={**HEADER, "protocol": 1})
    write(folder, made(2))
    completed(folder)
    assert list(shown.statuses) == [made(2).trial_id]


def test_notes_on_a_run_stay_when_it_is_written_anew(shown: Shown, folder: Path) -> None:
    write(folder, made(1, FAILED))
    completed(folder)
    book = Mlflow().open(folder)
    book._connection.execute("INSERT INTO tags (run_uuid, key, value) VALUES (?, 'mine', 'why?')", [made(1).trial_id])
    book.close()
    write(folder, made(1))
    completed(folder)
    assert shown.values("tags", made(1).trial_id)["mine"] == "why?"


# ---- the file -----------------------------------------------------------------------------------------------------------


def test_a_file_of_another_layout_is_refused_before_anything_runs(shown: Shown, folder: Path) -> None:
    book = Mlflow().open(folder)
    book._connection.execute("UPDATE alembic_version SET version_num = 'other'")
    book.close()
    with pytest.raises(ConfigError, match=rf"has the layout other of another MLflow.*\({LAYOUT}\)"):
        Mlflow().check(folder)


def test_a_file_that_is_no_database_is_refused(folder: Path) -> None:
    path = Mlflow().path(folder)
    path.parent.mkdir(parents=True)
    path.write_text("some text that is long enough to be no header of SQLite's" * 20)
    with pytest.raises(ConfigError, match="is no database of MLflow"):
        Mlflow().check(folder)


def test_a_file_that_another_program_holds_is_still_mlflows(shown: Shown, folder: Path) -> None:
    Mlflow().open(folder).close()
    with contextlib.closing(sqlite3.connect(Mlflow().path(folder), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(HarnessError, match="is in use by another program"):
            Mlflow().check(folder)


def test_two_folders_of_one_study_do_not_share_an_experiment(
    new_file: Callable[[Path], Path], folder: Path, tmp_path: Path
) -> None:
    mirror = Mlflow(str(new_file(tmp_path / "one.db")))
    write(folder, made(1))
    completed(folder, mirror)
    other = tmp_path / "again" / ".adhoc" / "toys"
    with pytest.raises(ConfigError, match=r"shows the records of \.adhoc/toys; give these"):
        mirror.check(other)


def test_one_trial_in_two_tiers_is_not_shown_in_one_file(
    new_file: Callable[[Path], Path], folder: Path, tmp_path: Path
) -> None:
    mirror = Mlflow(str(new_file(tmp_path / "one.db")))
    for one in (folder, other := tmp_path / ".smoke" / "toys"):
        write(one, made(1))
    completed(folder, mirror)
    with pytest.raises(HarnessError, match=r"already, as records of toys \(adhoc\)"):
        completed(other, mirror)


def test_a_folder_of_results_that_is_moved_with_its_file_goes_on(shown: Shown, folder: Path, tmp_path: Path) -> None:
    write(folder, made(1))
    completed(folder)
    (tmp_path / "elsewhere").mkdir()
    moved = Path(shutil.move(folder.parent, tmp_path / "elsewhere")) / folder.name
    assert completed(moved) == (1, 0, 0)


# ---- the page -----------------------------------------------------------------------------------------------------------


def test_the_view_has_the_factors_that_vary_and_the_headline(shown: Shown, folder: Path) -> None:
    write(folder, made(1), made(2))
    completed(folder)
    tags = dict(shown.rows("SELECT key, value FROM experiment_tags"))
    view = json.loads(tags["mlflow.sharedViewState.harness"])
    assert view["selectedColumns"][:3] == ["tags.`status`", "params.`seed`", "metrics.`accuracy`"]
    assert view["orderByKey"] == "metrics.`accuracy`"
    assert "harness export mlflow study=toys tier=adhoc" in tags["mlflow.note.content"]


def test_the_address_is_known_before_there_is_an_experiment_and_stays(shown: Shown, folder: Path) -> None:
    before = Mlflow().where(folder)
    write(folder, made(1), spec=SPEC)
    completed(folder)
    assert Mlflow().where(folder) == before
    [(number,)] = shown.rows("SELECT experiment_id FROM experiments WHERE name = 'toys (adhoc)'")
    assert f"/#/experiments/{number}/runs?workflowType=machine_learning&viewStateShareKey=harness" in before
