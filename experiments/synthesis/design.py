"""What the synthesis study compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Design:
    """What the study compares.

    Attributes:
        bagging, boosting, adaboost, stacking: the methods that stand for the source paper's words.
        published: its numbers, in percent, by method and metric.
        families: the compared methods, by kind; their order is the order of the tables.
        pool: the single models that the pooled methods combine.
        pools: what other pools are called, by their models.
        bases: the base models of the crossed methods.
        curved: methods with label-noise and learning curves.
        drawn: those of them that the figure shows.
        pairs: the declared family of pairwise comparisons.
        region: half the width of the region of practical equivalence, in points.
    """

    bagging: str
    boosting: str
    adaboost: str
    stacking: str
    published: Mapping[str, Mapping[str, float]]
    families: Mapping[str, Sequence[str]]
    pool: Sequence[str]
    pools: Mapping[tuple[str, ...], str]
    bases: Sequence[str]
    curved: Sequence[str]
    drawn: Sequence[str]
    pairs: Sequence[tuple[str, str]]
    region: float

    @property
    def required(self) -> list[str]:
        """The methods without which there is no report: those that the claims are about, and the baselines."""
        claimed = [self.bagging, self.adaboost, self.boosting, self.stacking, "hard_vote", "soft_vote", "best_by_cv"]
        crossed = [
            f"{method}:{base}" for method in ("bagging", "adaboost") for base in ("stump", "tree_depth3", "tree")
        ]
        return list(dict.fromkeys([*self.families["baseline"], *self.pool, *claimed, *crossed]))


BAGGING, BOOSTING, ADABOOST, STACKING = "bagging:tree", "gradient_boosting", "adaboost:tree_depth3", "stacking"
POOL = ("tree", "svm", "mlp_default", "logistic", "knn", "nb")
"""None is tuned, since the source names no setting of any: each is as its library sets it, but for logistic regression, which
gets steps enough to converge, and the SVM, which gets probabilities."""

TUNED = tuple({"mlp_default": "mlp"}.get(model, model) for model in POOL)
WITHOUT_NETWORK = tuple(model for model in POOL if model != "mlp_default")
NAMED = ("tree", "svm", "mlp_default")
"""The models that the source names."""


def pooled(method: str, pool: Sequence[str]) -> str:
    """The name of a method over a pool."""
    return method if tuple(pool) == POOL else f"{method}[{'+'.join(pool)}]"


DESIGN = Design(
    bagging=BAGGING,
    boosting=BOOSTING,
    adaboost=ADABOOST,
    stacking=STACKING,
    published={
        BAGGING: {"accuracy": 85.0, "precision": 82.0, "recall": 80.0},
        BOOSTING: {"accuracy": 90.0, "precision": 88.0, "recall": 86.0},
        STACKING: {"accuracy": 92.0, "precision": 91.0, "recall": 89.0},
    },
    families={
        "baseline": ("majority",),
        "single model": POOL,
        "bagging and forests": (BAGGING, "random_forest", "extra_trees"),
        "boosting": (ADABOOST, BOOSTING, "hist_gradient_boosting"),
        "combined pool": ("hard_vote", "soft_vote", STACKING, "greedy", "best_by_cv"),
    },
    pool=POOL,
    pools={TUNED: "tuned network", WITHOUT_NETWORK: "no network", NAMED: "tree, SVM and network"},
    bases=("stump", "tree_depth3", "tree", "svm", "mlp", "logistic", "knn", "nb"),
    curved=(
        *("tree_depth3", "tree", "bagging:tree_depth3", BAGGING, "random_forest"),
        *(ADABOOST, "adaboost:tree", BOOSTING, pooled("soft_vote", TUNED), pooled(STACKING, TUNED)),
    ),
    drawn=(
        *("tree", BAGGING, "random_forest", ADABOOST, BOOSTING),
        *(pooled("soft_vote", TUNED), pooled(STACKING, TUNED)),
    ),
    pairs=(
        (STACKING, BOOSTING),
        (STACKING, ADABOOST),
        (STACKING, BAGGING),
        (BOOSTING, BAGGING),
        (ADABOOST, BAGGING),
        (STACKING, "best_by_cv"),
        (STACKING, "soft_vote"),
        (STACKING, "greedy"),
        (STACKING, "random_forest"),
        ("soft_vote", "hard_vote"),
    ),
    region=1.0,
)
