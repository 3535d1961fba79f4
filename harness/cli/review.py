"""`harness review`: a reviewer's hour, step by step."""

from __future__ import annotations

import argparse
import json
import math
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from harness import places
from harness.cli.certified import exit_code, run_again, show_replays, shown, write
from harness.cli.claims import wide_console
from harness.cli.progress import track
from harness.cli.words import Parser, add_config_dir, add_trust, opened, settings_of, trusted
from harness.core import ConfigError
from harness.provenance import certificate
from harness.provenance.costs import cpu_seconds, in_words
from harness.provenance.manifest import Manifest
from harness.provenance.replaying import Replayed
from harness.provenance.sampling import Sample, of_studies
from harness.provenance.verifying import n_checks, verify
from harness.report.studies import recorded_studies
from harness.report.tiers import require_tier
from harness.running import files, store

DESCRIPTION = """\
A reviewer's hour: what is claimed, what it would cost to run it all again, whether anything was changed, and as many random
trials of each study run again as fit into the minutes that you give. A certificate is written at the end.

  harness review                       ten minutes of trials, beside the minute or two of the checks
  harness review --minutes 60 study=detection
  harness review results=/elsewhere    somebody else's results: nothing that their records name is run unless it is known

Afterwards: harness claim D1, harness trace detection/paper.csv ddm delay, harness replay --of ... (docs/reviewing.md).
Exit codes: 0 all is well, 1 something is not, 4 a trial or a study cannot be certified here.
"""
DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results", "study": ""}


def main(argv: Sequence[str]) -> int:
    """Lead through the review of a folder of results.

    Returns:
        The exit code: 0, `certified.FAULTY` or `certified.NOT_HERE`.

    Raises:
        HarnessError: there is nothing to review, or a record would build what it may not.
    """
    parser = Parser(
        prog="harness review", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", metavar="KEY=VALUE", help="tier=, results=, study=")
    parser.add_argument("--minutes", type=float, default=10, metavar="M", help="of running trials again")
    parser.add_argument("--seed", type=int, metavar="S", help="draw the trials in the same order again")
    parser.add_argument("--write", type=Path, default=Path(certificate.NAME), metavar="FILE", help="the certificate")
    add_trust(parser)
    add_config_dir(parser, "a folder of your own with the study, or the classes of its trials; may be given again")
    words = parser.parse_intermixed_args(argv)
    if not 0 < words.minutes < math.inf:
        raise ConfigError(f"harness review: --minutes {words.minutes:g} leaves no time to run anything again.")
    settings, own = settings_of(words.words, "harness review", DEFAULTS), opened(words.config_dir)
    known = trusted(words.trust, own)
    results, tier = Path(settings["results"]), settings["tier"]
    require_tier(tier, results, own)
    studies = recorded_studies(results, tier, settings["study"], own)
    folders = [places.study_folder(results, tier, study) for study in studies]
    _title("1. What is claimed")
    for folder in folders:
        _show_claims(folder)
    _title("2. What it would cost to run all of it again")
    for folder in (one for each in folders for one in (each, *places.published_folders(each)) if store.exists(one)):
        _show_cost(folder)
    _title("3. Whether anything was changed")
    found: dict[str, Manifest] = {}
    every = verify(folders, found=found, own=own, trusted=known)
    checks = list(shown(track(every, "checking", n_checks(folders))))
    _title(f"4. Random trials, run again for {words.minutes:g} minutes")
    seed = secrets.randbelow(10**6) if words.seed is None else words.seed
    replayed: list[Replayed] = []
    sample = _replay(of_studies(folders, seed, known), 60 * words.minutes, replayed)
    show_replays(replayed, sample)
    _title("5. The certificate")
    write(words.write, found, checks, replayed, sample)
    return exit_code(checks, replayed, sample)


def _title(words: str) -> None:
    console = wide_console()
    console.print(f"\n{words}", style="bold")


def _show_claims(folder: Path) -> None:
    """The verdicts as they are published; what they rest on is looked at later."""
    console, path = wide_console(), folder / "register.json"
    try:
        told = json.loads(files.small(path))
        verdicts: dict[str, list[str]] = {}
        for claim in told["claims"]:
            verdicts.setdefault(str(claim["verdict"]), []).append(str(claim["id"]))
    except FileNotFoundError:
        console.print(f"  {folder.name:<12} no register of claims", markup=False)
        return
    except (OSError, ValueError, KeyError, TypeError):
        console.print(f"  {folder.name:<12} {path} cannot be read", markup=False, style="red")
        return
    said = "; ".join(f"{verdict} {', '.join(ids)}" for verdict, ids in verdicts.items())
    console.print(f"  {folder.name:<12} {said}", markup=False, soft_wrap=True)


def _show_cost(folder: Path) -> None:
    table = store.read(folder).table
    statuses = Counter(table["status"].to_pylist())
    counted = ", ".join(f"{count:,} {status}" for status, count in sorted(statuses.items()))
    command = f"harness run -m experiment={folder.name} tier={places.tier_of(folder)}"
    said = f"{len(table):,} trials ({counted}), {in_words(cpu_seconds(table))} by their clocks: {command}"
    wide_console().print(f"  {folder.name:<12} {said}", markup=False, soft_wrap=True)


def _replay(every: Sample, seconds: float, replayed: list[Replayed]) -> Sample:
    """Run random trials again, each study for as long as any other.

    How many there are is found out by running one, then two, then four and so on: a record's own word on what it has cost would
    let dear ones escape.

    Returns:
        The sample, whose trials are in `replayed` then.
    """
    sizes: dict[str, int] = {}
    studies = [stratum.study for stratum in every.strata if stratum.here]
    for study in studies:
        start, done, batch = time.monotonic(), 0, 1
        while batch > 0:
            sample = every.of_sizes({study: done + batch})
            if not (more := sample.ids[done:]):
                break
            began = time.monotonic()
            replayed += track(run_again(sample, more), f"{study}, again", len(more))
            now, done = time.monotonic(), done + len(more)
            batch = min(2 * batch, int((seconds / len(studies) - (now - start)) * len(more) / (now - began)))
        sizes[study] = done
    return every.of_sizes(sizes)
