"""Answers on a scale, from a frame with a row for each respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from harness.analysis.answers import answers_of
from harness.analysis.scale import scale_of
from harness.analysis.survey import surveyed
from harness.inference.reliability import Reliability
from harness.report.document import Document
from harness.report.document_files import write_document
from harness.report.surveyed import document_of_survey


@dataclass(frozen=True, repr=False)
class Surveyed:
    """What can be said of answers. In a notebook it shows the items and the note.

    Attributes:
        items: one row an item: n, median, quartiles, mean, sd, the shares above, on and below the middle of the scale, and the
            number of each answer.
        by_group: the same for each item and group; empty without groups.
        tests: one row an item: whether groups differ, with p and p_holm (over items); empty without two groups.
        pairs: of more than two groups one row an item and pair, with Cliff's delta.
        reliability: Cronbach's alpha of all items.
        document: all of it as a report, see `write`.
        note: empty, or which columns and respondents were left out.
    """

    items: pd.DataFrame
    by_group: pd.DataFrame
    tests: pd.DataFrame
    pairs: pd.DataFrame
    reliability: Reliability
    document: Document
    note: str

    def write(self, out: str | Path) -> list[Path]:
        """Write the report to a file that ends with .html, .tex or .json, or all of them into a folder; the paths."""
        return write_document(self.document, Path(out))

    def __repr__(self) -> str:
        return "\n".join([self._shown().to_string(), *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        return self._shown().to_html(border=0) + (f"<div>{self.note}</div>" if self.note else "")

    def _shown(self) -> pd.DataFrame:
        return self.items[["item", "n", "missing", "median", "mean", "sd", "above", "middle", "below"]]


def survey(
    frame: pd.DataFrame,
    *,
    scale: tuple[int, int] | None = None,
    labels: Sequence[str] = (),
    items: Sequence[str] = (),
    group: str = "",
    reversed: Sequence[str] = (),
    missing: Sequence[str] = (),
    level: float = 0.95,
) -> Surveyed:
    """Items of a survey described, and groups of respondents compared item by item.

    >>> import harness
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"team": [*"aaabbb"], "easy": [5, 4, 4, 2, 1, None], "slow": [1, 2, 1, 3, 5, 4]})
    >>> found = harness.survey(answers, scale=(1, 5), group="team", reversed=["slow"])
    >>> found.items[["item", "n", "median", "above"]]
       item  n  median  above
    0  easy  5     4.0    0.6
    1  slow  6     3.5    0.5

    Each row is a respondent and stands for itself. Of two groups Brunner and Munzel's test is made with Cliff's delta, of more
    Kruskal and Wallis's, with p adjusted by Holm over the items.

    Args:
        frame: one row for each respondent. An answer is a number of the scale or one of its labels; one that is missing counts
            for nothing.
        scale: the lowest and the highest answer; 1 to the number of labels unless given.
        labels: the names of all answers, the lowest first, if they have names.
        items: the columns of answers; unless given every column of whose entries more than half are on the scale, and the note
            names the others.
        group: the column of groups, if they are to be compared.
        reversed: items that are worded the other way: their answers are turned around.
        missing: entries that stand for no answer, such as "99" or "don't know", beside empty ones.
        level: of the intervals.

    Raises:
        ConfigError: no scale, a column that is not there, or no item.
        DataError: an answer that is not on the scale.
    """
    answers = answers_of(frame, scale_of(scale, labels), items=items, group=group, turned=reversed, missing=missing)
    found = surveyed(answers, level=level)
    return Surveyed(
        items=found.items,
        by_group=found.by_group,
        tests=found.tests,
        pairs=found.pairs,
        reliability=found.reliability,
        document=document_of_survey(found),
        note=answers.note,
    )
