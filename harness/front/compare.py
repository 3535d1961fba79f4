"""Methods against each other over data sets, from a long frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from harness.analysis.assessment import Assessment, assess
from harness.analysis.comparison import compare as compare_scores
from harness.analysis.score_table import declared_family, score_table
from harness.core import ConfigError
from harness.inference import inputs
from harness.inference.estimate import sentences
from harness.report.compared import Asked, document_of
from harness.report.document import Document
from harness.report.document_files import write_document


@dataclass(frozen=True)
class _Question:
    """What was asked for beyond the pairs."""

    asked: Asked
    pairs: tuple[tuple[str, str], ...] | None
    control: str
    level: float
    region: float
    lower_is_better: bool
    note: str


@dataclass(frozen=True, repr=False)
class Compared:
    """Methods against each other. In a notebook it shows the frame and the note.

    Attributes:
        frame: one row a pair: first, second, n (data sets), difference (first - second, or the other way round if lower is
            better, so that it counts in favour of the first; with low and high of its t interval), p_t and p_w (paired t,
            exact Wilcoxon), both also as `_holm`, adjusted by Holm over all pairs of the frame, hodges_lehmann (the
            pseudo-median), wins, draws, losses, d_z and g_z (Cohen's and Hedges' effect size, each with _low and _high).
        scores: what was compared, data sets by methods.
        note: empty, or what was done to the scores and what is degenerate about the tests.
    """

    frame: pd.DataFrame
    scores: pd.DataFrame
    note: str
    question: _Question

    def __repr__(self) -> str:
        return "\n".join([self.frame.to_string(), *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        return self.frame.to_html(border=0) + (f"<div>{self.note}</div>" if self.note else "")

    @cached_property
    def assessment(self) -> Assessment:
        """Means, verdicts on all pairs, ranks, assumptions, power: everything that `harness compare` shows."""
        ours = self.question
        return assess(
            self.scores,
            pairs=ours.pairs,
            control=ours.control,
            level=ours.level,
            region=ours.region,
            lower_is_better=ours.lower_is_better,
        )

    @cached_property
    def document(self) -> Document:
        """The same as text, tables and figures."""
        return document_of(self.assessment, self.question.asked, self.question.note)

    def write(self, path: str | Path) -> list[Path]:
        """Write a report; the paths.

        Args:
            path: a file that ends with .html, .tex or .json, or a folder for all of them.
        """
        return write_document(self.document, Path(path))


def compare(
    frame: pd.DataFrame,
    *,
    block: str = "dataset",
    method: str = "method",
    score: str = "accuracy",
    pairs: Sequence[tuple[str, str]] | None = None,
    control: str = "",
    lower_is_better: bool = False,
    region: float = 0.0,
    level: float = 0.95,
    unit: str = "",
) -> Compared:
    """Paired t test, exact Wilcoxon test and effect sizes of methods over data sets, adjusted by Holm over all pairs.

    >>> import harness
    >>> import pandas as pd
    >>> long = pd.DataFrame(
    ...     {"dataset": [*"abcdefg"] * 2, "method": ["new"] * 7 + ["old"] * 7, "accuracy": [*range(2, 9), *range(7)]}
    ... )
    >>> harness.compare(long).frame[["first", "second", "n", "difference", "wins"]]
      first second  n  difference  wins
    0   new    old  7         2.0     7

    More is better unless you say otherwise. Several rows of one data set and method (seeds, say) are averaged before anything
    is tested, since data sets are the unit; the note says so. Leave out rows that are no repeats, such as those at another
    level of noise.

    Args:
        frame: long, one row for each score, such as `harness.records` gives.
        block: the column of what scores are paired over: data sets.
        method: the column of what is compared.
        score: the column of scores. Rows without one (of trials that failed) are left out; the note counts them.
        pairs: the declared family of (first, second); everything against everything unless given.
        control: compare each method with this one instead.
        lower_is_better: scores are errors or losses. Differences count in favour of the first method all the same.
        region: half the width of the region of practical equivalence, in the unit of the scores; 0 for none.
        level: of the intervals; 1 - level is the level of the tests.
        unit: of the scores, for headings.

    Returns:
        The comparisons. All numbers of a pair rest on every data set that has scores of both its methods; the note names those
        that some pair does without. Verdicts in words, ranks, figures and files: see `Compared`.

    Raises:
        ConfigError: no frame, a column or a method that is not there, fewer than two methods, a pair that stands twice, or
            both pairs and a control.
        DataError: scores that are no numbers, or names that cannot be told apart, such as 1 and "1".
    """
    table = score_table(frame, block=block, method=method, score=score)
    methods = list(table.scores.columns)
    inputs.region(region)
    if control != "" and control not in methods:
        raise ConfigError(f"control={control!r}: no scores of it; {method} has: {', '.join(map(str, methods))}.")
    if control and pairs is not None:
        raise ConfigError("both pairs and a control were given: name one of them.")
    family = [(name, control) for name in methods if name != control] if control else pairs
    declared = declared_family(methods, pairs=family, column=method)
    found = compare_scores(-table.scores if lower_is_better else table.scores, declared, level=level)
    question = _Question(
        asked=Asked(block, method, score, unit),
        pairs=None if pairs is None else tuple(declared),
        control=control,
        level=level,
        region=region,
        lower_is_better=lower_is_better,
        note=table.note,
    )
    return Compared(found.frame, table.scores, sentences(table.note, found.note), question)
