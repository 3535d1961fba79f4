"""`harness check`: what is printed, and the exit code."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.checks.check import Verdict, tried
from harness.cli import check
from harness.core import ConfigError
from harness.running.raised_errors import in_one_sentence

Harness = Callable[..., subprocess.CompletedProcess[str]]

BAD = "_target_: harness.detectors.ddm.DDM\nname: good\nabout: {title: Other}\n"
GOOD = "_target_: harness.detectors.ddm.DDM\nname: good\nwarning_threshold: 1.5\nabout: {title: Nervous DDM}\n"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    (folder / "detector").mkdir(parents=True)
    (folder / "detector" / "good.yaml").write_text(GOOD, encoding="utf-8")
    return folder


def test_one_line_says_that_a_level_is_ok(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["--config-dir", str(mine)]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.split(maxsplit=2)[:2] == ["detector", "good"]
    assert first.endswith("checks; reads error)")
    assert last == "1 ok"


def test_a_failed_check_is_said_in_one_line_and_by_the_exit_code(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (mine / "detector" / "bad.yaml").write_text(BAD.replace("name: good", "name: other"), encoding="utf-8")
    assert check.main(["--config-dir", str(mine), "bad"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "failed   detector bad: its name is 'other', and its file is bad.yaml: write name: bad.",
        "0 ok, 1 failed",
    ]


def test_every_check_is_listed_if_wished(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["-v", "--config-dir", str(mine), "detector/good"]) == 0
    assert "    ok       a fresh start is fresh\n" in capsys.readouterr().out


def test_a_folder_that_no_group_is_named_after_is_found(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (mine / "detector").rename(mine / "detectors")
    (mine / "model").mkdir()
    (mine / "model" / "other.yaml").write_text("_target_: nothing\n", encoding="utf-8")
    assert check.main(["--config-dir", str(mine)]) == 1
    assert "so that nothing looks into it; did you mean detector/?" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["god"], "there is no 'god' to check; did you mean 'good'"),
        (["nothing_like_it"], "there is no 'nothing_like_it' to check; there are: good"),
    ],
)
def test_an_unknown_name_is_refused(mine: Path, words: list[str], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        check.main(["--config-dir", str(mine), *words])


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is nothing to check in .*: levels are in dataset/\*\.yaml"):
        check.main(["--config-dir", str(tmp_path)])


def test_a_crash_of_the_users_code_shows_no_traceback(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "mine" / "detector").mkdir(parents=True)
    (tmp_path / "mine" / "broken.py").write_text("def make(name):\n    return 1 / 0\n", encoding="utf-8")
    (tmp_path / "mine" / "detector" / "broken.yaml").write_text(
        "_target_: broken.make\nname: broken\n", encoding="utf-8"
    )
    answer = harness("check", "--config-dir", "mine")
    assert answer.returncode == 1
    assert "ZeroDivisionError: division by zero (" in answer.stdout
    assert "mine/broken.py, line 2)" in answer.stdout
    assert "Traceback" not in answer.stdout + answer.stderr


def test_a_check_that_takes_too_long_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.checks.check.LIMIT_SECONDS", 0.05)

    def it_ends(_: None) -> None:
        while True:
            pass

    finding = tried(it_ends, None, [])
    assert finding.verdict is Verdict.FAILED
    assert "it takes more than 0.05 seconds" in finding.why


def test_warnings_of_a_users_code_stay_its_own() -> None:
    def it_warns(_: None) -> None:
        warnings.warn("so what", stacklevel=1)

    assert tried(it_warns, None, []).verdict is Verdict.OK


def test_a_crash_elsewhere_is_placed_where_it_happened() -> None:
    with pytest.raises(ValueError, match="invalid") as caught:
        int("x")
    assert in_one_sentence(caught.value, []).startswith("ValueError: invalid literal for int()")
