"""Verdicts with new seeds and on fresh data sets: what is tested, how claims share the level, and how often that errs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness.claims.confirmation import CONFIRMABLE, Confirmation, Outcome, confirm, p_of, power_of
from harness.claims.entries import Register
from harness.claims.evaluation import Evaluated, answered, evaluate
from harness.claims.offers import Counted, Offered, Offers
from harness.claims.parsing import register_of
from harness.core import ConfigError
from harness.inference.decision import Verdict
from harness.inference.multiplicity import holm
from harness.inference.one_sided import mean_beyond
from harness.randomness import stream
from tests.claims import toy

LARGE, SMALL, ZERO, NEGATIVE = 3.0, 0.5, 0.0, -2.0
SPREAD = 0.3


def given(cube: dict[str, pd.Series[Any]], *, name: str) -> Counted:
    """The values of that name."""
    return Counted(cube[name], pd.Series(1, index=cube[name].index))


CONTRASTS = {"given": Offered(given)}
OFFERS = Offers(lambda cube: cube, CONTRASTS)
SUMMARY = {"summary": {"role": "analysis", "registered": "mean", "levels": {"mean": "usual", "median": "robust"}}}


def claim(name: str, *of: str, rule: str = "all", **changed: Any) -> dict[str, Any]:
    """A claim with a contrast for each name of values."""
    contrasts = [toy.contrast(id=f"{name}.{one}", of="given", **{"with": {"name": one}}, **changed) for one in of]
    return {"statement": "It holds.", "place": "here", "rule": rule, "contrasts": contrasts, "dimensions": SUMMARY}


def register(**claims: dict[str, Any]) -> Register:
    n = sum(len(one["contrasts"]) for one in claims.values() if one["contrasts"][0]["test"] != "stated")
    return register_of(toy.file(n, **claims), CONTRASTS, where="claims.yaml")


def cube(prefix: str, n: int = 12, seed: int | None = None, **means: float) -> dict[str, pd.Series[Any]]:
    """Normal values of so many data sets around each mean; without a seed they have exactly that mean and spread."""
    sets = [f"{prefix}{place:02d}" for place in range(n)]
    noise = {name: stream(seed or 0, prefix, name).normal(size=n) for name in means}
    if seed is None and n > 1:
        noise = {name: (one - one.mean()) / one.std(ddof=1) for name, one in noise.items()}
    return {name: pd.Series(mean + SPREAD * noise[name], index=sets) for name, mean in means.items()}


def outcomes(
    reg: Register, first: dict[str, float], new: dict[str, float] | None, fresh: dict[str, float] | None
) -> dict[str, Confirmation]:
    """What becomes of the claims whose values have these means."""
    evaluated = evaluate(reg, OFFERS, cube("old", **first), curves=False)
    again = None if new is None else answered(reg, OFFERS, cube("old", **new))
    last = None if fresh is None else answered(reg, OFFERS, cube("fresh", **fresh))
    return {one.entry.id: one for one in confirm(reg, evaluated, again, last)}


@pytest.mark.parametrize(
    ("first", "later", "replicated", "confirmed"),
    [
        (LARGE, LARGE, Outcome.REPLICATED, Outcome.CONFIRMED),
        (LARGE, SMALL, Outcome.REPLICATED, Outcome.NOT_CONFIRMED),
        (LARGE, ZERO, Outcome.NOT_REPLICATED, Outcome.NOT_CONFIRMED),
        (LARGE, NEGATIVE, Outcome.OPPOSITE, Outcome.OPPOSITE),
        (NEGATIVE, NEGATIVE, Outcome.REPLICATED, Outcome.CONFIRMED),
        (NEGATIVE, LARGE, Outcome.OPPOSITE, Outcome.OPPOSITE),
        (ZERO, ZERO, Outcome.REPLICATED, Outcome.CONFIRMED),
        (ZERO, LARGE, Outcome.OPPOSITE, Outcome.OPPOSITE),
        (ZERO, 1.0, Outcome.NOT_REPLICATED, Outcome.NOT_CONFIRMED),
        (1.1, LARGE, Outcome.REPLICATED, Outcome.NOTHING),  # for, size open
    ],
)
def test_what_becomes_of_a_verdict(first: float, later: float, replicated: Outcome, confirmed: Outcome) -> None:
    found = outcomes(register(X1=claim("X1", "a")), {"a": first}, {"a": later}, {"a": later})["X1"]
    assert (found.replicated, found.confirmed) == (replicated, confirmed)


def test_what_is_not_measured_is_said() -> None:
    reg = register(X1=claim("X1", "a"))
    found = outcomes(reg, {"a": LARGE}, None, None)["X1"]
    assert (found.replicated, found.confirmed) == (Outcome.NOT_MEASURED, Outcome.NOT_MEASURED)
    empty = answered(reg, OFFERS, {"a": pd.Series(dtype=float)})
    [found] = confirm(reg, evaluate(reg, OFFERS, cube("old", a=LARGE), curves=False), empty, empty)
    assert (found.replicated, found.confirmed) == (Outcome.NOT_MEASURED, Outcome.NOT_MEASURED)


def test_a_claim_that_all_have_to_hold_takes_the_largest_p_and_one_refuted_by_any_the_smallest_times_their_number() -> (
    None
):
    found = outcomes(register(X1=claim("X1", "a", "b")), {"a": 3, "b": 4}, None, {"a": 3, "b": 1.3})["X1"]
    assert found.p == max(each.p for each in found.contrasts)
    assert found.p == mean_beyond(cube("fresh", a=3, b=1.3)["b"], bound=1).p
    found = outcomes(
        register(X1=claim("X1", "a", "b", "c")), {"a": -2, "b": -3, "c": 3}, None, {"a": 0, "b": -3, "c": 3}
    )["X1"]
    assert [each.is_behind for each in found.contrasts] == [True, True, False]
    assert found.p == 2 * min(each.p for each in found.contrasts if each.is_behind)
    assert found.confirmed is Outcome.CONFIRMED
    found = outcomes(register(X1=claim("X1", "a", "b", rule="any")), {"a": -2, "b": -3}, None, {"a": 0, "b": -3})["X1"]
    assert found.confirmed is Outcome.NOT_CONFIRMED


def test_claims_that_can_be_confirmed_share_the_level_by_holm_and_others_are_not_counted() -> None:
    reg = register(**{f"X{n}": claim(f"X{n}", f"v{n}") for n in range(1, 5)})
    first = {"v1": LARGE, "v2": LARGE, "v3": ZERO, "v4": 1.1}
    fresh = {"v1": 1.2, "v2": 1.25, "v3": 0.6, "v4": LARGE}
    found = outcomes(reg, first, None, fresh)
    family = [name for name, one in found.items() if one.is_confirmable]
    assert family == ["X1", "X2", "X3"]
    assert [found[name].adjusted for name in family] == list(holm([found[name].p for name in family]).p)
    assert (found["X4"].confirmed, math.isnan(found["X4"].adjusted)) == (Outcome.NOTHING, True)


def test_shares_are_tested_exactly() -> None:
    [entry] = register(X1=claim("X1", "a", test="share", against=0.25, region=5)).entries
    [contrast] = entry.contrasts
    values = np.array([1.0] * 9 + [0.0] * 3)
    assert p_of(contrast, Verdict.SUPPORTED, values) == pytest.approx(0.00169, abs=1e-5)  # P(Bin(12, .30) >= 9)
    assert p_of(contrast, Verdict.AGAINST, 1 - values) == pytest.approx(0.64878, abs=1e-5)  # P(Bin(12, .25) <= 3)
    assert p_of(contrast, Verdict.NONE, values) > 0.9


def test_stated_numbers_are_shown_and_not_confirmed() -> None:
    stated = claim("X1", "a")
    stated["contrasts"] = [{**stated["contrasts"][0], "test": "stated", "stated": 9}]
    del stated["contrasts"][0]["region"]
    found = outcomes(register(X1=stated, X2=claim("X2", "b")), {"a": 3, "b": 3}, {"a": 3, "b": 3}, {"a": 3, "b": 3})
    assert found["X1"].verdict is Verdict.EXCLUDED
    assert (found["X1"].replicated, found["X1"].confirmed) == (Outcome.NOTHING, Outcome.NOTHING)
    fresh = found["X1"].contrasts[0].confirmation
    assert fresh is not None
    assert fresh.found.interval.is_known


def test_estimates_of_fresh_sets_and_of_others_never_mix() -> None:
    reg, first = register(X1=claim("X1", "a")), {"a": LARGE}
    alone, all_ = (outcomes(reg, first, *later)["X1"] for later in ((None, None), ({"a": ZERO}, {"a": NEGATIVE})))
    assert alone.verdict is all_.verdict
    assert alone.contrasts[0].first.found == all_.contrasts[0].first.found
    fresh, new = all_.contrasts[0].confirmation, all_.contrasts[0].replication
    assert fresh is not None
    assert new is not None
    assert not set(fresh.sets) & set(new.sets)
    evaluated = evaluate(reg, OFFERS, cube("old", a=LARGE), curves=False)
    with pytest.raises(ConfigError, match="data sets of the tiers standard and confirmation: old00"):
        confirm(reg, evaluated, None, answered(reg, OFFERS, cube("old", n=1, a=LARGE)))


def errors(n_studies: int, n_sets: int, true: dict[str, float], verdicts: dict[str, float]) -> float:
    """The share of studies that confirm any claim that is false: all of them lie at the edge of what they deny."""
    reg = register(**{name: claim(name, name.lower()) for name in verdicts})
    evaluated = evaluate(
        reg, OFFERS, cube("old", **{name.lower(): mean for name, mean in verdicts.items()}), curves=False
    )
    assert all(one.verdict in CONFIRMABLE for one in evaluated)
    return float(np.mean([_any_confirmed(reg, evaluated, n_sets, true, seed) for seed in range(n_studies)]))


def _any_confirmed(reg: Register, evaluated: tuple[Evaluated, ...], n: int, true: dict[str, float], seed: int) -> bool:
    fresh = answered(reg, OFFERS, cube("fresh", n, seed, **{name.lower(): mean for name, mean in true.items()}))
    return any(one.confirmed is Outcome.CONFIRMED for one in confirm(reg, evaluated, None, fresh))


@pytest.mark.parametrize("n_sets", [6, pytest.param(24, marks=pytest.mark.exhaustive)])
def test_any_false_confirmation_is_as_rare_as_the_level_says(n_sets: int) -> None:
    """Three false claims at the edges: a mean at the region, one at zero, one at the region's other side."""
    verdicts, true = {"X1": LARGE, "X2": NEGATIVE, "X3": ZERO}, {"X1": 1.0, "X2": 0.0, "X3": 1.0}
    n_studies = 600
    share = errors(n_studies, n_sets, true, verdicts)
    assert 0.02 < share < 0.05 + 3 * math.sqrt(0.05 * 0.95 / n_studies)


