"""`harness run`: one trial, or with -m a sweep of many."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import hydra
from omegaconf import DictConfig
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from harness import places
from harness.building import build
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
        for part in _found(record):
            console.print(part, soft_wrap=isinstance(part, Text))
    else:
        console.print(f"{record.status}: {record.reason}", markup=False, soft_wrap=True)
    console.print(f"trial {record.trial_id[:12]} in {folder}", style="dim", markup=False, soft_wrap=True)
    if record.error:
        console.print(record.error, markup=False, style="dim", soft_wrap=True)
    return TRIALS_FAILED if record.status is Status.FAILED else 0


def _found(record: Record) -> list[Table | Text]:
    """What is shown of a trial that ended well, one below the other."""
    if "onset" in record.measurements:
        return [_drift(record), _alarms(record), *_unset(record)]
    if "n_fresh" in record.measurements:
        fresh = f"In brackets: on how many of {record.measurements['n_fresh']} fresh streams without drift it alarms."
        return [_settings(record), *_reasons(record), Text(fresh, style="dim")]
    return [_scores(record)]


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


def _drift(record: Record) -> Text:
    """When something changes, in months, what it touches and what it costs."""
    found, month = record.measurements, record.factors["rows_per_month"]
    when = [
        f"{start / month:.2f}" + (f" to {end / month:.2f}" if end > start else "")
        for start, end in found.get("truth", [])
    ]
    touched = [*found.get("touched", []), *(["labels"] if found["touches_labels"] else [])]
    shown = ", ".join(touched[:6]) + (f" and {len(touched) - 6} more" if touched[6:] else "")
    harm = f"costs this model {found['harm']:.1f} points, the reference {found['reference_harm']:.1f}"
    if not when and not touched:
        return Text("no drift")
    drift = f"drift at {' and '.join(when)} months" if when else "no drift, but a change that passes"
    return Text(f"{drift}: {f'touches {shown}, ' if shown else ''}{harm}")


def _unset(record: Record) -> Iterator[Text]:
    """Who is not read at a setting because it could not be set so."""
    names = [
        name.partition("@") for name in (*record.measurements.get("alarms", {}), *record.measurements.get("unable", {}))
    ]
    for setting in dict.fromkeys(setting for _, _, setting in names if setting):
        able = {name for name, _, one in names if one == setting}
        unset = dict.fromkeys(name for name, _, _ in names if name not in able)
        if unset:
            yield Text(f"without a setting at {setting} %: {', '.join(sorted(unset))}", style="dim")


def _alarms(record: Record) -> Table:
    """When each detector alarmed, in months."""
    month, end = record.factors["rows_per_month"], record.measurements["n_rows"]
    table = Table(box=None, pad_edge=False, show_edge=False)
    for title in ("detector", "alarms, in months"):
        table.add_column(title)
    found = record.measurements.get("alarms", {})  # nobody may be able to read the set
    for name, times in ((name, found[name]) for name in sorted(found)):
        first = ", ".join(f"{time / month:.2f}" + (" (past the end)" if time >= end else "") for time in times[:8])
        table.add_row(name, f"{first} and {len(times) - 8} more" if times[8:] else first or "-")
    for name, reason in record.measurements.get("unable", {}).items():
        table.add_row(name, reason, style="dim")
    return table


def _settings(record: Record) -> Table:
    """Each knob's setting for each rate of false alarms, and the rate on fresh streams, there and as the detector comes."""
    found = record.measurements
    settings, realised = found.get("settings", {}), found.get("rates", {})
    wanted = {rate for rates in (*settings.values(), *found.get("impossible", {}).values()) for rate in rates}
    by_size = sorted(wanted, key=float)
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("detector", no_wrap=True)
    table.add_column("as it comes", justify="right", no_wrap=True)
    for rate in by_size:
        table.add_column(f"for {rate}%", justify="right")
    for name, default in sorted(found.get("default_rates", {}).items()):
        cells = (
            f"{settings[name][rate]:.4g} ({100 * realised[name][rate]:.3g}%)" if rate in settings.get(name, {}) else "-"
            for rate in by_size
        )
        table.add_row(name, f"{100 * default:.3g}%", *cells)
    return table


def _reasons(record: Record) -> Iterator[Text]:
    """Why a detector has no setting, one line for the rates that have the same reason."""
    for name, reason in sorted(record.measurements.get("unable", {}).items()):
        yield Text(f"{name}: {reason}", style="dim")
    for name, reasons in sorted(record.measurements.get("impossible", {}).items()):
        for reason in dict.fromkeys(reasons.values()):
            rates = ", ".join(sorted((rate for rate, why in reasons.items() if why == reason), key=float))
            yield Text(f"{name} for {rates}%: {reason}", style="dim")
