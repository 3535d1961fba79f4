"""What a way to combine models has to hold."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.building import instantiate
from harness.checks import made_data
from harness.checks.check import Broken, Noted, Suite, require
from harness.checks.model import checked, training_on
from harness.core import Code, DataTable, Skip
from harness.errors import AnswerError
from harness.memo import Timed
from harness.synthesis import Fitted, Method, Prediction


def make(node: Mapping[str, Any]) -> Method:
    """The method of a node. Raises `Broken` if it cannot fit."""
    method: Any = instantiate(node)
    require(callable(getattr(method, "fit", None)), f"{type(method).__name__} has no fit(training).")
    require(isinstance(getattr(method, "name", None), str), f"{type(method).__name__} has no name.")
    found: Method = method
    return found


def _answers(method: Method, table: DataTable) -> tuple[Fitted, Prediction]:
    training = training_on(table)
    found = method.fit(training)
    if not isinstance(found, Timed):
        raise Broken(f"fit returns a {type(found).__name__}: return harness.memo.Timed(fitted, seconds).")
    return found.value, checked(found.value.predict(training.prepared().value.matrix), table)


def it_makes_a_model_of_classes(method: Method) -> None:
    """A classification set."""
    _answers(method, made_data.tables()["nominal"])


def it_makes_a_model_of_a_value(method: Method) -> None:
    """A regression set."""
    _answers(method, made_data.tables()["regression"])


def it_makes_sense_somewhere(method: Method) -> None:
    """A method that skips every set is of no use, and a reason has a code."""
    reasons = [reason for table in _both() if (reason := _skipped(method, table)) is not None]
    if len(reasons) == len(_both()):
        raise Broken(f"it skips every set: {reasons[0]}.")
    if any(reason.code == Code.MAKES_NO_SENSE for reason in reasons):
        raise Noted('its Skip has no code: raise Skip(sentence, code="a-slug-of-yours"), so that tables can count it.')


def _both() -> list[DataTable]:
    return [made_data.tables()[name] for name in ("nominal", "regression")]


def _skipped(method: Method, table: DataTable) -> Skip | None:
    try:
        with contextlib.suppress(AnswerError):  # other checks say what it answers, and why
            _answers(method, table)
    except Skip as reason:
        return reason
    return None


def _possible(method: Method) -> list[DataTable]:
    return [table for table in _both() if _skipped(method, table) is None]


def probabilities_lie_between_0_and_1_and_sum_to_1(method: Method) -> None:
    """One column a class, or none at all."""
    for table in (table for table in _possible(method) if table.n_classes):
        found = _answers(method, table)[1].probabilities
        if found is None:
            raise Skip("it gives no probabilities", code=Code.NO_PROBABILITIES)
        shape = (table.n_rows, table.n_classes)
        require(found.shape == shape, f"its probabilities are of shape {found.shape} where {shape} is needed.")
        holds = found.min() > -1e-9 and np.allclose(found.sum(axis=1), 1, atol=1e-6)
        require(bool(holds), "its probabilities are not from 0 to 1 with a sum of 1 in each row.")


def the_same_seed_gives_the_same_answers(method: Method) -> None:
    """To the bit: whatever it draws, it draws from `training.random_state(purpose)`."""
    for table in _possible(method):
        one, other = (_answers(method, table)[1] for _ in range(2))
        same = np.array_equal(one.target, other.target)
        if not (same and np.array_equal(_array(one.probabilities), _array(other.probabilities))):
            raise Broken(
                "fitted twice on the same rows, it answers otherwise: take all chance from training.random_state()."
            )


def _array(probabilities: Any) -> Any:
    return np.empty(0) if probabilities is None else probabilities


def it_leaves_the_rows_as_they_were(method: Method) -> None:
    """Other methods learn from the same arrays."""
    for table in _possible(method):
        training = training_on(table)
        prepared = training.prepared().value.matrix
        kept = [array.copy() for array in (training.matrix, prepared, training.target)]
        with contextlib.suppress(AnswerError):  # these rows may be why
            method.fit(training).value.predict(prepared)
        for what, before, after in zip(
            ("rows", "prepared rows", "target"), kept, (training.matrix, prepared, training.target), strict=True
        ):
            require(
                np.array_equal(before, after, equal_nan=True), f"it writes into the {what} of its training: copy first."
            )


def what_it_makes_pickles(method: Method) -> None:
    """Its size is measured that way."""
    for table in _possible(method):
        fitted, answer = _answers(method, table)
        try:
            copied = pickle.loads(pickle.dumps(fitted))
        except Exception as error:
            raise Broken(f"what it makes cannot be pickled: {error}.") from error
        again = copied.predict(training_on(table).prepared().value.matrix)
        require(np.array_equal(answer.target, again.target), "pickled and back, what it makes answers otherwise.")


SUITE: Suite[Method] = Suite(
    make,
    (
        it_makes_sense_somewhere,
        it_makes_a_model_of_classes,
        it_makes_a_model_of_a_value,
        probabilities_lie_between_0_and_1_and_sum_to_1,
        the_same_seed_gives_the_same_answers,
        it_leaves_the_rows_as_they_were,
        what_it_makes_pickles,
    ),
)