def test_the_power_stated_beforehand_is_how_often_it_is_found() -> None:
    [entry] = register(X1=claim("X1", "a")).entries
    stated = power_of(entry.contrasts[0], Verdict.SUPPORTED, n=10, mean=1.25, sd=SPREAD, alpha=0.05)
    found = np.mean([mean_beyond(cube("fresh", 10, seed, a=1.25)["a"], bound=1).p <= 0.05 for seed in range(600)])
    assert found == pytest.approx(stated, abs=3 * math.sqrt(0.25 / 600))
    none = power_of(entry.contrasts[0], Verdict.NONE, n=10, mean=0.7, sd=SPREAD, alpha=0.05)
    values = (cube("fresh", 10, seed, a=0.7)["a"].to_numpy() for seed in range(600))
    assert np.mean([p_of(entry.contrasts[0], Verdict.NONE, one) <= 0.05 for one in values]) == pytest.approx(
        none, abs=0.062
    )


def test_the_power_of_a_share_is_that_of_its_exact_test() -> None:
    [entry] = register(X1=claim("X1", "a", test="share", against=0.5, region=0)).entries
    power = power_of(entry.contrasts[0], Verdict.FOR, n=10, mean=30, sd=math.nan, alpha=0.05)
    assert power == pytest.approx(0.3758, abs=1e-4)  # P(Bin(10, .8) >= 9), for P(Bin(10, .5) >= 9) = .0107
