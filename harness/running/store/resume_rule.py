"""Which trials need not be run again: the rule for one record, and the same rule for a table of them.

It goes by status and code alone. What ended well or makes no sense stays so. What failed stays so too unless failed trials are
asked for. And what lies outside of a trial, a missing package or a refusal, may have changed meanwhile and is tried again.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from harness.core import Code, Record, Status

OUTSIDE = frozenset({Code.NOT_INSTALLED, Code.DATA_REFUSED, Code.SETTING_REFUSED, Code.REFUSED})
"""Codes of what lies outside of a trial."""


def is_settled(record: Record | None, *, retry_failed: bool) -> bool:
    """Whether a trial need not be run again."""
    if record is None or record.code in OUTSIDE:
        return False
    return record.status is not Status.FAILED or not retry_failed


def settled_rows(table: pa.Table, *, retry_failed: bool) -> pa.ChunkedArray:
    """`is_settled` of each row; the table needs the columns status and code."""
    again = pc.is_in(table["code"], pa.array(sorted(OUTSIDE)))
    if retry_failed:
        again = pc.or_(again, pc.equal(table["status"], Status.FAILED))
    return pc.invert(again)
