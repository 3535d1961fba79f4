"""What a sweep costs beside its trials: stock Hydra, its joblib launcher and `harness run -m`, with empty trials, in one run.

    python benchmarks/overhead.py                     1,000 trials, all three
    python benchmarks/overhead.py 1000 10000          more; stock Hydra takes a quarter of an hour for 10,000
    python benchmarks/overhead.py 100000 --only ours  a hundred thousand

CPU is user and system time of the whole process tree. The overhead of a trial is what N trials cost more than one trial
does, by N - 1. Memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
CHOICES = ("dataset=iris", "model=tree")
STOCK = [sys.executable, str(HERE / "empty" / "stock.py"), "-m", "hydra/sweeper=basic", *CHOICES]
OURS = [sys.executable, "-c", "import sys; from harness.cli.main import main; sys.exit(main())", "run", "-m"]
OURS += ["--config-dir", str(HERE / "empty"), "trial=empty", *CHOICES]
WORKERS = 2


class Cost(NamedTuple):
    """What one command took: seconds of CPU and of wall time, megabytes of its largest process."""

    cpu: float
    wall: float
    megabytes: float


def cost(command: Sequence[str]) -> Cost:
    """Run a command and clock it with all its descendants. Raises `SystemExit` with what it said if it fails."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryDirectory() as folder:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        environment = {**os.environ, "PYTHONPATH": str(HERE / "empty")}
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=folder, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if status:
            said.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{said.read().decode()}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, _own_peak(usage))


def _own_peak(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def commands(n_trials: int, folder: str) -> Iterator[tuple[str, str, list[str]]]:
    """Who, what, and the command. Stock Hydra has no notion of a trial that is done."""
    seeds = f"seed=range(0,{n_trials})"
    yield "stock", "Hydra, basic launcher", [*STOCK, seeds]
    yield (
        "stock",
        "Hydra, joblib launcher",
        [*STOCK, "hydra/launcher=joblib", f"hydra.launcher.n_jobs={WORKERS}", seeds],
    )
    ours = [*OURS, f"results={folder}", f"workers={WORKERS}", seeds]
    yield "ours", "harness, run", ours
    yield "ours", "harness, all done before", ours


def measure(n_trials: int, only: str | None) -> Iterator[str]:
    """The rows of the table for so many trials."""
    with tempfile.TemporaryDirectory() as single, tempfile.TemporaryDirectory() as many:
        pairs = zip(commands(1, single), commands(n_trials, many), strict=True)
        for (who, what, one), (_, _, all_of_them) in pairs:
            if only in (None, who):
                start, whole = cost(one), cost(all_of_them)
                each = 1000 * (whole.cpu - start.cpu) / (n_trials - 1)
                yield (
                    f"| {what} | {n_trials:,} | {start.cpu:.1f} | {whole.cpu:.1f} | {whole.wall:.1f} | "
                    f"{each:.2f} | {whole.megabytes:.0f} |"
                )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trials", nargs="*", type=int, default=[1000], help="numbers of trials")
    parser.add_argument("--only", choices=["stock", "ours"])
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {WORKERS} workers")
    print("| sweep | trials | CPU s of 1 trial | CPU s | wall s | CPU ms a trial | largest process MB |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for n_trials in asked.trials:
        for row in measure(n_trials, asked.only):
            print(row, flush=True)


if __name__ == "__main__":
    main()
