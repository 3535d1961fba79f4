"""The register of the synthesis study, on its published records."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.synthesis.answers.readings import SCALES
from experiments.synthesis.cells import SCORES, cells
from experiments.synthesis.claims import CONTRASTS, scope
from experiments.synthesis.cube import Cube
from experiments.synthesis.design import DESIGN
from harness import places
from harness.claims.answers import Answers, Vector
from harness.claims.entries import SUMMARY, Contrast, Entry, Register, Role, Test
from harness.claims.offers import Offers
from harness.core import ConfigError
from harness.report.evidence import Evidence

pytestmark = pytest.mark.slow

PUBLISHED = places.study_folder(places.shipped("results"), places.STANDARD_TIER, "synthesis")
"""What stands there is what the code has to give again."""


@pytest.fixture(scope="module")
def answers(cube: Cube) -> Answers:
    return Answers(Offers(cells, CONTRASTS, scope), cube)


def contrasts_of(register: Register) -> Iterator[tuple[Entry, Contrast]]:
    for entry in register.entries:
        for contrast in entry.contrasts:
            yield entry, contrast


def estimate(vector: Vector, contrast: Contrast) -> tuple[int, float]:
    known = vector.values[np.isfinite(vector.values)]
    if contrast.test is Test.SHARE:
        return len(known), 100 * (known.mean() - contrast.against)
    return len(known), float(known.mean())


def specifications(entry: Entry) -> Iterator[dict[str, str]]:
    """Every choice of analysis, with the questions as registered."""
    dimensions = entry.of_role(Role.ANALYSIS)
    for levels in itertools.product(*(one.levels for one in dimensions)):
        yield entry.registered | dict(zip((one.name for one in dimensions), levels, strict=True))


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """The claims as they are published, by id."""
    content = json.loads((PUBLISHED / "register.json").read_text(encoding="utf-8"))
    return {claim["id"]: claim for claim in content["claims"]}


def test_registered_contrasts_keep_the_published_estimates(
    register: Register, answers: Answers, published: dict[str, Any]
) -> None:
    written = {one["id"]: (one["n"], one["estimate"]) for claim in published.values() for one in claim["contrasts"]}
    found = {
        contrast.id: estimate(answers.vector(entry, contrast, entry.registered), contrast)
        for entry, contrast in contrasts_of(register)
    }
    assert found.keys() == written.keys()
    for name, (n, value) in written.items():
        assert found[name] == (n, pytest.approx(value, rel=1e-9)), name


def test_neighbours_keep_the_published_estimates(
    register: Register, answers: Answers, published: dict[str, Any]
) -> None:
    entry = register.by_id["S1"]
    contrasts = [contrast for contrast in entry.contrasts if contrast.is_tested]
    neighbours = [one for one in published["S1"]["curve"]["neighbours"] if one["dimension"] != SUMMARY]
    assert {"network", "metric"} <= {one["dimension"] for one in neighbours}
    for one in neighbours:
        choices = entry.registered | {one["dimension"]: one["level"]}
        found = [estimate(answers.vector(entry, contrast, choices), contrast)[1] for contrast in contrasts]
        assert found == pytest.approx(one["estimates"], rel=1e-9), (one["dimension"], one["level"])


@pytest.mark.parametrize(
    ("first", "second"),
    [("gradient_boosting", "bagging:tree"), ("adaboost:tree_depth3", "bagging:tree"), ("soft_vote", "hard_vote"),
     ("stacking", "soft_vote")],
)  # fmt: skip
def test_a_difference_is_that_of_the_table(cube: Cube, first: str, second: str) -> None:
    table = pd.read_csv(PUBLISHED / "tables" / "comparisons.csv").set_index(["first", "second"])
    names = [name.partition(":")[0] for name in (first, second)]
    usual = {"metric": "accuracy", "repeats": "both", "folds": "mean"}
    values = CONTRASTS["difference"].values(cube, **usual, first=names[0], second=names[1]).values
    assert float(values.mean()) == pytest.approx(table.loc[(first, second), "difference"], rel=1e-8)


def test_every_claim_is_in_the_register(register: Register) -> None:
    assert list(register.by_id) == [f"S{number}" for number in (*range(1, 13), 15)]
    assert register.by_id["S15"].untested


def test_an_entry_has_four_choices_of_analysis_and_a_hundred_specifications_or_says_why_not(
    register: Register, answers: Answers
) -> None:
    for entry in register.entries:
        if not entry.contrasts:
            continue
        different = set()
        for choices in specifications(entry):
            vectors = [answers.vector(entry, contrast, choices) for contrast in entry.contrasts]
            if all(vector.is_known for vector in vectors):
                different.add((choices.get(SUMMARY), *(vector.values.tobytes() for vector in vectors)))
        is_enough = len(entry.of_role(Role.ANALYSIS)) >= 4 and len(different) >= 100
        assert is_enough != bool(entry.fewer), (entry.id, len(different))


def test_no_specification_has_an_infinite_value(register: Register, cube: Cube, answers: Answers) -> None:
    for entry, contrast in contrasts_of(register):
        for choices in specifications(entry):
            values = answers.counted(contrast, choices).values
            assert not np.isinf(values).any(), (contrast.id, choices)
            assert len(values) in (0, len(cube.facts))


def test_every_level_is_answered_by_the_records_and_changes_something(register: Register, answers: Answers) -> None:
    for entry in register.entries:
        for dimension in (*entry.of_role(Role.ANALYSIS), *entry.of_role(Role.QUESTION)):
            for level in set(dimension.levels) - {dimension.registered} if dimension.name != SUMMARY else ():
                pairs = [
                    [
                        answers.vector(entry, contrast, entry.registered | chosen)
                        for chosen in ({}, {dimension.name: level})
                    ]
                    for contrast in entry.contrasts
                ]
                assert all(other.is_known for _, other in pairs), (entry.id, dimension.name, level)
                assert any(not np.array_equal(one.values, other.values, equal_nan=True) for one, other in pairs), (
                    entry.id,
                    dimension.name,
                    level,
                )


def test_every_contrast_is_answered_by_its_own_records_alone(
    register: Register, evidence: Evidence, answers: Answers
) -> None:
    """As registered, and with the last level of every dimension.

    The first repeat stands for one repeat, for a second is known beside another alone.
    """
    made: dict[Any, Answers] = {}
    for entry, contrast in contrasts_of(register):
        last = {one.name: list(one.levels)[-1] for one in entry.dimensions.values() if one.role is not Role.SCOPE}
        for choices in (entry.registered, last | {"repeats": "first"}):
            whole = answers.counted(contrast, choices)
            if whole.values.empty:
                continue
            query = answers.records(contrast, choices)
            assert query is not None
            if query not in made:
                narrowed = replace(evidence, stored=query.narrowed(evidence.stored))
                made[query] = replace(answers, cube=cells(narrowed), _known={})
                assert len(query.ids(evidence.stored)) < len(evidence.stored) / 4
            again = made[query].counted(contrast, choices)
            known = whole.values.dropna()
            assert again.values.dropna().to_dict() == pytest.approx(known.to_dict(), rel=1e-12, abs=1e-12), contrast.id
            n_behind = whole.counts[known.index].sum()
            assert n_behind <= len(query.ids(evidence.stored)), contrast.id


def test_a_query_that_lacks_a_data_set_is_missed(register: Register, evidence: Evidence, answers: Answers) -> None:
    """The proof can fail."""
    entry = register.by_id["S1"]
    query = answers.records(entry.contrasts[0], entry.registered)
    assert query is not None
    fewer = query.narrowed(evidence.stored)
    kept = [row["dataset"] != "iris" for row in fewer.table["factors"].to_pylist()]
    again = replace(
        answers, cube=cells(replace(evidence, stored=replace(fewer, table=fewer.table.filter(kept)))), _known={}
    )
    assert len(again.counted(entry.contrasts[0], entry.registered).values) == 26


def test_scopes_are_parts_of_all_data_sets(register: Register, cube: Cube) -> None:
    for entry in register.entries:
        for dimension in entry.of_role(Role.SCOPE):
            every, *parts = (scope(cube, dimension.name, level) for level in dimension.levels)
            assert every == set(cube.facts)
            assert set().union(*parts) == every
            assert sum(map(len, parts)) == len(every)
            assert min(map(len, parts)) >= 6


def test_a_level_or_a_dimension_that_nobody_knows_is_refused(register: Register, cube: Cube, answers: Answers) -> None:
    with pytest.raises(ConfigError, match="the dimension of scope is 'age'"):
        scope(cube, "age", "all")
    for entry, contrast in contrasts_of(register):
        for name in set(entry.registered) & (CONTRASTS[contrast.of].choices.keys() - contrast.given.keys()):
            if name not in ("unstable", "high", "low", "base"):  # any base model may be asked for
                with pytest.raises(ConfigError, match=f"{name} is 'another', but must be one of"):
                    answers.counted(contrast, entry.registered | {name: "another"})


def test_levels_are_all_that_the_study_offers(register: Register) -> None:
    shared = register.by_id["S1"].dimensions
    assert set(shared["scale"].levels) == set(SCALES)
    assert set(shared["metric"].levels) < set(SCORES)
    assert set(register.by_id["S6"].dimensions["unstable"].levels) < set(DESIGN.bases)
