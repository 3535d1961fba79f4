"""What `harness verify` and `harness review` share: checks and replays on the screen, and the certificate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from harness.cli.claims import wide_console
from harness.provenance import certificate
from harness.provenance.checking import Check
from harness.provenance.manifest import Manifest
from harness.provenance.replaying import Answer, Replayed, replay
from harness.provenance.sampling import records_with
from harness.provenance.verifying import overall_root

FAULTY, NOT_HERE = 1, 4
"""Exit codes: something is wrong; a trial cannot be certified on this processor."""

SHOWN = 5
"""Faults of a check that are printed; the certificate has all."""


def shown(checks: Iterable[Check]) -> Iterator[Check]:
    """Print each check as it is done."""
    console = wide_console()
    for check in checks:
        mark = "[green]✓[/]" if check.passes else "[bold red]✗[/]"
        nothing = "nothing to look at" if not check.n and check.passes else f"{check.n:,}"
        of = f"{check.study or 'all':<12}{check.name:<8} {nothing:>18}"
        console.print(f"{mark} {of} in {check.seconds:.0f} s: {check.proves}", soft_wrap=True)
        for fault in check.faults[:SHOWN]:
            console.print(f"    {fault}", soft_wrap=True, markup=False, style="red")
        if len(check.faults) > SHOWN:
            console.print(f"    and {len(check.faults) - SHOWN:,} more", style="red")
        yield check


def run_again(chosen: Mapping[Path, Sequence[str]], trusted: Collection[str] = ()) -> Iterator[Replayed]:
    """Replay the trials of these ids, by the folder that they are in."""
    for folder, ids in chosen.items():
        if ids:
            yield from replay(records_with(folder, ids), trusted)


def show_replays(replayed: Sequence[Replayed], seed: int) -> None:
    """Print how many trials of a random sample were the same, and what that excludes."""
    console, answers = wide_console(), [one.answer for one in replayed]
    for answer in Answer:
        if n_such := answers.count(answer):
            console.print(
                f"  {n_such} of {len(answers)} random trials: {answer} (--seed {seed})", markup=False, soft_wrap=True
            )
    if answers and answers.count(Answer.SAME) == len(answers):
        console.print(f"  {certificate.bound_in_words(len(answers))}", markup=False, soft_wrap=True)


def write(
    path: Path, found: Mapping[str, Manifest], checks: Sequence[Check], replayed: Sequence[Replayed], seed: int
) -> None:
    """Write the certificate, and print the root."""
    root = overall_root(dict(found))
    roots = {study: each.root for study, each in found.items()}
    certificate.write(path, certificate.certificate(checks, roots, root, replayed, seed))
    wide_console().print(f"root {root}", markup=False, soft_wrap=True)
    Console(stderr=True).print(f"written: {path}", markup=False, soft_wrap=True, style="dim")


def exit_code(checks: Sequence[Check], replayed: Sequence[Replayed]) -> int:
    """0, `FAULTY` or `NOT_HERE`."""
    answers = {one.answer for one in replayed}
    if not all(check.passes for check in checks) or Answer.DIFFERS in answers:
        return FAULTY
    return NOT_HERE if Answer.NOT_HERE in answers else 0
