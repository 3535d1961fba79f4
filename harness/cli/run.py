"""`harness run`: one trial, or with -m a sweep of many."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import hydra
from omegaconf import DictConfig
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from harness import places
from harness.building import build, locate
from harness.cli.composition import check_sweep_settings, limits_of, plan, prepare, study_folder
from harness.cli.main import TRIALS_FAILED, report_error
from harness.cli.resolvers import register_resolvers
from harness.core import ConfigError, HarnessError, Record, Status
from harness.memo import Memo
from harness.running import store
from harness.running.execute import execute
from harness.running.identity import PlannedTrial
from harness.running.limits import memory_limited
from harness.running.store.resume_rule import is_settled
from harness.running.worker import Order, Recorder
from harness.trials.view import Line, Shown, Tone, measured

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
    prepare([trial])
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
        for part in _parts(record, trial):
            console.print(_drawn(part), soft_wrap=isinstance(part, Line))
    else:
        console.print(f"{record.status}: {record.reason}", markup=False, soft_wrap=True)
    console.print(f"trial {record.trial_id[:12]} in {folder}", style="dim", markup=False, soft_wrap=True)
    if record.error:
        console.print(record.error, markup=False, style="dim", soft_wrap=True)
    return TRIALS_FAILED if record.status is Status.FAILED else 0


def _parts(record: Record, trial: PlannedTrial) -> Sequence[Shown]:
    """What is shown of a trial that ended well, one below the other: the view of its class, or the usual one."""
    view: Callable[[Record], Sequence[Shown]] = measured
    with contextlib.suppress(ModuleNotFoundError):  # a record is there, its package is not
        view = getattr(locate(trial.spec["_target_"]), "shown", measured)
    return view(record)


def _drawn(part: Shown) -> Table | Text:
    if isinstance(part, Line):
        return Text(part.text, style=_STYLES[part.tone])
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in part.columns:
        table.add_column(column.title, justify=column.align, no_wrap=not column.wraps)
    for row in part.rows:
        table.add_row(*row.cells, style=_STYLES[row.tone])
    return table
