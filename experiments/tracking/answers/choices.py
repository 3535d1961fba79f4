"""The words of the register: for tools, for runs, for levels that nobody knows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from experiments.tracking.study import COMMANDS, JOINED, SOURCE, USUAL, Tracking, Used
from harness.core import ConfigError

SCORED, PARTS, ALL = "scored", "parts", "all"


def one_of(name: str, level: str, levels: Collection[str]) -> str:
    """The level. Raises `ConfigError` if there is no such one."""
    if level not in levels:
        raise ConfigError(f"{name} has no level {level!r}; it has {', '.join(levels)}.")
    return level


def used(tracker: str, interface: str = "api") -> Used:
    """A tool through an interface; all but DVC have one that is compared."""
    one_of("interface", interface, ("api", COMMANDS))
    return Used(tracker, COMMANDS if tracker == "dvc" and interface == COMMANDS else USUAL)


def rival_tools(study: Tracking, word: str, of: str) -> list[Used]:
    """The tools that a word stands for, without the one that is compared with them.

    Args:
        study: the records.
        word: the scored ones, both parts of what is joined, all that there are, or a tool's name.
        of: the tool that is compared with them.
    """
    known = [one.tracker for one in study.usual]
    named = {SCORED: list(SOURCE), PARTS: JOINED.split("_"), ALL: known}.get(word, [word])
    return [Used(tracker) for tracker in named if tracker != of]


def of_repeats(values: pd.Series[Any], repeats: str) -> pd.Series[Any]:
    """All runs, or all but the first, for which files of the tools may not have been in memory yet."""
    one_of("repeats", repeats, ("all", "later"))
    return values if repeats == "all" else values.drop(0, errors="ignore")
