"""Judged claims as a table and as texts, the same for every study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from harness.claims.contrasts import CHECK
from harness.claims.judging import UNANSWERED, whole_verdict
from harness.inference.estimate import Interval
from harness.report.numbers import Number, Source, cells
from harness.report.table import Column, Table

_NAME = "claims"
"""Of the table."""


def verdict_table(verdicts: pd.DataFrame, caption: str, notes: Sequence[str], *, units: bool) -> Table:
    """Every claim with its contrasts and verdicts, as `judge_all` gives them; `units` shows the unit of each."""
    columns = [
        Column("claim", "claim"),
        Column("contrast", "statement"),
        *([Column("unit", "unit")] if units else []),
        Column("n", "n", 0),
        Column("estimate", "estimate", 2, "low", "high", signed=True),
        Column("stated", "stated", 0),
        Column("p", "p_adjusted", p_value=True),
        Column("verdict", "verdict"),
    ]
    about = {name: list(verdicts[name]) for name in ("claim", "id", "family", "statement")}
    frame = verdicts.assign(statement=verdicts["statement"].mask(verdicts["family"] == CHECK, _marked))
    return Table(_NAME, caption, frame, columns, list(notes), p_values=["p"], about=about)


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
