"""A model fitted on some rows, whatever makes it: a base model, or a way to combine some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import joblib
import numpy as np

from harness.core import Floats
from harness.memo import Timed, timed
from harness.recent import Recent, Same
from harness.synthesis import Learner, Method, Prediction, Training, predicted
from harness.synthesis.predictions import FittedEstimator

Ask = Callable[[Floats], Prediction]


@dataclass(frozen=True, eq=False)
class Learned:
    """A fitted model, which keeps what it said of the pool that it is judged by.

    Attributes:
        ask: what it says of rows as `DataTable.matrix`, shape (n, n_features).
    """

    ask: Ask
    _said: list[Timed[Prediction]] = field(default_factory=list, repr=False)

    def about_pool(self, matrix: Floats) -> Timed[Prediction]:
        """What it says of the evaluation pool as it is before any drift, which is the same whenever it is asked."""
        if not self._said:
            self._said.append(timed(lambda: self.ask(matrix)))
        return self._said[0]


def learn(model: Learner | Method, training: Training) -> Timed[Learned]:
    """The model, fitted on these rows. Its seconds include the preparation of the rows.

    Rows of one class alone teach that class, since many models refuse to learn from them.

    Raises:
        Skip: the model has no estimator for the task, or the combination makes no sense.
    """
    if training.n_classes and (training.target == training.target[0]).all():
        return Timed(Learned(_always(int(training.target[0]), training.n_classes)), 0.0)
    prepared = training.prepared()
    fitted = training.fit_learner(model) if isinstance(model, Learner) else model.fit(training)
    made, transform = fitted.value, prepared.value.transform
    if isinstance(made, FittedEstimator):  # which checks what it answers

        def ask(matrix: Floats) -> Prediction:
            return made.predict(transform(matrix))
    else:
        who, n_classes = f"the synthesis {model.name!r}", training.n_classes

        def ask(matrix: Floats) -> Prediction:
            return predicted(made, transform(matrix), n_classes, who)

    return Timed(Learned(ask), prepared.seconds + fitted.seconds)


def _always(code: int, n_classes: int) -> Ask:
    def ask(matrix: Floats) -> Prediction:
        probabilities = np.zeros((len(matrix), n_classes))
        probabilities[:, code] = 1.0
        return Prediction(np.full(len(matrix), code), probabilities)

    return ask


def hash_of(thing: Any) -> str:
    """A text that identifies an object and all its parameters within one process."""
    return thing.digest if isinstance(thing, Learner) else _hashes(Same(thing))


_hashes: Recent[Same, str] = Recent(lambda same: str(joblib.hash(same.thing)), size=512)
