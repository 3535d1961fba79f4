"""Where a table's cells come from, written beside it and read from there without making the report again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from harness.analysis.query import Query
from harness.core import HarnessError
from harness.report.table import Basis, Column, Key, Table
from harness.running import files


class _Conditions:
    """The conditions of a table's queries, each written once: those of a whole family stand behind many cells."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def of(self, query: Query) -> list[int]:
        """The places of a query's conditions among all."""
        texts = (json.dumps(one, ensure_ascii=False, sort_keys=True) for one in query.as_json())
        return [self._places.setdefault(text, len(self._places)) for text in texts]

    @property
    def every(self) -> list[Any]:
        """All conditions, as `Query.as_json` has them."""
        return [json.loads(text) for text in self._places]


def origin_of(table: Table) -> dict[str, Any]:
    """What a table declares, for its JSON file: keys of rows and of columns; a query is the places of its conditions."""
    known = _Conditions()
    found = {
        "where": None if table.where is None else known.of(table.where),
        "keys": _written_keys(table.keys, known),
        "columns": [
            {
                "title": column.title,
                "value": column.value,
                "low": column.low,
                "high": column.high,
                "basis": str(column.basis),
                "where": known.of(column.where),
                "keys": None if column.keys is None else _written_keys(column.keys, known),
            }
            for column in (*table.columns, *table.unprinted)
        ],
    }
    return {"conditions": known.every, **found}


def read_table(folder: Path, name: str) -> Table:
    """A written table, as far as is needed to ask where its cells come from; the frame is that of its CSV file.

    Args:
        folder: that `write_table` has written into.
        name: the stem of its files.

    Raises:
        HarnessError: a file is lacking or damaged, or of another version of the harness.
    """
    if Path(name).name != name:
        raise HarnessError(f"{name!r} is no name of a table in {folder}, where nothing else is read.")
    try:
        return _read(folder, name)
    except (OSError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise HarnessError(
            f"{folder / name}.json or .csv is lacking, damaged, or of another version of the harness; make them again: "
            f"harness report study={folder.parent.name}"
        ) from error


def _read(folder: Path, name: str) -> Table:
    written = json.loads(files.small(folder / f"{name}.json"))
    origin = written["origin"]

    def query(places: Sequence[int]) -> Query:
        return Query.of_json([origin["conditions"][place] for place in places])

    def keys(declared: Sequence[Mapping[str, Any]]) -> list[Key]:
        rows = ({tuple(row["values"]): query(row["where"]) for row in key["rows"]} for key in declared)
        return [Key(tuple(key["columns"]), records) for key, records in zip(declared, rows, strict=True)]

    columns = [
        Column(
            **{part: each[part] for part in ("title", "value", "low", "high")},
            where=query(each["where"]),
            keys=None if each["keys"] is None else keys(each["keys"]),
            basis=Basis(each["basis"]),
        )
        for each in origin["columns"]
    ]
    return Table(
        name,
        written["caption"],
        pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""]),
        columns,
        written["notes"],
        keys=keys(origin["keys"]),
        where=None if origin["where"] is None else query(origin["where"]),
    )


def _written_keys(keys: Sequence[Key], known: _Conditions) -> list[dict[str, Any]]:
    return [
        {
            "columns": list(key.columns),
            "rows": [{"values": list(values), "where": known.of(query)} for values, query in key.records.items()],
        }
        for key in keys
    ]
