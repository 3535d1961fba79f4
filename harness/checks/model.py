"""What a base model has to hold: it learns, answers for every class, and does so with the same bits every time."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.building import instantiate
from harness.checks import made_data
from harness.checks.check import Broken, Noted, Suite, require
from harness.core import Code, DataTable, Ints, Skip, Task
from harness.memo import Memo
from harness.synthesis import Fitted, Learner, Prediction, Preprocessing, Training


def make(node: Mapping[str, Any]) -> Learner:
    """The model of a node.

    Raises:
        Broken: it is no learner, or has nothing to learn with.
    """
    learner = instantiate(node)
    if not isinstance(learner, Learner):
        raise Broken(f"it is a {type(learner).__name__}: write _target_: harness.synthesis.Learner.")
    require(
        learner.classifier is not None or learner.regressor is not None, "it has neither a classifier nor a regressor."
    )
    return learner


# ---- learning and answering -----------------------------------------------------------------------------------------


def training_on(table: DataTable, rows: Ints | None = None) -> Training:
    """All rows of a table to learn from, or some of them."""
    chosen = np.arange(table.n_rows) if rows is None else rows
    return Training(
        matrix=table.matrix[chosen],
        target=table.target[chosen],
        groups=table.groups[chosen],
        nominal=table.nominal_mask,
        n_classes=table.n_classes,
        preprocessing=Preprocessing(),
        seed=0,
        path=(0,),
        inner_folds=3,
        memo=Memo(),
    )


def checked(answer: Prediction, table: DataTable) -> Prediction:
    """The answer for all rows of a table. Raises `Broken` if it is none."""
    target = np.asarray(answer.target)
    if target.shape != (table.n_rows,):
        raise Broken(
            f"for {table.n_rows} rows of the {table.name} set it answers with an array of shape {target.shape}."
        )
    if table.task is Task.REGRESSION:
        require(
            bool(np.isfinite(target).all()),
            f"on the {table.name} set it answers with values that are no finite number.",
        )
        return answer
    strange = sorted(set(target.tolist()) - set(range(table.n_classes)))
    if strange:
        raise Broken(f"on the {table.name} set it answers {strange[0]!r}; the classes are 0 to {table.n_classes - 1}.")
    return answer


def _tables(learner: Learner, names: Sequence[str] = ()) -> list[DataTable]:
    """The made sets of the tasks that it has an estimator for."""
    has = {Task.CLASSIFICATION: learner.classifier is not None, Task.REGRESSION: learner.regressor is not None}
    return [table for name, table in made_data.tables().items() if has[table.task] and (not names or name in names)]


def _answers(learner: Learner, table: DataTable) -> tuple[Fitted, Prediction]:
    training = training_on(table)
    fitted = training.fit_learner(learner).value
    return fitted, checked(fitted.predict(training.prepared().value.matrix), table)


def _on(learner: Learner, name: str) -> None:
    tables = _tables(learner, (name,))
    if not tables:
        raise Skip("it has no estimator for this task", code=Code.NO_ESTIMATOR)
    _answers(learner, tables[0])


def it_learns_and_answers_on_numbers(learner: Learner) -> None:
    """A set of numbers."""
    _on(learner, "numeric")


def it_learns_and_answers_where_values_are_missing(learner: Learner) -> None:
    """A set of numbers with gaps, which the preprocessing fills."""
    _on(learner, "missing")


def it_learns_and_answers_on_labels(learner: Learner) -> None:
    """A set with nominal columns, which the preprocessing encodes."""
    _on(learner, "nominal")


def it_learns_and_answers_a_value(learner: Learner) -> None:
    """A regression set."""
    _on(learner, "regression")


def probabilities_lie_between_0_and_1_and_sum_to_1(learner: Learner) -> None:
    """One column a class."""
    if learner.classifier is None:
        raise Skip("it has no classifier", code=Code.NO_ESTIMATOR)
    for table in _tables(learner, ("numeric", "nominal")):
        found = _answers(learner, table)[1].probabilities
        if found is None:
            raise Skip("it gives no probabilities, so soft votes and stacking skip it", code=Code.NO_PROBABILITIES)
        require(bool(np.isfinite(found).all()), "some of its probabilities are no finite number.")
        if found.min() < -1e-9 or found.max() > 1 + 1e-9:
            raise Broken(f"its probabilities go from {found.min():.3g} to {found.max():.3g}, not from 0 to 1.")
        off = np.abs(found.sum(axis=1) - 1)
        require(
            bool(off.max() < 1e-6), f"its probabilities of row {off.argmax()} sum to {found[off.argmax()].sum():.3g}."
        )


def a_class_that_it_never_saw_has_no_probability(learner: Learner) -> None:
    """A small fold may lack a class; the others stay in their columns."""
    if learner.classifier is None:
        raise Skip("it has no classifier", code=Code.NO_ESTIMATOR)
    table = made_data.tables()["numeric"]
    training = training_on(table, np.flatnonzero(table.target != 1))
    answer = training.fit_learner(learner).value.predict(training.prepared().value.matrix)
    if set(np.asarray(answer.target).tolist()) - {0, 2}:
        raise Broken("trained without class 1, it answers class 1: it has to answer with the labels that it was given.")
    if answer.probabilities is not None:
        require(
            bool((answer.probabilities[:, 1] == 0).all()), "trained without class 1, it gives class 1 a probability."
        )


# ---- the same bits --------------------------------------------------------------------------------------------------


def the_same_seed_gives_the_same_answers(learner: Learner) -> None:
    """To the bit: whatever it draws, it draws from `random_state`."""
    for table in _tables(learner):
        one, other = (_answers(learner, table)[1] for _ in range(2))
        if not _equal(one, other):
            raise Broken(
                f"fitted twice with the same random_state on the {table.name} set, it answers otherwise: take all chance from "
                "a parameter random_state."
            )


def _equal(one: Prediction, other: Prediction) -> bool:
    if not np.array_equal(one.target, other.target):
        return False
    if one.probabilities is None or other.probabilities is None:
        return one.probabilities is other.probabilities
    return np.array_equal(one.probabilities, other.probabilities)


def it_leaves_the_rows_as_they_were(learner: Learner) -> None:
    """Other models learn from the same arrays."""
    for table in _tables(learner):
        training = training_on(table)
        matrix, target = training.prepared().value.matrix.copy(), training.target.copy()
        fitted = training.fit_learner(learner).value
        after = training.prepared().value.matrix
        if not (np.array_equal(after, matrix) and np.array_equal(training.target, target)):
            raise Broken("fitting writes into the training rows: copy them first.")
        fitted.predict(after)
        require(np.array_equal(after, matrix), "predicting writes into the rows: copy them first.")


def it_pickles(learner: Learner) -> None:
    """Its size is measured that way, and workers are other processes."""
    for table in _tables(learner, ("numeric", "regression")):
        fitted, answer = _answers(learner, table)
        try:
            copied = pickle.loads(pickle.dumps((learner, fitted)))[1]
        except Exception as error:
            raise Broken(f"it cannot be pickled, as workers need it: {error}.") from error
        again = copied.predict(training_on(table).prepared().value.matrix)
        require(_equal(answer, again), "pickled and back, it answers otherwise.")


# ---- what it says of itself -----------------------------------------------------------------------------------------


def it_keeps_to_one_thread(learner: Learner) -> None:
    """Trials are what runs in parallel."""
    for table in _tables(learner, ("numeric", "regression")):
        parameters = learner.estimator(table.task, random_state=0).get_params()
        several = [name for name, value in parameters.items() if _is_threads(name) and value not in (None, 1)]
        if several:
            raise Broken(f"{several[0]}={parameters[several[0]]} brings threads of its own: set {several[0]}: 1.")


def _is_threads(name: str) -> bool:
    return name.rpartition("__")[2] in ("n_jobs", "num_threads", "nthread", "thread_count")


def an_ensemble_says_so(learner: Learner) -> None:
    """Bagging a forest makes no sense and is skipped, if it is known to be one."""
    for table in _tables(learner, ("numeric", "regression")):
        fitted: Any = _answers(learner, table)[0]
        if not learner.ensemble and hasattr(fitted.estimator, "estimators_"):
            raise Noted("it has estimators_ once it is fitted, as ensembles have: should it say ensemble: true?")


SUITE: Suite[Learner] = Suite(
    make,
    (
        it_learns_and_answers_on_numbers,
        it_learns_and_answers_where_values_are_missing,
        it_learns_and_answers_on_labels,
        it_learns_and_answers_a_value,
        probabilities_lie_between_0_and_1_and_sum_to_1,
        a_class_that_it_never_saw_has_no_probability,
        the_same_seed_gives_the_same_answers,
        it_leaves_the_rows_as_they_were,
        it_pickles,
        it_keeps_to_one_thread,
        an_ensemble_says_so,
    ),
)
