"""What a report says of trials that are missing or failed, in its tables, numbers and on the first page of the paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.core import Status
from harness.report.numbers import Number, found
from harness.report.writing import Report
from harness.running.status import Standing

KEY = "unfinished"
"""The key of the sentence among a report's numbers; it is there only if something is unfinished."""


def sentence(standing: Standing) -> str:
    """How many of the planned trials are missing or failed; "" if none is."""
    if standing.planned is None:
        return "Planned: unknown. No sweep has left its plan beside these records, so nobody can say whether any are missing."
    missing, failed = standing.missing or 0, standing.failed_of_newest
    elsewhere = standing.failed_elsewhere
    further = f" Of other sweeps: {elsewhere} failed." if elsewhere else ""
    if not (missing or failed):
        return further.strip()
    parts = ", ".join(_parts(standing))
    return f"Unfinished: of {standing.planned} planned trials {missing} missing, {failed} failed, {parts}.{further}"


def _parts(standing: Standing) -> Iterator[str]:
    yield f"{standing.settled.get(Status.OK, 0)} ok"
    skips = ", ".join(f"{code} {count}" for code, count in standing.skips.items())
    yield f"{standing.settled.get(Status.SKIPPED, 0)} skipped" + (f" ({skips})" if skips else "")


def marked(report: Report, words: str) -> Report:
    """The report with this sentence above the notes of each table and among its numbers; the same report without one."""
    if not words:
        return report
    tables = [replace(table, notes=[words, *table.notes]) for table in report.tables]
    number = Number.of_words(words, found("harness.report.unfinished.sentence"))
    return replace(report, tables=tables, numbers={**report.numbers, KEY: number})
