"""Where a table's cells come from, written beside it and read from there without making the report again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from harness.analysis.query import Query
from harness.report.table import Basis, Column, Key, Table


def origin_of(table: Table) -> dict[str, Any]:
    """What a table declares, for its JSON file: conditions as `Query.as_json` has them, keys of rows, and those of columns."""
    return {
        "where": None if table.where is None else table.where.as_json(),
        "keys": _written_keys(table.keys),
        "columns": [
            {
                "title": column.title,
                "value": column.value,
                "low": column.low,
                "high": column.high,
                "basis": str(column.basis),
                "where": column.where.as_json(),
                "keys": None if column.keys is None else _written_keys(column.keys),
            }
            for column in (*table.columns, *table.unprinted)
        ],
    }


def read_table(folder: Path, name: str) -> Table:
    """A written table, as far as is needed to ask where its cells come from; the frame is that of its CSV file.

    Args:
        folder: that `write_table` has written into.
        name: the stem of its files.
    """
    written = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    columns = [
        Column(
            **{part: each[part] for part in ("title", "value", "low", "high")},
            where=Query.of_json(each["where"]),
            keys=None if each["keys"] is None else _keys(each["keys"]),
            basis=Basis(each["basis"]),
        )
        for each in written["columns"]
    ]
    return Table(
        name,
        written["caption"],
        pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""]),
        columns,
        written["notes"],
        keys=_keys(written["keys"]),
        where=None if written["where"] is None else Query.of_json(written["where"]),
    )


def _written_keys(keys: Sequence[Key]) -> list[dict[str, Any]]:
    return [
        {
            "columns": list(key.columns),
            "rows": [{"values": list(values), "where": query.as_json()} for values, query in key.records.items()],
        }
        for key in keys
    ]


def _keys(written: Sequence[Mapping[str, Any]]) -> list[Key]:
    return [
        Key(tuple(key["columns"]), {tuple(row["values"]): Query.of_json(row["where"]) for row in key["rows"]})
        for key in written
    ]
