"""`harness claims`: every claim with its verdict, and what becomes of it under other defensible choices."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness import places
from harness.cli.progress import counting
from harness.cli.words import add_config_dir, opened, settings_of, settings_parser
from harness.core import ConfigError
from harness.planning.freeze import write_frozen
from harness.planning.hydra_session import loading
from harness.report import prml
from harness.report.choice_tables import words as words_of
from harness.report.claim_results import Asked, Results, every_result, n_claims
from harness.report.freezing import SHORT, Freeze
from harness.report.registers import claims_of, with_registers
from harness.report.tiers import require_tier
from harness.running.store import plans

DESCRIPTION = """\
Every claim of the registers (experiments/<study>/claims.yaml) with its verdict.

  harness claims                      a table, from the published records
  harness claims --json               the same for programs: a list of id, verdict, estimate, specifications ...
  harness claims study=synthesis      one study
  harness claims --freeze             before the first trial: write results/<study>/frozen.json, which is to be committed: the
                                      digests of registers, code and data sets, and the power of fresh ones
  harness claims --prml folder        the registered contrasts as PRML manifests with their hashes
  harness claims tier=smoke           from other records; smoke decides nothing
  harness claims --config-dir mine tier=adhoc
                                      with the studies of your own in mine/experiments/<study>/
  harness claim S8                    one claim in full

verdict        supported: for, and at least the region of practical equivalence; for, size open; practically no
               difference; against; open; excluded or not excluded, of a printed number
new seeds      the same data sets with new seeds: replicated, not replicated, or opposite
fresh sets     data sets of no other tier: confirmed, not confirmed, or opposite (docs/claims.md)
kept by        specifications one choice away from the registered one that keep its verdict
hangs most on  the choice that flips the verdict most often when it alone is toggled
"""
WITHOUT_TERMINAL = 150
"""Columns."""

DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results", "study": ""}

COLOURS = {
    "supported": "blue",
    "for, size open": "blue",
    "against": "red",
    "excluded": "red",
    "practically no difference": "yellow",
}
"""Of verdicts, as in the figures; others have none."""

OUTCOMES = {
    **dict.fromkeys(("replicated", "confirmed"), "blue"),
    **dict.fromkeys(("not replicated", "not confirmed"), "bold yellow"),
    "opposite": "bold red",
}
"""Of what became of claims."""


def main(argv: Sequence[str]) -> int:
    """Show the claims.

    Returns:
        The exit code, 0: verdicts are shown, whatever they are.

    Raises:
        HarnessError: an unknown setting, study or tier, a register that makes no sense, or damaged records.
    """
    parser = settings_parser("harness claims", DESCRIPTION, defaults=DEFAULTS)
    add_config_dir(parser, "a folder of your own with experiments/<study>/claims.yaml; may be given again")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--json", action="store_true", help="print a list for programs")
    instead.add_argument(
        "--prml", type=Path, metavar="DIR", help="write a PRML manifest for each contrast, and its hash"
    )
    instead.add_argument("--freeze", action="store_true", help="write frozen.json of every register, to be committed")
    parser.add_argument(
        "--again", action="store_true", help="with --freeze: though there are records, which is no preregistration"
    )
    words = parser.parse_intermixed_args(argv)
    if words.again and not words.freeze:
        raise ConfigError("harness claims: --again is read by --freeze alone.")
    settings, own = settings_of(words.settings, "harness claims", DEFAULTS), tuple(opened(words.config_dir))
    if words.freeze:
        return _freeze(chosen(settings["study"], own), settings, own, again=words.again)
    asked = asked_of(settings, own)
    studies = chosen(settings["study"], own)
    if words.prml is not None:
        return _write_prml(studies, asked, words.prml)
    with counting("claims", n_claims(studies, own)) as begin:
        found = list(every_result(studies, asked, lambda what: begin(what not in ("records", "cells"))))
    if words.json:
        print(json.dumps([claim for one in found for claim in one.claims], indent=1, ensure_ascii=False))
    else:
        _show(found)
    return 0


def asked_of(settings: dict[str, str], own: tuple[Path, ...]) -> Asked:
    """Where the records are. Raises `ConfigError` if there is no such tier or folder."""
    results, tier = Path(settings["results"]), settings["tier"]
    require_tier(tier, results, own)
    if not results.is_dir() and settings["results"] != DEFAULTS["results"]:
        raise ConfigError(f"there is no folder {results}; give results= the folder of all results.")
    return Asked(results, tier, own)


def chosen(study: str, own: tuple[Path, ...]) -> list[str]:
    """The studies with a register, or the one that is named. Raises `ConfigError` if it has none."""
    known = list(with_registers(own))
    if study and study not in known:
        raise ConfigError(f"the study {study!r} has no register of claims; studies with one: {', '.join(known)}.")
    return [study] if study else known


class _Guarded(Console):
    """Characters that would move the cursor are shown as their codes: what is printed may be of somebody else's results."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as a console does."""
        super().print(*(_visible(one) if isinstance(one, str) else one for one in objects), **options)


