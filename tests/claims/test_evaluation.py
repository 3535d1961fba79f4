"""Verdicts and curves of a study whose answers are known."""

from __future__ import annotations

import contextlib

import numpy as np
import pandas as pd
import pytest

from harness.claims.choices import MOST_DRAWN, Space
from harness.claims.entries import Dimension, Level, Role
from harness.claims.evaluation import Evaluated, evaluate
from harness.claims.offers import Counted, Offered, Offers
from harness.claims.parsing import register_of
from harness.core import ConfigError, HarnessError
from harness.inference.decision import Verdict
from harness.inference.paired import paired_t
from tests.claims import toy
from tests.inference import degenerate_inputs as some


def one(n: int = 1, **claims: object) -> Evaluated:
    """The first claim, evaluated."""
    return evaluate(toy.register(n, **claims), toy.OFFERS, toy.cells())[0]


def test_the_registered_contrast_decides() -> None:
    found = one()
    assert found.verdict is Verdict.SUPPORTED
    (registered,) = found.registered
    assert registered.found.estimate == pytest.approx(paired_t(toy.cells()["accuracy"]).estimate)
    assert (registered.n_behind, registered.found.n) == (60, 12)
    assert registered.found.interval.level == 0.95


def test_less_may_support_a_claim() -> None:
    assert one(X1=toy.entry(toy.contrast(direction="less"))).verdict is Verdict.AGAINST


def test_equal_specifications_count_once() -> None:
    curve = one().curve
    assert curve is not None
    assert curve.space.size == 12  # metric x seeds x summary
    assert len(curve.places) == 6
    assert curve.n_equal == 6  # seeds make no difference
    levels = [name for names in curve.space.levels for name in names]
    assert curve.has[:, [levels.index(name) for name in ("all", "half")]].all()
    assert (curve.has[:, :3].sum(axis=1) == 1).all()  # one metric each


def test_neighbours_keep_the_verdict_or_not() -> None:
    curve = one().curve
    assert curve is not None
    verdicts = {(each.dimension, each.level): each.verdict for each in curve.neighbours}
    assert verdicts == {
        ("metric", "f1"): Verdict.SUPPORTED,
        ("metric", "auc"): Verdict.AGAINST,
        ("summary", "trimmed"): Verdict.SUPPORTED,
    }
    assert curve.n_kept == 2


def test_the_choice_that_matters_is_named() -> None:
    found = one()
    assert found.curve is not None
    matters = {each.dimension: each for each in found.curve.matters}
    assert found.curve.matters[0].dimension == found.hangs_on == "metric"
    assert matters["metric"].weight == pytest.approx(1.0, abs=0.05)
    assert matters["metric"].flips == pytest.approx(2 / 3)  # of three pairs of levels two differ
    assert (matters["seeds"].weight, matters["seeds"].flips) == (0.0, 0.0)


def test_shares_are_of_specifications_with_an_interval_over_data_sets() -> None:
    curve = one().curve
    assert curve is not None
    assert curve.shares[Verdict.SUPPORTED].share == pytest.approx(4 / 6)
    assert curve.shares[Verdict.AGAINST].share == pytest.approx(2 / 6)
    low, high = curve.shares[Verdict.SUPPORTED][1:]
    assert low <= 4 / 6 <= high


def test_a_curve_is_tested_as_a_whole_against_zero_and_its_region() -> None:
    curve = one().curve
    assert curve is not None
    assert curve.joint[0] is not None
    at_zero, at_region = curve.joint[0]
    assert at_zero.p == pytest.approx(2 / 2**12)
    assert at_region is not None
    assert at_region.null == 1.0


def test_questions_stand_beside_and_are_in_no_share() -> None:
    found = one()
    assert [(dict(each.levels), each.is_registered, each.verdict) for each in found.questions] == [
        ({"opponent": "weak"}, True, Verdict.SUPPORTED),
        ({"opponent": "none"}, False, Verdict.NONE),
    ]


