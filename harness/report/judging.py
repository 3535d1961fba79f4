"""A study's register, judged on its records."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness import places
from harness.claims.confirmation import Confirmation, confirm
from harness.claims.evaluation import Evaluated, answered, evaluate
from harness.report.claim_json import register_json
from harness.report.claim_report import Judged
from harness.report.evidence import Evidence
from harness.report.freezing import WRITTEN, Freeze
from harness.report.registers import StudyClaims, claims_of, with_registers
from harness.report.rounding import rounded
from harness.report.studies import report_of
from harness.report.writing import Report

Tell = Callable[[str], None]


def judged(
    study: str,
    evidence: Evidence,
    own: Sequence[Path] = (),
    *,
    only: Sequence[str] = (),
    cube: Any = None,
    tell: Tell = lambda _: None,
    curves: bool = True,
) -> Judged:
    """The claims of a study with their verdicts.

    Args:
        study: its name.
        evidence: its records.
        own: a user's folders, each with `experiments/<study>/`.
        only: the ids of the claims that are wanted; all unless given.
        cube: what the study's `cells` has made of the evidence, if somebody has it already.
        tell: called with what is done next: a claim's id, or "cells".
        curves: whether the specification curves are wanted, which take most of the time.

    Raises:
        ConfigError: the study has no register, or it makes no sense.
    """
    claims = claims_of(study, own)
    register = claims.register.only(only) if only else claims.register
    if cube is None:
        tell("cells")
        cube = claims.offers.cells(evidence)
    evaluated = evaluate(register, claims.offers, cube, tell, curves=curves)
    same = _same(evaluated, evidence.estimates)
    again = {tier: one.frozen for tier, one in evidence.again.items()}
    freeze = Freeze.of(study, evidence.frozen, own, same_values=same, committed=evidence.committed, again=again)
    confirmations = _confirmed(claims, evaluated, evidence, cube, tell, is_part=bool(only))
    return Judged(register, evaluated, freeze, confirmations, evidence.unbalanced_sets, claims.remarks)


def _confirmed(
    claims: StudyClaims,
    evaluated: Sequence[Evaluated],
    evidence: Evidence,
    cube: Any,
    tell: Tell,
    *,
    is_part: bool,
) -> tuple[Confirmation, ...]:
    """What became of the claims with new seeds and on fresh data sets; nothing if neither is published."""
    if not evidence.again:
        return ()
    wanted = {one.entry.id for one in evaluated}
    if is_part:  # the adjustment is over all claims of the study
        evaluated = evaluate(claims.register, claims.offers, cube, curves=False)
    found = {}
    for tier, other in evidence.again.items():
        tell("cells")
        found[tier] = answered(claims.register, claims.offers, claims.offers.cells(other))
    every = confirm(claims.register, evaluated, *(found.get(tier) for tier in places.PUBLISHED_TIERS))
    return tuple(one for one in every if one.entry.id in wanted)


def whole_report(
    study: str, evidence: Evidence, own: Sequence[Path] = (), tell: Tell = lambda _: None, *, curves: bool = True
) -> Report:
    """A study's report with its claims, if it has a register: its own tables and figures, then those of the claims.

    Without `curves` it lacks what rests on specification curves: their tables (`OF_CURVES`), figures and numbers.

    Raises:
        HarnessError: it cannot be made of these records, or its register makes no sense.
    """
    report = report_of(study, evidence, own)
    if study not in with_registers(own):
        return report
    found = judged(study, evidence, own, tell=tell, curves=curves)
    return replace(
        report,
        tables=[*report.tables, *found.tables],
        figures=[*report.figures, *found.figures],
        numbers={**report.numbers, **found.numbers},
        documents={**report.documents, WRITTEN: register_json(found)},
    )


def _same(evaluated: Sequence[Evaluated], before: Mapping[str, float | None]) -> bool | None:
    """Whether all estimates are those that were written before; None if none were."""
    if not before:
        return None
    now = {found.contrast.id: found.found.estimate for one in evaluated for found in one.registered}
    return all(
        name in before and before[name] == (rounded(value) if math.isfinite(value) else None)
        for name, value in now.items()
    )
