"""An evaluated register as tables: its contrasts, and its claims."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from harness.analysis.query import OK
from harness.claims.confirmation import Confirmation
from harness.claims.entries import DATA_SETS, Register, Replicate
from harness.claims.evaluation import Evaluated, Registered
from harness.claims.specified import decisive
from harness.inference.decision import Decision, Stated, Verdict
from harness.report.choice_tables import words
from harness.report.confirmed import in_words
from harness.report.table import Basis, Column, Key, Table
from harness.report.units import printed, printed_interval, printed_unit

CONTRASTS, CLAIMS = "claims", "register"
"""The names of the tables."""

ORDER = tuple(Verdict)
"""Of verdicts in lists."""


def contrast_table(
    register: Register, evaluated: Sequence[Evaluated], frozen: str, remarks: Mapping[str, str] = MappingProxyType({})
) -> Table:
    """Every registered contrast: the interval that decides, the usual one, the verdict.

    Among the notes are `remarks` of claims, by their ids; `frozen` ends them.
    """
    rows, records = [], {}
    for one in evaluated:
        for found in one.registered:
            rows.append(_contrast_row(one, found))
            if found.records is not None:
                records[found.contrast.id,] = found.records
    frame = pd.DataFrame(rows, columns=_CONTRAST_COLUMNS)
    own = Key(("id",), records if len(records) == len(rows) else {})
    level, replicate = f"{100 * register.level:.4g} %", register.replicate
    short = "sets" if replicate == DATA_SETS else replicate.several
    columns = [
        Column("claim", "claim", basis=Basis.DESIGN),
        Column("contrast", "statement", basis=Basis.DESIGN),
        Column("unit", "printed_unit", basis=Basis.DESIGN),
        Column("n", "n", 0),
        Column("+", "n_positive", 0),
        Column("estimate", "printed", 2, "printed_low", "printed_high"),
        Column("95 %", "usual_text"),
        Column("stated", "stated", 1, basis=Basis.PUBLISHED),
        Column("verdict", "verdict"),
    ]
    notes = [
        f"The interval behind the estimate decides: {level}, Bonferroni's for {register.n_contrasts} contrasts; that of a "
        f"stated number is the 95 % prediction interval for a new {replicate.one}. Under + stands how many of n {short} point "
        "in the claimed direction. Means of logarithms of ratios are printed as ratios, in times.",
        _out_of_reach(evaluated, replicate),
        *(f"Written afterwards of {one}: {remarks[one]}" for one in register.by_id if one in remarks),
        frozen,
    ]
    about = {name: [str(row[name]) for row in rows] for name in ("claim", "id", "kind", "statement")}
    caption = f"The registered contrasts, positive in the claimed direction, over {replicate.several}."
    where = OK if own.records else None
    return Table(CONTRASTS, caption, frame, columns, notes, keys=[own], where=where, p_values=["p"], about=about)


_CONTRAST_COLUMNS = [
    *("claim", "id", "statement", "kind", "unit", "n", "n_positive", "n_behind", "estimate", "low", "high", "level"),
    *(
        "usual_low",
        "usual_high",
        "p",
        "detectable",
        "region",
        "stated",
        "width",
        "direction",
        "size",
        "verdict",
        "note",
    ),
    *("printed_unit", "printed", "printed_low", "printed_high", "printed_detectable", "usual_text"),
]


def _contrast_row(one: Evaluated, found: Registered) -> dict[str, Any]:
    contrast, decided = found.contrast, found.found
    shown, usual = (printed_interval(contrast, interval) for interval in (decided.interval, found.usual))
    is_tested = isinstance(decided, Decision)
    return {
        "claim": one.entry.id,
        "id": contrast.id,
        "statement": contrast.statement,
        "kind": "deciding" if contrast in decisive(one.entry) and is_tested else "stated",
        "unit": contrast.unit,
        "n": decided.n,
        "n_positive": int((found.values > 0).sum()),
        "n_behind": found.n_behind,
        "estimate": decided.estimate,
        "low": decided.interval.low,
        "high": decided.interval.high,
        "level": decided.interval.level,
        "usual_low": found.usual.low if is_tested else math.nan,
        "usual_high": found.usual.high if is_tested else math.nan,
        "p": found.p,
        "detectable": found.detectable,
        "region": contrast.region,
        "stated": contrast.stated,
        "width": decided.width if isinstance(decided, Stated) else math.nan,
        "direction": str(decided.direction) if isinstance(decided, Decision) else "",
        "size": str(decided.size) if isinstance(decided, Decision) else "",
        "verdict": str(decided.verdict),
        "note": decided.note,
        "printed_unit": printed_unit(contrast),
        "printed": printed(contrast, decided.estimate),
        "printed_detectable": printed(contrast, found.detectable),
        "printed_low": shown.low,
        "printed_high": shown.high,
        "usual_text": _ends(usual.low, usual.high) if is_tested else "",
    }


def _ends(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"[{low:.2f}, {high:.2f}]".replace("-", "−")


def _out_of_reach(evaluated: Sequence[Evaluated], replicate: Replicate) -> str:
    ids = [
        found.contrast.id
        for one in evaluated
        for found in one.registered
        if not found.is_within_reach and found.values.size
    ]
    if not ids:
        return ""
    return f"So few {replicate.several} that an exact test of signs cannot reach this level: {', '.join(ids)}."


def claim_table(
    evaluated: Sequence[Evaluated],
    frozen: str,
    confirmations: Sequence[Confirmation] = (),
    replicate: Replicate = DATA_SETS,
) -> Table:
    """Every claim: its verdict, what keeps it, shares of specifications, what it hangs on, what new records say.

    `frozen` ends the notes; `replicate` is what counts as one value.
    """
    again = {one.entry.id: one for one in confirmations}
    frame = pd.DataFrame([_claim_row(one, again.get(one.entry.id)) for one in evaluated], columns=_CLAIM_COLUMNS)
    columns = [
        Column("claim", "claim", basis=Basis.DESIGN),
        Column("says", "statement", basis=Basis.DESIGN),
        Column("verdict", "verdict", keys=()),
        Column("kept by", "kept_text", keys=()),
        Column("of", "n_specifications", 0, keys=()),
        Column("supported", "supported_text", keys=()),
        Column("none", "none_text", keys=()),
        Column("against", "against_text", keys=()),
        Column("hangs most on", "hangs_text", keys=()),
        *(
            Column(name, name, keys=(), basis=basis)
            for name, basis in (("replicated", Basis.NEW_SEEDS), ("confirmed", Basis.FRESH_SETS))
            if frame[name].any()
        ),
    ]
    every = {*frame.columns} - {column.value for column in columns}
    notes = [
        "Kept by: the specifications one choice away from the registered one that keep its verdict. Of: all distinct "
        "specifications; supported, practically no difference (none) and against are percentages of them, with the middle 95 % "
        f"of resamples of {replicate.several}, which is no confidence interval; against stands for excluded of a printed "
        "number. Numbers of neighbours and specifications depend on how many choices a claim has. Hangs most on: the choice "
        "whose toggling alone changes the verdict most often, with the share of pairs of its levels that differ in it.",
        *(f"{one.entry.id}: {one.entry.fewer}" for one in evaluated if one.entry.fewer),
        in_words(confirmations),
        frozen,
    ]
    return Table(
        CLAIMS,
        "The claims of the source paper, their verdicts, and what becomes of them under every other defensible choice.",
        frame,
        columns,
        notes,
        keys=[Key(("claim",), dict.fromkeys(((one.entry.id,) for one in evaluated), OK))],
        where=OK,
        unprinted=[Column(name, name, keys=()) for name in sorted(every - {"claim"})],
        about={"claim": [one.entry.id for one in evaluated]},
    )


_CLAIM_COLUMNS = [
    *("claim", "statement", "verdict", "rule", "n_contrasts", "n_neighbours", "n_kept", "n_specifications", "n_space"),
    *("n_looked_at", "n_equal", "n_unanswered", "n_dimensions", "supported", "supported_low", "supported_high", "none"),
    *("none_low", "none_high", "against", "against_low", "against_high", "hangs_on", "flips", "weightiest", "weight"),
    *("joint_p", "joint_p_region", "kept_text", "supported_text", "none_text", "against_text", "hangs_text"),
    *("replicated", "confirmed"),
]


def _claim_row(one: Evaluated, again: Confirmation | None) -> dict[str, Any]:
    entry, curve = one.entry, one.curve
    row: dict[str, Any] = {
        "claim": entry.id,
        "statement": entry.statement,
        "verdict": str(one.verdict),
        "rule": str(entry.rule),
        "n_contrasts": len(entry.contrasts),
        "replicated": "" if again is None else str(again.replicated),
        "confirmed": "" if again is None else str(again.confirmed),
        **dict.fromkeys(
            ("kept_text", "supported_text", "none_text", "against_text", "hangs_text", "hangs_on", "weightiest"), ""
        ),
    }
    if curve is None:
        return row
    hangs = next((each for each in curve.matters if each.dimension == one.hangs_on), None)
    weightiest = curve.matters[0] if curve.matters else None
    shares = {
        "supported": Verdict.SUPPORTED,
        "none": Verdict.NONE,
        "against": Verdict.AGAINST if entry.tested else Verdict.EXCLUDED,
    }
    for name, verdict in shares.items():
        if verdict in curve.shares:
            share, low, high = (100 * each for each in curve.shares[verdict])
            row |= {name: share, f"{name}_low": low, f"{name}_high": high}
            ends = "" if math.isnan(low) else f" [{low:.0f}, {high:.0f}]"
            row[f"{name}_text"] = f"{share:.0f}{ends}"
    return row | {
        "n_neighbours": len(curve.neighbours),
        "n_kept": curve.n_kept,
        "n_specifications": len(curve.places),
        "n_space": curve.space.size,
        "n_looked_at": len(curve.places) + curve.n_equal + curve.n_unanswered,
        "n_equal": curve.n_equal,
        "n_unanswered": curve.n_unanswered,
        "n_dimensions": len(curve.space.dimensions),
        "hangs_on": one.hangs_on,
        "flips": math.nan if hangs is None else 100 * hangs.flips,
        "weightiest": "" if weightiest is None else weightiest.dimension,
        "weight": math.nan if weightiest is None else weightiest.weight,
        "joint_p": _worst(curve, region=False),
        "joint_p_region": _worst(curve, region=True),
        "kept_text": f"{curve.n_kept} of {len(curve.neighbours)}",
        "hangs_text": "nothing" if hangs is None else f"{words(hangs.dimension)} ({100 * hangs.flips:.0f} %)",
    }


def _worst(curve: Any, *, region: bool) -> float:
    """The largest p of a claim's contrasts: all of them have to show it."""
    tests = [each[1 if region else 0] for each in curve.joint if each is not None]
    found = [each.p for each in tests if each is not None]
    return max(found) if found else math.nan
