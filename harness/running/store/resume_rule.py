"""The rule for trials that need not be run again, for one record and for a table of records.

It uses status and code only. Trials that are ok or make no sense are settled. Failed trials are settled too, unless a sweep
asks for failed ones. A missing package or a refusal lies outside of the trial and may have changed, so the trial is run
again.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from harness.core import Code, Record, Status

OUTSIDE = frozenset({Code.NOT_INSTALLED, Code.DATA_REFUSED, Code.SETTING_REFUSED, Code.REFUSED})
"""Codes of reasons that lie outside of the trial."""


def is_settled(record: Record | None, *, retry_failed: bool) -> bool:
    """Whether a trial need not be run again."""
    if record is None or record.code in OUTSIDE:
        return False
    return record.status is not Status.FAILED or not retry_failed


def settled_rows(table: pa.Table, *, retry_failed: bool) -> pa.ChunkedArray:
    """`is_settled` for each row. The table needs the columns status and code."""
    again = pc.is_in(table["code"], pa.array(sorted(OUTSIDE)))
    if retry_failed:
        again = pc.or_(again, pc.equal(table["status"], Status.FAILED))
    return pc.invert(again)
