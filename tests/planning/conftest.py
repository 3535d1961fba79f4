"""What tests of planning share: Hydra's loader of what comes along."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.planning.hydra_session import loading
from tests.planning import frozen_study
from tests.report import made_claims


@pytest.fixture(scope="module")
def loader() -> Iterator[Any]:
    with loading() as found:
        yield found


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a study of somebody's own with a register and a design for every tier; the working folder is beside it."""
    mine = made_claims.study(tmp_path)
    (mine / "experiment").mkdir()
    (mine / "experiment" / "depth.yaml").write_text(frozen_study.EXPERIMENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    yield mine
    for name in [name for name in sys.modules if name.startswith("experiments.depth")]:
        del sys.modules[name]
