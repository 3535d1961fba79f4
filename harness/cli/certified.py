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
from harness.provenance.sampling import Sample, records_with

FAULTY, NOT_HERE = 1, 4
"""Exit codes: something is wrong; a trial cannot be certified on this processor."""

SHOWN = 5
"""Faults of a check that are printed; the certificate has all."""


def shown(checks: Iterable[Check]) -> Iterator[Check]:
    """Print each check as it is done."""
    console = wide_console()
    for check in checks:
        is_empty = not check.n and check.passes
        mark = "[dim]–[/]" if is_empty else "[green]✓[/]" if check.passes else "[bold red]✗[/]"
        of = f"{check.study or 'all':<12}{check.name:<8}"
        if is_empty:
            console.print(f"{mark} {of} {'nothing to look at':>18}", soft_wrap=True)
        else:
            console.print(f"{mark} {of} {check.n:>18,} in {check.seconds:.0f} s: {check.proves}", soft_wrap=True)
        for fault in check.faults[:SHOWN]:
            console.print(f"    {fault}", soft_wrap=True, markup=False, style="red")
        if len(check.faults) > SHOWN:
            console.print(f"    and {len(check.faults) - SHOWN:,} more", style="red")
        yield check


def run_again(sample: Sample, ids: Collection[str]) -> Iterator[Replayed]:
    """Replay these trials of a sample."""
    wanted = set(ids)
    for folder, some in sample.by_folder.items():
        if chosen := [one for one in some if one in wanted]:
            yield from replay(records_with(folder, chosen), sample.trusted)


def show_replays(replayed: Sequence[Replayed], sample: Sample) -> None:
    """Print how many trials of a random sample were the same, and what that excludes."""
    console, answers = wide_console(), [one.answer for one in replayed]
    for answer in Answer:
        if n_such := answers.count(answer):
            console.print(
                f"  {n_such} of {len(answers)} random trials: {answer} (--seed {sample.seed})",
                markup=False,
                soft_wrap=True,
            )
    for one in replayed:
        if one.answer is not Answer.SAME:
            console.print(f"    {one.record.trial_id[:12]}: {one.answer}; {one.note}", markup=False, soft_wrap=True)
    for sentence in certificate.sentences(replayed, sample):
        console.print(f"  {sentence}", markup=False, soft_wrap=True)


def write(
    path: Path | None,
    found: Mapping[str, Manifest],
    checks: Sequence[Check],
    replayed: Sequence[Replayed],
    sample: Sample,
) -> None:
    """Print the root, and write the certificate if there is a path."""
    content = certificate.certificate(checks, found, replayed, sample)
    wide_console().print(f"root {content['predicate']['root']}", markup=False, soft_wrap=True)
    if path is None:
        return
    certificate.write(path, content)
    Console(stderr=True).print(f"written: {path}", markup=False, soft_wrap=True, style="dim")


def exit_code(checks: Sequence[Check], replayed: Sequence[Replayed], sample: Sample | None = None) -> int:
    """0, `FAULTY`, or `NOT_HERE` if a trial, or every trial of a study in the sample, cannot be certified."""
    answers = {one.answer for one in replayed}
    if not all(check.passes for check in checks) or Answer.DIFFERS in answers:
        return FAULTY
    is_everywhere = sample is None or all(stratum.here for stratum in sample.strata)
    return 0 if answers <= {Answer.SAME} and is_everywhere else NOT_HERE
