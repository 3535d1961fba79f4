"""`harness claim S8`: one claim in full."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from harness import places
from harness.claims.entries import Test
from harness.cli.claims import COLOURS, DEFAULTS, asked_of, wide_console
from harness.cli.words import Parser, add_config_dir, opened, settings_of
from harness.core import ConfigError
from harness.report.choice_tables import words as words_of
from harness.report.claim_results import Results, results_of, study_with, unrecorded
from harness.report.table import p_phrase
from harness.report.units import TIMES
from harness.running import store

DESCRIPTION = """\
One claim in full: what is said and where, the registered contrasts, the verdict, what it hangs on, and the command that
measures it again.

  harness claim S8
  harness claim D1 --json
  harness claim M1 --config-dir mine tier=adhoc
"""

KEEP = "keep the verdict"

SHOWN = 8
"""Lines of each list; --json has all."""


def main(argv: Sequence[str]) -> int:
    """Show a claim.

    Returns:
        The exit code, 0.

    Raises:
        HarnessError: there is no such claim, an unknown setting or tier, or damaged records.
    """
    parser = Parser(prog="harness claim", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="ID or KEY=VALUE", help="a claim such as S8; tier=, results=")
    parser.add_argument("--json", action="store_true", help="print everything for programs")
    add_config_dir(parser, "a folder of your own with experiments/<study>/claims.yaml; may be given again")
    words = parser.parse_intermixed_args(argv)
    ids = [word for word in words.words if "=" not in word]
    defaults = {name: value for name, value in DEFAULTS.items() if name != "study"}
    settings = settings_of([word for word in words.words if "=" in word], "harness claim", defaults)
    own = tuple(opened(words.config_dir))
    asked = asked_of(settings, own)
    if len(ids) != 1:
        given = f", not {' '.join(ids)}" if ids else ""
        raise ConfigError(f"harness claim: give the id of one claim{given}, such as S8; `harness claims` lists them.")
    study, claim = study_with(ids[0], own)
    console = Console(stderr=True, highlight=False)
    with console.status(f"evaluating {claim}"):
        there = store.exists(places.study_folder(asked.results, asked.tier, study))
        found = results_of(study, asked, [claim]) if there else unrecorded(study, own)
    one = next(each for each in found.claims if each["id"] == claim)
    if words.json:
        print(json.dumps(one, indent=1, ensure_ascii=False))
    else:
        _show(one, found, asked.tier)
    return 0


def _show(one: Mapping[str, Any], found: Results, tier: str) -> None:
    console = wide_console()
    colour = COLOURS.get(one["verdict"], "bold")
    console.print(f"[bold]{one['id']}[/]  {escape(one['statement'])}", soft_wrap=True)
    console.print(f"source: {one['place']}", style="dim", markup=False, soft_wrap=True)
    why = f"  ({escape(one['why'])})" if one["why"] else ""
    console.print(f"verdict: [{colour}]{one['verdict']}[/]{why}", soft_wrap=True)
    if one["remark"]:
        console.print(f"written afterwards: {one['remark']}", markup=False, soft_wrap=True)
    for title, lines in _parts(one):
        listed = list(lines)
        if listed or title.endswith(KEEP):
            console.print(f"\n{title}", style="bold", markup=False, soft_wrap=True)
            for line in listed[:SHOWN]:
                console.print(f"  {line}", soft_wrap=True, markup=False)
            if len(listed) > SHOWN:
                console.print(f"  ... and {len(listed) - SHOWN} more; --json has all", style="dim")
    console.print(f"\n{found.says}", style="bold red" if found.is_flagged else "dim", soft_wrap=True)
    console.print(f"measure it again: harness run -m experiment={found.study} tier={tier}", style="dim", soft_wrap=True)


def _parts(one: Mapping[str, Any]) -> Iterator[tuple[str, Iterator[str]]]:
    yield "registered contrasts, positive in the claimed direction", map(_contrast, one["contrasts"])
    for tier, words in (("replication", "new seeds"), ("confirmation", "fresh data sets")):
        if (again := one[tier]) is not None:
            yield f"with {words}: {again['verdict'].upper()}{_holm(again)}", map(_again, again["contrasts"])
    if one["curve"] is not None:
        curve = one["curve"]
        changed = [each for each in curve["neighbours"] if each["verdict"] != one["verdict"]]
        yield (
            f"{one['specifications']:,} distinct specifications; {one['neighbours_kept']} of {one['neighbours']} neighbours "
            f"{KEEP}" + ("; those that do not:" if changed else ""),
            (f"{words_of(each['dimension'])} = {words_of(each['level'])}: {each['verdict']}" for each in changed),
        )
        yield "shares of specifications [over resampled data sets]", map(_share, curve["shares"].items())
        yield (
            "choices, by their share of the variance",
            (
                f"{words_of(each['dimension'])}: {each['weight']:.2f}, flips {100 * each['flips']:.0f} %"
                for each in curve["choices"]
            ),
        )
    yield (
        "all specifications of a contrast together, by signs of data sets (no evidence beyond the registered one)",
        _joint(one),
    )
    yield (
        "other questions",
        (f"{_levels(each['levels'])}: {each['verdict']}" for each in one["questions"] if not each["registered"]),
    )
    ratios = {each["id"] for each in one["contrasts"] if each["test"] == Test.LOG_RATIO}
    parts = (_scope(each, in_times=each["contrast"] in ratios) for each in one["scopes"])
    yield "parts of the data sets, less all others", parts


def _contrast(each: Mapping[str, Any]) -> str:
    low, high = each["interval"]
    turned = math.exp if each["test"] == Test.LOG_RATIO else float
    numbers = ", ".join("?" if end is None else f"{turned(end):.3g}" for end in (low, high))
    estimate = "?" if each["estimate"] is None else f"{turned(each['estimate']):.3g}"
    unit = TIMES if each["test"] == Test.LOG_RATIO else each["unit"]
    stated = f", stated {each['stated']:g}" if each["stated"] is not None else ""
    return (
        f"{each['statement']}: {estimate} {unit} [{numbers}] ({100 * each['level']:.4g} %, n = {each['n']}){stated}: "
        f"{each['verdict']}{_reach(each)}"
    )


def _holm(again: Mapping[str, Any]) -> str:
    p = again.get("p_holm")
    return (
        ""
        if p is None
        else f", one-sided p {p_phrase(p)} after Holm's adjustment over the claims that can be confirmed"
    )


def _again(each: Mapping[str, Any]) -> str:
    ends = ", ".join("?" if end is None else f"{end:.3g}" for end in each["interval"])
    estimate = "?" if each["estimate"] is None else f"{each['estimate']:.3g}"
    p = "" if each.get("p") is None else f", one-sided p {p_phrase(each['p'])}"
    return f"{each['id']}: {estimate} [{ends}] (95 %, n = {each['n']}){p}: {each['verdict']} by itself"


def _reach(each: Mapping[str, Any]) -> str:
    few = "" if each["within_reach"] else "; no exact test of signs of so few data sets reaches this level"
    if each["detectable"] is None or each["test"] == Test.LOG_RATIO:
        return few
    return f" (four times in five it would find {each['detectable']:.2g} {each['unit']}){few}"


def _joint(one: Mapping[str, Any]) -> Iterator[str]:
    deciding = [each for each in one["contrasts"] if each["decides"]]
    for contrast, found in zip(
        deciding, one["curve"]["joint"] if one["curve"] else [None] * len(deciding), strict=True
    ):
        if found is not None and found["p"] is not None:
            beyond = found["p_other_than_region"]
            of_region = "" if beyond is None else f"; other than the region: p {p_phrase(beyond)}"
            yield f"{contrast['statement']}: other than zero: p {p_phrase(found['p'])}{of_region}"


def _share(item: tuple[str, Sequence[float | None]]) -> str:
    verdict, (share, low, high) = item
    ends = "" if low is None or high is None else f" [{100 * low:.0f}, {100 * high:.0f}]"
    return f"{verdict}: {100 * (share or 0):.0f} %{ends}"


def _scope(each: Mapping[str, Any], *, in_times: bool) -> str:
    def text(value: float) -> str:
        return f"{math.exp(value):.2f}" if in_times else f"{value:.2f}"

    def found(value: float | None) -> str:
        return "?" if value is None else f"× {text(value)}" if in_times else f"{value:+.2f}"

    low, high = each["difference_interval"]
    ends = "" if low is None else f" [{text(low)}, {text(high)}]"
    name = f"{words_of(each['dimension'])} = {words_of(each['level'])}"
    numbers = f"{found(each['estimate'])}, difference {found(each['difference'])}{ends}"
    return f"{name} (n = {each['n']}): {numbers}  ({each['contrast']})"


def _levels(levels: Mapping[str, str]) -> str:
    return ", ".join(f"{words_of(name)} = {words_of(level)}" for name, level in levels.items())
