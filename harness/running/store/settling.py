"""Which trials need not be run: the rule for one record, and the same rule for a table of them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from harness.core import Record, Status

NOT_INSTALLED = "cannot be imported: install it, or put its folder on PYTHONPATH"
"""In the reason of a trial that was skipped for want of a package."""


def is_settled(record: Record | None, *, retry_failed: bool) -> bool:
    """Whether a trial need not be run: it has a record, and the reason of a failure lies within the trial."""
    if record is None or record.status is Status.OK:
        return record is not None
    if record.status is Status.SKIPPED:
        return NOT_INSTALLED not in record.reason
    return bool(record.error) and not retry_failed


def settled_rows(table: pa.Table, *, retry_failed: bool) -> pa.ChunkedArray:
    """`is_settled` of each row; the table needs the columns status, reason and error."""
    status = table["status"]
    lacks_package = pc.match_substring(table["reason"], NOT_INSTALLED)
    within = pc.and_(pc.not_equal(table["error"], ""), not retry_failed)
    return pc.or_(
        pc.equal(status, Status.OK),
        pc.or_(
            pc.and_(pc.equal(status, Status.SKIPPED), pc.invert(lacks_package)),
            pc.and_(pc.equal(status, Status.FAILED), within),
        ),
    )
