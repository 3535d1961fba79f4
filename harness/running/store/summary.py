"""What is kept of plans and parts when they are gone: `summary.json` beside the compacted file, which git keeps too.

It says how many trials were planned and by which command, under which register of claims, and when the newest record was
written. A compaction writes it. A published file of another tier holds its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from harness import places
from harness.running import files
from harness.running.store.compacted import damage, read_summary

NAME = "summary.json"


@dataclass(frozen=True)
class Summary:
    """What is kept.

    Attributes:
        planned: the number of planned trials; None if it is not known.
        command: the words after `harness run` that planned them.
        newest: when the newest record was written; None if it is not known.
        register: the digests of the register of claims that was frozen in the plan, by part; empty if there was none.
        protocol: the version under which they were planned.
    """

    planned: int | None = None
    command: tuple[str, ...] = ()
    newest: datetime | None = None
    register: Mapping[str, str] = field(default_factory=dict)
    protocol: int = 1


def read(folder: Path) -> Summary:
    """The summary of a study's folder, else that of what its tier has published. Raises `HarnessError` if it is damaged."""
    advice = "put back the published one, or delete it: the next sweep says anew what is planned"
    return files.read_json(folder / NAME, parsed, absent=None, advice=advice) or of_published(folder)


def of_published(folder: Path) -> Summary:
    """The summary of what a tier has published; an empty one without it. Raises `HarnessError` if the file is damaged."""
    path = places.published(folder)
    if path is None:
        return Summary()
    try:
        return parsed(read_summary(path))
    except (ValueError, TypeError, AttributeError) as error:
        raise damage(path) from error


def parsed(content: Mapping[str, Any]) -> Summary:
    """The summary that `as_json` has made plain. Raises ValueError, TypeError or AttributeError if it is none such."""
    planned, newest, command = content.get("planned"), content.get("newest"), content.get("command", [])
    if not isinstance(command, list):
        raise TypeError(f"the command is a list of words, not {command!r}")
    return Summary(
        None if planned is None else _number(planned),
        tuple(map(str, command)),
        None if newest is None else _time(newest),
        {str(part): str(digest) for part, digest in content.get("register", {}).items()},
        _number(content.get("protocol", 1)),
    )


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no number of trials or version")
    return value


def _time(text: Any) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} lacks its time zone")
    return time


def write(folder: Path, summary: Summary) -> None:
    """Write the summary. Raises `HarnessError` if the folder cannot be written to."""
    files.write_atomically(folder / NAME, (json.dumps(as_json(summary), indent=1, sort_keys=True) + "\n").encode())


def as_json(summary: Summary) -> dict[str, Any]:
    """The summary, plain, without what is not known."""
    newest = None if summary.newest is None else summary.newest.isoformat()
    content = {
        "command": list(summary.command),
        "newest": newest,
        "planned": summary.planned,
        "protocol": summary.protocol,
        "register": dict(summary.register),
    }
    return {name: value for name, value in content.items() if value not in (None, [], {})}
