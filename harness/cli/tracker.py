"""`harness tracker`: list, install and find the tracking tools that are compared."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from harness import places
from harness.cli.progress import growing
from harness.cli.words import Parser
from harness.core import ConfigError, Skip
from harness.planning.tracker_catalogue import read_trackers
from harness.tracking import environments
from harness.tracking.sandbox import bytes_on_disk
from harness.tracking.tool import Tool

DESCRIPTION = """\
The tracking tools that the study `tracking` compares: which there are, and their environments.

Most of them ask for other versions of the same packages, so each has an environment of its own, which pip makes
from a hash-pinned lock in the cache. Nothing is added to the environment of the harness. Trials of a tool that is
not here are skipped, and say so.
"""
EXAMPLES = """\
examples:
  harness tracker list                    all tools, and which are here
  harness tracker install mlflow dvc      make the environments of these
  harness tracker install                 of all that have one
  harness tracker where mlflow            the Python of an environment, for a look inside

$HARNESS_CACHE moves the cache; delete a folder in it to be rid of an environment.
"""


def main(argv: Sequence[str]) -> int:
    """List or find the tools, or make their environments.

    Raises:
        HarnessError: an unknown tool, or an environment that cannot be made.
    """
    arguments = _parser().parse_args(argv)
    tools = read_trackers()
    chosen = [_named(name, tools) for name in arguments.names] or list(tools.values())
    match arguments.command:
        case "list":
            _show(chosen)
        case "install":
            _install(chosen)
        case "where":
            for tool in chosen:
                print(f"{tool.name:<14}{_place(tool)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    shared = Parser(add_help=False)
    shared.add_argument("names", nargs="*", metavar="NAME", help="tools; all unless given")
    parser = Parser(
        prog="harness tracker",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="{list,install,where}")
    commands.add_parser("list", parents=[shared], help="a table of the tools, and which of them are here")
    commands.add_parser("install", parents=[shared], help="make the environments of the tools, unless they are there")
    commands.add_parser("where", parents=[shared], help="the Python that runs each tool")
    return parser


def _named(name: str, tools: dict[str, Tool]) -> Tool:
    if name in tools:
        return tools[name]
    close = difflib.get_close_matches(name, tools, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "`harness tracker list` shows them all."
    raise ConfigError(f"there is no tracker '{name}'; {hint}")


def _show(tools: Sequence[Tool]) -> None:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("name", "title", "used through", "environment", "here"):
        table.add_column(column, no_wrap=column != "here")
    for tool in tools:
        ways = ", ".join(way.replace("_", " ") for way in tool.interfaces)
        own = "of its own" if tool.environment else "of the harness"
        table.add_row(tool.name, str(tool.about.get("title", tool.name)), ways, own, _is_here(tool))
    console = Console()
    console.print(table)
    console.print(f"\nEnvironments are in {places.cache() / 'trackers'}.", soft_wrap=True)


def _is_here(tool: Tool) -> str:
    try:
        tool.python()
    except Skip as missing:
        return f"no: {missing}"
    return "yes"


def _install(tools: Sequence[Tool]) -> None:
    for tool in tools:
        if not tool.environment:
            print(f"{tool.name}: {_is_here(tool).removeprefix('no: ').replace('yes', 'it needs no environment')}")
            continue
        was_there = environments.is_installed(tool.name)
        with growing(f"installing {tool.name}") as progress:
            folder = environments.install(tool.name, progress)
        size = f"{bytes_on_disk(folder) / 1e6:,.0f} MB"
        print(f"{tool.name}: {'was there' if was_there else 'installed'}, {size} in {folder}")


def _place(tool: Tool) -> str:
    try:
        return str(tool.python())
    except Skip as missing:
        return f"- ({missing})"
