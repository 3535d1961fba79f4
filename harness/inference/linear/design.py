"""The columns of numbers of a linear model, from the columns of a frame that it names."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from harness.errors import ConfigError, DataError
from harness.inference import inputs
from harness.inference.arrays import Bools, Floats, Ints
from harness.inference.estimate import is_constant, sentences

MOST_COLUMNS = 300
"""A model of more coefficients has a column of names for a factor."""

CONSTANT = "constant"
"""The name of the intercept."""

Terms: TypeAlias = Sequence[str | tuple[str, ...]]
"""Columns of a frame; several in a tuple are a product (an interaction)."""


class Column(NamedTuple):
    """One column of numbers of a model, shape (n,), and what it stands for.

    Attributes:
        term: the column of the frame, or those of a product joined by ":".
        level: the level that it marks, or those of a product joined by ":"; empty for a number.
        values: the numbers.
    """

    term: str
    level: str
    values: Floats


@dataclass(frozen=True)
class Rows:
    """The usable rows of a frame.

    Attributes:
        response: shape (n,).
        columns: of the terms, in their order; a nominal term has one for each level but its first.
        sets: the number of each row's set, shape (n,), 0 for all if no sets were named.
        names: the names of the sets; empty if none were named.
        note: what was left out.
        inner: by name, the number of each row's level of a factor inside sets, shape (n,).
    """

    response: Floats
    columns: tuple[Column, ...]
    sets: Ints
    names: tuple[str, ...]
    note: str
    inner: dict[str, Ints] = field(default_factory=dict)

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that have columns, in their order."""
        return tuple(dict.fromkeys(column.term for column in self.columns))


def read(frame: pd.DataFrame, *, value: str, terms: Terms, sets: str | None, inner: tuple[str, ...] = ()) -> Rows:
    """The rows with a finite response, all numbers, all labels and a set.

    Columns of numbers and truth values are numbers, and text and categories are nominal, with the first level for a reference:
    the first category, or the first in the order of text.

    Raises:
        ConfigError: no terms, a column that is not there, or more than `MOST_COLUMNS` coefficients.
        DataError: a response without numbers, dates or the like for a term, or labels that cannot be told apart.
    """
    products = _products(terms)
    single = tuple(dict.fromkeys(name for product in products for name in product))
    more = tuple(name for name in inner if name not in single)
    chosen = inputs.columns(frame, (value, *single, *more, *(() if sets is None else (sets,))))
    response = inputs.numbers(chosen[value], what=f"column {value}")
    parts = {name: _part(chosen[name]) for name in single}
    labels = {name: inputs.levels(chosen[name]) for name in (*inner, *(() if sets is None else (sets,)))}
    present = {value: np.isfinite(response), **{name: part.present for name, part in parts.items()}}
    present |= {name: each.notna().to_numpy() for name, each in labels.items()}
    kept, note = _usable(present)
    columns = tuple(itertools.chain.from_iterable(_columns(product, parts, kept) for product in products))
    if len(columns) > MOST_COLUMNS:
        raise ConfigError(f"the terms make {len(columns)} coefficients: at most {MOST_COLUMNS}; group the levels")
    found = {name: pd.factorize(each[kept]) for name, each in labels.items()}
    codes = {name: code.astype(np.int64) for name, (code, _) in found.items()}
    names = () if sets is None else tuple(map(str, found[sets][1]))
    plain = np.zeros(int(kept.sum()), dtype=np.int64) if sets is None else codes[sets]
    return Rows(response[kept], columns, plain, names, note, {name: codes[name] for name in inner})


def _products(terms: Any) -> list[tuple[str, ...]]:
    if isinstance(terms, str | bytes) or not isinstance(terms, Sequence) or not len(terms):
        raise ConfigError(f"terms is {inputs.shown(terms)}: give a list of columns, such as ['model', 'rows']")
    products = [tuple(term) if isinstance(term, tuple | list) else (term,) for term in terms]
    wrong = [each for product in products for each in product if not isinstance(each, Hashable)]
    if wrong or not all(products):
        raise ConfigError("terms has an entry that is neither the name of a column nor a tuple of names: name columns")
    if len({frozenset(product) for product in products}) < len(products) or any(len(set(p)) < len(p) for p in products):
        raise ConfigError("terms names a column or a product twice: name each once")
    return products


class _Part(NamedTuple):
    """A column of the frame: numbers, or the labels of rows with the order of their levels."""

    numbers: Floats
    labels: pd.Series[Any] | None
    levels: tuple[str, ...]

    @property
    def present(self) -> Bools:
        return np.isfinite(self.numbers) if self.labels is None else np.asarray(self.labels.notna(), dtype=np.bool_)


def _part(column: pd.Series[Any]) -> _Part:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _Part(np.empty(0), inputs.levels(column), tuple(str(each) for each in column.cat.categories))
    if any(isinstance(entry, str) for entry in column):
        labels = inputs.levels(column)
        return _Part(np.empty(0), labels, tuple(sorted({label for label in labels if label is not None})))
    return _Part(inputs.numbers(column, what=f"column {column.name}"), None, ())


