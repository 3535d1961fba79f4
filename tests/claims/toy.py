"""A study of made numbers, whose answers are known: twelve data sets, a choice that matters and one that does not."""

from __future__ import annotations

from typing import Any

import pandas as pd

from harness.analysis.query import Query, where
from harness.claims.entries import Register
from harness.claims.offers import Counted, Offered, Offers
from harness.claims.parsing import register_of
from harness.randomness import stream

SETS = tuple(f"set{place:02d}" for place in range(12))


def cells(_: Any = None) -> dict[str, Any]:
    """By metric, the differences of each data set."""
    noise = stream(0, "toy").normal(size=len(SETS))
    return {"accuracy": 3 + 0.3 * noise, "f1": 3.1 + 0.3 * noise[::-1], "auc": -2 + 0.3 * noise}


def difference(cube: dict[str, Any], *, metric: str, seeds: str, opponent: str, scale: float = 1.0) -> Counted:
    """Seeds make no difference; against another opponent there is none."""
    del seeds
    values = cube[metric] * scale * (opponent == "weak")
    return Counted(pd.Series(values, index=SETS), pd.Series(5, index=SETS))


def holds(cube: dict[str, Any], *, metric: str) -> Counted:
    """Whether the difference is above 3."""
    return Counted(pd.Series((cube[metric] > 3).astype(float), index=SETS), pd.Series(5, index=SETS))


def nothing(_: dict[str, Any], *, metric: str) -> Counted:
    """No record answers it."""
    del metric
    return Counted(pd.Series(dtype=float), pd.Series(dtype=float))


def records(_: dict[str, Any], **choices: str) -> Query:
    """Those of the metric."""
    return where(metric=choices["metric"])


CONTRASTS = {
    "difference": Offered(difference, records),
    "holds": Offered(holds, records),
    "nothing": Offered(nothing, records),
}


def scope(_: Any, dimension: str, level: str) -> frozenset[str]:
    """The first half."""
    assert (dimension, level) == ("size", "small")
    return frozenset(SETS[:6])


OFFERS = Offers(cells, CONTRASTS, scope)
METRIC: dict[str, Any] = {
    "role": "analysis",
    "registered": "accuracy",
    "levels": {"accuracy": "what is said", "f1": "classes weigh alike", "auc": "ranks alone"},
}
SEEDS = {"role": "analysis", "registered": "all", "levels": {"all": "there are", "half": "fewer"}}
SUMMARY = {"role": "analysis", "registered": "mean", "levels": {"mean": "usual", "trimmed": "no set decides alone"}}
OPPONENT = {"role": "question", "registered": "weak", "levels": {"weak": "said", "none": "not said"}}
SIZE = {"role": "scope", "registered": "all", "levels": {"all": "there are", "small": "fewer rows"}}


def contrast(**changed: Any) -> dict[str, Any]:
    """A contrast of the claim X1."""
    usual = {"id": "X1.a", "statement": "a − b", "of": "difference", "test": "mean", "unit": "points", "region": 1}
    return {**usual, **changed}


def entry(*contrasts: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A claim with all dimensions."""
    dimensions = {"metric": METRIC, "seeds": SEEDS, "summary": SUMMARY, "opponent": OPPONENT, "size": SIZE}
    usual = {"statement": "A beats B.", "place": "table 1", "contrasts": list(contrasts) or [contrast()]}
    return {**usual, "dimensions": dimensions, **changed}


def file(n: int = 1, **claims: Any) -> dict[str, Any]:
    """The content of a file."""
    return {
        "study": "toy",
        "source": {"doi": "10.1000/toy", "title": "A toy"},
        "level": {"alpha": 0.05, "contrasts": n},
        "claims": claims or {"X1": entry()},
    }


def register(n: int = 1, **claims: Any) -> Register:
    """The register of a file."""
    return register_of(file(n, **claims), CONTRASTS, where="claims.yaml")
