"""A short report on data that somebody brings: title, text, tables and figures, and the same numbers for programs.

A command makes one `Document`. `document_files` writes it as HTML, LaTeX, JSON and CSV, `harness.cli.screen` shows it on the
terminal, so that all of them say the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.report.figure import Figure
from harness.report.rounding import DIGITS, P_DIGITS, rounded
from harness.report.table import Table
from harness.running import files


@dataclass(frozen=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list of sentences, one point each."""

    items: Sequence[str]


Block = Heading | Paragraph | Points | Table | Figure
"""What a document is made of. Tables and figures are those of the studies' reports."""


@dataclass(frozen=True)
class Document:
    """A report.

    Attributes:
        name: the stem of its files.
        title: what it is about.
        blocks: its content from top to bottom. The name of a table or figure is that of its file.
        data: the same for programs: mappings, lists, texts, numbers. What a key means, the command documents.
    """

    name: str
    title: str
    blocks: Sequence[Block]
    data: Mapping[str, Any]

    @property
    def tables(self) -> list[Table]:
        """The tables, from the top."""
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def figures(self) -> list[Figure]:
        """The figures, from the top."""
        return [block for block in self.blocks if isinstance(block, Figure)]


def to_json(document: Document) -> str:
    """The document's `data`: numbers with ten digits, p values (`p`, `p_...`) with six; null for a number that is not there."""
    return files.json_text(_plain(document.data))


def _plain(value: Any, digits: int = DIGITS) -> Any:
    """Built-in types alone; NaN and infinity, which JSON does not have, are None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each, _digits(str(key))) for key, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(each, digits) for each in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return rounded(float(value), digits) if math.isfinite(value) else None
    return None if value is None else str(value)


def _digits(key: str) -> int:
    return P_DIGITS if key == "p" or key.startswith("p_") else DIGITS
