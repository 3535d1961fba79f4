"""A study's report: tables, figures and numbers made of its records, and written where the paper finds them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.core import HarnessError
from harness.report.figure import Figure, write_figure
from harness.report.numbers import Number, Numbers
from harness.report.table import Table
from harness.report.table_files import write_table

CAPTIONS = "figures/captions.json"
"""The caption of each figure."""

ORIGINS = "figures/origins.json"
"""Of each figure the tables whose cells it draws, and the function that draws it."""


@dataclass(frozen=True)
class Report:
    """The results of a study.

    Attributes:
        tables: in the order of the paper.
        figures: in the order of the paper.
        numbers: for the sentences of the paper, by key.
        documents: further files beside the tables, by name.
    """

    tables: Sequence[Table]
    figures: Sequence[Figure]
    numbers: Numbers = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)


def write_report(report: Report, folder: Path, tell: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Write tables/, figures/ and numbers.json into the study's folder; old files of these folders are removed.

    Args:
        report: what to write.
        folder: the study's folder, whose name is the study's.
        tell: called with the name of each piece before it is written.

    Returns:
        The paths written.

    Raises:
        HarnessError: it is no report of `Table`s, `Figure`s and `Number`s, or a link leads elsewhere; the old files are still
            there.
    """
    check(report)
    refuse_links(folder, *(folder / name for name in ("tables", "figures", "numbers.json", *report.documents)))
    paths: list[Path] = []
    for kind in ("tables", "figures"):
        for old in sorted((folder / kind).glob("*.*")):
            old.unlink()
    for table in report.tables:
        tell(table.name)
        paths += write_table(table, folder / "tables", label=f"{folder.name}-{table.name}")
    for figure in report.figures:
        tell(figure.name)
        paths += write_figure(figure, folder / "figures")
    numbers = _sorted_json({key: number.as_json() for key, number in report.numbers.items()})
    for name, text in {"numbers.json": numbers, **said_of_figures(report), **report.documents}.items():
        paths.append(folder / name)
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def said_of_figures(report: Report) -> dict[str, str]:
    """The content of the files that say what figures show and which tables they draw."""
    captions = {figure.name: figure.caption for figure in report.figures}
    origins = {figure.name: {"tables": figure.tables, "drawn_by": figure.drawn_by} for figure in report.figures}
    return {CAPTIONS: _sorted_json(captions), ORIGINS: _sorted_json(origins)}


def _sorted_json(content: Mapping[str, object]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def refuse_links(*paths: Path) -> None:
    """Results may be somebody else's: what a link leads to is neither removed nor written over. Raises `HarnessError`."""
    for path in paths:
        if path.is_symlink():
            raise HarnessError(f"{path} is a link to another place, where files would be removed; remove the link.")


def check(report: Report) -> None:
    """Raise `HarnessError` if it is no report of `Table`s, `Figure`s and `Number`s."""
    if not isinstance(report, Report):
        raise HarnessError(
            f"report(evidence) gives a {type(report).__name__}, and harness.report.writing.Report is needed."
        )
    numbers = list(report.numbers.values())
    parts = (("tables", report.tables, Table), ("figures", report.figures, Figure), ("numbers", numbers, Number))
    for what, members, kind in parts:
        for one in members:
            if not isinstance(one, kind):
                raise HarnessError(
                    f"the report's {what} hold a {type(one).__name__}; each has to be a {kind.__name__}."
                )
            if not isinstance(one, Number) and Path(one.name).name != one.name:
                raise HarnessError(f"{one.name!r} cannot be the name of a file; rename that one of the {what}.")
