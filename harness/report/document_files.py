"""A document as files: one HTML page with its figures inside, LaTeX to be input into a paper, JSON, CSV."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

from harness.core import ConfigError
from harness.report.document import Document, Heading, Paragraph, Points, to_json
from harness.report.figure import Figure, drawn
from harness.report.table import Table
from harness.report.table_files import latex_text, to_latex

_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 62em }
body { margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.6em } h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid #ddd }
div.table { overflow-x: auto; margin: 1.2em 0 } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
caption { text-align: left; padding-bottom: .5em; color: #444 }
th, td { padding: .2em .8em .2em 0; text-align: left; vertical-align: top }
th { border-top: 2px solid #333; border-bottom: 1px solid #333 } tbody tr:last-child td { border-bottom: 2px solid #333 }
.right { text-align: right; white-space: nowrap } p.note { font-size: .85em; color: #444; margin: .3em 0 }
figure { margin: 1.5em 0 } figure img { max-width: 100%; height: auto } figcaption { color: #444 }
"""


def write_document(document: Document, out: Path) -> list[Path]:
    """Write the document; the paths.

    Args:
        document: what to write.
        out: a file that ends with .html, .tex (with its figures as PDF beside it) or .json; or a folder, which then holds all
            three, the tables as CSV and the figures as PDF.

    Raises:
        ConfigError: a file of another kind.
    """
    check_kind(out)
    suffix = out.suffix.lower()
    if suffix in _WRITERS and not out.is_dir():
        out.parent.mkdir(parents=True, exist_ok=True)
        return _WRITERS[suffix](document, out)
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind, write in _WRITERS.items():
        paths += write(document, out / f"{document.name}{kind}")
    for table in document.tables:
        paths.append(out / f"{document.name}-{table.name}.csv")
        table.written.to_csv(paths[-1], index=False, lineterminator="\n")
    return paths


def check_kind(out: Path) -> None:
    """Raise `ConfigError` for a file of a kind that is not written. A folder may have a dot in its name if it is there."""
    suffix = out.suffix.lower()
    if suffix and suffix not in _WRITERS and not out.is_dir():
        raise ConfigError(
            f"{out}: there is no output of the kind {suffix}; end it with {', '.join(_WRITERS)}, or name a folder."
        )


def to_html(document: Document) -> str:
    """One page that needs nothing else: its style and its figures are in it."""
    title = escape(document.title)
    body = "\n".join(map(_html, document.blocks))
    head = f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>{title}</title>'
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n<style>\n{_STYLE}</style>\n</head>\n'
        f"<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )


def document_latex(document: Document, figures: Mapping[str, str]) -> str:
    r"""Sections, tables and figures, to be input into a paper that loads booktabs and graphicx.

    Args:
        document: what to set.
        figures: for each figure's name what `\includegraphics` calls its file.
    """
    lines = [r"% \usepackage{booktabs,graphicx}", rf"\section*{{{latex_text(document.title)}}}"]
    for block in document.blocks:
        lines += ["", _latex(block, document.name, figures)]
    return "\n".join(lines) + "\n"


def _html(block: object) -> str:
    match block:
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Points(items):
            return "<ul>\n" + "\n".join(f"<li>{escape(item)}</li>" for item in items) + "\n</ul>"
        case Table():
            return _html_table(block)
        case Figure():
            image = base64.b64encode(drawn(block, "svg")).decode()
            caption = escape(block.caption)
            return (
                f'<figure>\n<img alt="{caption}" src="data:image/svg+xml;base64,{image}">\n'
                f"<figcaption>{caption}</figcaption>\n</figure>"
            )
    raise TypeError(type(block))


def _html_table(table: Table) -> str:
    marks = [' class="right"' if column.is_numeric else "" for column in table.columns]
    header = "".join(
        f"<th{mark}>{escape(column.title)}</th>" for column, mark in zip(table.columns, marks, strict=True)
    )
    rows = [
        "<tr>" + "".join(f"<td{mark}>{escape(cell)}</td>" for cell, mark in zip(row, marks, strict=True)) + "</tr>"
        for row in table.cells()
    ]
    notes = "".join(f'\n<p class="note">{escape(note)}</p>' for note in table.footnotes)
    body = "\n".join(rows)
    return (
        f'<div class="table">\n<table>\n<caption>{escape(table.caption)}</caption>\n<thead><tr>{header}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table>{notes}\n</div>"
    )


def _latex(block: object, name: str, figures: Mapping[str, str]) -> str:
    match block:
        case Heading(text):
            return rf"\subsection*{{{latex_text(text)}}}"
        case Paragraph(text):
            return latex_text(text)
        case Points(items):
            return "\n".join([r"\begin{itemize}", *(rf"\item {latex_text(item)}" for item in items), r"\end{itemize}"])
        case Table():
            return to_latex(block, label=f"{name}-{block.name}").rstrip("\n")
        case Figure():
            return "\n".join(
                [
                    r"\begin{figure}",
                    r"\centering",
                    rf"\includegraphics[width=\linewidth]{{{figures[block.name]}}}",
                    rf"\caption{{{latex_text(block.caption)}}}",
                    rf"\label{{fig:{name}-{block.name}}}",
                    r"\end{figure}",
                ]
            )
    raise TypeError(type(block))


def _write_html(document: Document, path: Path) -> list[Path]:
    path.write_text(to_html(document), encoding="utf-8")
    return [path]


def _write_latex(document: Document, path: Path) -> list[Path]:
    names = {figure.name: f"{path.stem}-{figure.name}.pdf" for figure in document.figures}
    path.write_text(document_latex(document, names), encoding="utf-8")
    for figure in document.figures:
        (path.parent / names[figure.name]).write_bytes(drawn(figure, "pdf"))
    return [path, *(path.parent / name for name in names.values())]


def _write_json(document: Document, path: Path) -> list[Path]:
    path.write_text(to_json(document), encoding="utf-8")
    return [path]


_WRITERS: dict[str, Callable[[Document, Path], list[Path]]] = {
    ".html": _write_html,
    ".tex": _write_latex,
    ".json": _write_json,
}
