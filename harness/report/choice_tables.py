"""What a verdict hangs on, as tables: other questions, parts of the data sets, and every choice of analysis."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from harness.analysis.frame import interval_cells
from harness.analysis.query import OK
from harness.claims.entries import Dimension, Role
from harness.claims.evaluation import Evaluated, Question
from harness.report.table import Basis, Column, Key, Table
from harness.report.units import is_ratio, printed_text

QUESTIONS, SCOPES, CHOICES = "questions", "scopes", "choices"
"""The names of the tables."""


def question_table(evaluated: Sequence[Evaluated]) -> Table:
    """The claims under other levels of their questions, which are other claims; one row each, contrasts as in the register."""
    rows = [
        {
            "claim": one.entry.id,
            "question": _asked(one, question),
            "n": "; ".join(str(decided.n) for _, decided in question.decisions),
            "estimates": "; ".join(
                printed_text(contrast, decided.estimate) for contrast, decided in question.decisions
            ),
            "of_contrasts": "; ".join(str(decided.verdict) for _, decided in question.decisions),
            "verdict": str(question.verdict),
        }
        for one in evaluated
        for question in one.questions
    ]
    columns = [
        Column("claim", "claim", basis=Basis.DESIGN),
        Column("question", "question", basis=Basis.DESIGN),
        Column("n", "n", keys=()),
        Column("estimates", "estimates", keys=()),
        Column("verdict", "verdict", keys=()),
    ]
    frame = pd.DataFrame(rows, columns=["claim", "question", "n", "estimates", "of_contrasts", "verdict"])
    keys = [_all_of(frame, ("claim", "question"))]
    hidden = [Column("verdicts of contrasts", "of_contrasts", keys=())]
    caption = "What the claims become under other levels of their questions, the analysis as registered."
    notes = ["Estimates of a claim's contrasts stand in the order of the register; register.json has their intervals."]
    return Table(QUESTIONS, caption, frame, columns, notes, keys=keys, where=OK, unprinted=hidden)


def _asked(one: Evaluated, question: Question) -> str:
    """The levels that are not the registered ones."""
    other = [
        f"{words(name)}: {words(level)}"
        for name, level in question.levels.items()
        if level != one.entry.dimensions[name].registered
    ]
    return ", ".join(other) or "as registered"


def scope_table(evaluated: Sequence[Evaluated]) -> Table:
    """How much larger registered contrasts are on a part of the data sets than on all others; of two halves the first."""
    shown = [
        (dimension.name, level)
        for dimension in {each.name: each for one in evaluated for each in one.entry.of_role(Role.SCOPE)}.values()
        for level in _parts(dimension)
    ]
    rows, names = [], [f"{dimension}_{level}" for dimension, level in shown]
    for one in evaluated:
        for found in one.registered:
            scopes = {(each.dimension, each.level): each for each in one.scopes if each.contrast == found.contrast}
            if scopes:
                row: dict[str, object] = {
                    "id": found.contrast.id,
                    "claim": one.entry.id,
                    "statement": found.contrast.statement,
                }
                for name, key in zip(names, shown, strict=True):
                    if key in scopes:
                        difference = scopes[key].difference
                        row |= interval_cells(name, difference) | {f"{name}_n": scopes[key].found.n}
                        text = printed_text(found.contrast, difference.estimate, interval=difference.interval)
                        row[f"{name}_text"] = text
                rows.append(row)
    columns = [
        Column("claim", "claim", basis=Basis.DESIGN),
        Column("contrast", "statement", basis=Basis.DESIGN),
        *(
            Column(f"{words(dimension)}: {words(level)}", f"{name}_text", keys=())
            for name, (dimension, level) in zip(names, shown, strict=True)
        ),
    ]
    cells = [f"{name}{end}" for name in names for end in ("", "_low", "_high", "_n", "_text")]
    frame = pd.DataFrame(rows, columns=["id", "claim", "statement", *cells])
    hidden = [Column(f"{name}_n", f"{name}_n", keys=()) for name in names]
    hidden += [Column.of_estimate(name, name, 2, keys=()) for name in names]
    caption = (
        "Registered contrasts on parts of the data sets, less the same on all other sets, with Welch's 95 % intervals."
    )
    notes = [
        "A ratio is divided by that of the others: × 2 is twice as many times. The CSV file has logarithms of ratios."
    ]
    is_any = any(is_ratio(found.contrast) for one in evaluated for found in one.registered)
    return Table(
        SCOPES,
        caption,
        frame,
        columns,
        notes if is_any else [],
        keys=[_all_of(frame, ("id",))],
        where=OK,
        unprinted=hidden,
    )


def _parts(dimension: Dimension) -> list[str]:
    """The levels that are parts; of two, which are each other's rest, the first."""
    parts = [name for name in dimension.levels if name != dimension.registered]
    return parts[:1] if len(parts) == 2 else parts


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
