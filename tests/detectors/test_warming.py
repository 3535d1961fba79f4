"""Machine code is made once, and then found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.detectors import warming
from harness.detectors.baselines import Never
from harness.detectors.chi_square import ChiSquare
from harness.detectors.ddm import DDM
from harness.detectors.ks import KS

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
from harness.detectors.ddm import DDM
from harness.detectors.ks import KS
from harness.detectors.warming import warm
panel = [DDM(), KS(window=30, step=30)]
print([len(warm(panel)) for _ in range(2)])
"""


def test_a_detector_that_was_used_is_warm() -> None:
    panel = [DDM(), KS(window=30, step=30), ChiSquare(window=30, step=30), Never()]
    warming.warm(panel)
    assert warming.warm(panel) == []


def test_the_kernels_of_a_detector_are_those_of_what_it_imports() -> None:
    stems = {path.stem for path in warming._kernel_files(ChiSquare())}
    assert {"bins"} <= stems
    assert warming._kernel_files(Never()) == [] or {path.stem for path in warming._kernel_files(Never())} == {"errors"}


@pytest.mark.slow
def test_a_fresh_copy_is_compiled_once(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "harness", tmp_path / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.strip() == "[2, 0]"
