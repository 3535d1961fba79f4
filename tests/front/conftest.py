"""Calls of a notebook, each in an empty folder, and scripts that make them in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Script = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def script(folder: Path) -> Script:
    """Runs Python in the empty folder: a script of this content, or with `-c` before it."""

    def run(content: str, *, as_file: bool = True) -> subprocess.CompletedProcess[str]:
        (folder / "script.py").write_text(content, encoding="utf-8")
        words = ["script.py"] if as_file else ["-c", content]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-W", "error", *words]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)

    return run
