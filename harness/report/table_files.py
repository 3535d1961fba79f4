"""The files of a table: CSV with ten digits, LaTeX (for `booktabs` and `graphicx`), JSON for the paper."""

from __future__ import annotations

import json
from pathlib import Path

from harness.report.origin import origin_of
from harness.report.table import Table


def write_table(table: Table, folder: Path, label: str = "") -> list[Path]:
    """Write `<name>.csv`, `.tex` (with the label that `to_latex` asks for) and `.json`; the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{table.name}{suffix}" for suffix in (".csv", ".tex", ".json")]
    table.written.to_csv(paths[0], index=False, lineterminator="\n")
    paths[1].write_text(to_latex(table, label), encoding="utf-8")
    paths[2].write_text(to_json(table), encoding="utf-8")
    return paths


def to_json(table: Table) -> str:
    """Caption, headings, alignment, printed cells and notes, and which records the cells rest on."""
    content = {
        "name": table.name,
        "caption": table.caption,
        "header": [column.title for column in table.columns],
        "align": ["right" if column.is_numeric else "left" for column in table.columns],
        "rows": table.cells(),
        "notes": table.footnotes,
        **({"about": {name: list(texts) for name, texts in table.about.items()}} if table.about else {}),
    }
    shown = json.dumps(content, indent=1, ensure_ascii=False).removesuffix("\n}")
    origin = json.dumps(
        origin_of(table), ensure_ascii=False, separators=(",", ":")
    )  # for programs, and long: on one line
    return f'{shown},\n "origin": {origin}\n}}\n'


def to_latex(table: Table, label: str = "") -> str:
    r"""A floating table to be input into a paper; one that is wider than the line is shrunk to it.

    Args:
        table: what to set.
        label: what `\ref` calls it behind "tab:"; the table's name unless given.
    """
    align = "".join("r" if column.is_numeric else "l" for column in table.columns)
    header = " & ".join(latex_text(column.title) for column in table.columns)
    body = [" & ".join(map(latex_text, row)) + r" \\" for row in table.cells()]
    notes = [r"\par\smallskip\raggedright\footnotesize " + latex_text(note) for note in table.footnotes]
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{latex_text(table.caption)}}}",
        rf"\label{{tab:{label or table.name}}}",
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


def latex_text(text: str) -> str:
    """The text as LaTeX sets it."""
    return "".join(_LATEX.get(character, character) for character in text)
