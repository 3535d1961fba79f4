"""Models, data and values to be recorded: the same for every tool."""

from __future__ import annotations

import hashlib
import runpy
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from harness.core import DataTable, Floats
from harness.randomness import stream
from harness.tracking.subject import train as code

CODE = Path(code.__file__)
BEST = 2
"""The number of the run that is to be found. It is never the last one, which a tool would give back by mistake."""

_CELL = 16
"""Characters of a cell of made-up data, its comma included."""


@dataclass(frozen=True)
class Subject:
    """What is tracked in a trial.

    Attributes:
        table: real rows, of which models are made.
        seed: what is drawn.
    """

    table: DataTable
    seed: int

    @cached_property
    def rows(self) -> Floats:
        """Features and, in the last column, the class; shape (n_rows, n_features + 1). Missing numbers are 0."""
        return np.nan_to_num(np.column_stack([self.table.matrix, self.table.target]))

    def write(self, path: Path, *, changed: float = 0.0) -> Path:
        """Write the rows as CSV; a share of them, drawn for good, with all their features one higher."""
        rows = self.rows.copy()
        count = round(changed * len(rows))
        rows[stream(self.seed, "tracking", "changed").permutation(len(rows))[:count], :-1] += 1.0
        head = ",".join([f"x{number}" for number in range(rows.shape[1] - 1)] + ["y"])
        np.savetxt(path, rows, delimiter=",", header=head, comments="", fmt="%.17g")
        return path

    def params(self, number: int) -> dict[str, Any]:
        """Ten parameters of a run: those of `train.py`, and others of all types."""
        kind = ("tree", "forest", "logistic")[number % 3]
        features = " ".join(map(str, range(self.rows.shape[1] - 1)))
        more = {
            "rate": 0.1 / (1 + number),
            "shuffled": number % 2 == 0,
            "note": f"run {number}",
            "batch": 2 ** (number % 8),
        }
        return {
            "model": kind,
            "size": 2,
            "seed": self.seed,
            "features": features,
            **more,
            "decay": 1e-7,
            "version": number,
        }

    def metrics(self, number: int) -> dict[str, float]:
        """Eight metrics of a run; `accuracy` is largest in the run `BEST`."""
        accuracy = 0.95 if number == BEST else 0.9 - 0.1 / (1 + number % 97)
        return {"accuracy": accuracy, **{f"metric_{one}": (number + 1) / (one + 3) for one in range(7)}}

    def model(self, number: int) -> bytes:
        """The model of a run: one of three that were fitted, with the run's number behind it, so that no two are equal."""
        return self._fitted[number % 3] + number.to_bytes(16, "big")

    @cached_property
    def _fitted(self) -> tuple[bytes, ...]:
        with tempfile.TemporaryDirectory() as folder:
            data = self.write(Path(folder) / "data.csv")
            return tuple(code.train(data, self.params(number)) for number in range(3))

    def predicted(self, model: bytes) -> Floats:
        """What a model answers to all rows."""
        answers: Floats = code.predict(model, self.rows)
        return answers


def retrained(folder: Path, data: Path, params: Mapping[str, Any]) -> bytes:
    """The model that the code in a folder makes, as it is there."""
    model: bytes = runpy.run_path(str(folder / CODE.name))["train"](data, params)
    return model


def write_numbers(path: Path, megabytes: float, seed: int, *, version: int = 0) -> None:
    """Write a CSV file of random digits, four columns wide; each version changes another 1 % of the lines of the first."""
    lines = int(megabytes * 1e6) // (4 * _CELL)
    digits = _digits(lines, stream(seed, "tracking", "numbers"))
    for later in range(1, version + 1):
        rng = stream(seed, "tracking", "numbers", str(later))
        chosen = rng.choice(lines, max(1, lines // 100), replace=False)
        digits[chosen] = _digits(len(chosen), rng)
    with path.open("wb") as file:
        file.write(b"a,b,c,d\n")
        digits.tofile(file)


def _digits(lines: int, rng: np.random.Generator) -> Any:
    cells = rng.integers(ord("1"), ord("9") + 1, (lines, 4, _CELL), dtype=np.uint8)
    cells[:, :, -1] = ord(",")
    cells[:, -1, -1] = ord("\n")
    return cells.reshape(lines, -1)


def sha256(path: Path) -> str:
    """The sha256 of a file; "" if there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
