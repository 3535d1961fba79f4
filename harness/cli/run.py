"""`harness run`: one trial, or with -m a sweep of many."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import hydra
from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from harness import places
from harness.cli.main import INTERRUPTED, TRIALS_FAILED, report_error
from harness.cli.progress import Bar, fetch_with_progress, track
from harness.core import ConfigError, HarnessError, Record, Status
from harness.planning.grids import Asked, apart
from harness.planning.levels import register_resolvers
from harness.planning.one_trial import plan_one, run_or_find
from harness.planning.run_settings import check_sweep_settings, study_folder
from harness.planning.sweeps import plan_sweep
from harness.planning.sweeps import run as run_sweep
from harness.running.identity import PlannedTrial
from harness.running.reasons import by_code, in_words
from harness.running.sweep import Summary
from harness.trials.view import Line, Shown, Tone, view_of

SHOWN_REASONS = 5
_STYLES = {Tone.PLAIN: "", Tone.DIM: "dim"}


def main(argv: Sequence[str]) -> int:
    """Hand the words after `harness run` to Hydra."""
    if {"-m", "--multirun"} & set(argv) and {"--cfg", "-c", "--info", "-i"} & set(argv):
        raise ConfigError("a sweep is many trials: look at one of them with --cfg or --info, and without -m.")
    register_resolvers()
    sys.path[:0] = _config_dirs(argv)  # a user's YAML may name classes of a module beside it
    sys.argv = ["harness run", *argv]
    run = hydra.main(config_path=str(places.shipped("conf")), config_name="config", version_base="1.3")(_run_one)
    run()
    return 0


def _config_dirs(argv: Sequence[str]) -> list[str]:
    """The folders that the command line names by --config-dir."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--config-dir", "-cd", action="append", default=[])
    return [str(Path(folder).resolve()) for folder in parser.parse_known_args(argv)[0].config_dir]


def _run_one(config: DictConfig) -> None:
    try:
        check_sweep_settings(config)
        folder, trial = study_folder(config), plan_one(config)
        code = _show(run_or_find(trial, folder, config, sys.argv[1:], fetch_with_progress), trial, folder)
    except HarnessError as error:
        code = report_error(error)
    if code:
        sys.exit(code)


# ---- many trials ----------------------------------------------------------------------------------------------------


def run_sweeps(asked: Asked, loader: ConfigLoader) -> list[Summary]:
    """Run all sweeps of a command line, as Hydra's sweeper asks; ends the process with its exit code unless all went well."""
    try:
        summaries = list(_run_all(list(apart(asked, loader)), loader))
    except HarnessError as error:
        sys.exit(report_error(error))
    if any(summary.interrupted for summary in summaries):
        sys.exit(INTERRUPTED)
    if any(summary.failures for summary in summaries):
        sys.exit(TRIALS_FAILED)
    return summaries


def _run_all(sweeps: Sequence[Asked], loader: ConfigLoader) -> Iterator[Summary]:
    """Each sweep is planned when its turn comes, since it may need what the one before recorded."""
    for asked in sweeps:
        if len(sweeps) > 1:
            Console(stderr=True, highlight=False).print(f"{asked.config.study} ({asked.config.tier.name}):")
        check_sweep_settings(asked.config)
        sweep = plan_sweep(asked, loader, lambda choices, total: track(choices, "composing", total))
        with Bar(len(sweep.trials)) as bar:
            summary = run_sweep(sweep, bar.show, fetch_with_progress)
        _report(summary, study_folder(asked.config))
        yield summary
        if summary.interrupted:
            return


def _report(summary: Summary, folder: Path) -> None:
    console = Console(stderr=True, highlight=False)
    console.print(f"{summary.in_words} Records: {folder}", soft_wrap=True)
    if summary.lost:
        console.print(f"  workers lost on the way: {summary.lost}; what they had not ended was run again")
    for line in in_words(Status.FAILED, by_code(summary.failures), shown=SHOWN_REASONS):
        console.print(f"  {line}", markup=False, soft_wrap=True)
    if summary.interrupted:
        console.print("stopped; everything that ended is recorded, and the same command continues.")


# ---- one trial ------------------------------------------------------------------------------------------------------


def _show(record: Record, trial: PlannedTrial, folder: Path) -> int:
    console = Console(highlight=False)
    name = ", ".join(f"{factor}={level}" for factor, level in trial.factors.items() if level is not None)
    console.print(f"[bold]{escape(record.study)}[/] {escape(name)}", soft_wrap=True)
    if record.status is Status.OK:
        for part in view_of(trial.spec["_target_"])(record):
            console.print(_drawn(part), soft_wrap=isinstance(part, Line))
    else:
        console.print(f"{record.status}: {record.reason}", markup=False, soft_wrap=True)
    console.print(f"trial {record.trial_id[:12]} in {folder}", style="dim", markup=False, soft_wrap=True)
    if record.error:
        console.print(record.error, markup=False, style="dim", soft_wrap=True)
    return TRIALS_FAILED if record.status is Status.FAILED else 0


def _drawn(part: Shown) -> Table | Text:
    if isinstance(part, Line):
        return Text(part.text, style=_STYLES[part.tone])
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in part.columns:
        table.add_column(column.title, justify=column.align, no_wrap=not column.wraps)
    for row in part.rows:
        table.add_row(*row.cells, style=_STYLES[row.tone])
    return table
