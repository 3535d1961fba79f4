"""Toy trials, and a place where worker processes find them."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

TOY = Path(__file__).parent / "toy"


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module `toy_trials`; processes started by the test find it under that name too."""
    monkeypatch.syspath_prepend(TOY)
    return importlib.import_module("toy_trials")
