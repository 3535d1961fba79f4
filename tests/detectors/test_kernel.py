"""Kernels are compiled wherever the harness is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numba
import pytest

MODULE = """\
from harness.detectors.kernel import kernel


@kernel
def twice(number):
    return 2 * number
"""


def loaded(folder: Path) -> ModuleType:
    (folder / "mine.py").write_text(MODULE)
    spec = importlib.util.spec_from_file_location("mine", folder / "mine.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def nowhere_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules beside which nothing can be kept, nor in the user's cache."""
    (tmp_path / "__pycache__").write_text("a file, so that not even root can make the folder")
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "__pycache__" / "cache"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    return tmp_path


def test_without_a_cache_that_can_be_written_to_a_kernel_works(nowhere_to_write: Path) -> None:
    twice = loaded(nowhere_to_write).twice
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(twice.py_func)
    assert twice(4) == 8


def test_with_one_its_machine_code_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "kept"))
    assert loaded(tmp_path).twice(4) == 8
    assert list((tmp_path / "kept").rglob("*.nbi"))
