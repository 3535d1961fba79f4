"""What became of claims with new seeds and on fresh data sets: as a table, a forest, numbers for sentences, and plain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure as Canvas

from harness.analysis import charts
from harness.analysis.charts.dots import Contrast as Line
from harness.analysis.query import OK
from harness.analysis.style import Width
from harness.claims.confirmation import REPLICABLE, Again, Confirmation, Outcome
from harness.claims.entries import Contrast
from harness.claims.evaluation import Registered, usually
from harness.inference.decision import Stated, Verdict
from harness.inference.estimate import Estimate, Interval
from harness.report.figure import Figure
from harness.report.levels import LARGEST_SHARE
from harness.report.numbers import Number, cells
from harness.report.rounding import P_DIGITS, rounded
from harness.report.table import Basis, Column, Key, Table
from harness.report.units import printed, printed_unit

CONFIRMATION = "confirmation"
"""The name of the table and of the figure."""

TIERS = ("first", "new", "fresh")
"""How columns of the three estimates begin: of the standard tier, with new seeds, on fresh data sets."""

BALANCED = "balanced"
"""How the columns of the fourth begin: of the fresh data sets without the unbalanced ones. It decides nothing."""

_BASES = {"first": Basis.RECORDS, "new": Basis.NEW_SEEDS, "fresh": Basis.FRESH_SETS, BALANCED: Basis.FRESH_SETS}

_TITLES = {"first": "exploratory", "new": "new seeds", "fresh": "fresh sets", BALANCED: "balanced ones"}

_POWER = {
    Verdict.SUPPORTED: "supported_at_mean",
    Verdict.FOR: "direction_at_mean",
    Verdict.AGAINST: "against_at_mean",
    Verdict.NONE: "none_at_zero",
}
"""What `frozen.json` calls the power to confirm a verdict, or of a size that is open to show its direction."""

Powers = Mapping[str, Mapping[str, float | None]]
"""By contrast and by the name of what it may show."""

_LINEAR_TO = 5.0
"""Regions, beyond which the axis of the forest is logarithmic."""


def counts(found: Sequence[Confirmation]) -> dict[str, list[str]]:
    """Ids of claims by what became of them: replicable, confirmable, and each `Outcome` by its words."""
    ids: dict[str, list[str]] = {
        "replicable": [one.entry.id for one in found if one.verdict in REPLICABLE],
        "confirmable": [one.entry.id for one in found if one.is_confirmable],
    }
    for outcome in (Outcome.REPLICATED, Outcome.NOT_REPLICATED):
        ids[str(outcome)] = [one.entry.id for one in found if one.replicated is outcome]
    for outcome in (Outcome.CONFIRMED, Outcome.NOT_CONFIRMED, Outcome.OPPOSITE):
        ids[str(outcome)] = [one.entry.id for one in found if one.confirmed is outcome]
    ids["opposite with new seeds"] = [one.entry.id for one in found if one.replicated is Outcome.OPPOSITE]
    return ids


def in_words(found: Sequence[Confirmation]) -> str:
    """A sentence or two on the claims of a study: what is confirmed, and as loudly what is not; "" if nothing is measured."""
    ids, said = counts(found), []
    if any(one.replicated not in (Outcome.NOT_MEASURED, Outcome.NOTHING) for one in found):
        said.append(
            f"Replicated with new seeds: {len(ids['replicated'])} of {len(ids['replicable'])} claims that say enough; not "
            f"replicated: {_list(ids['not replicated'])}; opposite: {_list(ids['opposite with new seeds'])}."
        )
    if any(one.confirmed not in (Outcome.NOT_MEASURED, Outcome.NOTHING) for one in found):
        said.append(
            f"Confirmed on fresh data sets: {len(ids['confirmed'])} of {len(ids['confirmable'])} claims that say enough; NOT "
            f"CONFIRMED: {_list(ids['not confirmed'])}; opposite: {_list(ids['opposite'])}."
        )
    return " ".join(said)


def _list(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "none"


# ---- the table ---------------------------------------------------------------------------------------------------------


def confirmation_table(
    found: Sequence[Confirmation], unbalanced: frozenset[str] = frozenset(), powers: Powers | None = None
) -> Table:
    """Every registered contrast three times: on the standard tier, with new seeds, on fresh data sets.

    Args:
        found: what became of each claim.
        unbalanced: data sets without which the fresh ones are shown once more.
        powers: those that were frozen.
    """
    rows = [_row(one, each, unbalanced, powers or {}) for one in found for each in one.contrasts]
    own = {"first": (), "new": _keys(found, "replication")}
    own |= dict.fromkeys(("fresh", BALANCED), _keys(found, "confirmation"))
    numbers = [f"{tier}_{name}" for tier in _TITLES for name in ("n", "estimate", "low", "high")]
    numbers += [*(f"{tier}_verdict" for tier in TIERS), "power"]
    shown = [f"{tier}_printed{end}" for tier in _TITLES for end in ("", "_low", "_high")]
    plain = ["claim", "id", "statement", "unit", "region", "claim_verdict", "rests_on_it", "replicated_contrast", "p"]
    last = ["p_direction", "claim_p", "claim_adjusted", "replicated", "confirmed", "printed_unit"]
    frame = pd.DataFrame(rows, columns=[*plain, *numbers, *last, *shown])
    columns = [
        Column("claim", "claim", basis=Basis.DESIGN),
        Column("contrast", "statement", basis=Basis.DESIGN),
        Column("unit", "printed_unit", basis=Basis.DESIGN),
        *(
            column
            for tier, title in _TITLES.items()
            for column in (
                Column("n", f"{tier}_n", 0, keys=own[tier], basis=_BASES[tier]),
                Column(
                    title,
                    f"{tier}_printed",
                    2,
                    f"{tier}_printed_low",
                    f"{tier}_printed_high",
                    keys=own[tier],
                    basis=_BASES[tier],
                ),
            )
        ),
        Column("verdict", "claim_verdict", keys=()),
        Column("replicated", "replicated", keys=(), basis=Basis.NEW_SEEDS),
        Column("power, frozen", "power", 2, basis=Basis.DESIGN),
        Column("p (Holm)", "claim_adjusted", p_value=True, keys=(), basis=Basis.FRESH_SETS),
        Column("confirmed", "confirmed", keys=(), basis=Basis.FRESH_SETS),
    ]
    notes = [
        in_words(found),
        "Intervals are of 95 % over data sets; those of stated numbers are prediction intervals. Exploratory: the standard "
        "tier, which alone gives the verdict of the claim. Replicated: with new seeds on the same data sets, the interval at "
        "the level of the register lies on the same side of zero (within the region, for practically no difference). "
        "Confirmed: on data sets of no other tier, one-sided tests reject what the verdict denies (supported: a mean up to the "
        "region; against: a mean of zero or more; practically no difference: a mean outside the region, by two tests), with "
        "Holm's adjustment over the claims that can be confirmed. Opposite: the interval lies wholly on the other side.",
        f"Balanced ones: the fresh sets without those whose largest class has more than {LARGEST_SHARE:.0%} of the rows, which "
        "decides nothing. Power: the chance to confirm the contrast's own verdict (to show its direction, if its size is open) "
        "at Holm's smallest level, which was frozen before the first trial from the means and spreads of earlier records.",
    ]
    every = {*frame.columns} - {column.value for column in columns}
    return Table(
        CONFIRMATION,
        "The registered contrasts on the standard tier, with new seeds, and on fresh data sets.",
        frame,
        columns,
        notes,
        keys=[Key(("id",), dict.fromkeys(((row["id"],) for row in rows), OK))],
        where=OK,
        p_values=["p", "p_direction", "claim_p"],
        unprinted=[Column(name, name, keys=_own(name, own), basis=_basis(name)) for name in sorted(every - {"id"})],
        about={name: [str(row[name]) for row in rows] for name in ("claim", "id")},
    )


def _basis(name: str) -> Basis:
    if name in ("claim", "id", "statement", "unit", "region", "printed_unit", "power"):
        return Basis.DESIGN
    if name.startswith("first_") or name in ("claim_verdict", "rests_on_it"):
        return Basis.RECORDS
    return Basis.NEW_SEEDS if name.startswith(("new_", "replicated")) else Basis.FRESH_SETS


def _keys(found: Sequence[Confirmation], tier: str) -> tuple[Key, ...]:
    """Which records of another tier each contrast rests on; all of them where the study does not say."""
    answered = {each.contrast.id: getattr(each, tier) for one in found for each in one.contrasts}
    records = {(name,): one.records or OK if one is not None else OK for name, one in answered.items()}
    return (Key(("id",), records),)


def _own(name: str, own: Mapping[str, tuple[Key, ...]]) -> tuple[Key, ...]:
    """The keys of a column that is not printed: what is of the whole claim rests on all records of its tier."""
    tier = {"p": "fresh", "p_direction": "fresh", "replicated_contrast": "new"}.get(name, name.partition("_")[0])
    return own.get(tier, ())


def _row(one: Confirmation, each: Again, unbalanced: frozenset[str], powers: Powers) -> dict[str, Any]:
    contrast = each.contrast
    power = powers.get(contrast.id, {}).get(_POWER.get(each.verdict, ""))
    row: dict[str, Any] = {
        "claim": one.entry.id,
        "id": contrast.id,
        "statement": contrast.statement,
        "unit": contrast.unit,
        "printed_unit": printed_unit(contrast),
        "region": contrast.region,
        "claim_verdict": str(one.verdict),
        "rests_on_it": each.is_behind,
        "replicated_contrast": str(each.replicated),
        "p": each.p,
        "p_direction": each.p_direction,
        "claim_p": one.p,
        "claim_adjusted": one.adjusted,
        "power": math.nan if power is None else power,
        "replicated": str(one.replicated),
        "confirmed": str(one.confirmed),
    }
    for tier, found in zip(TIERS, (each.first, each.replication, each.confirmation), strict=True):
        row |= _estimate(contrast, tier, None if found is None else _shown(found))
        row |= {f"{tier}_verdict": "" if found is None else str(found.found.verdict)}
    fresh = each.confirmation
    return row | _estimate(contrast, BALANCED, None if fresh is None else balanced(fresh, unbalanced))


def balanced(found: Registered, unbalanced: frozenset[str]) -> Estimate:
    """What fresh data sets say without the unbalanced ones: as `usually`."""
    return usually(found.values[[name not in unbalanced for name in found.sets]], found.contrast)


def _estimate(contrast: Contrast, tier: str, found: Estimate | None) -> dict[str, Any]:
    """The columns of one of the estimates."""
    numbers = dict.fromkeys(("estimate", "low", "high"), math.nan)
    if found is not None:
        numbers = {"estimate": found.estimate, "low": found.interval.low, "high": found.interval.high}
    shown = {name: printed(contrast, value) for name, value in numbers.items()}
    return {
        **{f"{tier}_{name}": value for name, value in numbers.items()},
        f"{tier}_n": 0 if found is None else found.n,
        f"{tier}_printed": shown["estimate"],
        **{f"{tier}_printed_{end}": shown[end] for end in ("low", "high")},
    }


def _shown(found: Registered) -> Estimate:
    return Estimate(estimate=found.found.estimate, interval=_interval(found), n=found.found.n)


def _interval(found: Registered) -> Interval:
    """The 95 % interval; of a stated number the prediction interval."""
    return found.found.interval if isinstance(found.found, Stated) else found.usual


# ---- the figure --------------------------------------------------------------------------------------------------------

_CAPTION = (
    "Every contrast that a replicable verdict rests on, three times: on the standard tier, with new seeds, and on fresh data "
    "sets (n of them), in units of its region of practical equivalence (the strip), with 95 % intervals. Colour, marker and "
    "word are those of what each estimate would say alone, at the level of the register. What became of the claim stands "
    "beside n; nothing does where its verdict says too little to be confirmed. A claim is confirmed by one-sided tests, once "
    "for all its contrasts, so that “confirmed” may stand beside “open”, the word of a two-sided interval. Contrasts without a "
    "region are left out."
)


def figures(found: Sequence[Confirmation]) -> list[Figure]:
    """The three estimates of each contrast in one forest; none if nothing can be drawn."""
    lines = [line for one in found for each in one.contrasts for line in _lines(one, each)]
    return [Figure(CONFIRMATION, _CAPTION, partial(_forest, lines), tables=(CONFIRMATION,))] if lines else []


def _lines(one: Confirmation, each: Again) -> list[Line]:
    contrast = each.contrast
    if not each.is_behind or not contrast.region > 0:
        return []
    tiers = ((each.first, ""), (each.replication, "new seeds"), (each.confirmation, "fresh sets"))
    became = {"new seeds": one.replicated, "fresh sets": one.confirmed}
    return [
        Line(
            f"{tier}, n = {again.found.n}{_became(became[tier])}" if tier else f"{one.entry.id}  {contrast.statement}",
            _in_regions(again),
            str(again.found.verdict),
        )
        for again, tier in tiers
        if again is not None and _interval(again).is_known
    ]


def _became(outcome: Outcome) -> str:
    return "" if outcome in (Outcome.NOTHING, Outcome.NOT_MEASURED) else f": {outcome}"


def _in_regions(found: Registered) -> Estimate:
    region, ends = found.contrast.region, _interval(found)
    interval = Interval(ends.low / region, ends.high / region, ends.level)
    return Estimate(estimate=found.found.estimate / region, interval=interval, n=found.found.n)


def _forest(lines: Sequence[Line], width: Width) -> Canvas:
    xlabel = "in regions of practical equivalence, positive as claimed"
    return charts.forest(lines, width, xlabel=xlabel, region=1.0, linear_to=_LINEAR_TO)


# ---- numbers, and plain ------------------------------------------------------------------------------------------------


def numbers(found: Sequence[Confirmation]) -> dict[str, Number]:
    """For the paper: how many claims are replicated and confirmed and which are not, and what each became."""
    source, result = cells(CONFIRMATION, {}, "claim", "replicated", "confirmed"), {}
    for name, ids in counts(found).items():
        key = f"claims.{name.replace(' ', '_')}"
        result[key] = Number.of_count(len(ids), source)
        result[f"{key}.list"] = Number.of_list(ids, source, empty="none")
    for one in found:
        at = partial(cells, CONFIRMATION, {"claim": one.entry.id})
        if one.contrasts:
            result[f"replicated.{one.entry.id}"] = Number.of_words(str(one.replicated), at("replicated"))
            result[f"confirmed.{one.entry.id}"] = Number.of_words(str(one.confirmed), at("confirmed"))
        for each in one.contrasts:
            of = partial(cells, CONFIRMATION, {"id": each.contrast.id})
            for tier, again in (("new", each.replication), ("fresh", each.confirmation)):
                if again is not None:
                    key = f"{tier}.{each.contrast.id}"
                    result |= {
                        key: Number.of_decimals(again.found.estimate, 2, of(f"{tier}_estimate"), signed=True),
                        f"{key}.interval": Number.of_interval(_interval(again), 2, of(f"{tier}_low", f"{tier}_high")),
                        f"{key}.n": Number.of_count(again.found.n, of(f"{tier}_n")),
                    }
    return result


def plain(one: Confirmation) -> dict[str, Any]:
    """What became of a claim, under `replication` and `confirmation`; null where nothing is measured."""
    return {
        "replication": _plain(one, "replication", {"verdict": str(one.replicated)}),
        "confirmation": _plain(
            one,
            "confirmation",
            {"verdict": str(one.confirmed), "p": rounded(one.p, P_DIGITS), "p_holm": rounded(one.adjusted, P_DIGITS)},
        ),
    }


def _p_values(each: Again) -> dict[str, float]:
    return {"p": rounded(each.p, P_DIGITS), "p_direction": rounded(each.p_direction, P_DIGITS)}


def _plain(one: Confirmation, tier: str, about: Mapping[str, Any]) -> dict[str, Any] | None:
    again: list[tuple[Again, Registered | None]] = [(each, getattr(each, tier)) for each in one.contrasts]
    if not any(found is not None for _, found in again):
        return None
    contrasts = [
        {
            "id": each.contrast.id,
            "n": found.found.n,
            "estimate": found.found.estimate,
            "interval": [_interval(found).low, _interval(found).high],
            "verdict": str(found.found.verdict),
            **(_p_values(each) if tier == "confirmation" else {}),
            "values": dict(zip(found.sets, map(float, found.values), strict=True)),
        }
        for each, found in again
        if found is not None
    ]
    return {**about, "contrasts": contrasts}
