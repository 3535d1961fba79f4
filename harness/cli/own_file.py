"""What `harness data check my.csv` shows: what is understood of a file, and the words that use it."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness.core import ConfigError, Task
from harness.data import from_file
from harness.data.findings import Findings, look_at
from harness.data.overrides import override, setting_of
from harness.data.sources import File

_WIDEST = 40


def is_file(word: str) -> bool:
    """Whether a word names a file rather than a data set."""
    return "/" in word or Path(word).is_file() or File(path=word or " .").has_known_extension


def settings_of(words: Sequence[str]) -> dict[str, Any]:
    """The settings of a file that words such as `decimal=,` give. Raises `ConfigError` for a setting that there is none of."""
    settings = dict(map(setting_of, words))
    known = [name for name in inspect.signature(from_file).parameters if name != "path"]
    for name in settings:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(known)}."
            raise ConfigError(f"A file has no setting '{name}'; {hint}")
    return settings


def show(path: str, settings: Mapping[str, Any]) -> bool:
    """Print what is understood of a file. True if it can be used."""
    console = Console(highlight=False)
    findings = look_at(path, settings)
    console.print(_columns(findings))
    console.print(_target(findings), soft_wrap=True, markup=False)
    for notice in findings.prepared.notices if findings.prepared else ():
        console.print(f"note: {notice}.", soft_wrap=True, markup=False)
    if findings.trouble:
        console.print(f"[bold red]FAILED[/]  {escape(findings.trouble)}", soft_wrap=True)
    for line in _use(path, findings, settings):
        console.print(line, soft_wrap=True, markup=False)
    return not findings.trouble


def _columns(findings: Findings) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for title in ("column", "role", "kind", "levels or range", "missing", "example"):
        table.add_column(title, justify="right" if title == "missing" else "left", overflow="fold")
    for column in findings.columns:
        cells = (column.name, column.role, column.kind, column.values, str(column.missing), column.example)
        table.add_row(*(escape(_short(cell)) for cell in cells))
    return table


def _short(cell: str) -> str:
    shown = cell if cell.isprintable() else repr(cell)[1:-1]
    return shown if len(shown) <= _WIDEST else f"{shown[: _WIDEST - 3]}..."


def _target(findings: Findings) -> str:
    dataset, prepared = findings.dataset, findings.prepared
    chosen = " (the last column; another by target=NAME)" if "target" in findings.found else ""
    head = f"{findings.n_rows} rows; target {dataset.target}{chosen}"
    if prepared is None:
        return head
    table = prepared.table
    if table.task is Task.REGRESSION:
        return f"{head}: regression, {table.target.min():g} to {table.target.max():g}"
    counts = np.bincount(table.target.astype(np.int64))
    classes = ", ".join(f"{name}: {n}" for name, n in zip(table.classes, counts, strict=True))
    return f"{head}: {table.n_classes} classes ({classes}); checksum: {table.checksum}"


def _use(path: str, findings: Findings, given: Mapping[str, Any]) -> Iterator[str]:
    """What was found, and the words that use the file if it can be used."""
    settings = {**findings.found, **given}
    target = {"target": settings.pop("target")}
    found = " ".join(override(name, value) for name, value in findings.found.items() if name != "target")
    words = " ".join(override(name, value) for name, value in {"path": path, **target, **settings}.items())
    if found:
        yield f"found by looking at the file: {found}"
    if not findings.trouble:
        yield f"to use it: harness run dataset=file {words}"
