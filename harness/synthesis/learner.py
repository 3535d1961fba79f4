"""A learner: a scikit-learn-compatible classifier with its regression twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

import joblib
from sklearn.base import clone

from harness.core import Code, Skip, Task
from harness.settings import Bound, Checked

ESTIMATOR = Bound(
    "a scikit-learn-compatible estimator, made by a node with a _target_",
    lambda value: value is None or all(hasattr(value, method) for method in ("fit", "predict", "get_params")),
)


@dataclass(frozen=True)
class Learner(Checked):
    """A named base model for both tasks.

    Attributes:
        name: its level of the factor `model`.
        classifier: an unfitted scikit-learn-compatible classifier, or None if there is none.
        regressor: its unfitted regression twin, or None if there is none.
        ensemble: whether it combines models itself, so that bagging or boosting it makes no sense.
        about: documentation, which is not part of a trial's identity.
    """

    name: str
    classifier: Annotated[Any, ESTIMATOR] = None
    regressor: Annotated[Any, ESTIMATOR] = None
    ensemble: bool = False
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    def estimator(self, task: Task, *, random_state: int) -> Any:
        """A new unfitted estimator for the task. All of its parameters `random_state` are set.

        Raises:
            Skip: the learner has no estimator for this task.
        """
        template = self.classifier if task is Task.CLASSIFICATION else self.regressor
        if template is None:
            raise Skip(f"the model {self.name!r} has no {task} estimator", code=Code.NO_ESTIMATOR)
        return seeded(clone(template), random_state)

    @property
    def who(self) -> str:
        """The model, as a sentence begins with it."""
        return f"the model {self.name!r}"

    @cached_property
    def digest(self) -> str:
        """A text that identifies the learner and all its parameters within one process."""
        return str(joblib.hash((self.name, self.classifier, self.regressor)))


def seeded(estimator: Any, random_state: int) -> Any:
    """The estimator with every `random_state` parameter, nested ones included, set to one integer."""
    names = [name for name in estimator.get_params() if name == "random_state" or name.endswith("__random_state")]
    return estimator.set_params(**dict.fromkeys(names, random_state))
