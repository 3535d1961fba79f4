"""Models deployed on small made rows, and worlds of streams of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from harness.checks.made_data import tables
from harness.core import DataTable
from harness.drift import Abrupt, Clock, Drift, HarmTo, Scenario, Together, Twin
from harness.memo import Memo
from harness.synthesis import Learner, Preprocessing
from harness.trials.closed_loop import StagedWorld
from harness.trials.deployment import Deployed, Deployment

TREE = Learner(
    "tree", DecisionTreeClassifier(max_features=1), DecisionTreeRegressor()
)  # random, so that its seed matters
LOGISTIC = Learner("logistic", LogisticRegression())
NB = Learner("nb", GaussianNB())
RIDGE = Learner("ridge", RidgeClassifier())  # gives no probabilities


@dataclass(frozen=True)
class Given:
    """A data set that is its table; stands in for `harness.data.Dataset`."""

    table: DataTable

    @property
    def name(self) -> str:
        return self.table.name

    def load(self) -> DataTable:
        return self.table


def table(name: str) -> DataTable:
    """A made table; "two classes" are those of the one with numbers, the last two as one."""
    if name != "two classes":
        return tables()[name]
    whole = tables()["numeric"]
    return replace(whole, name=name, target=np.minimum(whole.target, 1), classes=whole.classes[:2], checksum=name)


def deploy(
    model: Any = TREE,
    memo: Memo | None = None,
    *,
    name: str = "missing",
    sampling: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Deployed:
    """A model deployed on 40 of 120 made rows, or on as many as are asked for. A month has 20 rows."""
    deployment = Deployment(
        Given(table(name)),  # type: ignore[arg-type]
        model,
        Preprocessing(),
        sampling or Twin(),
        Clock(20, 6, 0.5, 5.0),
        seed,
        **settings,
    )
    return deployment.start(Memo() if memo is None else memo)


def scenario(injector: Any, *, profile: Any = None, raw: float | None = 1.0, harm: float | None = None) -> Scenario:
    """A scenario without a YAML, abrupt unless said otherwise."""
    strength = {"raw": raw, "harm": harm}
    return Scenario(name="x", injector=injector, profile=profile or Abrupt(), strength=strength)  # type: ignore[arg-type]


def drift_on(deployed: Deployed, *scenarios: Scenario) -> Drift:
    """The drift of these scenarios together, with harm to the deployed model."""
    return Together(name="x", scenarios=scenarios).on(deployed.judged_by(HarmTo.DEPLOYED))


def world(
    *scenarios: Scenario, model: Any = TREE, memo: Memo | None = None, labelled_share: float = 1.0, **settings: Any
) -> StagedWorld:
    """The world of a stream of 24 periods of 5 rows."""
    deployed = deploy(model, memo, train_rows=20, **settings)
    return StagedWorld(deployed, drift_on(deployed, *scenarios).stream(), labelled_share=labelled_share)


def predicted_errors(of: StagedWorld, predict: Any) -> Any:
    """Where a model errs on the scored rows, each of them predicted."""
    rows = of.stream.rows()
    return (predict(rows.matrix) != rows.target).astype(np.float64)
