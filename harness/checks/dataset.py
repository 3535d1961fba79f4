"""What a data set has to hold, and what is worth knowing of it before thousands of trials are run on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from harness.building import instantiate
from harness.checks.check import Broken, Noted, Suite, require
from harness.core import Code, DataTable, Skip, Task
from harness.data import Dataset
from harness.data.fetching import absent
from harness.data.splits import n_of_rarest

N_FOLDS = 5
"""Of a trial as it comes."""


def make(node: Mapping[str, Any]) -> Dataset:
    """The data set of a node. Raises `Broken` if it is none."""
    dataset = instantiate(node)
    if not isinstance(dataset, Dataset):
        raise Broken(f"it is a {type(dataset).__name__}: write _target_: harness.data.Dataset.")
    return dataset


def _table(dataset: Dataset) -> DataTable:
    """The whole set. Raises `Skip` if its carrier has yet to be fetched."""
    if absent([dataset]):
        raise Skip(f"it is not in the cache: run harness data fetch {dataset.name}", code="not-fetched")
    return replace(dataset, max_rows=None).load()


def it_loads(dataset: Dataset) -> None:
    """With the rows, columns, classes and content that its file states."""
    _table(dataset)


def read_again_it_is_the_same(dataset: Dataset) -> None:
    """A trial is known by the content of its set."""
    first = _table(dataset)
    again = dataset.prepared().table
    require(
        first.checksum == again.checksum,
        "read twice, its content differs: a source has to give the same rows each time.",
    )


def its_content_is_pinned(dataset: Dataset) -> None:
    """Else results change silently when the file does."""
    checksum = _table(dataset).checksum
    if dataset.checksum is None:
        raise Noted(f"its content is not pinned; to pin it: checksum: {checksum}")


def every_class_has_rows_for_all_folds(dataset: Dataset) -> None:
    """A class with fewer different rows than folds is missing in some."""
    table = _table(dataset)
    if table.task is Task.REGRESSION:
        raise Skip("it is a regression set", code=Code.NEEDS_CLASSES)
    if (n_classes := table.n_classes) < 2:
        raise Broken(f"its target has {n_classes} class: there is nothing to tell apart.")
    fewest = n_of_rarest(table.target, table.groups, table.n_classes)
    if fewest <= N_FOLDS:
        raise Noted(f"its rarest class has {fewest} different rows: trials of {N_FOLDS} folds and inner folds skip it.")


def no_column_is_constant(dataset: Dataset) -> None:
    """It tells a model nothing."""
    features = _table(dataset).features
    constant = [str(name) for name in features.columns if features[name].nunique(dropna=False) < 2]
    if constant:
        raise Noted(f"of one value in all rows: {_listed(constant)}; consider drop: [{', '.join(constant[:3])}].")


def no_column_numbers_the_rows(dataset: Dataset) -> None:
    """An id lets a model learn the order of the file."""
    features = _table(dataset).features
    ids = [str(name) for name in features.columns if _numbers_rows(features[name])]
    if ids:
        raise Noted(f"another value in every row, like an id: {_listed(ids)}; consider drop: [{', '.join(ids[:3])}].")


def _numbers_rows(column: Any) -> bool:
    """Whether whole numbers without a gap, or labels, differ in every row."""
    if column.isna().any() or column.nunique() < len(column):
        return False
    if column.dtype == "category":
        return True
    values = np.sort(column.to_numpy())
    return bool((np.diff(values) == 1).all())


def rows_are_not_repeated(dataset: Dataset) -> None:
    """A row in both training and test rows is known beforehand."""
    table = _table(dataset)
    n_repeated = int(table.features.assign(_target=table.target).duplicated().sum())
    if n_repeated:
        raise Noted(
            f"{n_repeated} of {table.n_rows} rows repeat another one: the same row may be trained on and tested."
        )


def no_column_tells_the_target(dataset: Dataset) -> None:
    """A copy of the target among the features answers for every model."""
    table = _table(dataset)
    for name in table.features.columns:
        column = table.features[name]
        values = column.cat.codes if column.dtype == "category" else column
        if values.nunique() > 1 and _determines(values.to_numpy(dtype=float), table.target, table.n_classes):
            raise Noted(f"column {name!r} alone tells the target in every row: is it a copy of it?")


def _determines(values: Any, target: Any, n_classes: int) -> bool:
    """Whether each value stands for another class, with as many values as classes; or equals the value to predict."""
    if not n_classes:
        return bool(np.array_equal(values, target))
    pairs = set(zip(values.tolist(), target.tolist(), strict=True))
    return len(pairs) == len({value for value, _ in pairs}) == n_classes


def its_licence_is_known(dataset: Dataset) -> None:
    """Whoever publishes results has to say."""
    if not dataset.about.get("licence"):
        raise Noted("its licence is not said: about: {licence: ...}.")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


SUITE: Suite[Dataset] = Suite(
    make,
    (
        it_loads,
        read_again_it_is_the_same,
        its_content_is_pinned,
        every_class_has_rows_for_all_folds,
        no_column_is_constant,
        no_column_numbers_the_rows,
        no_column_tells_the_target,
        rows_are_not_repeated,
        its_licence_is_known,
    ),
)
