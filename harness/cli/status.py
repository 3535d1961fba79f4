"""`harness status`: what is recorded, what failed and why, what is missing."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from harness.cli.words import read_settings
from harness.core import ConfigError, Status
from harness.report.tiers import require_tier
from harness.running.reasons import in_words
from harness.running.status import Standing, look, study_folders

DESCRIPTION = """\
How the studies stand, tier by tier: trials that are ok, failed, skipped, missing and stale, and why.

  ok        measured
  failed    raised an error; the record holds its traceback. It is not run again unless you say
            retry_failed=true
  skipped   makes no sense, or lacks a package; the reason is recorded
  missing   still wanted by the newest sweep: not recorded yet, or lacking data or a package;
            the sweep's command continues it
  newest    when the newest record was written; with > before it, when the process that wrote it began
  stale     measured under another protocol version, on other data than the newest sweep found, or by an
            earlier version of a class or a level of yours; reports leave them out, `harness run` measures
            them anew
"""
EXAMPLES = """\
examples:
  harness status                      every study at every tier in ./results
  harness status tier=smoke           one tier
  harness status results=elsewhere    another folder of results
"""

SHOWN_REASONS = 10
_DEFAULTS = {"tier": "", "results": "results"}


def main(argv: Sequence[str]) -> int:
    """Show how the studies stand.

    Returns:
        The exit code, 0: failed and missing trials are shown, not judged.

    Raises:
        HarnessError: an unknown setting, a tier or a folder of results that does not exist, or a damaged store.
    """
    settings = read_settings("harness status", DESCRIPTION, argv, defaults=_DEFAULTS, examples=EXAMPLES)
    results, tier = Path(settings["results"]), settings["tier"]
    if not results.is_dir() and settings["results"] != _DEFAULTS["results"]:
        raise ConfigError(f"there is no folder {results}; give results= the folder of all results.")
    if tier:
        require_tier(tier, results)
    folders = list(study_folders(results))
    chosen = [folder for folder in folders if tier in ("", folder.tier)]
    console = Console(highlight=False)
    if chosen:
        standings = [look(folder) for folder in chosen]
        console.print(_table(standings))
        for standing in standings:
            for line in _remarks(standing):
                console.print(line, markup=False, soft_wrap=True)
    else:
        tiers = ", ".join(dict.fromkeys(folder.tier for folder in folders)) or "none; `harness run` makes the first"
        where = f"{results} at tier={tier}" if tier else results
        console.print(f"There are no records in {where}; tiers with records: {tiers}.", markup=False, soft_wrap=True)
    return 0


def _table(standings: Sequence[Standing]) -> Table:
    table = Table(box=None, show_edge=False, pad_edge=False)
    for title in ("study", "tier"):
        table.add_column(title, no_wrap=True)
    for title in (*Status, "missing", "stale", "newest"):
        table.add_column(str(title), justify="right", no_wrap=True)
    for standing in standings:
        table.add_row(*_row(standing))
    return table


def _row(standing: Standing) -> tuple[str, ...]:
    return (
        standing.study,
        standing.tier,
        *(str(standing.counts.get(status, 0)) for status in Status),
        "-" if standing.missing is None else str(standing.missing),
        str(standing.stale),
        _time(standing),
    )


def _time(standing: Standing) -> str:
    """When the newest record was written, or if that is lost, when the process that wrote it began."""
    time = standing.newest or standing.begun
    mark = "" if standing.newest else ">"
    return f"{mark}{time.astimezone():%y-%m-%d %H:%M}" if time else "-"


def _remarks(standing: Standing) -> Iterator[str]:
    """Why trials failed and were skipped, what else is worth knowing, and what to do about it."""
    found = [*_reasons(standing), *_irregularities(standing), *_ways_on(standing)]
    if found:
        yield f"\n{standing.study} ({standing.tier})"
        yield from (f"  {line}" for line in found)


def _reasons(standing: Standing) -> Iterator[str]:
    for status, reasons in standing.reasons.items():
        yield from in_words(status, reasons, shown=SHOWN_REASONS)


def _irregularities(standing: Standing) -> Iterator[str]:
    yield from standing.strangers
    if standing.torn:
        yield f"torn lines: {standing.torn} (cut off by a crash and left out; their trials count as not recorded)"
    if standing.duplicates:
        yield f"duplicates: {standing.duplicates} (superseded by another record of the same trial)"
    if standing.of_another_protocol:
        yield f"stale: {standing.of_another_protocol} (of another protocol version; `harness run` measures such trials anew)"
    if standing.of_other_data:
        yield f"stale: {standing.of_other_data} (their data set has changed since; `harness run` measures such trials anew)"
    if standing.of_other_code:
        yield (
            f"stale: {standing.of_other_code} (made by an earlier version of {', '.join(standing.changed_code)}; reports leave "
            "them out, and `harness run` measures such trials anew)"
        )


def _ways_on(standing: Standing) -> Iterator[str]:
    command = f"harness run {shlex.join(standing.command)}"
    if standing.missing:
        yield f"to go on: {command}"
    if standing.failed_of_newest:
        again = command if "retry_failed=true" in standing.command else f"{command} retry_failed=true"
        yield f"to run the failed trials again: {again}"
    elif standing.counts.get(Status.FAILED):
        yield "to run failed trials again: give their own command with retry_failed=true"
