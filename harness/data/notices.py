"""What is worth knowing of a data set that can be used: nothing that is left out, merged or guessed stays unsaid."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from harness.data.columns import holds_text
from harness.data.numerals import ENOUGH, PLAIN, convention_of, units_of
from harness.data.overrides import override
from harness.data.roles import Roles
from harness.data.sources.source import Reading
from harness.data.suspicions import counts_rows

_SHOWN, _SAMPLE = 3, 500
_DAY, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:[0-9]{4}|[0-9]{2})"
_DATE = re.compile(
    rf"\s*(?:[0-9]{{4}}([./-])\s?{_DAY}\1\s?{_DAY}|{_DAY}([./-])\s?{_DAY}\2\s?{_YEAR})(?![0-9]).*"
    r"|\s*\d{1,2}:\d{2}(:\d{2})?\s*([AaPp][Mm])?\s*"
)
_LIKE_A_NUMBER = re.compile(r"\s*[-+]?[\d.,]*\d[\d.,_'\s]*[-+]?\s*")


class Notice(NamedTuple):
    """A fact about a set, as a sentence.

    Attributes:
        column: the column; "" if the fact is about the whole set.
        fact: the sentence, without the column's name and a full stop.
    """

    column: str
    fact: str

    def __str__(self) -> str:
        return f"column '{self.column}' {self.fact}" if self.column else self.fact


def notices(raw: pd.DataFrame, used: pd.DataFrame, roles: Roles, reading: Reading) -> tuple[Notice, ...]:
    """The facts about a set.

    Args:
        raw: all columns, with the index that the source gave them.
        used: the columns that are used, the target among them.
        roles: the roles of the columns.
        reading: how cells were written.
    """
    columns = map(str, used.columns)
    return (
        *_about_index(raw),
        *_about_names(used),
        *(one for name in columns for one in _about(used[name], name, roles, reading)),
    )


def _about_index(raw: pd.DataFrame) -> Iterator[Notice]:
    index = raw.index
    if isinstance(index, pd.RangeIndex) and index.name is None:
        return
    names = ", ".join(f"'{name}'" for name in index.names if name is not None)
    first = ", ".join(map(str, index[0])) if isinstance(index[0], tuple) else index[0]
    yield Notice(
        "",
        f"its index {f'{names} ' if names else ''}(its first value is {first}) is no column and is left out: "
        "to use it, make it one (`reset_index()`)",
    )


def _about_names(used: pd.DataFrame) -> Iterator[Notice]:
    numbers = [str(name) for name in used.columns if PLAIN.number(str(name)) is not None and not str(name).isdecimal()]
    if numbers:
        yield Notice("", f"a column is called '{numbers[0]}': if the file has no line of names, its first row is lost")


def _about(column: pd.Series, name: str, roles: Roles, reading: Reading) -> Iterator[Notice]:
    is_target, is_told = name == roles.target, roles.are_labels(name)
    if not is_target and not is_told and counts_rows(column):
        first, last = column.iloc[0], column.iloc[-1]
        yield Notice(name, f"counts the rows ({first:g} to {last:g}): {_leave_out(name, roles)} unless it means more")
    if name in reading.codes and not is_told and not is_target:
        numbers = override("numbers", [name])
        yield Notice(
            name,
            f"holds codes ('{reading.codes[name]}') and is read as labels, digit by digit: {numbers} makes them numbers",
        )
    if name in reading.missing and (is_told or not pd.api.types.is_numeric_dtype(column.dtype)):
        yield Notice(name, _about_missing(name, reading.missing))
    if name in reading.grouped and not is_told:
        example, words = reading.grouped[name], f"{override('decimal', ',')} {override('thousands', '.')}"
        yield Notice(
            name, f"has three digits behind every point ('{example}'): if points separate thousands, add {words}"
        )
    if not is_told and not is_target and (units := _several_units(column)):
        yield Notice(name, f"holds numbers with several units ({units}), so they are labels")
    if not is_told and not is_target and (date := _date(column)):
        yield Notice(
            name,
            f"holds dates or times ('{date}') that are read as labels: turn them into numbers, or {_leave_out(name, roles)}",
        )
    elif not is_told and not is_target and name not in reading.codes and (odd := _like_a_number(column)):
        yield Notice(
            name, f"holds what looks like numbers ('{odd}') and is read as labels: write them otherwise if they are"
        )
    if merged := _merged(column):
        yield Notice(name, f"has levels that differ only in blanks around them and are one: {merged}")
    if alike := _alike(column):
        yield Notice(
            name, f"has levels that differ only in case or in the form of their letters and are not one: {alike}"
        )
    if isinstance(column.dtype, pd.CategoricalDtype) and not is_target and not is_told:
        yield from _about_categories(column, name)


def _leave_out(name: str, roles: Roles) -> str:
    return f"leave it out by {override('drop', [*roles.drop, name])}"


def _about_missing(name: str, missing: Mapping[str, Mapping[str, int]]) -> str:
    shown = ", ".join(f"'{text}' in {n} rows" for text, n in missing[name].items())
    others = dict.fromkeys(text for column, found in missing.items() if column != name for text in found)
    kept = [text for text in others if text not in missing[name]]
    return f"holds text that is read as missing ({shown}): if it is a level, add {override('missing', kept)}"


def _merged(column: pd.Series) -> str:
    """Levels that become the same without the blanks around them."""
    return _groups(list(column.dropna().unique()), _without_blanks) if holds_text(column) else ""


def _alike(column: pd.Series) -> str:
    """Levels that stay apart but that people would take for one another."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.cat.categories.to_series()
    if not holds_text(column):
        return ""
    levels = dict.fromkeys(_without_blanks(text) for text in column.dropna().unique())
    return _groups(list(levels), lambda text: unicodedata.normalize("NFKC", text).casefold())


