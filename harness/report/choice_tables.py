"""What a verdict hangs on, as tables: other questions, parts of the data sets, and every choice of analysis."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from harness.analysis.query import OK
from harness.claims.evaluation import Evaluated
from harness.report.table import Basis, Column, Key, Table

QUESTIONS, SCOPES, CHOICES = "questions", "scopes", "choices"
"""The names of the tables."""


def question_table(evaluated: Sequence[Evaluated]) -> Table:
    """The claims under other levels of their questions, which are other claims."""
    rows = [
        {
            "claim": one.entry.id,
            "question": ", ".join(f"{words(name)}: {level}" for name, level in question.levels.items()),
            "asked": "registered" if question.is_registered else "beside",
            "contrast": contrast.id,
            "statement": contrast.statement,
            "n": decided.n,
            "estimate": decided.estimate,
            "low": decided.interval.low,
            "high": decided.interval.high,
            "verdict": str(decided.verdict),
            "of_claim": str(question.verdict),
        }
        for one in evaluated
        for question in one.questions
        for contrast, decided in question.decisions
    ]
    names = [
        "claim",
        "question",
        "asked",
        "contrast",
        "statement",
        "n",
        "estimate",
        "low",
        "high",
        "verdict",
        "of_claim",
    ]
    columns = [
        Column("claim", "claim", basis=Basis.DESIGN),
        Column("question", "question", basis=Basis.DESIGN),
        Column("contrast", "statement", basis=Basis.DESIGN),
        Column("n", "n", 0, keys=()),
        Column("estimate", "estimate", 2, "low", "high", signed=True, keys=()),
        Column("verdict", "verdict", keys=()),
        Column("on the claim", "of_claim", keys=()),
    ]
    frame = pd.DataFrame(rows, columns=names)
    keys = [_all_of(frame, ("claim", "question", "contrast"))]
    hidden = [Column("asked", "asked", basis=Basis.DESIGN)]
    caption = "What the claims become under other levels of their questions, the analysis as registered."
    return Table(QUESTIONS, caption, frame, columns, [], keys=keys, where=OK, unprinted=hidden)


def scope_table(evaluated: Sequence[Evaluated]) -> Table:
    """Registered contrasts on parts of the data sets, with the difference from all others."""
    rows = [
        {
            "claim": one.entry.id,
            "contrast": scope.contrast.id,
            "statement": scope.contrast.statement,
            "sets": f"{words(scope.dimension)}: {scope.level}",
            "n": scope.found.n,
            "estimate": scope.found.estimate,
            "low": scope.found.interval.low,
            "high": scope.found.interval.high,
            "difference": scope.difference.estimate,
            "difference_low": scope.difference.interval.low,
            "difference_high": scope.difference.interval.high,
        }
        for one in evaluated
        for scope in one.scopes
    ]
    names = ["claim", "contrast", "statement", "sets", "n", "estimate", "low", "high"]
    names += ["difference", "difference_low", "difference_high"]
    columns = [
        Column("claim", "claim", basis=Basis.DESIGN),
        Column("contrast", "statement", basis=Basis.DESIGN),
        Column("sets", "sets", basis=Basis.DESIGN),
        Column("n", "n", 0, keys=()),
        Column("estimate", "estimate", 2, "low", "high", signed=True, keys=()),
        Column.of_estimate("less all others", "difference", 2, signed=True, keys=()),
    ]
    frame = pd.DataFrame(rows, columns=names)
    keys = [_all_of(frame, ("claim", "contrast", "sets"))]
    caption = (
        "The registered contrasts on parts of the data sets, and their difference from all other sets (95 %, Welch)."
    )
    return Table(SCOPES, caption, frame, columns, [], keys=keys, where=OK)


def choice_table(evaluated: Sequence[Evaluated]) -> Table:
    """Every analysis dimension of every claim: how much of the variance it makes, and how often it flips the verdict."""
    rows = [
        {
            "claim": one.entry.id,
            "dimension": words(matter.dimension),
            "registered": one.entry.dimensions[matter.dimension].registered,
            "levels": ", ".join(one.entry.dimensions[matter.dimension].levels),
            "weight": matter.weight,
            "flips": 100 * matter.flips,
            "n_contexts": matter.n_contexts,
        }
        for one in evaluated
        if one.curve is not None
        for matter in one.curve.matters
    ]
    columns = [
        Column("claim", "claim", basis=Basis.DESIGN),
        Column("choice", "dimension", basis=Basis.DESIGN),
        Column("levels", "levels", basis=Basis.DESIGN),
        Column("share of variance", "weight", 2, keys=()),
        Column("flips, %", "flips", 0, keys=()),
    ]
    hidden = [Column("registered", "registered", basis=Basis.DESIGN), Column("n_contexts", "n_contexts", keys=())]
    frame = pd.DataFrame(rows, columns=["claim", "dimension", "registered", "levels", "weight", "flips", "n_contexts"])
    notes = [
        "Share of variance: the mean variance of the estimates when this choice alone is toggled, over the variance of all "
        "(total sensitivity index). Flips: in how many percent of contexts toggling it changes the claim's verdict."
    ]
    caption = "What the verdicts hang on: every choice of analysis."
    keys = [_all_of(frame, ("claim", "dimension"))]
    return Table(CHOICES, caption, frame, columns, notes, keys=keys, where=OK, unprinted=hidden)


def _all_of(frame: pd.DataFrame, names: tuple[str, ...]) -> Key:
    """A key of rows each of which rests on all records."""
    return Key(names, dict.fromkeys((tuple(row) for row in frame[list(names)].itertuples(index=False, name=None)), OK))


def words(name: str) -> str:
    """The name of a dimension as it is printed."""
    return name.replace("_", " ")
