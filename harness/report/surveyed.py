"""A survey as a document: the words, the tables, the figures, and the same for programs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from harness.analysis.charts.diverging import Bar, diverging_bars
from harness.analysis.style import Width
from harness.analysis.survey import Survey, counted
from harness.report.document import Block, Document, Heading, Paragraph, Points
from harness.report.figure import Figure
from harness.report.surveyed_words import SurveyWords
from harness.report.table import Column, Table

MOST_BARS = 60
"""Bars that fit on a page."""

MOST_ROWS = 60
"""Rows of a table that anyone reads."""


def document_of_survey(found: Survey, source: str = "") -> Document:
    """The document.

    Args:
        found: what can be said of the answers.
        source: where they come from, in a sentence; "" if nobody needs to know.
    """
    words = SurveyWords(found)
    blocks: list[Block] = [
        Paragraph(" ".join(text for text in (source, words.setting(), found.answers.note) if text)),
        Heading("In short"),
        Points(words.in_short()),
        Heading("Items"),
        _items(found, words),
        _figure_of_items(found, words),
        *_groups(found, words),
        *_reliability(found, words),
        Heading("How this was done"),
        Paragraph(words.methods()),
    ]
    return Document("survey", words.title(), blocks, _data(found, source))


def _items(found: Survey, words: SurveyWords) -> Table:
    frame = found.items.assign(label=[words.label(name) for name in found.items["item"]])
    notes = [
        "Above, on and below the middle of the scale; the interval of the first is Wilson's.",
        "Mean and SD take answers for numbers that are equally far apart.",
    ]
    caption = f"Items: what was answered, with {found.level:.0%} intervals."
    return Table("items", caption, _percentages(frame), _columns(Column("item", "label"), frame), notes)


def _columns(first: Column, frame: pd.DataFrame, *more: Column) -> list[Column]:
    missing = [Column("missing", "missing", 0)] if frame["missing"].any() else []
    middle = [Column("middle %", "middle", 0)] if frame["middle"].any() else []
    return [
        first,
        *more,
        Column("n", "n", 0),
        *missing,
        Column.of_estimate("above %", "above", 0),
        *middle,
        Column("below %", "below", 0),
        Column("median", "median", 1),
        Column("quartiles", "quartiles"),
        Column.of_estimate("mean", "mean", 2),
        Column("SD", "sd", 2),
    ]


def _percentages(frame: pd.DataFrame) -> pd.DataFrame:
    """With shares in percent, and the quartiles as text."""
    shares = ["above", "above_low", "above_high", "middle", "below"]
    quartiles = [
        math.nan if math.isnan(low) else f"{low:g}, {high:g}"
        for low, high in zip(frame["first_quartile"], frame["third_quartile"], strict=True)
    ]
    return frame.assign(**{name: 100 * frame[name] for name in shares}, quartiles=quartiles)


def _figure_of_items(found: Survey, words: SurveyWords) -> Figure:
    scale, rows = found.answers.scale, found.items.head(MOST_BARS)
    bars = [Bar(words.label(row["item"]), counted(scale, row)) for _, row in rows.iterrows()]
    shown = "" if len(rows) == len(found.items) else f" The first {len(rows)} of {len(found.items)} items are shown."
    return _figure("answers", f"Answers to each item, in percent of those who answered it.{shown}", bars, scale.names)


def _figure(name: str, caption: str, bars: Sequence[Bar], answers: Sequence[str]) -> Figure:
    def draw(width: Width) -> Canvas:
        return diverging_bars(bars, answers, width)

    return Figure(name, caption, draw)


# ---- groups ---------------------------------------------------------------------------------------------------------------


def _groups(found: Survey, words: SurveyWords) -> Iterator[Block]:
    if not found.answers.group:
        return
    yield Heading(f"By {found.answers.group}")
    if found.tests.empty:
        yield Paragraph(words.without_groups())
        return
    yield _tests(found, words)
    if not found.pairs.empty:
        yield _pairs(found, words)
    yield _by_group(found, words)
    yield _figure_of_groups(found, words)


def _tests(found: Survey, words: SurveyWords) -> Table:
    frame = found.tests.assign(label=[words.label(name) for name in found.tests["item"]])
    two = len(found.groups) == 2
    effect = Column.of_estimate("Cliff's δ", "effect", 2, signed=True) if two else Column("ε²", "effect", 3)
    columns = [
        Column("item", "label"),
        Column("n", "n", 0),
        effect,
        Column("t" if two else "H", "statistic", 2),
        Column("df", "df", 1 if two else 0),
        Column("p", "p", p_value=True),
        Column("p, Holm", "p_holm", p_value=True),
    ]
    return Table("tests", words.caption_of_tests(), frame, columns, [words.on_holm(), *words.remarks(frame)])


def _pairs(found: Survey, words: SurveyWords) -> Table:
    by_p = found.pairs.sort_values("p", kind="stable")
    shown = by_p.head(MOST_ROWS)
    frame = shown.assign(label=[words.label(name) for name in shown["item"]])
    columns = [
        Column("item", "label"),
        Column("first", "first"),
        Column("second", "second"),
        Column.of_estimate("Cliff's δ", "delta", 2, signed=True),
        Column("p", "p", p_value=True),
        Column("p, Holm", "p_holm", p_value=True),
    ]
    rest = f"{len(shown)} of {len(by_p)} are shown; the JSON file has all." if len(shown) < len(by_p) else ""
    frame = frame.rename(columns={"low": "delta_low", "high": "delta_high"})
    return Table("pairs", words.caption_of_pairs(), frame, columns, [words.on_holm_of_pairs(), rest])


def _by_group(found: Survey, words: SurveyWords) -> Table:
    shown = found.by_group[found.by_group["item"].isin(_foremost(found, MOST_ROWS))]
    frame = shown.assign(label=[words.label(name) for name in shown["item"]])
    rest = words.foremost(len(shown) // len(found.groups)) if len(shown) < len(found.by_group) else ""
    columns = _columns(Column("item", "label"), frame, Column(found.answers.group, "group"))
    return Table("groups", f"Answers by {found.answers.group}.", _percentages(frame), columns, [rest])


def _figure_of_groups(found: Survey, words: SurveyWords) -> Figure:
    items, bars = _foremost(found, MOST_BARS), []
    for item in items:
        rows = found.by_group[found.by_group["item"] == item]
        for place, (_, row) in enumerate(rows.iterrows()):
            heading = words.label(item) if place == 0 else ""
            bars.append(Bar(row["group"], counted(found.answers.scale, row), heading))
    rest = f" {words.foremost(len(items))}" if len(items) < len(found.items) else ""
    caption = f"Answers to each item by {found.answers.group}, in percent of those who answered it.{rest}"
    return _figure("groups", caption, bars, found.answers.scale.names)


def _foremost(found: Survey, rows: int) -> list[str]:
    """As many items as fit, those of the smallest p, in the order of the survey."""
    fit = max(1, rows // len(found.groups))
    if fit >= len(found.tests):
        return found.tests["item"].tolist()
    chosen = set(found.tests.sort_values("p", kind="stable").head(fit)["item"])
    return [name for name in found.tests["item"] if name in chosen]


# ---- one thing or several -------------------------------------------------------------------------------------------------


def _reliability(found: Survey, words: SurveyWords) -> Iterator[Block]:
    if len(found.items) < 2:
        return
    yield Heading("Do the items measure one thing")
    yield Points(words.reliability())
    if len(found.items) < 3 or not found.reliability.items:
        return
    frame = pd.DataFrame([asdict(item) for item in found.reliability.items])
    frame["label"] = [words.label(name) for name in frame["name"]]
    columns = [
        Column("item", "label"),
        Column("r with the others", "rest_correlation", 2),
        Column("alpha without it", "alpha_without", 2),
    ]
    yield Table("reliability", "Each item beside the sum of the others.", frame, columns)


def _data(found: Survey, source: str) -> dict[str, Any]:
    """What docs/surveys.md documents."""
    answers, scale = found.answers, found.answers.scale
    alpha = found.reliability
    return {
        "source": source,
        "note": answers.note,
        "n_respondents": len(answers.items),
        "scale": {"low": scale.low, "high": scale.high, "labels": list(scale.labels)},
        "reversed": list(answers.turned),
        "group": answers.group or None,
        "groups": answers.group_names,
        "level": found.level,
        "items": _records(found.items),
        "by_group": _records(found.by_group),
        "test": None if found.tests.empty else "Brunner-Munzel" if len(found.groups) == 2 else "Kruskal-Wallis",
        "tests": _records(found.tests),
        "pairs": _records(found.pairs),
        "alpha": {
            "estimate": alpha.estimate,
            "low": alpha.interval.low,
            "high": alpha.interval.high,
            "n": alpha.n,
            "note": alpha.note,
            "items": [asdict(item) for item in alpha.items],
        },
    }


def _records(frame: pd.DataFrame) -> Sequence[dict[str, Any]]:
    return [
        {str(key): value.item() if isinstance(value, np.generic) else value for key, value in row.items()}
        for row in frame.to_dict("records")
    ]
