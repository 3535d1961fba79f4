"""The outcomes of all trials as a table, the same for every study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from harness.analysis.outcome_counts import outcome_rows
from harness.analysis.query import EVERYTHING, Among, Query
from harness.report.table import Basis, Column, Key, Table
from harness.running.store.stored import Stored


def outcome_table(stored: Stored, caption: str, notes: Sequence[str], words: Mapping[str, str] | None = None) -> Table:
    """How many trials ended with each status and code; `words` as for `outcome_rows`."""
    rows = outcome_rows(stored.table, words)
    records = {
        (row["status"], row["code"] or None): Query(
            (Among(("status",), (row["status"],)), Among(("code",), (row["code"],)))
        )
        for row in rows
    }
    columns = [
        Column("status", "status", basis=Basis.DESIGN),
        Column("reason", "reason"),  # the sentence for people; the code tells the rows apart
        Column("trials", "trials", 0),
    ]
    frame = pd.DataFrame([{**row, "code": row["code"] or None} for row in rows])
    frame = frame.reindex(columns=["status", "code", "reason", "trials"])
    return Table("trials", caption, frame, columns, notes, keys=[Key(("status", "code"), records)], where=EVERYTHING)
