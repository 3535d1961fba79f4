"""Judged claims as a table and as texts, the same for every study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from harness.analysis.query import EVERYTHING, either
from harness.claims.contrasts import CHECK, STATED, Contrast
from harness.claims.judging import UNANSWERED, whole_verdict
from harness.inference.estimate import Interval
from harness.report.numbers import Number, Source, cells
from harness.report.table import Basis, Column, Key, Table

_NAME = "claims"
"""Of the table."""


def verdict_table(
    verdicts: pd.DataFrame, caption: str, notes: Sequence[str], *, units: bool, contrasts: Sequence[Contrast] = ()
) -> Table:
    """Every claim with its contrasts and verdicts, as `judge_all` gives them; `units` shows the unit of each.

    The contrasts are those that were judged. If all of them declare their records, so does the table.
    """
    own, of_family = _keys(contrasts)
    columns = [
        Column("claim", "claim", basis=Basis.DESIGN),
        Column("contrast", "statement", basis=Basis.DESIGN),
        *([Column("unit", "unit", basis=Basis.DESIGN)] if units else []),
        Column("n", "n", 0),
        Column("estimate", "estimate", 2, "low", "high", signed=True),
        Column("stated", "stated", 0, basis=Basis.PUBLISHED),
        Column("p", "p_adjusted", p_value=True, keys=[of_family]),
        Column("verdict", "verdict", keys=[of_family]),
    ]
    about = {name: list(verdicts[name]) for name in ("claim", "id", "family", "statement")}
    frame = verdicts.assign(statement=verdicts["statement"].mask(verdicts["family"] == CHECK, _marked))
    return Table(
        _NAME,
        caption,
        frame,
        columns,
        notes,
        keys=[own],
        where=EVERYTHING if own.records else None,
        p_values=["p"],
        unprinted=[Column("note", "note", keys=[of_family])],
        about=about,
    )


def _keys(contrasts: Sequence[Contrast]) -> tuple[Key, Key]:
    """The records of each contrast, and those of its family, over which its p is adjusted; empty if one tells nothing."""
    known = {(contrast.id,): contrast.records for contrast in contrasts if contrast.records is not None}
    if len(known) < len(contrasts):
        known = {}
    families = {(contrast.id,): contrast.family for contrast in contrasts}
    adjusted = {
        name: either(query for other, query in known.items() if families[other] == family)
        for name, family in families.items()
        if known and family not in (CHECK, STATED)
    }
    return Key(("id",), known), Key(("id",), known | adjusted)


def _marked(statements: pd.Series[str]) -> pd.Series[str]:
    return "check: " + statements


def claim_numbers(verdicts: pd.DataFrame) -> dict[str, Number]:
    """For the paper: the verdict on every claim, how many claims got which, and each contrast."""
    deciding = verdicts[verdicts["family"].isin(["primary", "secondary"])]
    by_claim = {str(claim): whole_verdict(list(rows["verdict"])) for claim, rows in deciding.groupby("claim")}
    numbers = {
        f"verdict.{claim}": Number.of_words(verdict, _of(claim=claim)("verdict")) for claim, verdict in by_claim.items()
    }
    all_of_them = cells(_NAME, {}, "claim", "verdict")
    for name in ("supported", "refuted", "inconclusive", UNANSWERED):
        members = sorted(
            (claim for claim, verdict in by_claim.items() if verdict == name), key=lambda one: int(one[1:])
        )
        key = f"claims.{name.replace(' ', '_')}"
        numbers[key] = Number.of_count(len(members), all_of_them)
        numbers[f"{key}.list"] = Number.of_list(members, all_of_them, empty="none")
    numbers |= {
        "claims": Number.of_count(len(by_claim), cells(_NAME, {}, "claim")),
        "contrasts": Number.of_count(len(verdicts), cells(_NAME, {}, "id")),
        "primary": Number.of_count(
            int((verdicts["family"] == "primary").sum()), cells(_NAME, {"family": "primary"}, "id")
        ),
    }
    for row in verdicts.to_dict("records"):
        numbers |= _contrast({str(name): value for name, value in row.items()})
    return numbers


def _contrast(row: Mapping[str, Any]) -> dict[str, Number]:
    key, at = f"claim.{row['id']}", _of(id=row["id"])
    ends = Interval(row["low"], row["high"], 0.95)
    return {
        key: Number.of_decimals(row["estimate"], 2, at("estimate"), signed=True),
        f"{key}.interval": Number.of_interval(ends, 2, at("low", "high")),
        f"{key}.verdict": Number.of_words(row["verdict"], at("verdict")),
        f"{key}.n": Number.of_count(row["n"], at("n")),
    }


def _of(**row: str) -> Callable[..., Source]:
    """Cells of the table of claims in the rows with these values."""
    return partial(cells, _NAME, row)
