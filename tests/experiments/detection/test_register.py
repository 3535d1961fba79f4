"""The register of the detection study: what was written stays, every choice has an answer, and the records are declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.detection import protocol_1
from experiments.detection.cells import Cube, cells
from harness import places
from harness.analysis.query import Query
from harness.claims.answers import Answers
from harness.claims.choices import Space
from harness.claims.entries import SUMMARY, Contrast, Entry, Role
from harness.report import studies
from harness.report.evidence import Evidence
from harness.report.registers import StudyClaims, claims_of
from harness.running import store


@dataclass(frozen=True)
class Recorded:
    """The published records and what the register asks of them."""

    evidence: Evidence
    cube: Cube
    claims: StudyClaims

    def choices(self, entry: Entry, contrast: Contrast, **levels: str) -> dict[str, Any]:
        """What a contrast is asked with: registered levels, but for these of the choices that it knows."""
        taken = self.claims.offers.contrasts[contrast.of].choices
        registered = {one.name: one.registered for one in entry.dimensions.values() if one.name in taken}
        asked = {name: level for name, level in levels.items() if name in taken}
        return {**registered, **asked, **contrast.given}

    def values(self, contrast: Contrast, choices: dict[str, Any], cube: Cube | None = None) -> dict[str, float]:
        """The answer by data set."""
        answer = self.claims.offers.contrasts[contrast.of].values(cube or self.cube, **choices)
        found: dict[str, float] = answer.values.to_dict()
        return found

    def query(self, contrast: Contrast, choices: dict[str, Any]) -> Query:
        """The records that it is said to rest on."""
        declared = self.claims.offers.contrasts[contrast.of].records
        assert declared is not None
        return declared(self.cube, **choices)

    def contrasts(self) -> Iterator[tuple[Entry, Contrast]]:
        """Every registered one."""
        for entry in self.claims.register.entries:
            for contrast in entry.contrasts:
                yield entry, contrast


@pytest.fixture(scope="module")
def recorded(published_folder: Callable[[str], Path]) -> Recorded:
    folder = published_folder("detection")
    evidence = studies.evidence_of(folder, store.read(folder).current(), places.STANDARD_TIER)
    return Recorded(evidence, cells(evidence), claims_of("detection"))


def test_a_written_estimate_is_found_again(recorded: Recorded) -> None:
    written = recorded.evidence.estimates
    assert {contrast.id for _, contrast in recorded.contrasts()} == written.keys()
    for entry, contrast in recorded.contrasts():
        values = np.array(list(recorded.values(contrast, recorded.choices(entry, contrast)).values()))
        assert written[contrast.id] == pytest.approx(values.mean(), rel=1e-9, abs=1e-12)


def test_every_contrast_of_protocol_1_is_registered_still(recorded: Recorded) -> None:
    assert {contrast.id for _, contrast in recorded.contrasts()} == protocol_1.PUBLISHED.keys()


def test_every_level_is_answered_by_the_records(recorded: Recorded) -> None:
    unanswered = [
        (entry.id, dimension.name, level)
        for entry in recorded.claims.register.entries
        for dimension in (*entry.of_role(Role.QUESTION), *entry.of_role(Role.ANALYSIS))
        if dimension.name != SUMMARY
        for level in dimension.levels
        if not any(
            recorded.values(contrast, recorded.choices(entry, contrast, **{dimension.name: level}))
            for contrast in entry.tested
            if dimension.name in recorded.claims.offers.contrasts[contrast.of].choices
        )
    ]
    assert unanswered == []


def test_every_level_of_an_analysis_changes_some_answer(recorded: Recorded) -> None:
    """Else it would be one choice counted twice."""
    idle = [
        (entry.id, dimension.name, level)
        for entry in recorded.claims.register.entries
        for dimension in entry.of_role(Role.ANALYSIS)
        if dimension.name != SUMMARY
        for level in dimension.levels
        if level != dimension.registered and not changes(recorded, entry, dimension.name, level)
    ]
    assert idle == []


def changes(recorded: Recorded, entry: Entry, name: str, level: str) -> bool:
    """Whether a level gives another answer than the registered one, whatever is asked, or to whomever harm is done.

    Harm to the deployed model is what was asked for by construction, so that it matters to no answer how near it came.
    """
    questions = [(one.name, each) for one in entry.of_role(Role.QUESTION) for each in one.levels]
    questions += [("harm_to", "reference")] if name == "realised" else []
    for contrast in entry.tested:
        for question, asked in questions:
            given = {question: asked} if question not in contrast.given else {}
            one, other = (
                recorded.values(contrast, recorded.choices(entry, contrast, **given, **levels))
                for levels in ({}, {name: level})
            )
            if one != other:
                return True
    return False


def test_an_entry_has_four_dimensions_of_analysis_and_a_reason_if_there_are_few_specifications(
    recorded: Recorded,
) -> None:
    for entry in recorded.claims.register.entries:
        analysis = entry.of_role(Role.ANALYSIS)
        assert len(analysis) >= 4
        assert bool(entry.fewer) is (entry.id == "D6")


def test_an_entry_has_a_hundred_distinct_specifications_or_says_why_not(recorded: Recorded) -> None:
    answers = Answers(recorded.claims.offers, recorded.cube)
    for entry in recorded.claims.register.entries:
        space = Space(entry.of_role(Role.ANALYSIS))
        distinct = set()
        for place in space.looked_at(entry.id)[:400]:
            choices = {**entry.registered, **space.named(place)}
            vectors = [answers.vector(entry, contrast, choices) for contrast in entry.tested]
            values = [(vector.sets, *vector.values.round(9)) for vector in vectors]
            distinct.add((choices[SUMMARY], *values))
        assert len(distinct) >= 100 or entry.fewer, entry.id


def test_scopes_part_the_data_sets(recorded: Recorded) -> None:
    """Those that answer anything; sets of regression are in no claim."""
    for entry in recorded.claims.register.entries:
        asked = [recorded.values(contrast, recorded.choices(entry, contrast)) for contrast in entry.tested]
        answering = frozenset().union(*asked)
        for dimension in entry.of_role(Role.SCOPE):
            scopes = [recorded.claims.offers.scope(recorded.cube, dimension.name, level) for level in dimension.levels]
            parts = [answering & scope for scope in scopes]
            assert parts[0] == answering == frozenset().union(*parts[1:])
            assert all(scopes[1:])
            assert sum(map(len, parts[1:])) == len(parts[0])


OTHER_CHOICES = {
    "D1": {"pairs": "silent", "kind": "noise", "harm": "20"},
    "D3": {"pairs": "all_three", "weights": "streams", "measure": "f_score", "harm_to": "reference"},
    "D4": {"calm": "blips", "measure": "f4", "warm": "none"},
    "D7": {"flag": "first", "drifts": "data", "weights": "scenarios"},
    "D8": {"measure": "beyond_chance", "concept": "noise", "models": "alike"},
}
"""Choices that need more records than the registered ones, or others."""


@pytest.mark.slow
def test_a_contrast_is_found_again_from_the_records_that_it_declares(recorded: Recorded) -> None:
    asked: dict[Query, list[tuple[Contrast, dict[str, Any]]]] = {}
    for entry, contrast in recorded.contrasts():
        every = [recorded.choices(entry, contrast)]
        if entry.id in OTHER_CHOICES and contrast == entry.tested[0]:
            every.append(recorded.choices(entry, contrast, **OTHER_CHOICES[entry.id]))
        for choices in every:
            asked.setdefault(recorded.query(contrast, choices), []).append((contrast, choices))
    wrong = []
    for query, contrasts in asked.items():
        narrowed = cells(replace(recorded.evidence, stored=query.narrowed(recorded.evidence.stored)))
        for contrast, choices in contrasts:
            one, other = (recorded.values(contrast, choices, cube) for cube in (recorded.cube, narrowed))
            if one.keys() != other.keys() or not np.allclose([*one.values()], [*other.values()], rtol=1e-9, atol=1e-12):
                wrong.append((contrast.id, str(query)))
    assert wrong == []
