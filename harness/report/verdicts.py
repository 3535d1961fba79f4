"""Judged claims as a table and as texts, the same for every study."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from harness.claims.contrasts import CHECK
from harness.claims.judging import UNANSWERED, whole_verdict
from harness.report.table import Column, Table, number_text


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
    return Table("claims", caption, frame, columns, list(notes), p_values=["p"], about=about)


def _marked(statements: pd.Series[str]) -> pd.Series[str]:
    return "check: " + statements


def claim_numbers(verdicts: pd.DataFrame) -> dict[str, str]:
    """Texts for the paper: the verdict on every claim, how many claims got which, and each contrast."""
    deciding = verdicts[verdicts["family"].isin(["primary", "secondary"])]
    by_claim = {str(claim): whole_verdict(list(rows["verdict"])) for claim, rows in deciding.groupby("claim")}
    found = {f"verdict.{claim}": verdict for claim, verdict in by_claim.items()}
    for name in ("supported", "refuted", "inconclusive", UNANSWERED):
        members = [claim for claim, verdict in by_claim.items() if verdict == name]
        key = name.replace(" ", "_")
        found[f"claims.{key}"] = str(len(members))
        found[f"claims.{key}.list"] = ", ".join(sorted(members, key=lambda claim: int(claim[1:]))) or "none"
    found |= {"claims": str(len(by_claim)), "contrasts": str(len(verdicts))}
    for row in verdicts.to_dict("records"):
        key = f"claim.{row['id']}"
        found[key] = number_text(row["estimate"], 2, signed=True)
        found[f"{key}.interval"] = f"{number_text(row['low'], 2)} to {number_text(row['high'], 2)}"
        found[f"{key}.verdict"] = row["verdict"]
        found[f"{key}.n"] = str(row["n"])
    return found
