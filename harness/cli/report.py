"""`harness report`: tables and figures of every study that has records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from harness import places
from harness.cli.main import report_error
from harness.cli.words import add_config_dir, checked, settings_of, settings_parser
from harness.core import HarnessError
from harness.provenance import manifest
from harness.report import unfinished
from harness.report.judging import whole_report
from harness.report.studies import evidence_of, recorded_studies
from harness.report.tiers import require_folder, require_tier
from harness.report.writing import check, write_report
from harness.running import predicted_labels, store
from harness.running.raised_errors import in_one_sentence
from harness.running.status import assess
from harness.running.store import plans
from harness.running.store.strangers import sifted

DESCRIPTION = """\
Make the tables (CSV, LaTeX, JSON) and figures (PDF, SVG, PNG) of every study that has records, from the records only.

  harness report                 the standard tier: results/<study>/
  harness report tier=smoke      another tier: results/.smoke/<study>/
  harness report study=synthesis results=elsewhere
  harness report --config-dir mine tier=adhoc
                                 with the studies in mine/experiments/<study>/, and the titles of your own
                                 models, detectors, data sets and scenarios

A study without such a folder has the usual report: one table of what was measured at each combination of its factors.
"""
DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results", "study": ""}


def main(argv: Sequence[str]) -> int:
    """Write the reports. One that cannot be made does not keep the others from being made.

    Returns:
        The exit code: 0 if all were written, else 1.

    Raises:
        HarnessError: an unknown setting or study, or there are no records.
    """
    parser = settings_parser("harness report", DESCRIPTION, defaults=DEFAULTS)
    add_config_dir(parser, "a folder of your own with experiments/<study>/ and YAML files; may be given again")
    words = parser.parse_intermixed_args(argv)
    settings, own = settings_of(words.settings, "harness report", DEFAULTS), checked(words.config_dir)
    results, tier = Path(settings["results"]), settings["tier"]
    require_tier(tier, results, own)
    if settings["results"] != DEFAULTS["results"]:
        require_folder(results)
    studies = recorded_studies(results, tier, settings["study"], own)
    code = 0
    for study in studies:
        try:
            _write(study, places.study_folder(results, tier, study), tier, own)
        except HarnessError as error:
            code = report_error(type(error)(f"{study}: {error}"))
        except (Exception, SystemExit) as error:  # of a user's own study
            code = report_error(HarnessError(f"{study}: {in_one_sentence(error, own)}"))
    return code


def _write(study: str, folder: Path, tier: str, own: Sequence[Path]) -> None:
    console = Console(stderr=True, highlight=False)
    with console.status(f"{study}: reading records") as status:
        found = sifted(folder, store.compact(folder))
        for remark in found.remarks:
            console.print(f"{study}: {remark}", soft_wrap=True, markup=False)
        stored, plan = found.stored.current(), plans.newest_plan(folder)
        if not len(stored):
            raise HarnessError("no record is left to report; `harness status` says what became of them.")
        words = unfinished.sentence(assess(found.stored, plan, study=study, tier=tier))
        evidence = evidence_of(folder, stored, tier, own)
        predicted_labels.keep(folder, evidence.labels)
        report = whole_report(study, evidence, own, lambda name: status.update(f"{study}: {name}"))
        check(report)
        report = unfinished.marked(report, words)
        written = write_report(report, folder, lambda name: status.update(f"{study}: {name}"))
        status.update(f"{study}: digests")
        manifest.write(folder)
    console.print(f"{study}: {len(stored)} trials -> {len(written)} files in {folder}", soft_wrap=True)
    if words:
        console.print(f"  {words}", soft_wrap=True, markup=False)
    if n_stale := len(found.stored) - len(stored):
        console.print(f"  left out: {n_stale} stale records; `harness status tier={tier}` says why", soft_wrap=True)