def _usable(present: dict[str, Bools]) -> tuple[Bools, str]:
    """Which rows have an entry in every column, and a note on the others."""
    kept = np.logical_and.reduce(list(present.values()))
    lacking = ", ".join(f"{name} ({(~there).sum()})" for name, there in present.items() if not there.all())
    return kept, f"{(~kept).sum()} of {len(kept)} rows lack a value and were left out: {lacking}." if lacking else ""


def _columns(product: tuple[str, ...], parts: dict[str, _Part], kept: Bools) -> list[Column]:
    coded = [_coded(parts[name], kept) for name in product]
    if math.prod(map(len, coded)) > MOST_COLUMNS:
        raise ConfigError(
            f"{' x '.join(map(str, product))} makes {math.prod(map(len, coded))} coefficients: group levels"
        )
    found = []
    for chosen in itertools.product(*coded):
        level = ":".join(level for level, _ in chosen if level)
        with np.errstate(over="ignore"):
            values = np.prod([each for _, each in chosen], axis=0)
        if np.abs(values).max(initial=0.0) > inputs.LARGEST:
            raise DataError(
                f"the product {' x '.join(map(str, product))} is too large to be squared and summed: rescale"
            )
        found.append(Column(":".join(map(str, product)), level, values))
    return found


def _coded(part: _Part, kept: Bools) -> list[tuple[str, Floats]]:
    if part.labels is None:
        return [("", part.numbers[kept])]
    labels = part.labels[kept].to_numpy()
    found = set(labels)
    levels = [level for level in part.levels if level in found]
    return [(level, (labels == level).astype(np.float64)) for level in levels[1:]]


def within(values: Floats, sets: Ints) -> Floats:
    """The values less the mean of their set; of shape (n,) or (n, p)."""
    counts = np.bincount(sets)
    columns = values.reshape(len(values), -1)
    means = np.column_stack([np.bincount(sets, weights=column) for column in columns.T]) / counts[:, None]
    return np.asarray((columns - means[sets]).reshape(values.shape))


class Independent(NamedTuple):
    """The columns that can be told apart, and a note on the others."""

    columns: tuple[Column, ...]
    centred: Floats
    note: str


def independent(rows: Rows, *, absorbed: Ints) -> Independent:
    """The columns, less the mean of each group in `absorbed`, that are no sums of others before them.

    Args:
        rows: the usable rows.
        absorbed: the group of each row whose mean the model has, shape (n,): all alike for an intercept.
    """
    kept: list[Column] = []
    centred: list[Floats] = []
    basis = np.empty((len(rows.response), 0))
    constant, collinear = [], []
    for column in rows.columns:
        values = within(column.values - column.values.mean(), absorbed)
        size = float(np.linalg.norm(values))
        if is_constant(np.append(values, 0.0)) or size <= 1e-12 * float(np.linalg.norm(column.values)):
            constant.append(_named(column))
            continue
        rest = values / size
        for _ in range(2):  # the second pass removes what rounding left
            rest = rest - basis @ (basis.T @ rest)
        if float(np.linalg.norm(rest)) <= COLLINEAR:
            collinear.append(_named(column))
            continue
        basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
        kept.append(column)
        centred.append(values)
    own = (
        "It is constant within each set, so that the effects of sets contain it"
        if absorbed.any()
        else "It does not vary"
    )
    notes = (
        f"{own}, and was left out: {', '.join(constant)}." if constant else "",
        f"The terms before determine it, and it was left out: {', '.join(collinear)}." if collinear else "",
    )
    matrix = np.column_stack(centred) if centred else np.empty((len(rows.response), 0))
    return Independent(tuple(kept), matrix, sentences(*notes))


COLLINEAR = 1e-7
"""A column of which no larger share is new is determined by those before it, as in R's lm."""


def _named(column: Column) -> str:
    return f"{column.term} {column.level}".strip()


def means_of_sets(rows: Rows) -> Rows:
    """One row for each set, with the mean of its responses.

    Raises:
        DataError: a covariate that varies within a set.
    """
    counts = np.bincount(rows.sets, minlength=len(rows.names))
    columns = []
    for column in rows.columns:
        centred = within(column.values - column.values.mean(), rows.sets)
        if not is_constant(np.append(centred, 0.0)):
            at = rows.names[int(rows.sets[int(np.abs(centred).argmax())])]
            raise DataError(f"{_named(column)} varies within set {at}: a covariate of sets has one value in each")
        columns.append(column._replace(values=np.bincount(rows.sets, weights=column.values) / counts))
    response = np.bincount(rows.sets, weights=rows.response - rows.response.mean()) / counts + rows.response.mean()
    return Rows(response, tuple(columns), np.zeros(len(counts), dtype=np.int64), (), rows.note)


def with_columns(rows: Rows, found: Independent) -> Rows:
    """The rows with the columns that can be told apart alone."""
    return replace(rows, columns=found.columns, note=sentences(rows.note, found.note))
