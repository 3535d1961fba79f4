"""Evaluated claims as plain JSON, for programs and to be written beside the tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.claims.confirmation import Confirmation
from harness.claims.curve import Curve
from harness.claims.evaluation import Evaluated, Registered
from harness.claims.specified import decisive
from harness.inference.estimate import Interval
from harness.report import confirmed
from harness.report.claim_report import Judged
from harness.report.rounding import P_DIGITS, rounded
from harness.running import files


def as_json(one: Evaluated, again: Confirmation | None = None, remark: str = "") -> dict[str, Any]:
    """A claim with its verdict and all that it hangs on, plain; numbers rounded as everything that is written.

    Args:
        one: the claim.
        again: what became of it with new seeds and on fresh data sets; None if neither is published.
        remark: what was written of it after the register was frozen.
    """
    entry, curve = one.entry, one.curve
    found: dict[str, Any] = _written(
        {
            "id": entry.id,
            "statement": entry.statement,
            "place": entry.place,
            "verdict": str(one.verdict),
            "remark": remark or None,
            "rule": str(entry.rule),
            "estimate": one.registered[0].found.estimate if one.registered else None,
            "contrasts": [
                {**_contrast_json(found), "decides": found.contrast in decisive(entry)} for found in one.registered
            ],
            "specifications": 0 if curve is None else len(curve.places),
            "neighbours": 0 if curve is None else len(curve.neighbours),
            "neighbours_kept": 0 if curve is None else curve.n_kept,
            "hangs_on": one.hangs_on,
            "curve": None if curve is None else _curve_json(curve),
            "questions": [
                {
                    "levels": dict(each.levels),
                    "registered": each.is_registered,
                    "verdict": str(each.verdict),
                    "estimates": {contrast.id: decided.estimate for contrast, decided in each.decisions},
                }
                for each in one.questions
            ],
            "scopes": [
                {
                    "dimension": each.dimension,
                    "level": each.level,
                    "contrast": each.contrast.id,
                    "n": each.found.n,
                    "estimate": each.found.estimate,
                    "interval": _ends(each.found.interval),
                    "difference": each.difference.estimate,
                    "difference_interval": _ends(each.difference.interval),
                }
                for each in one.scopes
            ],
            **({"replication": None, "confirmation": None} if again is None else confirmed.plain(again)),
            "why": entry.untested or entry.untestable or None,
            "why_fewer": entry.fewer or None,
        }
    )
    return found


def all_as_json(judged: Judged) -> list[dict[str, Any]]:
    """All claims, as `as_json` gives them."""
    again = {one.entry.id: one for one in judged.confirmations}
    return [as_json(one, again.get(one.entry.id), judged.remarks.get(one.entry.id, "")) for one in judged.evaluated]


def _contrast_json(found: Registered) -> dict[str, Any]:
    return {
        "id": found.contrast.id,
        "statement": found.contrast.statement,
        "test": str(found.contrast.test),
        "unit": found.contrast.unit,
        "region": found.contrast.region,
        "stated": found.contrast.stated,
        "n": found.found.n,
        "estimate": found.found.estimate,
        "interval": _ends(found.found.interval),
        "level": found.found.interval.level,
        "p": rounded(found.p, P_DIGITS),
        "detectable": found.detectable,
        "within_reach": found.is_within_reach,
        "verdict": str(found.found.verdict),
        "note": found.found.note,
        "values": dict(zip(found.sets, map(float, found.values), strict=True)),
    }


def _curve_json(curve: Curve) -> dict[str, Any]:
    return {
        "space": curve.space.size,
        "equal": curve.n_equal,
        "unanswered": curve.n_unanswered,
        "neighbours": [
            {
                "dimension": each.dimension,
                "level": each.level,
                "verdict": str(each.verdict),
                "estimates": each.estimates,
            }
            for each in curve.neighbours
        ],
        "shares": {str(verdict): list(share) for verdict, share in curve.shares.items()},
        "choices": [each._asdict() for each in curve.matters],
        "joint": [
            None if each is None else {"p": each[0].p, "p_other_than_region": None if each[1] is None else each[1].p}
            for each in curve.joint
        ],
    }


def _ends(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def _written(node: Any) -> Any:
    """The node with rounded numbers, and null for what is not finite."""
    if isinstance(node, Mapping):
        return {str(key): _written(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_written(value) for value in node]
    if isinstance(node, (float, np.floating)):
        return rounded(float(node)) if math.isfinite(node) else None
    return node


def register_json(judged: Judged) -> str:
    """The whole register with what was found, to be written beside the tables."""
    content = {
        "study": judged.register.study,
        "source": dict(judged.register.source),
        "alpha": judged.register.alpha,
        "contrasts": judged.register.n_contrasts,
        "frozen": {"then": dict(judged.freeze.then), "now": dict(judged.freeze.now), "says": judged.freeze.in_words()},
        "confirmed": confirmed.in_words(judged.confirmations),
        "claims": all_as_json(judged),
    }
    return files.json_text(content)
