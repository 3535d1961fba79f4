"""Columns that would be misread in silence: numbers written as text, and an index that was written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from pandas.api import types

from harness.core import Task
from harness.data.columns import UnusableColumnError, holds_text
from harness.data.numerals import PLAIN, Convention, convention_of
from harness.data.overrides import override
from harness.data.roles import Roles
from harness.data.sources.source import Reading, Written

MANY_CLASSES = 20
_INDEX = re.compile(r"Unnamed: \d+")
_SHOWN = 3


def refuse_numbers_as_text(used: pd.DataFrame, roles: Roles, reading: Reading, source: object) -> None:
    """Raise `UnusableColumnError` if a column of text holds numbers in one convention and no role says that it is labels."""
    found = numbers_as_text(used, roles, reading, source)
    if found:
        refuse_two_ways(used, found, roles, reading)
        first, ways = next(iter(found.items()))
        alike = {name: other for name, other in found.items() if _ways(other) == _ways(ways)}
        raise UnusableColumnError(_sentence(used[first], alike, roles, reading, source))


def numbers_as_text(
    used: pd.DataFrame, roles: Roles, reading: Reading, source: object
) -> dict[str, tuple[Convention, ...]]:
    """The columns of text that hold numbers in one convention though no role says that they are labels, with it.

    Classes may be written in any way; but more than 20 that read as numbers are none.
    """
    convention = source.convention if isinstance(source, Written) else PLAIN
    found: dict[str, tuple[Convention, ...]] = {}
    for name in map(str, used.columns):
        if not roles.are_labels(name) and name not in reading.codes and holds_text(used[name]):
            cells = list(map(str, used[name].dropna().unique()))
            is_class = name == roles.target and roles.task is Task.CLASSIFICATION and len(cells) <= MANY_CLASSES
            conventions = () if is_class else convention_of(cells, convention)
            found |= {name: conventions} if conventions else {}
    firm = _firm(used, roles, reading)
    agreed = {name: _agreeing(ways, found, firm) for name, ways in found.items()}
    return {name: _settled(ways, used[name], convention) for name, ways in agreed.items()}


def _firm(used: pd.DataFrame, roles: Roles, reading: Reading) -> dict[str, str]:
    return {name: cell for name, cell in reading.firm.items() if name in used and not roles.are_labels(name)}


def _agreeing(
    ways: tuple[Convention, ...], found: Mapping[str, Sequence[Convention]], firm: Mapping[str, str]
) -> tuple[Convention, ...]:
    """The ways in which all other columns can be read too; all ways if there is none."""
    sure = [others[0] for others in found.values() if len(others) == 1]
    agreeing = (one for one in ways if all(map(one.reads, firm.values())) and all(map(one.goes_with, sure)))
    return tuple(agreeing) or ways


def _settled(ways: tuple[Convention, ...], column: pd.Series, in_force: Convention) -> tuple[Convention, ...]:
    """The way in force alone, if only some cells that are no numbers keep the column from being read in it."""
    if ways[0] == in_force and not all(ways[0].number(str(cell)) is not None for cell in column.dropna().unique()):
        return ways[:1]
    return ways


def refuse_two_ways(
    used: pd.DataFrame, found: Mapping[str, Sequence[Convention]], roles: Roles, reading: Reading
) -> None:
    """Raise `UnusableColumnError` if two columns write numbers in ways that no setting for the whole file reads."""
    firm = _firm(used, roles, reading)
    for name, ways in found.items():
        others = [other for other, cell in firm.items() if not any(one.reads(cell) for one in ways)]
        others += [other for other, more in found.items() if not any(a.goes_with(b) for a in ways for b in more)]
        if others:
            other = others[0]
            shown = firm[other] if other in firm else _example(used[other], found[other])
            drop, nominal = (
                override("drop", [*roles.drop, name]),
                [] if isinstance(roles.nominal, str) else roles.nominal,
            )
            raise UnusableColumnError(
                f"column '{name}' holds numbers written as text ('{_example(used[name], ways)}') in another way than "
                f"column '{other}' ('{shown}'), and dataset.decimal and dataset.thousands hold for the whole file: write "
                f"both in one way, leave one out ({drop}), or read it as labels ({override('nominal', [*nominal, name])})"
            )


def _example(column: pd.Series, ways: Sequence[Convention]) -> str:
    """A cell that shows how the numbers are written, rather one whose decimal mark cannot separate thousands."""
    cells = [str(cell).strip() for cell in column.dropna().unique()]
    fitting = [cell for cell in cells if ways[0].number(cell) is not None]
    marked = [cell for cell in fitting if not cell.isdecimal()]
    mark = ways[0].decimal
    otherwise = Convention("," if mark == "." else ".", mark)
    telling = (cell for cell in marked if len(ways) == 1 and mark in cell and not otherwise.reads(cell))
    return next(telling, (*marked, *fitting)[0])


def _ways(conventions: Sequence[Convention]) -> list[tuple[str, str | None]]:
    return [(one.decimal, one.thousands) for one in conventions]


def _sentence(
    column: pd.Series, alike: Mapping[str, Sequence[Convention]], roles: Roles, reading: Reading, source: object
) -> str:
    name, *others = alike
    cells = [str(cell).strip() for cell in column.dropna().unique()]
    odd = [cell for cell in cells if alike[name][0].number(cell) is None]
    example = _example(column, alike[name])
    nominal = [] if isinstance(roles.nominal, str) else roles.nominal
    return (
        f"column '{name}' holds numbers written as text ('{example}'{_listed(others)}): "
        f"{'; '.join((*_remedy(example, alike, source), *_rest(odd, reading, source)))}; "
        f"if these are labels, say so by {override('nominal', [*nominal, *alike])}"
    )


def _listed(others: Sequence[str]) -> str:
    if not others:
        return ""
    more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    return f"; so do {', '.join(others[:_SHOWN])}{more}"


def _remedy(example: str, alike: Mapping[str, Sequence[Convention]], source: object) -> Iterator[str]:
    if not isinstance(source, Written):
        yield "its source has to give numbers"
        return
    ways, numbers = source.remedies(alike), next(iter(alike.values()))
    if len(ways) == 1:
        yield f"add {ways[0]} to read them"
    elif ways:
        told = (f"{way}, which reads {one.number(example):.15g}" for way, one in zip(ways, numbers, strict=False))
        yield f"add {', or '.join(told)}"


def _rest(odd: Sequence[str], reading: Reading, source: object) -> Iterator[str]:
    """What to do with the cells that do not follow the convention."""
    if not odd:
        return
    if not isinstance(source, Written):
        yield f"'{odd[0]}' is no such number: correct it"
        return
    in_use = dict.fromkeys(text for found in reading.missing.values() for text in found)
    missing = override("missing", [*in_use, *odd[:_SHOWN]])
    yield f"'{odd[0]}' is no such number: correct it, or add {missing} if it means no value"


def refuse_index(used: pd.DataFrame) -> None:
    """Raise `UnusableColumnError` if a column is an index that pandas has written out and read again."""
    for name in map(str, used.columns):
        if _INDEX.fullmatch(name) and counts_rows(used[name]):
            raise UnusableColumnError(
                f"column '{name}' only counts the rows: leave it out ({override('drop', [name])}) or give it a name"
            )


def counts_rows(column: pd.Series) -> bool:
    """Whether the cells are 0, 1, 2 ... or 1, 2, 3 ... in this order."""
    if not types.is_numeric_dtype(column.dtype) or types.is_bool_dtype(column.dtype) or column.isna().any():
        return False
    numbers = column.to_numpy(dtype=np.float64)
    return bool(len(numbers) > 1 and numbers[0] in (0, 1) and (np.diff(numbers) == 1).all())
