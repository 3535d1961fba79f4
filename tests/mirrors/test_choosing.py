"""A mirror is a setting of a sweep: chosen by name, checked before anything runs, and no part of a trial."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from harness.core import ConfigError
from harness.mirrors.mlflow import Mlflow
from harness.mirrors.trackio import Trackio
from harness.planning import hydra_session
from harness.planning import sweeps as planning
from harness.planning.run_settings import check_sweep_settings, mirror_of
from harness.planning.trials import plan

Compose = Callable[..., Any]


class Broken:
    """Stands for a mirror's process that has broken."""

    name, broken = "mlflow", "the tool refuses."

    def __init__(self, mirror: Any, folder: Path) -> None:
        pass

    def __enter__(self) -> Broken:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass


@pytest.mark.parametrize(
    ("words", "mirror"),
    [
        ((), None),
        (("mirror=none",), None),
        (("mirror=mlflow",), Mlflow()),
        (("mirror=mlflow", "mirror.database=one.db"), Mlflow("one.db")),
        (("mirror=trackio",), Trackio()),
    ],
)
def test_a_mirror_is_chosen_by_the_name_of_its_file(words: tuple[str, ...], mirror: Any, composed: Compose) -> None:
    assert mirror_of(composed(*words)) == mirror


def test_a_mirror_is_no_part_of_a_trial(composed: Compose) -> None:
    assert plan(composed("mirror=mlflow")).trial_id == plan(composed()).trial_id


@pytest.mark.parametrize("package", ["mlflow", "sqlalchemy", "alembic"])
def test_a_package_that_is_not_installed_is_one_sentence_before_anything_runs(
    package: str, composed: Compose, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "3.17.2")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == package else name)
    with pytest.raises(
        ConfigError, match=rf"needs the package '{package}' .* pip install 'mlops-harness\[mlflow\]'\.$"
    ):
        check_sweep_settings(composed("mirror=mlflow", f"results={tmp_path}"))
    assert list(tmp_path.iterdir()) == []


def test_another_version_of_mlflow_is_refused_unless_it_has_made_no_file_yet(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "3.18.0")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    with pytest.raises(ConfigError, match=r"knows the files of MLflow 3\.17\.\*, and 3\.18\.0 is installed"):
        Mlflow().check(folder)


def test_a_missing_trackio_is_one_sentence(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ConfigError, match="needs the package 'trackio', which is not installed: pip install"):
        Trackio().check(folder)


def test_one_trial_has_no_mirror() -> None:
    with hydra_session.loading() as loader, pytest.raises(ConfigError, match=r"^mirror=mlflow changes nothing.*add -m"):
        hydra_session.compose(loader, ["dataset=iris", "mirror=mlflow"])


def test_a_sweep_goes_on_beside_a_broken_mirror_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(planning, "Follower", Broken)
    monkeypatch.setattr(Mlflow, "check", lambda self, folder: None)
    words = ["dataset=iris", "model=majority", "mirror=mlflow", "workers=1", f"results={tmp_path}"]
    with hydra_session.loading() as loader:
        [one] = planning.wanted(words, loader)
        planned = planning.plan_sweep(one)
    assert planned.remarks[-1].startswith("mirror=mlflow: ")
    summary = planning.run(planned)
    assert sum(summary.ended.values()) == 1
    assert summary.mirror_broke == (
        "mirror=mlflow broke: the tool refuses. The records are whole; "
        f"`harness export mlflow study=synthesis tier=adhoc results={tmp_path}` shows them."
    )
