"""A toy tool, benches in empty folders, and the tools that are here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from harness.core import DataTable, Task
from harness.tracking.subject.making import Subject
from harness.tracking.tool import Tool
from harness.tracking.workloads.bench import Bench

TOY = Path(__file__).parent / "toy"


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Tool:
    """A tool with faults that needs no environment."""
    monkeypatch.syspath_prepend(TOY)
    return Tool("toy", "toy_tool", environment=False)


@pytest.fixture
def subject() -> Subject:
    """Ninety rows of three features and three classes."""
    rng = np.random.default_rng(0)
    target = np.arange(90) % 3
    features = pd.DataFrame(rng.normal(size=(90, 3)) + target[:, None], columns=["a", "b", "c"])
    return Subject(DataTable("toys", Task.CLASSIFICATION, features, target, ("0", "1", "2"), ""), seed=0)


@pytest.fixture
def bench(tmp_path: Path, subject: Subject) -> Callable[..., Bench]:
    """Makes a bench for a tool."""

    def made(tool: Tool, *, interface: str | None = None, budget: float = 120.0) -> Bench:
        return Bench(tool, interface or tool.interfaces[0], tmp_path / "bench", subject, budget)

    return made
