"""`harness run`: one trial, or with -m a sweep of many."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import hydra
from omegaconf import DictConfig
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness import places
from harness.cli.composition import check_sweep_settings, limits_of, plan, prepare_data, study_folder
from harness.cli.main import TRIALS_FAILED, report_error
from harness.cli.resolvers import register_resolvers
from harness.core import ConfigError, HarnessError, Record, Status
from harness.memo import Memo
from harness.running import store
from harness.running.building import build
from harness.running.execute import execute
from harness.running.identity import PlannedTrial
from harness.running.limits import memory_limited
from harness.running.store.settling import is_settled
from harness.running.worker import Order, Recorder


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
        folder, trial = study_folder(config), _planned(config)
        code = _show(_recorded(trial, folder, config), trial, folder)
    except HarnessError as error:
        code = report_error(error)
    if code:
        sys.exit(code)


def _planned(config: DictConfig) -> PlannedTrial:
    if "design" in config:
        raise ConfigError(f"experiment={config.study} is a sweep of many trials: add -m.")
    return plan(config)


def _recorded(trial: PlannedTrial, folder: Path, config: DictConfig) -> Record:
    """The trial's record: the known one, or that of running it now."""
    known = store.read(folder).find(trial.trial_id)
    if known and is_settled(known, retry_failed=config.retry_failed):
        return known
    prepare_data([trial])
    recorder = Recorder(Order((trial,), folder, build, command=tuple(sys.argv[1:])))
    try:
        executed = execute(trial, build, Memo(), within=memory_limited(limits_of(config).memory))
        return recorder.append(trial, executed.record, executed.predictions)
    finally:
        recorder.writer.close()


def _show(record: Record, trial: PlannedTrial, folder: Path) -> int:
    console = Console(highlight=False)
    name = ", ".join(f"{factor}={level}" for factor, level in trial.factors.items() if level is not None)
    console.print(f"[bold]{escape(record.study)}[/] {escape(name)}", soft_wrap=True)
    if record.status is Status.OK:
        console.print(_alarms(record) if "alarms" in record.measurements else _scores(record))
    else:
        console.print(f"{record.status}: {record.reason}", markup=False, soft_wrap=True)
    console.print(f"trial {record.trial_id[:12]} in {folder}", style="dim", markup=False, soft_wrap=True)
    if record.error:
        console.print(record.error, markup=False, style="dim", soft_wrap=True)
    return TRIALS_FAILED if record.status is Status.FAILED else 0


def _scores(record: Record) -> Table:
    """Mean and spread over folds of everything measured."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title, justify in (("metric", "left"), ("mean", "right"), ("min", "right"), ("max", "right")):
        table.add_column(title, justify=justify)  # type: ignore[arg-type]
    for name, values in [*sorted(record.measurements.items()), *sorted(record.clock.items())]:
        found = [
            value for value in (values if isinstance(values, list) else [values]) if isinstance(value, (int, float))
        ]
        if not found:
            continue
        cells = [sum(found) / len(found), min(found), max(found)]
        table.add_row(name, *(f"{cell:.4f}" if cell < 1000 else f"{cell:,.0f}" for cell in cells))
    return table


def _alarms(record: Record) -> Table:
    """When each detector alarmed, in months beside the truth."""
    month = record.factors["rows_per_month"]
    truth = ", ".join(
        f"{start / month:.2f} to {end / month:.2f}" for start, end in record.measurements.get("truth", [])
    )
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("detector", f"alarms, in months (drift: {truth or 'none'})"):
        table.add_column(title)
    found = record.measurements["alarms"]
    for name, times in ((name, found[name]) for name in sorted(found)):
        first = ", ".join(f"{time / month:.2f}" for time in times[:8])
        table.add_row(name, f"{first} and {len(times) - 8} more" if times[8:] else first or "-")
    for name, reason in record.measurements.get("unable", {}).items():
        table.add_row(name, reason, style="dim")
    return table
