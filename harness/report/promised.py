"""What a frozen register promises: each contrast, and the power with which fresh data sets can confirm it.

The power is stated before any trial is run, from the spread over data sets that earlier records showed. Where these lack a
contrast, its closest kin in the same claim and unit stands for it, else the median spread of the study in that unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from harness.analysis.frame import POINTS
from harness.claims.confirmation import power_of
from harness.claims.entries import Contrast, Register, Test
from harness.inference.decision import Verdict
from harness.report.freezing import WRITTEN, number
from harness.report.rounding import rounded
from harness.running import files


class Assumed(NamedTuple):
    """What earlier records showed of a contrast.

    Attributes:
        mean: over data sets, in the claimed direction and the unit of the contrast; NaN if only its spread is known.
        sd: over data sets; NaN if nothing is known.
        share: of the data sets that answered it; that of fresh ones unless the register says how many of them can.
        source: where that stands, in words.
    """

    mean: float
    sd: float
    share: float
    source: str


def promises(register: Register, n_fresh: int, earlier: Mapping[str, Assumed]) -> list[dict[str, Any]]:
    """Every registered contrast that is tested, plain: what it asks, and its power on fresh data sets.

    Args:
        register: the claims.
        n_fresh: the number of data sets of the design of the tier confirmation.
        earlier: what earlier records showed, by contrast id.

    Returns:
        One mapping a contrast. `power` is at Holm's smallest level, that of the first claim of all that are tested, and
        `power_alone` at the level of a single claim.
    """
    tested = [(entry, one) for entry in register.entries for one in entry.tested]
    n_claims = len({entry.id for entry, _ in tested})
    found = []
    for entry, contrast in tested:
        assumed = earlier.get(contrast.id, Assumed(math.nan, math.nan, 1.0, "nothing"))
        n = round(n_fresh * assumed.share) if contrast.n_fresh is None else min(contrast.n_fresh, n_fresh)
        powers = (_powers(contrast, assumed, n, register.alpha / of) for of in (max(n_claims, 1), 1))
        found.append(
            {
                "claim": entry.id,
                "id": contrast.id,
                "statement": contrast.statement,
                "test": str(contrast.test),
                "unit": contrast.unit,
                "region": contrast.region,
                "direction": "less" if contrast.is_less else "more",
                "assumed": {
                    "mean": _plain(assumed.mean),
                    "sd": _plain(assumed.sd),
                    "n": n,
                    "from": assumed.source,
                },
                **dict(zip(("power", "power_alone"), powers, strict=True)),
            }
        )
    return found


def _powers(contrast: Contrast, assumed: Assumed, n: int, alpha: float) -> dict[str, float | None]:
    """By name, the power of the test of a verdict at a true mean."""
    mean, sd = assumed.mean, assumed.sd
    asked = {
        "supported_at_mean": (Verdict.SUPPORTED, mean),
        "supported_at_region_and_sd": (Verdict.SUPPORTED, contrast.region + sd),
        "direction_at_mean": (Verdict.FOR, mean),
        "against_at_mean": (Verdict.AGAINST, mean),
        "none_at_zero": (Verdict.NONE, 0.0),
    }
    return {
        name: _chance(power_of(contrast, verdict, n=n, mean=true, sd=sd, alpha=alpha))
        for name, (verdict, true) in asked.items()
    }


def _chance(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _plain(value: float) -> float | None:
    return rounded(value, 4) if math.isfinite(value) else None


def earlier_values(register: Register, folder: Path) -> dict[str, Assumed]:
    """What the register that an earlier report has written into a folder says of every contrast of this one.

    Raises:
        HarnessError: that file is damaged.
    """
    advice = "delete it: the next `harness report` writes it anew"
    absent: dict[str, tuple[str, list[float]]] = {}
    known = files.read_json(folder / WRITTEN, _of_report, absent=absent, advice=advice)
    n_largest = max((len(values) for _, values in known.values()), default=1)
    found = {}
    for contrast in (one for entry in register.entries for one in entry.tested):
        if assumed := _assumed(contrast, known, n_largest):
            found[contrast.id] = assumed
    return found


Known = Mapping[str, tuple[str, Sequence[float]]]
"""The unit and the values of data sets by contrast id."""


def _of_report(content: Mapping[str, Any]) -> dict[str, tuple[str, list[float]]]:
    every = (each for claim in content["claims"] for each in claim["contrasts"])
    found = {str(each["id"]): (str(each["unit"]), list(map(number, each["values"].values()))) for each in every}
    return {
        name: (unit, [one for one in values if one is not None])
        for name, (unit, values) in found.items()
        if len(values) > 1
    }


def _assumed(contrast: Contrast, known: Known, n_largest: int) -> Assumed | None:
    kin = [name for name, (unit, _) in known.items() if unit == contrast.unit]
    of_claim = [name for name in kin if name.partition(".")[0] == contrast.id.partition(".")[0]]
    if contrast.id in kin:
        return _of_values(contrast, known[contrast.id][1], n_largest, f"{contrast.id} in {WRITTEN}")
    if of_claim:
        nearest = max(of_claim, key=lambda name: (_common(name, contrast.id), name))
        return _of_values(contrast, known[nearest][1], n_largest, f"its kin {nearest} in {WRITTEN}")
    if kin:
        sd = float(np.median([np.std(known[name][1], ddof=1) for name in kin]))
        return Assumed(math.nan, sd, 1.0, f"the median of contrasts in {contrast.unit} in {WRITTEN}")
    return None


def _of_values(contrast: Contrast, values: Sequence[float], n_largest: int, source: str) -> Assumed:
    each = np.array(values, dtype=float)
    if contrast.test is Test.SHARE:
        each = POINTS * (each - contrast.against)
    return Assumed(float(each.mean()), float(each.std(ddof=1)), len(each) / n_largest, source)


def _common(one: str, other: str) -> int:
    """The length of what two ids begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
