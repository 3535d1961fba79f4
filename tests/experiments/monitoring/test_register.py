"""The register of the monitoring study: every contrast is answered, and by the records that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from experiments.monitoring.answers.choices import Choices
from experiments.monitoring.cells import cells
from experiments.monitoring.claims import CONTRASTS, scope
from experiments.monitoring.design import DESIGN
from harness import places
from harness.claims.answers import Answers
from harness.claims.entries import Contrast, Entry, Register, Role
from harness.claims.offers import Offers
from harness.core import ConfigError
from harness.report.evidence import Evidence
from harness.report.registers import claims_of
from tests.experiments.monitoring.conftest import SETS, Made

NOT_MADE = ("summary", "setting", "scenario")
"""Choices of which the made-up records have the registered level alone; the summary is the register's own."""

UNPRICED = {("L3.calendars", "drifts", "none")}
"""Where no cost can be stated in what a retrain saves: without a drift all made-up models are alike."""


@pytest.fixture(scope="module")
def register() -> Register:
    return claims_of("monitoring").register


@pytest.fixture(scope="module")
def evidence(whole: Made) -> Evidence:
    return whole.evidence()


@pytest.fixture(scope="module")
def answers(evidence: Evidence) -> Answers:
    return Answers(Offers(cells, CONTRASTS, scope), cells(evidence))


def contrasts_of(register: Register) -> Iterator[tuple[Entry, Contrast]]:
    for entry in register.entries:
        for contrast in entry.contrasts:
            yield entry, contrast


def test_every_claim_of_the_source_and_of_others_is_in_the_register(register: Register) -> None:
    claims = [*(f"P{number}" for number in range(1, 9)), "S13", "S14", *(f"L{number}" for number in range(1, 6))]
    assert list(register.by_id) == claims


def test_every_registered_contrast_is_answered_on_every_data_set(register: Register, answers: Answers) -> None:
    for entry, contrast in contrasts_of(register):
        counted = answers.counted(contrast, entry.registered)
        assert set(counted.values.index) == set(SETS), contrast.id
        assert (counted.counts > 0).all(), contrast.id


def test_every_level_of_every_choice_is_answered(register: Register, answers: Answers) -> None:
    for entry, contrast in contrasts_of(register):
        for dimension in (*entry.of_role(Role.ANALYSIS), *entry.of_role(Role.QUESTION)):
            for level in dimension.levels if dimension.name not in NOT_MADE else ():
                asked = (contrast.id, dimension.name, level)
                found = answers.counted(contrast, entry.registered | {dimension.name: level}).values
                assert found.empty == (asked in UNPRICED), asked


def test_a_contrast_is_answered_by_its_own_records_alone(
    register: Register, evidence: Evidence, answers: Answers
) -> None:
    """One contrast of each kind."""
    for entry, contrast in {contrast.of: (entry, contrast) for entry, contrast in contrasts_of(register)}.values():
        query = answers.records(contrast, entry.registered)
        assert query is not None
        alone = cells(replace(evidence, stored=query.narrowed(evidence.stored)))
        again = replace(answers, cube=alone, _known={}).counted(contrast, entry.registered)
        known = answers.counted(contrast, entry.registered).values.to_dict()
        assert again.values.to_dict() == pytest.approx(known, rel=1e-9, abs=1e-9), contrast.id


def test_a_contrast_of_a_policy_with_itself_has_no_answer(answers: Answers) -> None:
    found = CONTRASTS["difference"].values(answers.cube, measure="retained", first="ddm", second="ddm")
    assert found.values.empty


def test_words_of_the_source_become_entries_as_records_name_them() -> None:
    chosen = Choices(setting="5", action="challenger", expectation="fixed")
    assert chosen.entry("performance", DESIGN) == "performance_5@5+challenger+fixed"
    assert chosen.entry("concept", DESIGN) == "ddm@5+challenger"
    assert chosen.entry("never", DESIGN) == "never"
    assert Choices(action="extend").entry("weeks_4", DESIGN) == "weeks_4+extend"


def test_every_policy_that_a_choice_names_is_in_the_design_of_the_standard_tier(register: Register) -> None:
    path = places.shipped("conf") / "experiment" / "monitoring.yaml"
    levels = yaml.safe_load(path.read_text(encoding="utf-8"))["levels"]
    panel = {name for key in ("calendars", "acting", "otherwise") for name in levels[key].split(",")}
    assert set(DESIGN.order) <= panel | {"at_truth", "at_random"}
    for entry in register.entries:
        for name in ("performance", "data", "concept", "policy"):
            if name in entry.dimensions:
                assert set(entry.dimensions[name].levels) <= panel


def test_scopes_are_parts_of_all_data_sets(answers: Answers) -> None:
    every = scope(answers.cube, "rows", "all")
    assert scope(answers.cube, "rows", "few") | scope(answers.cube, "rows", "many") == every
    with pytest.raises(ConfigError, match="the dimension of scope has no level 'age'"):
        scope(answers.cube, "age", "all")


def test_a_level_that_nobody_knows_is_refused(answers: Answers) -> None:
    for name in ("drifts", "harm", "weights", "seeds"):
        with pytest.raises(ConfigError, match=f"{name} has no level 'another'"):
            CONTRASTS["level"].values(answers.cube, measure="retained", of="ddm", **{name: "another"})


def test_the_study_is_found_with_its_folder() -> None:
    assert Path(places.shipped("experiments") / "monitoring" / "claims.yaml").exists()
