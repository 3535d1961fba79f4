"""What a store of many records costs to write, to resume from, to look at, to compact and to load.

    python benchmarks/store.py              100,000 records of each shape
    python benchmarks/store.py 1000000      a million (needs 4 GB on the disk, some minutes)
    python benchmarks/store.py 1000000 --shape detection

Every step is a process of its own, clocked from its start to its end; the memory is its peak.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from harness.core import Record, Status
from harness.running import provenance
from harness.running.store import PartWriter, plans

N_PARTS, N_SPECS, TIER = 8, 900, "bench"
METRICS = (
    "accuracy",
    "precision",
    "recall",
    "f1",
    "roc_auc",
    "log_loss",
    "brier",
    "calibration_error",
    "train_accuracy",
)

IN_PYTHON = """
import sys
from pathlib import Path
from harness.analysis.frame import trial_frame
from harness.running import store
folder = Path(sys.argv[1])
"""
STEPS = {
    "resume: what is settled": "store.settled(folder, retry_failed=False)",
    "harness status": "",
    "compact": "store.compact(folder)",
    "resume, once compacted": "store.settled(folder, retry_failed=False)",
    "harness status, once compacted": "",
    "load a frame, once compacted": "trial_frame(store.read(folder).current())",
}


class Cost(NamedTuple):
    """What one process took: seconds of wall time and of CPU, megabytes at its peak."""

    wall: float
    cpu: float
    megabytes: float


@dataclass(frozen=True)
class Made:
    """The values of one made-up trial."""

    number: int
    draws: list[float]

    @property
    def factors(self) -> dict[str, Any]:
        """What both shapes have."""
        return {"dataset": f"set{self.number % 30}", "model": "tree", "seed": self.number // N_SPECS}


def synthesis(made: Made) -> dict[str, Any]:
    """A trial of the synthesis study: 14 values on each of five folds, 1.7 kB a line."""
    folds = [made.draws[start : start + 5] for start in range(0, 55, 5)]
    settings = {
        "synthesis": f"m{made.number % 29}",
        "n_folds": 5,
        "inner_folds": 5,
        "label_noise": 0.0,
        "train_size": 1.0,
    }
    measurements = dict(zip(METRICS, folds, strict=False)) | {"n_train": [800] * 5, "n_test": [200] * 5}
    clock = {"fit_seconds": folds[9], "predict_seconds": folds[10], "model_bytes": [27000 + made.number % 997] * 5}
    return {"factors": made.factors | settings, "measurements": measurements, "clock": clock}


def detection(made: Made) -> dict[str, Any]:
    """A trial of the detection study: alarms of two detectors, 450 bytes a line."""
    runs = {"ddm": [made.number % 999, made.number % 1999], "adwin": [made.number % 777]}
    return {
        "factors": made.factors,
        "measurements": {"onset": made.number % 5000, "runs": runs},
        "clock": {"seconds": made.draws[0]},
    }


SHAPES: Mapping[str, Callable[[Made], dict[str, Any]]] = {"detection": detection, "synthesis": synthesis}


def fill(folder: Path, shape: str, n_records: int) -> float:
    """Make a store of so many records in several parts, and the plan of its sweep; seconds of an append."""
    specs = [
        {"dataset": {"name": f"set{n % 30}", "checksum": f"{n % 30:064x}"}, "variant": {"n": n}} for n in range(N_SPECS)
    ]
    random, header, spent = np.random.default_rng(0), provenance.header(), 0.0
    ids = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(n_records)]
    for place in range(N_PARTS):
        part = PartWriter(folder, header)
        for number in range(place, n_records, N_PARTS):
            record = make(ids[number], shape, Made(number, random.random(55).tolist()))
            start = time.process_time()
            part.append(record, specs[number % N_SPECS], {})
            spent += time.process_time() - start
        part.close()
    plans.write_plan(folder, ids, {spec["dataset"]["name"]: [spec["dataset"]["checksum"]] for spec in specs})
    return spent / n_records


def make(trial_id: str, shape: str, made: Made) -> Record:
    """A record; of a hundred one has failed and one was skipped."""
    if made.number % 100 == 7:
        return Record(trial_id, shape, Status.SKIPPED, made.factors, "", "", reason="bagging it makes no sense")
    if made.number % 100 == 8:
        error = "Traceback (most recent call last):\n" * 10
        return Record(trial_id, shape, Status.FAILED, made.factors, "", "", reason="ValueError: no", error=error)
    return Record(trial_id, shape, Status.OK, spec="", header="", **SHAPES[shape](made))


def cost(command: list[str]) -> Cost:
    """Run a command and clock it. Raises `SystemExit` if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def measure(shape: str, n_records: int) -> Iterator[str]:
    """The rows of the table for one shape."""
    with tempfile.TemporaryDirectory() as results:
        folder = Path(results) / f".{TIER}" / shape
        append = fill(folder, shape, n_records)
        parts = sum(part.stat().st_size for part in (folder / "parts").glob("*.jsonl"))
        yield f"| {n_records:,} {shape} | append a record | | {1e6 * append:.0f} us each | |"
        for step, code in STEPS.items():
            python = [sys.executable, "-c", IN_PYTHON + code, str(folder)]
            status = [sys.executable, "-m", "harness", "status", f"results={results}", f"tier={TIER}"]
            found = cost(python if code else status)
            yield f"| | {step} | {found.wall:.1f} s | {found.cpu:.1f} s | {found.megabytes:,.0f} MB |"
        compacted = (folder / "trials.parquet").stat().st_size
        yield f"| | | parts {parts / 1e6:,.0f} MB | Parquet {compacted / 1e6:,.0f} MB | |"


def say(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="?", type=int, default=100_000)
    parser.add_argument("--shape", choices=list(SHAPES))
    asked = parser.parse_args()
    say(f"{os.cpu_count()} processors, Python {platform.python_version()}\n")
    say("| records | step | wall | CPU | peak memory |\n|---|---|---:|---:|---:|")
    for shape in SHAPES:
        if asked.shape in (None, shape):
            for row in measure(shape, asked.records):
                say(row)


if __name__ == "__main__":
    main()
