"""`harness trace`: from a number to its trials."""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape

from harness import places
from harness.building import locate
from harness.cli.claims import wide_console
from harness.cli.words import Parser, add_config_dir, opened, parted
from harness.core import ConfigError
from harness.provenance.costs import cpu_seconds, in_words
from harness.provenance.tracing import Trace, trace
from harness.report.tiers import require_folder, require_tier

DESCRIPTION = """\
From a number to its trials: which records it rests on, which code made it of them, how to run them again, and what that costs.

  harness trace detection/paper.csv ddm delay       a cell: the table, its row, its column
  harness trace synthesis/paper.csv                 which rows there are
  harness trace detection/claims.csv id=D1.delay.eddm-ddm@5 estimate
                                                    words of a row may name their column
  harness trace detection/numbers.json trials.ok    a number of a sentence of the paper
  harness trace D1                                  a claim: its registered contrasts
  harness trace detection/paper.csv ddm delay --json
                                                    for programs, with all trial ids
  harness trace detection/figures/paper ddm delay   a point of a figure: as of the table that it draws
  harness trace synthesis/figures/roc synthesis=stacking
                                                    or, if no table has what it draws, its records at a level
"""
DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results"}
_OURS = ("harness", "experiments")
SHOWN = 5
"""Trial ids that are printed; --json has all."""


def main(argv: Sequence[str]) -> int:
    """Show where a number comes from.

    Returns:
        The exit code, 0.

    Raises:
        HarnessError: it cannot be found, or the records are damaged.
    """
    parser = Parser(prog="harness trace", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="TABLE ROW COLUMN, a key of numbers.json, or a claim; tier=, results="
    )
    parser.add_argument("--json", action="store_true", help="print everything for programs")
    add_config_dir(parser, "a folder of your own with experiments/<study>/; may be given again")
    words = parser.parse_intermixed_args(argv)
    settings, asked = parted(words.words, "harness trace", DEFAULTS)
    own, results = tuple(opened(words.config_dir)), Path(settings["results"])
    if settings["results"] != DEFAULTS["results"]:
        require_folder(results)
    require_tier(settings["tier"], results, own)
    if not asked:
        raise ConfigError("harness trace: say what to look behind, such as detection/paper.csv ddm delay; see --help.")
    with Console(stderr=True).status("reading"):
        found = [_told(each) for each in trace(asked, results, settings["tier"], own)]
    if words.json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        for number, each in enumerate(found):
            _show(each, is_first=not number)
    return 0


def _told(one: Trace) -> dict[str, Any]:
    """What is said of a trace, for programs; its records are read for it."""
    told: dict[str, Any] = {
        "name": one.name,
        "text": one.text,
        "basis": one.basis,
        "tier": one.tier,
        "drawn_in": one.drawn_in,
        "made_by": [{"path": path, **_place_of(path)} for path in one.made_by if path],
    }
    if one.query is None:
        return told
    stored = one.read()
    chosen = one.query.rows(stored)
    ids = one.query.ids(stored)
    return told | {
        "query": str(one.query),
        "conditions": one.query.as_json(),
        "records": len(ids),
        "of": len(stored),
        "cpu_seconds": cpu_seconds(stored.table.filter(np.asarray(chosen))),
        "replay": _replay(one),
        "trial_ids": ids,
    }


def _replay(one: Trace) -> str:
    elsewhere = "".join(
        f" {name}={value}"
        for name, value, usual in (
            ("tier", one.place.tier, DEFAULTS["tier"]),
            ("results", one.place.results, DEFAULTS["results"]),
        )
        if str(value) != usual
    )
    return f"harness replay --of {one.name} --sample 5{elsewhere}"


def _place_of(path: str) -> dict[str, Any]:
    """File and line of the code that a dotted path names; nothing if it is a value, cannot be found, or is none of ours.

    The path stands in a file of results, which may be of somebody else: no module that it names is imported but ours.
    """
    if path.partition(".")[0] not in _OURS:
        return {}
    try:
        found = inspect.unwrap(_named(path))
        return {
            "file": str(Path(inspect.getsourcefile(found) or "").resolve()),
            "line": inspect.getsourcelines(found)[1],
        }
    except (ConfigError, ImportError, AttributeError, OSError, TypeError, ValueError):
        return {}


def _named(path: str) -> Any:
    """A member of a module, or of a class in one; a module may have the name of a member of its package."""
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError:
        return locate(path)


def _show(told: dict[str, Any], *, is_first: bool) -> None:
    console = wide_console()
    if not is_first:
        console.print()
    console.print(f"[bold]{escape(told['name'])}[/]  {escape(told['text'])}", soft_wrap=True)
    if told["drawn_in"]:
        console.print(f"  drawn in   {told['drawn_in']}", soft_wrap=True, markup=False)
    if "query" not in told:
        console.print(f"  rests on   {_BASES.get(told['basis'], told['basis'])}", soft_wrap=True, markup=False)
    else:
        console.print(
            f"  rests on   no more than {told['records']:,} of {told['of']:,} records{_of_tier(told)}: {told['query']}",
            soft_wrap=True,
            markup=False,
        )
        ids = told["trial_ids"]
        more = f" and {len(ids) - SHOWN:,} more (--json)" if len(ids) > SHOWN else ""
        console.print(f"  trials     {', '.join(one[:12] for one in ids[:SHOWN])}{more}", soft_wrap=True, markup=False)
    for made in told["made_by"]:
        where = f"  ({made['file']}:{made['line']})" if "file" in made else ""
        console.print(f"  made by    {made['path']}{where}", soft_wrap=True, markup=False)
    if "replay" in told:
        console.print(f"  cost       {in_words(told['cpu_seconds'])}", soft_wrap=True, markup=False)
        console.print(f"  run again  {told['replay']}", soft_wrap=True, markup=False)


def _of_tier(told: dict[str, Any]) -> str:
    return f" of tier {told['tier']}" if told["basis"] == told["tier"] else ""


_BASES = {
    "design": "no record: it was fixed before the first trial",
    "published": "no record: others have published it",
    "argument": "no record: it is an argument of the command",
}