def _date(column: pd.Series) -> str:
    """A cell of a column of text that holds dates or times; "" if it does not."""
    cells = list(map(str, column.dropna().unique()[:_SAMPLE])) if holds_text(column) else []
    dates = [cell for cell in cells if _DATE.fullmatch(cell)]
    return dates[0] if dates and len(dates) >= ENOUGH * len(cells) else ""


def _like_a_number(column: pd.Series) -> str:
    """A cell of a column of text whose cells have digits and marks only, in no way that is read; "" if others are there."""
    cells = list(map(str, column.dropna().unique()[:_SAMPLE])) if holds_text(column) else []
    alike = [cell for cell in cells if _LIKE_A_NUMBER.fullmatch(cell)]
    odd = next((cell for cell in alike if PLAIN.number(cell) is None), "")
    return odd.strip() if len(alike) >= ENOUGH * max(len(cells), 1) else ""


def _several_units(column: pd.Series) -> str:
    """The units of a column of text that holds numbers with several ones, as text; "" if it does not."""
    if not holds_text(column):
        return ""
    cells = list(map(str, column.dropna().unique()))
    sample = cells[:_SAMPLE]
    units = units_of(cells if sum(units_of(sample).values()) >= ENOUGH / 2 * len(sample) else ())
    named = [f"'{unit}'" for unit in units if unit]
    enough = sum(units.values()) >= ENOUGH * len(cells) and 1 < len(named) < len(cells) / 2
    return ", ".join(named[:_SHOWN]) if enough else ""


def _without_blanks(text: str) -> str:
    return text.strip()


def _groups(levels: Sequence[str], key: Callable[[str], str]) -> str:
    """The levels that have the same key, as text; "" if there are none."""
    by_key: dict[str, list[str]] = defaultdict(list)
    for level in levels:
        by_key[key(level)].append(level)
    groups = [" and ".join(f"'{level}'" for level in group) for group in by_key.values() if len(group) > 1]
    return ", ".join(groups[:_SHOWN]) + (f" and {len(groups) - _SHOWN} more" if len(groups) > _SHOWN else "")


def _about_categories(column: pd.Series, name: str) -> Iterator[Notice]:
    levels = column.cat.categories.to_series()
    if holds_text(levels) and convention_of(map(str, levels)):
        yield Notice(name, f"is a category whose levels look like numbers ('{levels.iloc[0]}') and stays one")
