"""`harness run -m ... executor=...`, as a user types it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.running import store

WORDS = {"ray": ("ray", []), "dask": ("distributed", []), "slurm": ("submitit", ["executor.cluster=local"])}


@pytest.mark.slow
@pytest.mark.parametrize("name", WORDS)
def test_a_sweep_says_how_it_ended_and_nothing_else(
    name: str, harness: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    package, words = WORDS[name]
    pytest.importorskip(package)
    settings = ["dataset=iris", "model=tree,knn", f"executor={name}", "workers=2", *words]
    answer = harness("run", "-m", *settings, HOME=str(tmp_path), RAY_AUTH_MODE="token")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == ""
    assert answer.stderr.splitlines() == [
        f"2 trials: 0 recorded before; 2 ok. Records: {Path('results/.adhoc/synthesis')}"
    ]
    assert len(store.read(tmp_path / "results" / ".adhoc" / "synthesis").records) == 2
