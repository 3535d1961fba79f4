"""Compile detectors once, before many processes would each compile them for themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from harness.core import HarnessError
from harness.detectors.contract import Detector, Input

N_WINDOWS = 3
"""Windows scanned: the first may become the reference, and one has to be tested."""


def warm(detectors: Iterable[Detector]) -> list[Detector]:
    """Compile every detector whose machine code is not cached, by letting it read a few rows.

    Returns:
        Those that were compiled.
    """
    cold = [detector for detector in detectors if not all(map(_is_kept, _kernel_files(detector)))]
    for detector in cold:
        _scan(detector)
    return cold


def _kernel_files(detector: Detector) -> list[Path]:
    """The source files of the kernels that a detector may call: its own file, and those of this package that it imports."""
    own = sys.modules[type(detector).__module__]
    named = {own.__name__, *(getattr(value, "__module__", None) or "" for value in vars(own).values())}
    files = [Path(sys.modules[name].__file__ or "") for name in sorted(named) if name.startswith(f"{__package__}.")]
    return [file for file in files if "import kernel\n" in file.read_text(encoding="utf-8")]


def _is_kept(source: Path) -> bool:
    """Whether numba's cache of this file is newer than the file."""
    kept = (source.parent / "__pycache__").glob(f"{source.stem}.*.nbi")
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in kept)


def _scan(detector: Detector) -> None:
    rng = np.random.default_rng(0)
    n_rows = N_WINDOWS * int(getattr(detector, "window", 100))
    rows = np.column_stack([rng.random(n_rows), rng.integers(0, 3, n_rows)])
    signal = rows if detector.input is Input.ROWS else rng.integers(0, 2, n_rows).astype(np.float64)
    columns = np.array([False, True]) if detector.input is Input.ROWS else None
    try:
        detector.alarms(signal, signal, columns, rng)
    except HarnessError:  # it cannot read such rows: it will compile where it can
        return
