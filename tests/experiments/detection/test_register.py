"""The register of the detection study: what was published stays, every choice has an answer, and the records are declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

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

pytestmark = pytest.mark.xdist_group("published")

PUBLISHED: dict[str, tuple[int, float]] = {
    "D1.delay.eddm-ddm@5": (10, 0.1801812858),
    "D1.delay.eddm-ddm@default": (14, -0.6943016228),
    "D1.delay.eddm-ddm@default.stated": (14, -0.6943016228),
    "D2.delay.ddm-ks@5": (9, 0.6392393748),
    "D2.delay.eddm-ddm@5": (10, 0.1041952688),
    "D2.delay.ddm-ks@default": (13, 0.4015896593),
    "D2.delay.eddm-ddm@default": (14, -0.7935026551),
    "D2.delay.ddm-ks@default.stated": (13, 0.4015896593),
    "D2.delay.eddm-ddm@default.stated": (14, -0.7935026551),
    "D3.accuracy.ddm-ks@5": (9, -6.55563369),
    "D3.accuracy.ks-eddm@5": (13, 15.69546948),
    "D3.accuracy.ddm-ks@default": (13, -16.11089676),
    "D3.accuracy.ks-eddm@default": (13, 53.66706247),
    "D3.accuracy.ddm@default.stated": (14, 51.77679892),
    "D3.accuracy.eddm@default.stated": (14, 13.60235876),
    "D3.accuracy.ks@default.stated": (13, 67.41023354),
    "D4.false_positives.ddm-ks@default": (13, 26.07692308),
    "D4.false_positives.eddm-ddm@default": (14, 55.73809524),
    "D4.false_positives.ddm-ks@5": (9, 0.06172839506),
    "D4.false_positives.eddm-ddm@5": (10, 0.4555555556),
    "D4.false_positives.ddm@default.stated": (14, 35.73015873),
    "D4.false_positives.eddm@default.stated": (14, 91.46825397),
    "D4.false_positives.ks@default.stated": (13, 9.230769231),
    "D5.accuracy.ddm-80@5": (10, -18.49282056),
    "D5.accuracy.ddm-80@default": (14, -28.22320108),
    "D5.accuracy.ddm-random@5": (10, 12.34696874),
    "D5.accuracy.ddm-metronome@5": (10, 13.73495721),
    "D5.accuracy.eddm-80@5": (14, -26.18437198),
    "D5.accuracy.eddm-80@default": (14, -66.39764124),
    "D5.accuracy.eddm-random@5": (14, 5.109195109),
    "D5.accuracy.eddm-metronome@5": (14, 6.164834373),
    "D6.smallest_shift.psi-ks@5": (10, 0.05770987379),
    "D6.smallest_shift.chi_square_binned-ks@5": (4, -0.004705776257),
    "D6.smallest_shift.classifier_two_sample-ks@5": (4, 0.2572162732),
    "D6.smallest_shift.psi-ks@default": (11, 0.5005604919),
    "D6.smallest_shift.chi_square_binned-ks@default": (4, -0.04081136881),
    "D6.smallest_shift.classifier_two_sample-ks@default": (4, 0.1629058757),
    "D7.lift.ks@5": (13, 1.474390676),
    "D7.lift.ks@default": (13, 1.111994763),
    "D7.lift_even.ks@5": (13, 2.58489387),
    "D8.found_of_concept.ddm-ks@5": (9, 36.77255595),
    "D8.found_of_data.ks-ddm@5": (9, 53.06394921),
    "D8.interaction.ddm-ks@5": (9, 89.83650515),
    "D8.found_of_concept.ddm-ks@default": (13, 70.32882467),
    "D8.found_of_data.ks-ddm@default": (13, 32.27130104),
    "D8.interaction.ddm-ks@default": (13, 102.6001257),
    "D9.accuracy.chi_square-80@5": (6, 13.70273052),
    "D9.accuracy.chi_square-80@default": (6, 2.722374853),
    "D9.accuracy.chi_square-random@5": (6, 45.30897898),
}
"""Number of data sets and estimate of every contrast in the table `claims` of revision 7fe7220, as it was written."""

CHECKS = {
    "D7.lift_even.ks@5": ("D7.lift.ks@5", {"base": "even"}),
    "D4.false_positives.ddm-ks@5": ("D4.false_positives.ddm-ks@default", {"setting": "5"}),
    "D4.false_positives.eddm-ddm@5": ("D4.false_positives.eddm-ddm@default", {"setting": "5"}),
}
"""Checks of that table that are other levels of a registered contrast. So are those at defaults, whose ids end in @default."""


@dataclass(frozen=True)
class Recorded:
    """The published records and what the register asks of them."""

    evidence: Evidence
    cube: Cube
    claims: StudyClaims

    def choices(self, entry: Entry, contrast: Contrast, **levels: str) -> dict[str, Any]:
        """What a contrast is asked with: registered levels, but for these."""
        taken = self.claims.offers.contrasts[contrast.of].choices
        registered = {one.name: one.registered for one in entry.dimensions.values() if one.name in taken}
        return {**registered, **levels, **contrast.given}

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
def recorded() -> Recorded:
    folder = places.study_folder(places.shipped("results"), places.STANDARD_TIER, "detection")
    evidence = studies.evidence_of(folder, store.read(folder).current(), places.STANDARD_TIER)
    return Recorded(evidence, cells(evidence), claims_of("detection"))


def asked_for(recorded: Recorded, name: str) -> tuple[Contrast, dict[str, Any]]:
    """The contrast that a row of the published table is of, and its choices."""
    registered = {contrast.id: (entry, contrast) for entry, contrast in recorded.contrasts()}
    if name in registered:
        entry, contrast = registered[name]
        return contrast, recorded.choices(entry, contrast)
    other, levels = CHECKS.get(name, (name.replace("@default", "@5"), {"setting": "default"}))
    entry, contrast = registered[other]
    return contrast, recorded.choices(entry, contrast, **levels)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_estimate_stays_what_it_was(recorded: Recorded, name: str) -> None:
    values = np.array(list(recorded.values(*asked_for(recorded, name)).values()))
    n, estimate = PUBLISHED[name]
    assert len(values) == n
    assert f"{values.mean():.10g}" == f"{estimate:.10g}"


def test_every_registered_contrast_was_published(recorded: Recorded) -> None:
    assert {contrast.id for _, contrast in recorded.contrasts()} <= PUBLISHED.keys()


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
    """Whether a level gives another answer than the registered one, whatever the setting."""
    settings = entry.dimensions["setting"].levels
    for contrast in entry.tested:
        for setting in settings:
            given = {"setting": setting} if "setting" not in contrast.given else {}
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
    for entry in recorded.claims.register.entries:
        for dimension in entry.of_role(Role.SCOPE):
            parts = [recorded.claims.offers.scope(recorded.cube, dimension.name, level) for level in dimension.levels]
            assert parts[0] == frozenset().union(*parts[1:])
            assert all(parts[1:])
            assert sum(map(len, parts[1:])) == len(parts[0])


OTHER_CHOICES = {
    "D1": {"pairs": "silent", "kind": "relearnable", "harm": "20"},
    "D3": {"pairs": "all_three", "weights": "kinds", "measure": "f_score"},
    "D4": {"calm": "blips", "measure": "f4"},
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
