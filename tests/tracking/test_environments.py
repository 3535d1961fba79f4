"""A tool's environment is whole or absent, pinned by hash, and named by its lock."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness import places
from harness.cli.tracker import main
from harness.core import ConfigError, HarnessError
from harness.planning.tracker_catalogue import read_trackers
from harness.tracking import environments

LOCKS = sorted((places.shipped("requirements") / "trackers").glob("*.txt"))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    return tmp_path / "trackers"


def made(name: str, scratch: Path, progress: environments.Progress) -> None:
    """What pip would make, in an instant."""
    python = scratch / "environment" / environments.python_of(name).relative_to(environments.folder_of(name))
    python.parent.mkdir(parents=True)
    python.touch()
    python.with_name("command").write_text(f"#!{python}\nimport sys\n")
    progress(1_000_000)


def test_every_tool_with_an_environment_has_a_lock_and_the_other_way_round() -> None:
    assert {lock.stem for lock in LOCKS} == {name for name, tool in read_trackers().items() if tool.environment}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_pins_every_package_by_hash_and_names_no_index(lock: Path) -> None:
    text = lock.read_text()
    assert not re.search(r"://|--(extra-)?index-url|--find-links", text)
    pins = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert all(re.match(r"\S+==\S+", pin) and "--hash=sha256:" in pin for pin in pins)


def test_an_environment_is_made_once_and_then_found(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setattr(environments, "_make", made)
    seen: list[int] = []
    assert not environments.is_installed("mlflow")
    folder = environments.install("mlflow", seen.append)
    assert environments.is_installed("mlflow")
    assert (folder, seen) == (environments.folder_of("mlflow"), [1_000_000])
    assert (folder / "bin" / "command").read_text().startswith(f"#!{environments.python_of('mlflow')}\n")
    monkeypatch.setattr(environments, "_make", lambda *_: pytest.fail("made twice"))
    assert environments.install("mlflow") == folder
    assert [path.name for path in cache.iterdir()] == [folder.name]


@pytest.mark.parametrize("error", [KeyboardInterrupt, HarnessError("no network")])
def test_an_interruption_leaves_nothing_half_made(
    monkeypatch: pytest.MonkeyPatch, cache: Path, error: type[BaseException] | BaseException
) -> None:
    def interrupted(name: str, scratch: Path, progress: environments.Progress) -> None:
        made(name, scratch, progress)
        raise error

    monkeypatch.setattr(environments, "_make", interrupted)
    with pytest.raises((KeyboardInterrupt, HarnessError)):
        environments.install("mlflow")
    assert list(cache.iterdir()) == []
    assert not environments.is_installed("mlflow")


def test_another_lock_is_another_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = environments.folder_of("mlflow")
    lock = tmp_path / "lock.txt"
    lock.write_text("mlflow==0 --hash=sha256:0\n")
    monkeypatch.setattr(environments, "lock_of", lambda _: lock)
    assert environments.folder_of("mlflow") != before


def test_what_pip_refuses_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"no-such-package==1 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(HarnessError, match=r"the environment of toy cannot be made: pip said '.*no-such-package"):
        environments._run([sys.executable, *environments._PIP, str(lock)], "toy", tmp_path, lambda _: None)


def test_a_tool_without_a_lock_is_refused_with_those_that_have_one() -> None:
    with pytest.raises(ConfigError, match=r"no lock for a tracker 'nothing'.*dvc.*mlflow"):
        environments.install("nothing")


def test_list_says_which_tools_are_here_and_how_to_get_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert all(name in shown for name in read_trackers())
    assert main(["where", "mlflow", "plain"]) == 0
    where = capsys.readouterr().out
    assert "harness tracker install mlflow" in where
    assert "python" in where


def test_install_of_a_tool_that_needs_none_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", "plain"]) == 0
    assert capsys.readouterr().out == "plain: it needs no environment\n"


def test_an_unknown_tool_is_refused_with_the_closest() -> None:
    with pytest.raises(ConfigError, match=r"no tracker 'mlfow'; did you mean 'mlflow'\?"):
        main(["install", "mlfow"])


def test_an_adapter_imports_nothing_but_its_tool_and_the_contract() -> None:
    """In a bare Python, without numpy, the contract and the loop can be loaded."""
    package = Path(environments.__file__).parent
    code = f"import runpy; runpy.run_path({str(package / 'serve.py')!r})['find_harness'](); import harness.tracking.contract"
    done = subprocess.run(["python3", "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
