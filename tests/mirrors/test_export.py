"""`harness export` shows the records of studies in each tool, whole and once, however often it is called."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from harness.cli.main import main
from harness.core import Status
from harness.mirrors.trackio import Trackio
from tests.mirrors.conftest import Shown, made
from tests.running.made_records import write

needs_trackio = pytest.mark.skipif(importlib.util.find_spec("trackio") is None, reason="needs mlops-harness[trackio]")
needs_tensorboard = pytest.mark.skipif(
    importlib.util.find_spec("tensorboardX") is None, reason="needs mlops-harness[tensorboard]"
)


@pytest.fixture
def export(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs `harness export` on three records; what it says."""
    levels = {"dataset": "wine", "share": 0.5}
    records = [made(number, factors={**levels, "seed": number}) for number in (1, 2)]
    write(folder, *records, made(3, Status.FAILED))

    def run(*words: str, code: int = 0) -> str:
        assert main(["export", *words, "tier=adhoc", f"results={folder.parent.parent}"]) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    return run


@pytest.mark.parametrize(("tool", "read"), [("csv", pd.read_csv), ("parquet", pd.read_parquet)])
def test_a_table_has_a_row_a_trial(
    tool: str, read: Callable[[Path], pd.DataFrame], export: Callable[..., str], folder: Path
) -> None:
    path = folder.parent / "exports" / f"toys.{tool}"
    assert export(tool) == f"toys: 3 trials -> {path}\n"
    table = read(path).set_index("run_id")
    assert list(table["tags.status"]) == ["ok", "ok", "failed"]
    assert list(table["params.seed"].astype(int)) == [1, 2, 3]
    assert table["metrics.accuracy"].iloc[1] == (0.2 + 1 / 3) / 2
    assert table["metrics.accuracy"].isna().tolist() == [False, False, True]
    assert table["params.share"].isna().tolist() == [False, False, True]


def test_another_folder_is_taken_and_nothing_else_is_written(export: Callable[..., str], tmp_path: Path) -> None:
    export("csv", f"to={tmp_path / 'there'}")
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["toys.csv"]
    assert not (tmp_path / ".adhoc" / "exports").exists()


def test_mlflow_is_completed_and_the_address_said(shown: Shown, export: Callable[..., str]) -> None:
    said = export("mlflow")
    assert said.startswith("toys: 3 runs, 3 new or changed; MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false mlflow ui ")
    assert f"sqlite:///{shown.path} " in said
    assert export("mlflow", "study=toys").startswith("toys: 3 runs, 0 new or changed; ")
    assert len(shown.statuses) == 3


@needs_tensorboard
def test_tensorboard_has_a_run_for_each_cell_and_a_step_for_each_seed(
    export: Callable[..., str], tmp_path: Path
) -> None:
    for _ in range(2):  # the second replaces what the first wrote
        export("tensorboard", f"to={tmp_path / 'events'}")
        [cell] = (tmp_path / "events" / "toys").iterdir()
        [file] = cell.iterdir()
    assert cell.name.startswith("wine-")
    steps, values = zip(*sorted(_scalars(file)["accuracy"].items()), strict=True)
    assert steps == (1, 2)
    assert values == pytest.approx([(0.1 + 1 / 3) / 2, (0.2 + 1 / 3) / 2], rel=1e-6)


def _scalars(file: Path) -> dict[str, dict[int, float]]:
    """Values by name and step, of TensorBoard's format: length, checksum, event, checksum."""
    from tensorboardX.proto.event_pb2 import Event

    found: dict[str, dict[int, float]] = {}
    content = file.read_bytes()
    while content:
        end = 12 + int.from_bytes(content[:8], "little")
        event = Event.FromString(content[12:end])
        for value in event.summary.value:
            found.setdefault(value.tag, {})[event.step] = value.simple_value
        content = content[end + 4 :]
    return found


@needs_trackio
def test_trackio_has_each_trial_once(export: Callable[..., str], folder: Path) -> None:
    assert "3 runs, 3 new or changed; TRACKIO_DIR=" in export("trackio")
    assert "3 runs, 0 new or changed; " in export("trackio")
    write(folder, made(3))
    assert "3 runs, 1 new or changed; " in export("trackio")
    book = Trackio().open(folder)
    assert sorted(mark.split()[0] for mark in book.known().values()) == ["ok", "ok", "ok"]
    storage = book._storage
    logs = [storage.get_logs("toys-adhoc", "", run_id=made(number).trial_id) for number in (1, 2, 3)]
    assert [[log["accuracy"] for log in one] for one in logs] == [[(0.1 * n + 1 / 3) / 2] for n in (1, 2, 3)]


# ---- errors -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say first to which tool: mlflow, trackio, tensorboard, csv, parquet; tier=adhoc is none."),
        (("excel",), "say first to which tool: mlflow, trackio, tensorboard, csv, parquet; excel is none."),
        (("csv", "wine"), "harness export: cannot read 'wine'; settings are "),
        (("csv", "study=nobody"), "there is no study 'nobody'"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(
    words: tuple[str, ...], sentence: str, export: Callable[..., str]
) -> None:
    assert sentence in " ".join(export(*words, code=2).split())


def test_a_package_that_is_not_installed_is_one_sentence(
    export: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    said = " ".join(export("tensorboard", code=2).split())
    assert said.endswith("'tensorboardX', which is not installed: pip install 'mlops-harness[tensorboard]'.")


def test_no_class_of_a_stranger_is_imported(
    folder: Path, export: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results may be somebody else's, and a trial's class is asked for its headline."""
    (tmp_path / "stranger_of_exports.py").write_text("class Trial: pass\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    write(folder, made(4), spec={"_target_": "stranger_of_exports.Trial"})
    assert "would build stranger_of_exports.Trial" in export("csv", code=1)
    assert "stranger_of_exports" not in sys.modules
    assert "4 trials" in export("csv", "--trust", "stranger_of_exports")


@pytest.mark.parametrize(
    ("tool", "name"), [("csv", "exports"), ("tensorboard", "exports/tensorboard"), ("mlflow", "mlflow.db")]
)
def test_links_beside_records_are_not_followed(
    folder: Path, export: Callable[..., str], tmp_path: Path, tool: str, name: str
) -> None:
    mine = tmp_path / "mine_alone"
    (mine / folder.name).mkdir(parents=True)
    (mine / folder.name / "thesis.txt").write_text("x", encoding="utf-8")
    link = folder.parent / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(mine)
    assert "is a link to another place" in export(tool, code=1)
    assert [path.name for path in mine.rglob("*.*")] == ["thesis.txt"]
