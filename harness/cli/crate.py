"""`harness crate`: descriptions of the results for archives."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness import places
from harness.cli.outputs import tell
from harness.cli.progress import growing
from harness.cli.words import Parser, settings_of
from harness.core import ConfigError, HarnessError
from harness.planning.dataset_catalogue import read_catalogue
from harness.provenance.crates import croissant, ro_crate, validators
from harness.provenance.crates.facts import About, Facts, read_facts
from harness.report.studies import recorded_studies, study_folders
from harness.report.tiers import require_folder
from harness.running import files
from harness.tracking import environments

DESCRIPTION = """\
Describe a folder of results in the words of archives: which command of which revision made which file of which data
sets, what every file is, and what every column means. It writes two files into the folder:

  ro-crate-metadata.json   RO-Crate 1.3, for archives and people
  croissant.json           Croissant 1.1 with the words on responsible use, for whoever loads the records

  results=   the folder
  name=      of the whole; by default it names the studies
  author=    who answers for them; has to be said of studies of your own
  licence=   of records, tables and figures, as an address; likewise
"""
EXAMPLES = """\
examples:
  harness crate                        results/ro-crate-metadata.json and results/croissant.json
  harness crate --install              make the environment of the validators, once
  harness crate --check                and let the validators of both formats look at them, without a network
  harness crate results=elsewhere name="Drift on our sensors" author="A. Sensor" licence=https://creativecommons.org/licenses/by/4.0/
"""
DEFAULTS = {"results": "results", "name": "", "author": "", "licence": ""}
OURS = {"author": "the mlops-harness authors", "licence": "https://creativecommons.org/licenses/by/4.0/"}
"""What is said of the studies of the harness unless other is given."""


def main(argv: Sequence[str]) -> int:
    """Write the descriptions, and check them if asked.

    Returns:
        The exit code 0.

    Raises:
        HarnessError: there are no results or no validators, or a validator objects.
    """
    parser = Parser(
        prog="harness crate",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", metavar="KEY=VALUE", help="results=, name=, author=, licence=")
    parser.add_argument("--check", action="store_true", help="let the validators look at what was written")
    parser.add_argument("--install", action="store_true", help="only make the environment of the validators")
    words = parser.parse_args(argv)
    settings = settings_of(words.words, "harness crate", DEFAULTS)
    if words.install:
        with growing("installing the validators") as progress:
            print(f"the validators are in {environments.install(validators.ENVIRONMENT, progress)}")
        return 0
    results = Path(settings["results"])
    require_folder(results)
    studies = recorded_studies(results, places.STANDARD_TIER, "")
    known = {(name, dataset.checksum): dataset.about for name, dataset in read_catalogue().items()}
    facts = read_facts(results, studies, known)
    tell(described(facts, about(facts, settings)), is_json=False)
    return _checked(results) if words.check else 0


def about(facts: Facts, settings: Mapping[str, str]) -> About:
    """What is said of the whole. Raises `ConfigError` if nobody says who answers for it, or under which licence it is."""
    studies, own = ", ".join(facts.studies), [one for one in facts.studies if one not in study_folders()]
    said = {key: settings[key] or ("" if own else usual) for key, usual in OURS.items()}
    if missing := [f"{key}=" for key, value in said.items() if not value]:
        raise ConfigError(
            f"harness crate: {', '.join(own)} is a study of your own: say {' and '.join(missing)}; see --help."
        )
    if "://" not in said["licence"]:
        raise ConfigError(
            f"harness crate: licence={said['licence']} is no address; write for instance {OURS['licence']}."
        )
    description = (
        f"Records of {facts.n_trials} trials of the studies {studies}, with the tables and figures that were made of them and "
        "the digests that show any change."
    )
    return About(settings["name"] or f"Results of mlops-harness: {studies}", description, **said, is_ours=not own)


def described(facts: Facts, about: About, into: Path | None = None) -> list[Path]:
    """Write both files into the folder of results or another, and return their paths."""
    documents = {ro_crate.NAME: ro_crate.ro_crate(facts, about), croissant.NAME: croissant.croissant(facts, about)}
    return [_written((into or facts.results) / path, document) for path, document in documents.items()]


def _written(path: Path, document: Mapping[str, Any]) -> Path:
    files.write_json(path, document)
    return path


def _checked(results: Path) -> int:
    found = validators.problems(results)
    for name, faults in found.items():
        print(f"{name}: {'valid' if not faults else f'{len(faults)} faults'}")
        for fault in faults:
            print(f"  {fault}")
    if any(found.values()):
        raise HarnessError("a validator objects, see above; tell us what your folder holds that ours does not.")
    return 0
