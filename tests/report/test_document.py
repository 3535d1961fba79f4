"""A document says the same as HTML, LaTeX, JSON and CSV, and each stands by itself."""

from __future__ import annotations

import base64
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Canvas

from harness.analysis.style import Width
from harness.core import ConfigError
from harness.report.document import Document, Heading, Paragraph, Points, to_json
from harness.report.document_files import document_latex, to_html, write_document
from harness.report.figure import Figure, drawn
from harness.report.table import Column, Table


def draw(width: Width) -> Canvas:
    canvas, axes = plt.subplots(figsize=(width.inches, 1))
    axes.plot([0, 1])
    axes.set_title("A & B")
    return canvas


@pytest.fixture
def document() -> Document:
    frame = pd.DataFrame({"name": ["a & b", "<c>"], "score": [0.123, math.nan], "p": [0.0001, 0.5]})
    columns = [Column("Name", "name"), Column("Score", "score", 2), Column("p", "p", p_value=True)]
    table = Table("scores", "Scores of <all>.", frame, columns, notes=["100 % of them.", ""])
    return Document(
        name="example",
        title="A & B",
        blocks=[
            Heading("First"),
            Paragraph("1 < 2 & 50 %."),
            Points(["one_a", "two"]),
            table,
            Figure("line", "A line & more.", draw),
        ],
        data={
            "p": 0.000123456789,
            "n": np.int64(3),
            "x": math.nan,
            "rows": [{"p_holm": 1 / 3, "mean": 1 / 3}],
            "is": True,
        },
    )


class Reader(HTMLParser):
    """Which tags are open at the end, what was said, and what is asked of the network."""

    VOID = frozenset({"meta", "img", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_the_page_is_whole_and_needs_nothing_else(document: Document) -> None:
    reader = Reader()
    reader.feed(to_html(document))
    assert reader.open == []
    assert all(link.startswith("data:image/svg+xml;base64,") for link in reader.links)
    assert len(reader.links) == 1
    assert base64.b64decode(reader.links[0].partition(",")[2]).startswith(b"<?xml")
    said = "".join(reader.said)
    for text in ("A & B", "1 < 2 & 50 %.", "one_a", "a & b", "<c>", "0.12", "< .001", "–", "100 % of them."):
        assert text in said


def test_letters_of_its_figures_are_outlines(document: Document) -> None:
    image = re.search(r"base64,([^\"]+)", to_html(document))
    assert image
    assert b"<text" not in base64.b64decode(image[1])


def test_characters_that_no_font_has_are_no_warning() -> None:
    def draws(width: Width) -> Canvas:
        canvas, axes = plt.subplots(figsize=(width.inches, 1))
        axes.set_title("方法 $x 🌲 50% \\alpha")
        return canvas

    assert drawn(Figure("names", "", draws), "svg").startswith(b"<?xml")


def test_latex_escapes_and_closes_what_it_opens(document: Document) -> None:
    text = document_latex(document, {"line": "example-line.pdf"})
    begun, ended = (re.findall(rf"\\{word}{{(\w+)}}", text) for word in ("begin", "end"))
    assert sorted(begun) == sorted(ended) == sorted(["itemize", "table", "tabular", "figure"])
    for piece in (
        r"\section*{A \& B}",
        r"\subsection*{First}",
        r"1 $<$ 2 \& 50 \%.",
        r"\item one\_a",
        r"a \& b & 0.12 & $<$ .001 \\",
        r"\label{tab:example-scores}",
        r"\includegraphics[width=\linewidth]{example-line.pdf}",
        r"\label{fig:example-line}",
    ):
        assert piece in text


def test_json_has_numbers_as_they_are_written_and_null_where_there_is_none(document: Document) -> None:
    assert json.loads(to_json(document)) == {
        "p": 0.000123457,
        "n": 3,
        "x": None,
        "rows": [{"p_holm": 0.333333, "mean": 0.3333333333}],
        "is": True,
    }


@pytest.mark.parametrize(
    ("out", "written"),
    [
        ("x.html", ["x.html"]),
        ("deep/x.TEX", ["x.TEX", "x-line.pdf"]),
        ("x.json", ["x.json"]),
        ("all", ["example.html", "example.tex", "example-line.pdf", "example.json", "example-scores.csv"]),
    ],
)
def test_where_it_is_written_says_what_is_written(
    out: str, written: list[str], document: Document, tmp_path: Path
) -> None:
    paths = write_document(document, tmp_path / out)
    assert [path.name for path in paths] == written
    assert all(path.stat().st_size for path in paths)
    again = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in write_document(document, tmp_path / out)] == again


def test_a_folder_may_have_a_dot(document: Document, tmp_path: Path) -> None:
    (tmp_path / "v1.2").mkdir()
    assert len(write_document(document, tmp_path / "v1.2")) == 5


def test_another_kind_of_file_is_refused(document: Document, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no output of the kind \.docx; end it with \.html, \.tex, \.json"):
        write_document(document, tmp_path / "x.docx")
