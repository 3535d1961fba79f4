"""The provenance of records: code, packages and machine. None of it is part of a measurement."""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

from harness.core import PROTOCOL_VERSION

SCHEMA_VERSION = 2
"""The version of the layout of files. Since version 2 records have codes, and base specs keep the null factors."""

_PACKAGES = (
    "mlops-harness",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "river",
    "statsmodels",
    "hydra-core",
    "omegaconf",
)


def header() -> dict[str, Any]:
    """The header of every part of the results store."""
    return {
        "schema": SCHEMA_VERSION,
        "protocol": PROTOCOL_VERSION,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu(),
        "n_cpus": os.cpu_count(),
        "blas": _blas(),
        "packages": _versions(),
        **_git(),
        "command": sys.argv[1:],
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _blas() -> list[dict[str, Any]]:
    keys = ("user_api", "internal_api", "version", "architecture", "num_threads")
    return [{key: library[key] for key in keys if key in library} for library in threadpool_info()]


@functools.cache
def _git() -> dict[str, Any]:
    """The revision of the harness's own checkout; None if the code does not run from one."""
    package = Path(__file__).resolve().parents[1]
    try:
        top = Path(_git_says(package, "rev-parse", "--show-toplevel"))
        if top.resolve() != package.parent:
            return {"revision": None, "dirty": None}
        revision = _git_says(package, "rev-parse", "HEAD")
        changed = _git_says(package, "status", "--porcelain", "--", ".", "../conf")
    except (OSError, subprocess.SubprocessError):
        return {"revision": None, "dirty": None}
    return {"revision": revision, "dirty": bool(changed)}


def _git_says(folder: Path, *arguments: str) -> str:
    answer = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=20)
    return answer.stdout.strip()
