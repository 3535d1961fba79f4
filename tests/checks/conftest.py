"""A folder of a user's own, written and checked."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.checks.checking import Checked, check_all
from harness.checks.own import find
from harness.cli.words import opened

Check = Callable[..., Checked]


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Writes files into an empty folder and checks the one thing that is in it."""
    monkeypatch.setattr("sys.path", [*sys.path])
    monkeypatch.setattr("harness.checks.scenario_subject.REAL", ())

    def check(files: Mapping[str, str]) -> Checked:
        for path, text in files.items():
            (tmp_path / "mine" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "mine" / path).write_text(textwrap.dedent(text), encoding="utf-8")
        own = opened([tmp_path / "mine"])
        [one] = check_all(find(own), own, tmp_path / "results")
        return one

    return check
