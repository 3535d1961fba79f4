"""`harness verify`: whether results are what was measured, and what each check proves."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness import places
from harness.cli.certified import exit_code, run_again, show_replays, shown, write
from harness.cli.progress import track
from harness.cli.words import Parser, add_config_dir, add_trust, opened, settings_of, trusted
from harness.core import ConfigError, HarnessError
from harness.provenance import certificate
from harness.provenance.manifest import Manifest
from harness.provenance.sampling import Sample, of_studies
from harness.provenance.verifying import PRINTED, drawn, n_checks, verify
from harness.report.studies import recorded_studies
from harness.report.tiers import require_tier

DESCRIPTION = """\
Whether results are what was measured. Every check says what it proves; none of them runs a trial unless --replay asks for it.

  harness verify                        ids, digests and their root, labels against accuracies, files: in a minute or so
  harness verify --tables               makes the tables anew, too, and compares them byte for byte
  harness verify --figures              and draws the figures
  harness verify --replay 10            runs ten random trials again, too (harness replay)
  harness verify --root 3f1c...         against the root that stands in the paper or in a certificate
  harness verify study=synthesis results=elsewhere
  harness verify --read certificate.json
                                        whether a certificate agrees with itself and with these results
  harness verify --config-dir mine --tables --replay 10 tier=adhoc
                                        a study of your own, whose trials are made of your own classes

It writes certificate.json, and none when it reads one.
Exit codes: 0 all is well, 1 something is not, 4 a trial or a study cannot be certified on this processor.
"""
DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results", "study": ""}


def main(argv: Sequence[str]) -> int:
    """Check a folder of results.

    Returns:
        The exit code: 0, `certified.FAULTY` or `certified.NOT_HERE`.

    Raises:
        HarnessError: there is nothing to check, or no certificate.
    """
    parser = Parser(
        prog="harness verify", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", metavar="KEY=VALUE", help="tier=, results=, study=")
    parser.add_argument("--tables", action="store_true", help="make the tables anew and compare them")
    parser.add_argument("--figures", action="store_true", help="draw the figures anew, too")
    parser.add_argument("--replay", type=int, default=0, metavar="N", help="run so many random trials again")
    parser.add_argument("--seed", type=int, metavar="S", help="draw the same sample of trials again")
    parser.add_argument("--root", default="", metavar="R", help="that the results should have")
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="the certificate; certificate.json, and none with --read"
    )
    parser.add_argument("--read", type=Path, metavar="FILE", help="a certificate to compare with these results")
    add_trust(parser)
    add_config_dir(parser, "a folder of your own with the study, or the classes of its trials; may be given again")
    words = parser.parse_intermixed_args(argv)
    settings, own = settings_of(words.words, "harness verify", DEFAULTS), opened(words.config_dir)
    known = trusted(words.trust, own)
    results, tier = Path(settings["results"]), settings["tier"]
    require_tier(tier, results, own)
    if words.replay < 0:
        raise ConfigError(f"harness verify: --replay {words.replay} is no number of trials.")
    studies = recorded_studies(results, tier, settings["study"], own)
    given = certificate.read(words.read)["predicate"] if words.read else None
    if given and not settings["study"]:
        studies = [study for study in studies if study in given["roots"]]
    folders = [places.study_folder(results, tier, study) for study in studies]
    into = words.write or (None if words.read else Path(certificate.NAME))
    root = _root_read(words.read, given, words.root) if given else words.root.lower()
    if root.strip("0123456789abcdef"):
        raise ConfigError(f"harness verify: --root {root} is no digest; give its hexadecimal digits.")
    if root and len(root) < PRINTED:
        raise ConfigError(
            f"harness verify: --root {root} is too short; give {PRINTED} digits, as the paper has, or all."
        )
    found: dict[str, Manifest] = {}
    asked = {"tables": words.tables, "figures": words.figures}
    every = verify(folders, **asked, root=root, found=found, own=own, trusted=known)
    n_all = n_checks(folders, tables=words.tables or words.figures)
    checks = list(shown(track(every, "checking", n_all)))
    if given and given["replay"]["trials"]:
        checks += shown([drawn(folders, given["replay"])])
    seed = secrets.randbelow(10**6) if words.seed is None else words.seed
    if not words.replay:
        write(into, found, checks, (), Sample((), (), (), seed))
        return exit_code(checks, ())
    sample = of_studies(folders, seed, known).of_size(words.replay)
    replayed = list(track(run_again(sample, sample.ids), "running again", len(sample.ids)))
    show_replays(replayed, sample)
    write(into, found, checks, replayed, sample)
    return exit_code(checks, replayed, sample)


def _root_read(path: Path, said: Mapping[str, Any], asked: str) -> str:
    root = str(said["root"])
    if asked and not root.startswith(asked.lower()):
        raise HarnessError(f"{path} has the root {root[:12]}, and --root is {asked[:12]}.")
    return root
