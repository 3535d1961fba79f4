"""One table of a study, one row a trial, for spreadsheets and other programs: CSV or Parquet.

Its columns are named as those of `mlflow.search_runs`: `params.dataset`, `metrics.accuracy`, `tags.status`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from harness.mirrors.shown import Run
from harness.running import files

_AT_ONCE = 2000


def write_csv(runs: Iterable[Run], folder: Path, study: str) -> Path:
    """Write `<study>.csv` to a folder; its path. Raises `HarnessError` if the folder cannot be written to."""
    return _write(runs, folder / f"{study}.csv", pyarrow.csv.write_csv)


def write_parquet(runs: Iterable[Run], folder: Path, study: str) -> Path:
    """Write `<study>.parquet` to a folder; its path. Raises `HarnessError` if the folder cannot be written to."""
    return _write(runs, folder / f"{study}.parquet", pq.write_table)


def _write(runs: Iterable[Run], path: Path, write: Callable[[pa.Table, Any], None]) -> Path:
    table = pa.concat_tables(_tables(runs), promote_options="default")
    kinds = ("run", "tags", "params", "metrics")
    order = sorted(table.column_names, key=lambda name: kinds.index(name.partition(".")[0].partition("_")[0]))
    with files.replacing(path) as file:
        write(table.select(order), file)
    return path


def _tables(runs: Iterable[Run]) -> Iterator[pa.Table]:
    all_of_them = iter(runs)
    while some := list(itertools.islice(all_of_them, _AT_ONCE)):
        rows = [_row(run) for run in some]
        names = dict.fromkeys(name for row in rows for name in row)
        yield pa.table({name: [row.get(name) for row in rows] for name in names})


def _row(run: Run) -> dict[str, Any]:
    kinds = {"tags": run.tags, "params": run.params, "metrics": run.metrics}
    values = {f"{kind}.{name}": value for kind, of in kinds.items() for name, value in of.items()}
    started = datetime.fromtimestamp(run.started / 1000, UTC).isoformat()
    return {"run_id": run.trial_id, "run_name": run.name, "run_started": started, **values}
