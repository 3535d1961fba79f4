"""Imports point down, and what everybody has to load stays light."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from harness import places

CHECKOUT = places.shipped("conf").parent
lint_imports = Path(sysconfig.get_path("scripts")) / "lint-imports"


@pytest.mark.skipif(not lint_imports.exists(), reason="import-linter is not installed")
def test_the_import_contracts_are_kept() -> None:
    command = [lint_imports, "--no-logo", "--no-cache", "--config", CHECKOUT / "pyproject.toml"]
    answer = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def loaded_by(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after the statement."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(answer.stdout.splitlines()[-1].split())


def test_help_needs_no_science() -> None:
    loaded = loaded_by("import harness.cli.main as main; main.main(['--help'])")
    assert not loaded & {"sklearn", "scipy", "statsmodels", "hydra", "river", "matplotlib"}


@pytest.mark.parametrize("module", ["harness.memo", "harness.randomness", "harness.places"])
def test_the_ground_floor_knows_no_other_part(module: str) -> None:
    assert not loaded_by(f"import {module}") & {"sklearn", "pandas", "hydra", "rich"}


@pytest.mark.parametrize("module", ["harness.core", "harness.running.worker", "harness.running.sweep"])
def test_sweeps_and_workers_start_without_what_trials_need(module: str) -> None:
    assert not loaded_by(f"import {module}") & {"pandas", "sklearn", "scipy", "numba", "hydra", "rich"}
