"""A table of results, and its writers: CSV with full precision, LaTeX (for `booktabs` and `graphicx`), JSON for the paper."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

MISSING = "–"


@dataclass(frozen=True)
class Column:
    """One column as it is printed.

    Attributes:
        title: its heading.
        value: the column of the frame.
        decimals: for numbers; None prints the value as text.
        low, high: columns of the frame with the ends of an interval, printed in brackets behind the value.
        p_value: print as a p-value ("< .001").
        signed: print a plus sign before positive numbers.
    """

    title: str
    value: str
    decimals: int | None = None
    low: str = ""
    high: str = ""
    p_value: bool = False
    signed: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether it holds numbers, which align at the right."""
        return self.decimals is not None or self.p_value

    def cell(self, row: pd.Series[Any]) -> str:
        """The printed text for one row of the frame."""
        value = row[self.value]
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return MISSING
        if self.p_value:
            return p_text(float(value))
        text = str(value) if self.decimals is None else number_text(float(value), self.decimals, signed=self.signed)
        if self.low and not math.isnan(float(row[self.low])):
            ends = (number_text(float(row[end]), self.decimals or 0) for end in (self.low, self.high))
            text += " [{}, {}]".format(*ends)
        return text


@dataclass(frozen=True)
class Table:
    """A table: the numbers, how they are printed, and what a reader must know.

    Attributes:
        name: the stem of its files.
        caption: one or two sentences.
        frame: raw numbers; the CSV has all its columns at full precision.
        columns: those that are printed.
        notes: sentences below the table; empty ones are left out.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    columns: Sequence[Column]
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def footnotes(self) -> list[str]:
        """The notes that say something."""
        return [note for note in self.notes if note]

    def cells(self) -> list[list[str]]:
        """The printed body, row by row."""
        return [[column.cell(row) for column in self.columns] for _, row in self.frame.iterrows()]


def number_text(value: float, decimals: int, *, signed: bool = False) -> str:
    """A rounded number with a true minus sign and no negative zero."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else MISSING
    text = f"{value:+.{decimals}f}" if signed else f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("+-")
    return text.replace("-", "−")


def p_text(p: float) -> str:
    """A p-value with three decimals and no leading zero."""
    if math.isnan(p):
        return MISSING
    return "< .001" if p < 0.001 else "> .999" if p > 0.999 else f"{p:.3f}".lstrip("0")


def p_phrase(p: float) -> str:
    """A p-value to stand behind the letter p: "= .012" or "< .001"."""
    text = p_text(p)
    return text if text.startswith(("<", ">")) else f"= {text}"


def write_table(table: Table, folder: Path) -> list[Path]:
    """Write `<name>.csv`, `.tex` and `.json`; the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{table.name}{suffix}" for suffix in (".csv", ".tex", ".json")]
    table.frame.to_csv(paths[0], index=False, lineterminator="\n")
    paths[1].write_text(to_latex(table), encoding="utf-8")
    paths[2].write_text(to_json(table), encoding="utf-8")
    return paths


def to_json(table: Table) -> str:
    """Caption, headings, alignment, printed cells and notes."""
    content = {
        "name": table.name,
        "caption": table.caption,
        "header": [column.title for column in table.columns],
        "align": ["right" if column.is_numeric else "left" for column in table.columns],
        "rows": table.cells(),
        "notes": table.footnotes,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def to_latex(table: Table) -> str:
    """A floating table to be input into a paper; one that is wider than the line is shrunk to it."""
    align = "".join("r" if column.is_numeric else "l" for column in table.columns)
    header = " & ".join(_escape(column.title) for column in table.columns)
    body = [" & ".join(map(_escape, row)) + r" \\" for row in table.cells()]
    notes = [r"\par\smallskip\raggedright\footnotesize " + _escape(note) for note in table.footnotes]
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_escape(table.caption)}}}",
        rf"\label{{tab:{table.name}}}",
        r"\smallskip",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{{align}}}",
        r"\toprule",
        header + r" \\",
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}}",
        *notes,
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "–": "--",
    "≥": r"$\ge$",
    "≤": r"$\le$",
    "<": "$<$",
    ">": "$>$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "∞": r"$\infty$",
    "²": "$^2$",
    "ε": r"$\varepsilon$",
    "η": r"$\eta$",
    "ω": r"$\omega$",
}


def _escape(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)
