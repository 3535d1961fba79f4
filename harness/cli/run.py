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
from harness.cli.composition import build_trial, plan, prepare_data, register_resolvers, study_folder
from harness.cli.main import TRIALS_FAILED, report_error
from harness.core import ConfigError, HarnessError, Record, Status
from harness.memo import Memo
from harness.running import provenance, store
from harness.running.execute import is_settled
from harness.running.sweep import record_trial


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
        code = _show(_recorded(config), study_folder(config))
    except HarnessError as error:
        code = report_error(error)
    if code:
        sys.exit(code)


def _recorded(config: DictConfig) -> Record:
    """The trial's record: the known one, or that of running it now."""
    if "design" in config:
        raise ConfigError(f"experiment={config.study} is a sweep of many trials: add -m.")
    folder, trial = study_folder(config), plan(config)
    known = store.read(folder).by_id().get(trial.trial_id)
    if known and is_settled(known, retry_failed=config.retry_failed):
        return known
    prepare_data([trial])
    writer = store.PartWriter(folder, provenance.header())
    try:
        return record_trial(trial, writer, build_trial, Memo())
    finally:
        writer.close()


def _show(record: Record, folder: object) -> int:
    console = Console(highlight=False)
    name = ", ".join(f"{factor}={level}" for factor, level in record.factors.items())
    console.print(f"[bold]{escape(record.study)}[/] {escape(name)}", soft_wrap=True)
    if record.status is Status.OK:
        console.print(_scores(record))
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
    for name, values in {**record.measurements, **record.clock}.items():
        found = [value for value in values if value is not None]
        cells = [sum(found) / len(found), min(found), max(found)]
        table.add_row(name, *(f"{cell:.4f}" if cell < 1000 else f"{cell:,.0f}" for cell in cells))
    return table
