"""`harness check`: checks a user's own classes and YAML files against the contract of their kind."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from harness import places
from harness.checks.check import LONG_SECONDS, Finding, Verdict
from harness.checks.checking import Checked, check_all
from harness.checks.own import GROUPS, find, misplaced
from harness.cli.words import Parser, add_config_dir, opened
from harness.planning.level_names import problems

DESCRIPTION = """\
Try everything in a folder of your own before a sweep relies on it: models, ways to combine them, detectors, policies
and actions, drift scenarios, data sets and studies. Each one is built as a trial would build it and run on small data,
and has to hold what those that come along hold: the same bits every time, nothing written into what it is given,
nothing kept from one run to the next, and so on. Nothing is recorded.
"""
EXAMPLES = """\
examples:
  harness check --config-dir mine                   everything in mine/
  harness check --config-dir mine streak flowers    some levels by name
  harness check --config-dir mine detector -v       all of a group, with every check and every traceback
  harness check ddm                                 something that comes along

what is printed:
  detector streak   ok (18 checks; reads error)
  failed   detector streak: scanning in two pieces gives other alarms than scanning whole (first at row 17).

  failed    it must not be used as it is; the exit code is 1
  note      it can be used, and this is worth knowing
  skipped   the check makes no sense here (shown with -v)
"""


def main(argv: Sequence[str]) -> int:
    """Check what is in the folders.

    Returns:
        The exit code: 0 if nothing failed, else 1.

    Raises:
        HarnessError: there is no such folder, or nothing of these names in it.
    """
    words = _parser().parse_intermixed_args(argv)
    own = opened(words.config_dir)
    console = Console(highlight=False)
    strange = [*(sentence for folder in own for sentence in misplaced(folder)), *problems(own, checked=GROUPS)]
    for sentence in strange:
        console.print(f"failed   {sentence}", markup=False, soft_wrap=True)
    wanted = find(own or [places.shipped("conf")], words.names)
    failed = len(strange)
    for checked in check_all(wanted, own, Path(words.results)):
        failed += bool(checked.failed)
        for line in _lines(checked, all_of_it=words.verbose):
            console.print(line, markup=False, soft_wrap=True)
    n_ok = len(wanted) + len(strange) - failed
    console.print(f"{n_ok} ok, {failed} failed" if failed else f"{n_ok} ok", soft_wrap=True)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="harness check",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="levels, groups or group/level; everything unless given"
    )
    add_config_dir(
        parser, "a folder of your own, laid out like conf/, with experiments/<study>/ beside; may be given again"
    )
    parser.add_argument(
        "--results", default="results", metavar="DIR", help="where records of your studies are (results)"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="list every check, and show tracebacks")
    return parser


def _lines(checked: Checked, *, all_of_it: bool) -> list[str]:
    """What is printed of one level."""
    what = f"{checked.found.group} {checked.found.name}"
    lines = [_one(finding, what) for finding in checked.failed] or [_summary(checked, what)]
    lines += [_one(finding, what) for finding in checked.of(Verdict.NOTE)]
    lines += [f"  {finding.check} takes {finding.seconds:.0f} s" for finding in checked.findings if _is_long(finding)]
    if all_of_it:
        lines += [_listed(finding) for finding in checked.findings]
        lines += [finding.trace.rstrip() for finding in checked.failed if finding.trace]
    return lines


def _summary(checked: Checked, what: str) -> str:
    tried = [finding for finding in checked.findings if finding.verdict is not Verdict.SKIPPED]
    if not tried:
        return f"skipped  {what}: {checked.findings[0].why}"
    counted = f"{len(tried)} checks" if len(tried) != 1 else "1 check"
    return f"{what:<32} ok ({'; '.join(filter(None, (counted, checked.facts)))})"


def _one(finding: Finding, what: str) -> str:
    return (
        f"{finding.verdict:<8} {what}: {finding.why}"
        if finding.why
        else f"{finding.verdict:<8} {what}: {finding.check}"
    )


def _listed(finding: Finding) -> str:
    return f"    {finding.verdict:<8} {finding.check}" + (f": {finding.why}" if finding.why else "")


def _is_long(finding: Finding) -> bool:
    return finding.seconds > LONG_SECONDS