def test_a_contrast_may_fix_a_question() -> None:
    fixed = toy.entry(toy.contrast(**{"with": {"opponent": "none"}}), toy.contrast(id="X1.b"), rule="any")
    found = one(2, X1=fixed)
    assert [each.found.verdict for each in found.registered] == [Verdict.NONE, Verdict.SUPPORTED]
    assert found.verdict is Verdict.SUPPORTED


def test_scopes_are_shown_with_their_difference_from_the_rest() -> None:
    (scope,) = one().scopes
    values = toy.cells()["accuracy"]
    assert (scope.level, scope.found.n) == ("small", 6)
    assert scope.difference.estimate == pytest.approx(values[:6].mean() - values[6:].mean())
    assert scope.difference.estimate in scope.difference.interval


def test_a_share_is_tested_against_chance() -> None:
    share = toy.contrast(of="holds", test="share", region=5, against=0.5)
    only_metric = {"metric": toy.METRIC, "summary": toy.SUMMARY}
    found = one(X1=toy.entry(share, dimensions=only_metric))
    hits = int((toy.cells()["accuracy"] > 3).sum())
    assert found.registered[0].found.estimate == pytest.approx(100 * (hits / 12 - 0.5))
    assert found.curve is not None
    assert found.curve.joint == (None,)


def test_a_level_in_another_unit_is_put_into_the_registered_one() -> None:
    metric = {**toy.METRIC, "levels": {**toy.METRIC["levels"], "f1": {"why": "other unit", "region": 2.0}}}
    found = one(X1=toy.entry(dimensions={**toy.entry()["dimensions"], "metric": metric}))
    assert found.curve is not None
    f1 = next(each for each in found.curve.neighbours if each.level == "f1")
    assert f1.estimates[0] == pytest.approx(toy.cells()["f1"].mean() / 2)


def test_a_stated_number_is_excluded_or_not_and_decides_on_no_direction() -> None:
    stated = {"id": "X1.s", "statement": "a − b", "of": "difference", "test": "stated", "unit": "points"}
    beside = one(X1=toy.entry(toy.contrast(), {**stated, "stated": 40}))
    assert (beside.verdict, beside.registered[1].found.verdict) == (Verdict.SUPPORTED, Verdict.EXCLUDED)
    node = toy.file(1, X1=toy.entry({**stated, "stated": 3}), X2=toy.entry(toy.contrast(id="X2.a")))
    alone = evaluate(toy.register(1, **node["claims"]), toy.OFFERS, toy.cells())[0]
    assert alone.verdict is Verdict.NOT_EXCLUDED
    assert alone.curve is not None
    assert {each.verdict for each in alone.curve.neighbours} == {Verdict.NOT_EXCLUDED, Verdict.EXCLUDED}


def test_a_claim_without_records_is_not_tested() -> None:
    found = one(X1=toy.entry(toy.contrast(of="nothing"), dimensions={"metric": toy.METRIC}))
    assert (found.verdict, found.curve) == (Verdict.NOT_TESTED, None)
    assert "No record" in found.registered[0].found.note


def test_a_claim_that_software_cannot_test_says_so() -> None:
    people = {"statement": "Teams work better.", "place": "section 5", "untestable": "it takes people"}
    later = {"statement": "Ensembles resist.", "place": "section 4", "untested": "to come"}
    found = evaluate(
        toy.register(1, X1=people, X2=later, X3=toy.entry(toy.contrast(id="X3.a"))), toy.OFFERS, toy.cells()
    )
    assert [each.verdict for each in found] == [Verdict.UNTESTABLE, Verdict.NOT_TESTED, Verdict.SUPPORTED]


def test_a_level_out_of_reach_is_said() -> None:
    assert one().registered[0].is_within_reach
    many = {f"X{place}": toy.entry(toy.contrast(id=f"X{place}.a")) for place in range(1, 2)}
    register = toy.register(1, **many)
    strict = type(register)(register.study, register.source, 1e-6, 1, register.entries, register.node)
    assert not evaluate(strict, toy.OFFERS, toy.cells())[0].registered[0].is_within_reach


