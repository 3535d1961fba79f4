"""The register of the synthesis study, on its published records."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from experiments.synthesis.answers.readings import SCALES
from experiments.synthesis.cells import SCORES, cells
from experiments.synthesis.claims import CONTRASTS, scope
from experiments.synthesis.cube import Cube
from experiments.synthesis.design import DESIGN
from harness.claims.answers import Answers, Vector
from harness.claims.entries import SUMMARY, Contrast, Entry, Register, Role, Test
from harness.claims.offers import Offers
from harness.core import ConfigError
from harness.report.evidence import Evidence

pytestmark = pytest.mark.slow

PUBLISHED = {
    "S1.accuracy.stacking-gradient_boosting": (27, 1.890262826),
    "S1.accuracy.stacking-adaboost": (27, 5.481782197),
    "S1.accuracy.stacking-bagging": (27, 2.501507223),
    "S2.in_order.gradient_boosting": (27, 38.88888889),
    "S2.in_order.adaboost": (27, 1.851851852),
    "S3.accuracy.stacking-gradient_boosting.stated": (27, 1.890262826),
    "S3.accuracy.gradient_boosting-bagging.stated": (27, 0.6112443978),
    "S3.accuracy.stacking-adaboost.stated": (27, 5.481782197),
    "S3.accuracy.adaboost-bagging.stated": (27, -2.980274974),
    "S4.precision.stacking-gradient_boosting": (27, 1.856083163),
    "S4.precision.stacking-adaboost": (27, 5.076439626),
    "S4.precision.stacking-bagging": (27, 2.621139024),
    "S4.recall.stacking-gradient_boosting": (27, 1.810435982),
    "S4.recall.stacking-adaboost": (27, 5.402491177),
    "S4.recall.stacking-bagging": (27, 2.402385534),
    "S5.adaboost-bagging.stump-depth3": (27, 3.224700679),
    "S6.gain.tree-svm": (27, 4.4788756),
    "S6.gain.tree-nb": (27, 4.247626325),
    "S7.gain.over_1": (27, 3.397301347),
    "S7.gain.under_5": (27, 0.6026986531),
    "S8.accuracy.stacking-best_by_cv": (27, 0.3298204205),
    "S9.changed.single-soft_vote": (27, 1.596287771),
    "S9.changed.single-hard_vote": (27, 2.319831492),
    "S10.fit_seconds.stacking-bagging": (27, 2.218137805),
    "S10.fit_seconds.stacking-gradient_boosting": (27, 0.6490802553),
    "S10.fit_seconds.stacking-adaboost": (27, 2.429628989),
    "S10.predict_seconds.stacking-bagging": (27, 0.6238727614),
    "S10.predict_seconds.stacking-gradient_boosting": (27, 1.08459461),
    "S10.predict_seconds.stacking-adaboost": (27, 0.762579373),
    "S11.lost.gradient_boosting-bagging.depth3": (12, 8.894883169),
    "S11.lost.adaboost-bagging.depth3": (12, 10.95589098),
    "S12.gap_grown.bagging-single.full": (10, 0.4225745243),
    "S12.gap_grown.bagging-single.depth3": (10, 0.2998602211),
}
"""Number of data sets and estimate of each registered contrast, as published with revision 7fe7220."""

CHECKS = {
    ("S1.accuracy.stacking-gradient_boosting", "members", "without_network"): 1.248218862,
    ("S1.accuracy.stacking-adaboost", "members", "without_network"): 4.839738234,
    ("S5.adaboost-bagging.stump-depth3", "low", "tree"): 13.85703911,
    ("S11.lost.gradient_boosting-bagging.depth3", "trees", "usual"): -0.1761268958,
    ("S11.lost.adaboost-bagging.depth3", "trees", "usual"): 1.88488092,
}
"""What was published as a check of a contrast, and is now a level of a dimension."""


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


def test_registered_contrasts_keep_the_published_estimates(register: Register, answers: Answers) -> None:
    found = {
        contrast.id: estimate(answers.vector(entry, contrast, entry.registered), contrast)
        for entry, contrast in contrasts_of(register)
    }
    assert found.keys() == PUBLISHED.keys()
    for name, (n, published) in PUBLISHED.items():
        assert found[name] == (n, pytest.approx(published, rel=1e-9)), name


def test_what_was_a_check_is_a_level(register: Register, answers: Answers) -> None:
    by_id = {contrast.id: (entry, contrast) for entry, contrast in contrasts_of(register)}
    for (name, dimension, level), published in CHECKS.items():
        entry, contrast = by_id[name]
        vector = answers.vector(entry, contrast, entry.registered | {dimension: level})
        assert estimate(vector, contrast)[1] == pytest.approx(published, rel=1e-9), (name, level)


@pytest.mark.parametrize(
    ("name", "choices", "published"),
    [
        ("difference", {"first": "gradient_boosting", "second": "bagging"}, 0.6112443978),
        ("difference", {"first": "adaboost", "second": "bagging"}, -2.980274974),
        ("difference", {"first": "soft_vote", "second": "hard_vote"}, 0.1390924181),
        ("difference", {"first": "soft_vote", "second": "stacking"}, -0.9473475791),
        ("steadier", {"vote": "stacking"}, 2.432000116),
    ],
)
def test_other_published_contrasts_are_still_offered(
    cube: Cube, name: str, choices: dict[str, str], published: float
) -> None:
    usual = {
        "difference": {"metric": "accuracy", "repeats": "both", "folds": "mean"},
        "steadier": {
            "instability": "labels",
            "singles": "pool",
            "middle": "mean",
            "comparison": "difference",
            "than": "singles",
        },
    }
    values = CONTRASTS[name].values(cube, **usual[name], **choices).values
    assert float(values.mean()) == pytest.approx(published, rel=1e-9)


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
