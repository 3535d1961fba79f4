"""What a report says of a study's claims: tables, figures and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from matplotlib.figure import Figure as Canvas

from harness.analysis import charts
from harness.analysis.charts.dots import Contrast as Line
from harness.analysis.style import Width
from harness.claims.choices import MOST_DRAWN
from harness.claims.confirmation import REPLICABLE, Confirmation
from harness.claims.curve import Curve
from harness.claims.entries import Register, Test
from harness.claims.evaluation import Evaluated
from harness.claims.specified import verdict_of
from harness.inference.decision import Decision, Stated, Verdict
from harness.inference.estimate import Estimate, Interval
from harness.report import confirmed
from harness.report.choice_tables import choice_table, question_table, scope_table, words
from harness.report.claim_tables import CLAIMS, CONTRASTS, ORDER, claim_table, contrast_table
from harness.report.figure import Figure
from harness.report.freezing import SHORT, WHOLE, Freeze
from harness.report.numbers import Number, Source, cells, declared
from harness.report.table import Table
from harness.report.units import is_ratio, printed, printed_interval, printed_unit


@dataclass(frozen=True)
class Judged:
    """A register, evaluated on records.

    Attributes:
        register: what is claimed.
        evaluated: each claim.
        freeze: what the records say of the register.
        confirmations: what became of each claim with new seeds and on fresh data sets; empty if neither is published.
        unbalanced_sets: fresh data sets without which the estimate of the others is shown as well.
        remarks: what was written after the register was frozen, by the id of a claim.
    """

    register: Register
    evaluated: Sequence[Evaluated]
    freeze: Freeze
    confirmations: Sequence[Confirmation] = ()
    unbalanced_sets: frozenset[str] = frozenset()
    remarks: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_curves(self) -> bool:
        """Whether any claim has its curve."""
        return any(one.curve is not None for one in self.evaluated)

    @property
    def tables(self) -> list[Table]:
        """All tables that have a row."""
        made = (make(self) for name, make in TABLES.items() if self.has_curves or name not in OF_CURVES)
        return [table for table in made if len(table.frame)]

    @property
    def figures(self) -> Iterator[Figure]:
        """The contrasts in one forest, and the specification curve of every claim that has one."""
        if lines := _lines(self.evaluated):
            yield Figure("contrasts", _FOREST, partial(_forest, lines), tables=(CONTRASTS,))
        yield from confirmed.figures(self.confirmations)
        for one in self.evaluated:
            if one.curve is not None and len(one.curve.places) > 1:
                yield Figure(
                    f"curve_{one.entry.id}", _caption(one, one.curve), partial(_drawn, one.curve), (Width.PAGE,)
                )

    @property
    def numbers(self) -> dict[str, Number]:
        """For the paper: verdicts, how many claims got which, contrasts, and what is known of each curve."""
        again = confirmed.numbers(self.confirmations) if self.confirmations else {}
        return {**_counts(self), **_of_claims(self), **_of_contrasts(self), **_of_freeze(self), **again}


def claims_of(judged: Judged) -> Table:
    """Every claim."""
    return claim_table(judged.evaluated, judged.freeze.in_words(), judged.confirmations, judged.register.replicate)


def contrasts_of(judged: Judged) -> Table:
    """Every registered contrast."""
    return contrast_table(judged.register, judged.evaluated, judged.freeze.in_words(), judged.remarks)


def confirmations_of(judged: Judged) -> Table:
    """Every registered contrast, three times."""
    powers = {} if judged.freeze.committed is None else judged.freeze.committed.power
    return confirmed.confirmation_table(judged.confirmations, judged.unbalanced_sets, powers)


def questions_of(judged: Judged) -> Table:
    """The claims under other questions."""
    return question_table(judged.evaluated)


def choices_of(judged: Judged) -> Table:
    """What the verdicts hang on."""
    return choice_table(judged.evaluated)


def scopes_of(judged: Judged) -> Table:
    """The claims on parts of the data sets."""
    return scope_table(judged.evaluated)


TABLES: Mapping[str, Callable[[Judged], Table]] = {
    CLAIMS: claims_of,
    CONTRASTS: contrasts_of,
    confirmed.CONFIRMATION: confirmations_of,
    "questions": questions_of,
    "choices": choices_of,
    "scopes": scopes_of,
}
"""What makes each table, by its name."""

OF_CURVES = (CLAIMS, "choices")
"""The tables that rest on specification curves."""


_FOREST = (
    "The registered contrasts in units of their region of practical equivalence (the strip), with the intervals that decide. "
    "Colour and marker are the verdict's: a filled circle supports, a hollow one leaves the size open, a square is practically "
    "no difference, a diamond is against, a triangle open. Contrasts without a region are left out."
)
_LINEAR_TO = 5.0
"""Regions, beyond which the axis is logarithmic."""


def _lines(evaluated: Sequence[Evaluated]) -> list[Line]:
    return [
        Line(
            f"{one.entry.id}  {found.contrast.statement}",
            _in_regions(found.found, found.contrast.region),
            str(found.found.verdict),
        )
        for one in evaluated
        for found in one.registered
        if found.contrast.is_tested and found.contrast.region > 0 and found.found.interval.is_known
    ]


def _in_regions(found: Decision | Stated, region: float) -> Estimate:
    low, high = found.interval.low / region, found.interval.high / region
    return Estimate(estimate=found.estimate / region, interval=Interval(low, high, found.interval.level), n=found.n)


def _forest(lines: Sequence[Line], width: Width) -> Canvas:
    xlabel = "in regions of practical equivalence, positive as claimed"
    return charts.forest(lines, width, xlabel=xlabel, region=1.0, linear_to=_LINEAR_TO)


def _caption(one: Evaluated, curve: Curve) -> str:
    equal = (
        f" A column stands for those with equal values as well, {curve.n_equal} in all, and is dark at the levels of each."
        if curve.n_equal
        else ""
    )
    return (
        f"{one.entry.id}: {one.entry.statement} Every specification in the order of its estimate, with the interval that "
        f"decides; {curve.n_kept} of {len(curve.neighbours)} neighbours of the registered one keep its verdict "
        f"({curve.verdict}).{equal}"
    )


def _drawn(curve: Curve, width: Width) -> Canvas:
    panels = []
    for line in curve.lines:
        estimates, low, high = line.found.estimate, line.found.low, line.found.high
        known = ~np.isnan(estimates)
        order = np.where(known, estimates, np.nanmax(estimates, initial=0.0) if known.any() else 0.0)
        region = line.contrast.region if line.contrast.is_tested else 0.0
        verdicts = [str(verdict_of(int(rank), curve.entry)) for rank in line.ranks]
        unit = "points" if line.contrast.test is Test.SHARE else printed_unit(line.contrast)
        panel = charts.CurvePanel(line.contrast.statement, unit, order, low, high, verdicts, region)
        panels.append(replace(panel, in_times=is_ratio(line.contrast)))
    levels = {
        words(one.name): [words(level) for level in names]
        for one, names in zip(curve.space.dimensions, curve.space.levels, strict=True)
    }
    return charts.specification_curve(panels, curve.has, levels, width)


# ---- numbers -----------------------------------------------------------------------------------------------------------


def _counts(judged: Judged) -> dict[str, Number]:
    verdicts = {one.entry.id: one.verdict for one in judged.evaluated}
    source = cells(CLAIMS, {}, "claim", "verdict")
    numbers = {"claims": Number.of_count(len(verdicts), cells(CLAIMS, {}, "claim"))}
    for verdict in ORDER:
        members = [claim for claim, found in verdicts.items() if found is verdict]
        key = f"claims.{verdict.name.lower()}"
        numbers[key] = Number.of_count(len(members), source)
        numbers[f"{key}.list"] = Number.of_list(members, source, empty="none")
    numbers |= _of_firmness(judged)
    deciding = [found for one in judged.evaluated for found in one.registered if found.contrast.is_tested]
    numbers["contrasts"] = Number.of_count(len(deciding), cells(CONTRASTS, {"kind": "deciding"}, "id"))
    total = sum(len(one.curve.places) for one in judged.evaluated if one.curve is not None)
    numbers["specifications"] = Number.of_count(total, cells(CLAIMS, {}, "n_specifications"), grouped=True)
    level = 100 * judged.register.level
    numbers["level"] = Number.of_shortest(round(level, 2), cells(CONTRASTS, {"kind": "deciding"}, "level"))
    return numbers


def _of_firmness(judged: Judged) -> dict[str, Number]:
    """Verdicts that name a direction, or none: those that every neighbour keeps, and those that one other choice changes."""
    if not judged.has_curves:
        return {}
    source = cells(CLAIMS, {}, "verdict", "n_kept", "n_neighbours")
    found = [(one.entry.id, one.curve) for one in judged.evaluated if one.verdict in REPLICABLE]
    curves = {claim: curve for claim, curve in found if curve is not None}
    kept = [claim for claim, curve in curves.items() if curve.n_kept == len(curve.neighbours)]
    lists = {"claims.firm": kept, "claims.hanging": [claim for claim in curves if claim not in kept]}
    return {
        key: number
        for name, members in lists.items()
        for key, number in (
            (name, Number.of_count(len(members), source)),
            (f"{name}.list", Number.of_list(members, source, empty="none")),
        )
    }


def _of_claims(judged: Judged) -> dict[str, Number]:
    numbers: dict[str, Number] = {}
    for one in judged.evaluated:
        name, at = one.entry.id, partial(cells, CLAIMS, {"claim": one.entry.id})
        numbers[f"verdict.{name}"] = Number.of_words(str(one.verdict), at("verdict"))
        if one.curve is None:
            continue
        numbers |= {
            f"curve.{name}.kept": Number.of_count(one.curve.n_kept, at("n_kept")),
            f"curve.{name}.neighbours": Number.of_count(len(one.curve.neighbours), at("n_neighbours")),
            f"curve.{name}.specifications": Number.of_count(
                len(one.curve.places), at("n_specifications"), grouped=True
            ),
            f"curve.{name}.hangs_on": Number.of_words(words(one.hangs_on) or "no single choice", at("hangs_on")),
        }
        kind = Verdict.SUPPORTED if one.entry.tested else Verdict.EXCLUDED
        share = 100 * one.curve.shares[kind].share
        numbers[f"curve.{name}.share"] = Number.of_decimals(
            share, 0, at("supported" if one.entry.tested else "against")
        )
    return numbers


def _of_contrasts(judged: Judged) -> dict[str, Number]:
    numbers: dict[str, Number] = {}
    for found in (found for one in judged.evaluated for found in one.registered):
        contrast, key, at = found.contrast, f"claim.{found.contrast.id}", _of(found.contrast.id)
        estimate, ends = printed(contrast, found.found.estimate), printed_interval(contrast, found.found.interval)
        numbers |= {
            key: Number.of_decimals(estimate, 2, at("printed"), signed=not is_ratio(contrast)),
            f"{key}.interval": Number.of_interval(ends, 2, at("printed_low", "printed_high")),
            f"{key}.unit": Number.of_words(printed_unit(contrast), at("printed_unit")),
            f"{key}.verdict": Number.of_words(str(found.found.verdict), at("verdict")),
            f"{key}.n": Number.of_count(found.found.n, at("n")),
            f"{key}.detectable": Number.of_decimals(printed(contrast, found.detectable), 1, at("printed_detectable")),
        }
    return numbers


def _of(contrast: str) -> Callable[..., Source]:
    return partial(cells, CONTRASTS, {"id": contrast})


def _of_freeze(judged: Judged) -> dict[str, Number]:
    by = {"by": "harness.report.freezing.frozen", "records": []}
    return {
        "register.digest": Number.of_words(judged.freeze.now[WHOLE], by),
        "register.digest.short": Number.of_words(judged.freeze.now[WHOLE][:SHORT], by),
        "specifications.drawn": Number.of_count(
            MOST_DRAWN, declared("harness.claims.choices.MOST_DRAWN"), grouped=True
        ),
        "register.frozen": Number.of_words(judged.freeze.in_words(), by),
    }