def test_what_is_looked_at_is_near_first_and_then_drawn_the_same_way_each_time() -> None:
    levels = {name: Level("why") for name in "abcd"}
    space = Space(tuple(Dimension(f"d{place}", Role.ANALYSIS, "a", levels) for place in range(8)))
    places = space.looked_at("X1")
    assert places == space.looked_at("X1")
    assert places != space.looked_at("X2")
    assert len(places) == len(set(places)) == 1 + 24 + 28 * 9 + MOST_DRAWN
    assert places[0] == space.registered
    assert [sum(level > 0 for level in place) for place in places[:26]] == [0, *[1] * 24, 2]


def test_the_same_register_gives_the_same_numbers_each_time() -> None:
    one_, other = one(), one()
    assert one_.curve is not None
    assert other.curve is not None
    assert one_.curve.shares == other.curve.shares
    np.testing.assert_array_equal(one_.curve.ranks, other.curve.ranks)


GIVEN = {
    name: value
    for name, value in {**some.values_of(), **some.kinds_of(some.GOOD)}.items()
    if hasattr(value, "__len__") and not isinstance(value, str | dict | set | pd.DataFrame) and len(value) < 100
}


@pytest.mark.parametrize("test", ["mean", "log ratio", "share", "stated"])
@pytest.mark.parametrize("given", GIVEN)
def test_whatever_a_contrast_gives_is_judged_or_refused_in_one_sentence(given: str, test: str) -> None:
    def odd(_: object, *, metric: str) -> Counted:
        values = pd.Series(GIVEN[given]) if metric == "accuracy" else pd.Series(some.GOOD)
        return Counted(values, pd.Series(1, index=values.index))

    contrasts = {"difference": Offered(odd)}
    rules = {"share": {"region": 5, "against": 0.5}, "stated": {"stated": 3}}.get(test, {"region": 1})
    node = {"id": "X1.a", "statement": "a", "of": "difference", "test": test, "unit": "points", **rules}
    file = toy.file(
        int(test != "stated"), X1=toy.entry(node, dimensions={"metric": toy.METRIC, "summary": toy.SUMMARY})
    )
    with contextlib.suppress(HarnessError):  # one sentence of ours; any other error or warning is a fault
        register = register_of(file, contrasts, where="claims.yaml")
        found = evaluate(register, Offers(toy.cells, contrasts), None)
        assert found[0].verdict in Verdict


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Counted([1.0], pd.Series(1, index=["a"])), "gives values as list"),  # type: ignore[arg-type]  # what is refused
        (Counted(pd.Series({"a": 1.0}), None), "gives counts as NoneType"),  # type: ignore[arg-type]
        (Counted(pd.Series({"a": 1e300}), pd.Series({"a": 1})), "gives 1e\\+300; rescale"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_by_its_contrast(answer: Counted, message: str) -> None:
    contrasts = {"difference": Offered(lambda _, *, metric: answer)}
    file = toy.file(1, X1=toy.entry(dimensions={"metric": toy.METRIC}))
    register = register_of(file, contrasts, where="claims.yaml")
    with pytest.raises(ConfigError, match=rf"X1\.a: difference {message}"):
        evaluate(register, Offers(toy.cells, contrasts), None)


def test_a_trimmed_mean_that_cuts_nothing_is_the_mean_and_counts_once() -> None:
    nine = toy.SETS[:9]

    def on_nine(cube: dict[str, object], *, metric: str, seeds: str, opponent: str) -> Counted:
        found = toy.difference(cube, metric=metric, seeds=seeds, opponent=opponent)
        return Counted(found.values[list(nine)], found.counts[list(nine)])

    offers = Offers(toy.cells, {"difference": Offered(on_nine)}, toy.scope)
    curve = evaluate(toy.register(), offers, toy.cells())[0].curve
    assert curve is not None
    assert len(curve.places) == 3  # metrics; of nine data sets a tenth is none
    assert {each.dimension for each in curve.neighbours} == {"metric"}
