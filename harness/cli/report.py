"""`harness report`: tables and figures of every study that has records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from harness import places
from harness.cli.settings import read_settings
from harness.core import HarnessError
from harness.report.studies import evidence_of, load_study, recorded_studies
from harness.report.writing import write_report
from harness.running import store

DESCRIPTION = """\
Make the tables (CSV, LaTeX, JSON) and figures (PDF, SVG, PNG) of every study that has records, from the records only.

  harness report                 the standard tier: results/<study>/
  harness report tier=smoke      another tier: results/.smoke/<study>/
  harness report study=synthesis results=elsewhere
"""
DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results", "study": ""}


def main(argv: Sequence[str]) -> int:
    """Write the reports; the exit code."""
    settings = read_settings("harness report", DESCRIPTION, argv, defaults=DEFAULTS)
    results, tier = Path(settings["results"]), settings["tier"]
    studies = recorded_studies(results, tier, settings["study"])
    if not studies:
        raise HarnessError(
            f"there are no records of the tier {tier!r} in {results}; "
            f"run `harness run -m experiment=synthesis tier={tier}` first."
        )
    for study in studies:
        _write(study, places.study_folder(results, tier, study), tier)
    return 0


def _write(study: str, folder: Path, tier: str) -> None:
    console = Console(stderr=True, highlight=False)
    with console.status(f"{study}: reading records") as status:
        stored = store.compact(folder).current()
        report = load_study(study).report(evidence_of(folder, stored, tier))
        written = write_report(report, folder, lambda name: status.update(f"{study}: {name}"))
    console.print(f"{study}: {len(stored)} trials -> {len(written)} files in {folder}", soft_wrap=True)
