"""`harness run`: one trial, or with -m a sweep of many."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import hydra
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from harness import places
from harness.cli.main import INTERRUPTED, TRIALS_FAILED
from harness.cli.progress import Bar, fetch_with_progress, track
from harness.cli.words import Parser, add_config_dir, checked
from harness.core import ConfigError, Record, Status
from harness.planning.grids import Asked
from harness.planning.hydra_session import VERSION, compose, loading
from harness.planning.levels import register_resolvers
from harness.planning.one_trial import plan_one, run_or_find
from harness.planning.run_settings import check_sweep_settings, study_folder
from harness.planning.sweeps import Sweep, Wanted, plan_sweep, wanted
from harness.planning.sweeps import run as run_sweep
from harness.planning.translation import CONFIG, in_sentences
from harness.running.identity import PlannedTrial
from harness.running.reasons import by_code, in_words, shown_error
from harness.running.sweep import Summary
from harness.trials.timeline import Timeline, drawn
from harness.trials.view import Grid, Line, Shown, Tone, levels, view

SHOWN_REASONS = 5
_STYLES = {Tone.PLAIN: "", Tone.DIM: "dim"}


LOOKS = ("--help", "-h", "--hydra-help", "--version", "--cfg", "-c", "--resolve", "--package", "-p", "--info", "-i")
"""Flags that only look: Hydra answers them."""


def main(argv: Sequence[str]) -> int:
    """Run what the words after `harness run` ask for."""
    if {word.partition("=")[0] for word in argv} & {*LOOKS, "--shell-completion", "-sc"}:
        return _look(argv)
    words = _parser().parse_intermixed_args(argv)
    folders = checked(words.config_dir)  # a user's YAML may name classes of a module beside it
    command = tuple(argv)
    with loading(*folders) as loader:
        if not words.multirun:
            config = compose(loader, words.overrides)
            check_sweep_settings(config)
            one = plan_one(config)
            _remark(one.remarks)
            return _show(run_or_find(one, config, command, fetch_with_progress), one.trial, one.folder)
        summaries = list(_run_all(wanted(words.overrides, loader), command))
    if any(summary.interrupted for summary in summaries):
        return INTERRUPTED
    return TRIALS_FAILED if any(summary.failures for summary in summaries) else 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="harness run", add_help=False)
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE")
    parser.add_argument("--multirun", "-m", action="store_true")
    add_config_dir(parser, "a folder of your own with YAML files, and modules that they name")
    return parser


def _look(argv: Sequence[str]) -> int:
    """Show help, or what is composed and how, and run nothing."""
    if {"-m", "--multirun"} & set(argv) and not {"--help", "-h"} & set(argv):
        raise ConfigError("a sweep is many trials: look at one of them with --cfg or --info, and without -m.")
    register_resolvers()
    words = _looking().parse_intermixed_args(argv)
    folders = checked(words.config_dir)
    if words.cfg or words.info:  # whatever is wrong is said as it is when it is run
        with loading(*folders) as loader:
            compose(loader, words.overrides)
    flags = [word for word in argv if word not in words.overrides]
    sys.argv = ["harness run", *flags, *words.overrides]
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra raises instead of printing
    looks = hydra.main(config_path=str(places.shipped("conf")), config_name=CONFIG, version_base=VERSION)(
        lambda _: None
    )
    with in_sentences("this cannot be shown"):
        looks()
    return 0


def _looking() -> argparse.ArgumentParser:
    """A parser of the flags that only look, as Hydra has them."""
    parser = _parser()
    for flags in (("--help", "-h"), ("--hydra-help",), ("--version",), ("--resolve",), ("--shell-completion", "-sc")):
        parser.add_argument(*flags, action="store_true")
    parser.add_argument("--cfg", "-c", choices=("job", "hydra", "all"))
    parser.add_argument("--package", "-p")
    shown = ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath")
    parser.add_argument("--info", "-i", choices=shown, nargs="?", const="all")
    return parser


def _remark(remarks: Iterable[str]) -> None:
    """Print what is to be said before anything runs."""
    for remark in remarks:
        Console(stderr=True, highlight=False).print(remark, markup=False, soft_wrap=True)


# ---- many trials ----------------------------------------------------------------------------------------------------


def _run_all(sweeps: Sequence[Wanted], command: Sequence[str]) -> Iterator[Summary]:
    """Each sweep is planned when its turn comes, since it may need what the one before recorded."""
    for one in sweeps:
        asked = one.asked
        if len(sweeps) > 1:
            Console(stderr=True, highlight=False).print(
                f"{asked.config.study} ({asked.config.tier.name}){_less(asked)}:"
            )
        sweep = plan_sweep(one, lambda choices, total: track(choices, "composing", total))
        _remark(sweep.remarks)
        with Bar(len(sweep.trials)) as bar:
            summary = run_sweep(sweep, bar.show, fetch_with_progress, command)
        _report(summary, study_folder(asked.config))
        _say_whether_published(sweep, summary)
        yield summary
        if summary.interrupted:
            return


def _less(asked: Asked) -> str:
    return f", without {' '.join(asked.without)}, which it has no key for" if asked.without else ""


def _report(summary: Summary, folder: Path) -> None:
    console = Console(stderr=True, highlight=False)
    console.print(f"{summary.in_words} Records: {folder}", soft_wrap=True)
    if summary.lost:
        console.print(f"  workers lost on the way: {summary.lost}; what they had not ended was run again")
    for line in in_words(Status.FAILED, by_code(summary.failures), shown=SHOWN_REASONS):
        console.print(f"  {line}", markup=False, soft_wrap=True)
    if summary.mirror_broke:
        console.print(f"  {summary.mirror_broke}", markup=False, soft_wrap=True)
    if summary.interrupted:
        console.print("stopped; everything that ended is recorded, and the same command continues.")


def _say_whether_published(sweep: Sweep, summary: Summary) -> None:
    console, tier = Console(stderr=True, highlight=False), sweep.config.tier.name
    if summary.published is not None:
        megabytes = summary.published.stat().st_size / 1e6
        console.print(f"Published: {summary.published}, {megabytes:.2f} MB", soft_wrap=True)
    elif tier in places.PUBLISHED_TIERS:
        why = (
            "some trials are still to be run; the same command continues"
            if sweep.is_whole
            else "it is not the whole design"
        )
        console.print(f"Nothing is published of tier={tier}: {why}.", soft_wrap=True)


# ---- one trial ------------------------------------------------------------------------------------------------------


def _show(record: Record, trial: PlannedTrial, folder: Path) -> int:
    console = Console(highlight=False)
    console.print(f"[bold]{escape(record.study)}[/] {escape(levels(trial.factors))}", soft_wrap=True)
    if record.status is Status.OK:
        for part in view(record, trial.spec):
            console.print(_drawn(part, console), soft_wrap=not isinstance(part, Grid))
    else:
        console.print(f"{record.status}: {record.reason}", markup=False, soft_wrap=True)
    console.print(f"trial {record.trial_id[:12]} in {folder}", style="dim", markup=False, soft_wrap=True)
    if error := shown_error(record):
        console.print(error, markup=False, style="dim", soft_wrap=True)
    return TRIALS_FAILED if record.status is Status.FAILED else 0


def _drawn(part: Shown, console: Console) -> Table | Text:
    if isinstance(part, Line):
        return Text(part.text, style=_STYLES[part.tone])
    if isinstance(part, Timeline):
        return Text("\n".join(drawn(part, width=console.width, ascii_only=console.options.ascii_only)))
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in part.columns:
        table.add_column(column.title, justify=column.align, no_wrap=not column.wraps)
    for row in part.rows:
        table.add_row(*row.cells, style=_STYLES[row.tone])
    return table
