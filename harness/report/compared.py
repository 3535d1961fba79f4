"""An assessment of methods as a document: the words, the tables, the figures, and the same for programs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from harness.analysis.assessment import MOST_SHOWN, Assessment
from harness.analysis.charts.advantages import advantages
from harness.analysis.charts.critical_difference import critical_difference
from harness.analysis.style import Width
from harness.inference.decision import Direction, Size
from harness.report.compared_checks import assumptions, ranks
from harness.report.compared_words import Words, percent, shortened
from harness.report.document import Block, Document, Heading, Paragraph, Points
from harness.report.figure import Figure
from harness.report.table import Column, Table

_LEGEND = "W/D/L: wins, draws, losses. p of the t test and of Wilcoxon's test are adjusted by Holm over all pairs."
_MOST_MEANS = 60
"""Methods that have a line of their own."""


@dataclass(frozen=True)
class Asked:
    """What was asked for, in the words of whoever asks.

    Attributes:
        block: the column of data sets.
        method: the column of methods.
        score: the column of scores.
        unit: of the scores, for headings; "" for none.
        source: where the scores come from, in a sentence; "" if nobody needs to know.
    """

    block: str
    method: str
    score: str
    unit: str = ""
    source: str = ""


def document_of(found: Assessment, asked: Asked, note: str = "") -> Document:
    """The document.

    Args:
        found: what can be said of the methods.
        asked: names of what was compared.
        note: what was done to the scores before they were compared.
    """
    words = Words(found, asked.block, asked.score, asked.unit)
    blocks: list[Block] = [
        Paragraph(" ".join(text for text in (asked.source, words.setting(), note) if text)),
        Heading("In short"),
        Points(words.in_short()),
        Heading("Methods"),
        _means(found, asked, words),
        Heading("Pairs"),
        *_pairs(found, words),
    ]
    tested: list[Block] = [
        Heading("Ranks"),
        *_ranks(found, words),
        Heading("Assumptions and power"),
        Points(assumptions(words)),
        Heading("How this was done"),
        Paragraph(words.methods()),
    ]
    title = f"{asked.score} of {len(found.means)} methods on {words.counted(len(found.scores))}"
    return Document("comparison", title, blocks + (tested if len(found.scores) > 1 else []), _data(found, asked, note))


def _means(found: Assessment, asked: Asked, words: Words) -> Table:
    columns = [
        Column(asked.method, "method"),
        Column("n", "n", 0),
        Column.of_estimate(words.with_unit("mean"), "mean", words.digits),
        Column("SD", "sd", words.digits),
        Column("mean rank", "rank", 2),
    ]
    frame = found.means.rename(columns={"low": "mean_low", "high": "mean_high"})
    left = len(frame) - _MOST_MEANS
    notes = [f"{left} more methods are in the JSON file."] if left > 0 else []
    notes += [f"Means of different {words.blocks} do not compare: see the pairs."] if len(set(frame["n"])) > 1 else []
    caption = f"Means over {words.blocks} with {percent(found.level)} intervals, the best first."
    return Table("methods", caption, frame.head(_MOST_MEANS), columns, notes)


def _pairs(found: Assessment, words: Words) -> Iterator[Block]:
    shown, what = _shown(found)
    rows = [{str(key): value for key, value in row.items()} for row in shown.to_dict("records")]
    frame = shown.assign(
        record=[f"{row['wins']}/{row['draws']}/{row['losses']}" for row in rows],
        words=[words.verdict(row) for row in rows],
    )
    columns = [
        Column("first", "first"),
        Column("second", "second"),
        *([Column("n", "n", 0)] if len(set(frame["n"])) > 1 else []),
        Column(words.with_unit("advantage"), "difference", words.digits, "together_low", "together_high", signed=True),
        Column("W/D/L", "record"),
        Column("p (t)", "p_t_holm", p_value=True),
        Column("p (W)", "p_w_holm", p_value=True),
        Column("the first is", "words"),
    ]
    tested = [_LEGEND, found.note] if len(found.scores) > 1 else []
    notes = [what, *tested]
    yield Table("pairs", words.caption_of_pairs(), frame, columns, notes)
    if found.region and len(found.pairs) <= MOST_SHOWN and len(found.scores) > 1:
        yield _equivalence(frame, words)
    if not found.control and not found.is_declared and len(found.means) > 2:
        yield _matrix(found, words)


def _shown(found: Assessment) -> tuple[pd.DataFrame, str]:
    """The pairs that have a line, and what was left out."""
    pairs = found.pairs
    if len(pairs) <= MOST_SHOWN:
        return pairs, ""
    with_best = pairs[pairs["first"] == found.means["method"].iloc[0]]
    if found.control or found.is_declared or len(with_best) > MOST_SHOWN:
        with_best = pairs.head(MOST_SHOWN)
    return with_best, (
        f"{len(with_best)} of {len(pairs)} pairs are shown, {'those of the best mean' if len(with_best) else 'the first'}; "
        "the figure and the JSON file have all."
    )


def _equivalence(shown: pd.DataFrame, words: Words) -> Table:
    chances = [Column(f"P({side})", side, 2) for side in ("worse", "equal", "better")]
    columns = [
        Column("first", "first"),
        Column("second", "second"),
        Column("p, equivalent", "p_equivalent", p_value=True),
        *chances,
    ]
    caption = (
        f"Practical equivalence within {words.amount(words.found.region)}: p of two one-sided t tests, unadjusted, and the "
        "probabilities by the Bayesian signed rank that the first is worse, practically equal, better."
    )
    return Table("equivalence", caption, shown, columns)


def _matrix(found: Assessment, words: Words) -> Figure:
    names = found.means["method"].tolist()
    place = {name: at for at, name in enumerate(names)}
    cells, marks = np.full((len(names), len(names)), math.nan), np.zeros((len(names), len(names)), dtype=bool)
    for row in found.pairs.to_dict("records"):
        one, other = place[row["first"]], place[row["second"]]
        cells[one, other], cells[other, one] = row["difference"], -row["difference"]
        marks[one, other] = marks[other, one] = row["direction"] != Direction.OPEN and row["size"] != Size.NONE
    short = list(shortened(names).values())
    table, decided = (pd.DataFrame(each, index=short, columns=short) for each in (cells, marks))

    def draw(width: Width) -> Canvas:
        return advantages(table, decided, width, label=words.with_unit("advantage"), digits=words.digits)

    caption = "By how much the row is better than the column; bold, or a dot, is decided."
    return Figure("pairs", caption, draw, (Width.PAGE,))


def _ranks(found: Assessment, words: Words) -> Iterator[Block]:
    yield Points(ranks(words))
    if len(found.means) < 3 or math.isnan(found.diagram.critical_difference):
        return
    short = shortened(list(found.diagram.average_ranks))

    def draw(width: Width) -> Canvas:
        return critical_difference(found.diagram, short.__getitem__, width)

    caption = "Mean ranks; a bar joins methods that Nemenyi's test does not tell apart."
    yield Figure("ranks", caption, draw, (Width.PAGE,))


def _data(found: Assessment, asked: Asked, note: str) -> dict[str, Any]:
    """What docs/comparing.md documents."""
    return {
        **asdict(asked),
        "lower_is_better": found.lower_is_better,
        "control": found.control or None,
        "level": found.level,
        "level_of_verdicts": found.together,
        "region": found.region,
        "n_methods": len(found.means),
        "n_blocks": len(found.scores),
        "note": " ".join(text for text in (note, found.note) if text),
        "methods": _records(found.means),
        "pairs": _records(found.pairs),
        "friedman": {key: value for key, value in asdict(found.friedman).items() if key != "average_ranks"},
        "critical_difference": found.diagram.critical_difference,
        "groups_nemenyi": found.diagram.cliques,
        "groups_wilcoxon": found.groups,
        "anova": [asdict(effect) for effect in found.anova.effects],
    }


def _records(frame: pd.DataFrame) -> Sequence[dict[str, Any]]:
    return [{str(key): _item(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _item(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
