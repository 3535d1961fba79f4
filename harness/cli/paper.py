"""`harness paper`: the paper as PDF, every number from the reports of the studies."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from harness import places
from harness.cli.words import read_settings
from harness.core import ConfigError, HarnessError
from harness.provenance import manifest
from harness.provenance.verifying import PRINTED, root_of_folders
from harness.report.paper import collect, found_reports, set_paper
from harness.report.tiers import require_tier

DESCRIPTION = """\
Make the paper as PDF. Its sentences, tables and figures take every number from what `harness report` wrote.

  harness paper                  the standard tier -> paper/paper.pdf
  harness paper tier=smoke       the paper of another tier, which says so on its first page
  harness paper results=elsewhere output=drafts/paper.pdf

What the paper was made of is left beside it, in generated/.
"""
DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results", "output": "paper/paper.pdf"}


def main(argv: Sequence[str]) -> int:
    """Set the paper; the exit code.

    Raises:
        HarnessError: the tier has no report, or the text uses what no report has.
    """
    settings = read_settings("harness paper", DESCRIPTION, argv, defaults=DEFAULTS)
    output, results, tier = Path(settings["output"]), Path(settings["results"]), settings["tier"]
    require_tier(tier, results)
    reports = found_reports(results, tier)
    if not reports:
        raise ConfigError(
            f"there is no report of the tier {tier!r} in {results}; run `harness report tier={tier}` first."
        )
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder)
        collect(reports, tier, draft, _root(list(reports.values())))
        pdf = set_paper(draft)
        _write(pdf, draft / "generated", output)
    Console(stderr=True, highlight=False).print(f"{', '.join(reports)} ({tier}) -> {output}", soft_wrap=True)
    return 0


def _root(folders: Sequence[Path]) -> str:
    """The root of what the paper is made of; "" where a report was made by an earlier harness, without digests."""
    return root_of_folders(folders)[:PRINTED] if all((folder / manifest.NAME).exists() for folder in folders) else ""


def _write(pdf: bytes, generated: Path, output: Path) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(generated, output.parent / "generated", dirs_exist_ok=True)
        output.write_bytes(pdf)
    except OSError as error:
        raise HarnessError(f"cannot write {output}: {error.strerror}; set output=<a file>.") from error
