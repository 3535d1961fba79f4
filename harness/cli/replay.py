"""`harness replay`: trials run again and compared with their records, bit for bit."""

from __future__ import annotations

import argparse
import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from harness import places
from harness.cli.certified import exit_code
from harness.cli.claims import wide_console
from harness.cli.progress import track
from harness.cli.words import Parser, add_config_dir, add_trust, opened, parted, trusted
from harness.core import ConfigError
from harness.provenance.costs import cpu_seconds, in_words
from harness.provenance.replaying import Answer, Replayed, replay
from harness.provenance.sampling import of_studies, records_with, sampled, with_ids
from harness.provenance.tracing import behind, trace
from harness.report.tiers import require_folder, require_tier
from harness.running import status, store

DESCRIPTION = """\
Run trials again, each on the processor core that its record names, and compare them with their records bit for bit.

  harness replay 0001f900c278                                     one trial, by the first digits of its id
  harness replay --of detection/paper.csv ddm delay --sample 5    five random trials behind a number (harness trace)
  harness replay --of synthesis/paper.csv --sample 5              behind any cell of a table
  harness replay --sample 10                                      of every study that has records
  harness replay --sample 10 --seed 1 tier=replication            the same ten again, of another tier
  harness replay --config-dir mine 04ab                           a trial that is made of your own classes

The answer is "same", "differs", "not certifiable here" where the core of the record cannot run (then what differs is told in
the unit of the measurement), or "not run" where it would build what nobody has allowed. --sample draws from what can be run
here, of each study as often. It runs today's code, and says of which revision the record is.
Exit codes: 0 all the same, 1 one differs, 4 one cannot be certified here.
"""
DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results"}
SHOWN = 3
"""Differences that are printed of a trial."""

_STYLES = {Answer.SAME: "green", Answer.DIFFERS: "bold red", Answer.NOT_HERE: "yellow", Answer.NOT_RUN: "yellow"}


def main(argv: Sequence[str]) -> int:
    """Run trials again.

    Returns:
        The exit code: 0, `certified.FAULTY` or `certified.NOT_HERE`.

    Raises:
        HarnessError: there are no such trials, or a record would build what it may not.
    """
    parser = Parser(
        prog="harness replay", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "words", nargs="*", metavar="ID or WORD", help="ids, or with --of a row and a column; tier=, results="
    )
    parser.add_argument("--of", metavar="TABLE", help="trials behind this number: as harness trace takes it")
    parser.add_argument("--sample", type=int, metavar="N", help="so many random trials")
    parser.add_argument("--seed", type=int, metavar="S", help="draw the same sample again")
    add_trust(parser)
    add_config_dir(parser, "a folder of your own whose classes the trials are made of; may be given again")
    words = parser.parse_intermixed_args(argv)
    settings, asked = parted(words.words, "harness replay", DEFAULTS)
    own, results = tuple(opened(words.config_dir)), Path(settings["results"])
    known = trusted(words.trust, own)
    if settings["results"] != DEFAULTS["results"]:
        require_folder(results)
    require_tier(settings["tier"], results, own)
    if words.sample is not None and words.sample < 1:
        raise ConfigError(f"harness replay: --sample {words.sample} is no number of trials; give 1 or more.")
    seed = secrets.randbelow(10**6) if words.seed is None else words.seed
    console = Console(stderr=True, highlight=False)
    with console.status("choosing trials"):
        chosen = _chosen(words.of, asked, words.sample, seed, results, settings["tier"], own, known)
        stored = {folder: records_with(folder, ids) for folder, ids in chosen.items() if ids}
    n_trials = sum(map(len, stored.values()))
    costs = [cpu_seconds(one.table) for one in stored.values()]
    told = [cost for cost in costs if cost is not None]
    drawn = f", drawn by --seed {seed}" if words.sample is not None else ""
    console.print(
        f"{n_trials} trials{drawn}; they took {in_words(sum(told) if told else None)}, shared fits apart",
        markup=False,
    )
    replayed = []
    again = ((folder, one) for folder, records in stored.items() for one in replay(records, known))
    for folder, one in track(again, "running again", n_trials):
        replayed.append(one)
        _show(folder.name, one)
    answers = Counter(one.answer for one in replayed)
    wide_console().print(", ".join(f"{count} {answer}" for answer, count in sorted(answers.items())), markup=False)
    return exit_code((), replayed)


def _chosen(
    of: str | None,
    words: Sequence[str],
    size: int | None,
    seed: int,
    results: Path,
    tier: str,
    own: Sequence[Path],
    known: Collection[str],
) -> Mapping[Path, list[str]]:
    if of is not None:
        found = trace([of, *words], results, tier, own) if words else behind(of, results, tier)
        queries = [one for one in found if one.query is not None]
        if not queries:
            raise ConfigError(f"{of} {' '.join(words)} rests on no record, so that nothing can be run again.")
        ids = {each for one in queries for each in (one.query.ids(one.read()) if one.query else ())}
        return {queries[0].folder: sampled(ids, size or 1, seed)}
    if words:
        return with_ids(words, results, tier)
    if size is None:
        raise ConfigError("harness replay: say which trials: ids, --of a number, or --sample N; see --help.")
    folders = [one.path for one in status.study_folders(results) if one.tier == tier and store.exists(one.path)]
    sample = of_studies(folders, seed, known).of_size(size)
    if not sample.ids:
        why = next((why for stratum in sample.strata for why in stratum.elsewhere), "there are none")
        raise ConfigError(f"no record at tier={tier} can be run again here: {why}")
    return sample.by_folder


def _show(study: str, one: Replayed) -> None:
    console = wide_console()
    made = f" by revision {one.revision[:12]}" if one.revision else ""
    where = f" on {one.core}" if one.core else ""
    told = escape(f"{study} {one.record.trial_id[:12]}, {one.record.status}{where}{made}")
    console.print(
        f"[{_STYLES[one.answer]}]{one.answer}[/]  {told}",
        soft_wrap=True,
    )
    if one.note:
        differ = f"; {len(one.differences)} values differ" if one.answer is Answer.NOT_HERE else ""
        console.print(f"    {one.note}{differ}", soft_wrap=True, style="dim", markup=False)
    for each in sorted(one.differences, key=lambda each: -(each.size or float("inf")))[:SHOWN]:
        apart = "" if each.size is None else f", {each.size:.2g} apart"
        console.print(f"    {each.place}: {each.was} recorded, {each.now} now{apart}", soft_wrap=True, markup=False)