def _visible(text: str) -> str:
    return "".join(one if one.isprintable() or one == "\n" else f"\\x{ord(one):02x}" for one in text)


def wide_console() -> Console:
    """A console that is wide enough for tables where the output goes into a file or another program."""
    console = _Guarded(highlight=False)
    return console if console.is_terminal else _Guarded(highlight=False, width=WITHOUT_TERMINAL)


def outcome(again: Mapping[str, Any] | None) -> Text:
    """What became of a claim, in the colour of its verdict; what is not confirmed stands out as much as what is."""
    words = "" if again is None else str(again["verdict"])
    return Text(words, style=OUTCOMES.get(words, ""))


def _freeze(studies: Sequence[str], settings: dict[str, str], own: tuple[Path, ...], *, again: bool) -> int:
    if settings["tier"] != places.STANDARD_TIER:
        raise ConfigError(f"harness claims --freeze: tier={settings['tier']} is read by no freeze: leave it out.")
    with loading(*own) as loader:
        for study in studies:
            found = write_frozen(study, Path(settings["results"]), loader, own, again=again)
            late = ", after records of the standard tier: no preregistration" if found.is_late else ""
            before = f", in the place of {found.before[:SHORT]}" if found.before not in ("", found.digest) else ""
            print(f"{study}: {found.path} holds {found.digest[:SHORT]}{before}{late}; commit it before the first trial")
    return 0


def _write_prml(studies: Sequence[str], asked: Asked, folder: Path) -> int:
    created = datetime.now(UTC)
    for study in studies:
        plan = plans.newest_plan(places.study_folder(asked.results, asked.tier, study))
        frozen = Freeze.of(study, {} if plan is None else plan.register, asked.own).now
        paths = prml.write(claims_of(study, asked.own).register, frozen, folder, created)
        print(f"{study}: {len(paths)} manifests in {folder}")
    return 0


def _show(found: Sequence[Results]) -> None:
    console = wide_console()
    table = Table(box=None, show_edge=False, pad_edge=False)
    for title, justify in (("claim", "left"), ("says", "left"), ("verdict", "left"), ("kept by", "right")):
        table.add_column(title, justify=justify, no_wrap=title == "claim")  # type: ignore[arg-type]
    table.add_column("specifications", justify="right")
    table.add_column("hangs most on")
    again = [tier for tier in places.PUBLISHED_TIERS if any(claim[tier] for one in found for claim in one.claims)]
    for tier in again:
        table.add_column("new seeds" if tier == "replication" else "fresh sets")
    for one in found:
        for claim in one.claims:
            colour = COLOURS.get(claim["verdict"], "")
            table.add_row(
                claim["id"],
                Text(claim["statement"]),
                Text(claim["verdict"], style=colour),
                f"{claim['neighbours_kept']}/{claim['neighbours']}" if claim["specifications"] else "",
                f"{claim['specifications']:,}" if claim["specifications"] else "",
                Text(words_of(claim["hangs_on"]) or ("nothing" if claim["specifications"] else "")),
                *(outcome(claim[tier]) for tier in again),
            )
    console.print(table)
    for one in found:
        if one.confirmed:
            console.print(f"{one.study}: {one.confirmed}", style="bold", soft_wrap=True)
        style = "bold red" if one.is_flagged else "dim"
        console.print(f"{one.study}: {one.says}", style=style, soft_wrap=True)
    console.print("`harness claim ID` shows one in full.", style="dim", soft_wrap=True)
