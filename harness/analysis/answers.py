"""Answers on a scale, from a frame that somebody brings: what each entry means, and which columns are items."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.scale import Scale, codes_of, is_numeral, shown
from harness.core import ConfigError, DataError
from harness.inference import inputs
from harness.inference.estimate import sentences

MOST_GROUPS = 12
"""More groups make more pairs than anyone reads."""

_SHOWN = 3


@dataclass(frozen=True)
class Answers:
    """What respondents answered.

    Attributes:
        items: respondents by items, the numbers of answers; NaN where there is none. Reversed items are turned around.
        scale: the answers that there are.
        turned: the items that were turned around.
        group: the column of groups, or "".
        groups: the group of each respondent as text, None where there is none; empty without groups.
        note: empty, or what was left out.
    """

    items: pd.DataFrame
    scale: Scale
    turned: tuple[str, ...]
    group: str
    groups: tuple[str | None, ...]
    note: str

    @property
    def group_names(self) -> list[str]:
        """The groups in order: by number if all are numbers, else as text."""
        names = {name for name in self.groups if name is not None}
        return sorted(names, key=lambda name: (0, float(name), "") if is_numeral(name) else (1, 0.0, name))

    def of_group(self, name: str) -> pd.DataFrame:
        """The answers of one group."""
        return self.items[np.array([each == name for each in self.groups], dtype=bool)]


def answers_of(
    frame: pd.DataFrame,
    scale: Scale,
    *,
    items: Sequence[str] = (),
    group: str = "",
    turned: Sequence[str] = (),
    missing: Sequence[str] = (),
) -> Answers:
    """The answers in a frame, a row for each respondent.

    Args:
        frame: what somebody brings. An answer is a number of the scale or one of its names, in any case.
        scale: the answers that there are.
        items: the columns of answers; unless given every column of whose entries more than half are on the scale.
        group: the column of groups; "" for none.
        turned: items that are worded the other way: low + high - answer counts.
        missing: entries that stand for no answer, such as "99" or "don't know".

    Raises:
        ConfigError: a column that is not there, no item, too many groups, or an answer that is to be missing.
        DataError: no row, a column that is named twice, an entry that is no answer of the scale, or labels of groups that
            cannot be told apart.
    """
    given = _named_columns(frame)
    columns = list(given.columns)
    wanted, turned = inputs.names(items, what="items"), inputs.names(turned, what="reversed")
    if group != "":
        inputs.text(group, what="group")
    for name in (*wanted, *turned, *([group] if group else [])):
        _check_column(name, columns)
    marks = _marks(missing, scale)
    free = [name for name in columns if name != group]
    chosen, note = (list(wanted), "") if wanted else _likely(given, scale, free, marks)
    _check_items(chosen, group, turned)
    coded = pd.DataFrame({name: _coded(given[name], scale, marks) for name in chosen})
    for name in turned:
        coded[name] = scale.low + scale.high - coded[name]
    groups = tuple(_named(given[group])) if group else ()
    answers = Answers(coded, scale, tuple(turned), group, groups, sentences(note, _on_groups(groups, group)))
    if len(answers.group_names) > MOST_GROUPS:
        raise ConfigError(f"{group} has {len(answers.group_names)} groups, and at most {MOST_GROUPS} are compared")
    return answers


# ---- what was asked for -------------------------------------------------------------------------------------------------


def _named_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame, its columns named by text. Raises `DataError` if it has no row."""
    given = inputs.frame(frame, "frame")
    if given.empty:
        raise DataError("there is no respondent: give a row for each")
    return given.set_axis([str(name) for name in given.columns], axis="columns")


def _marks(missing: Sequence[str], scale: Scale) -> frozenset[str]:
    marks = frozenset(name.strip().casefold() for name in inputs.names(missing, what="missing"))
    taken = next((name for name in scale.names if name.casefold() in marks), None)
    if taken is not None:
        raise ConfigError(
            f"{taken} is an answer of the scale, and is to be missing: give another scale, or leave it out"
        )
    return marks


def _check_column(name: str, columns: Sequence[str]) -> None:
    if columns.count(name) > 1:
        raise DataError(f"there is more than one column {name!r}: give each its own name")
    if name not in columns:
        close = difflib.get_close_matches(str(name), columns, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(columns[:20])}"
        raise ConfigError(f"there is no column {name!r}; {hint}")


def _check_items(items: Sequence[str], group: str, turned: Sequence[str]) -> None:
    if group in items:
        raise ConfigError(f"{group} is both an item and the column of groups: name a column for one purpose")
    stray = next((name for name in turned if name not in items), None)
    if stray is not None:
        raise ConfigError(f"{stray} is to be reversed and is no item: the items are {', '.join(items[:20])}")


def _likely(frame: pd.DataFrame, scale: Scale, columns: Sequence[str], marks: frozenset[str]) -> tuple[list[str], str]:
    """The columns of whose entries more than half are answers, and a note on the others."""
    items: list[str] = []
    others: list[str] = []
    for name in dict.fromkeys(columns):
        _check_column(name, list(frame.columns))
        codes = codes_of(frame[name], scale, marks)
        known = [code for code in codes if code is None or not math.isnan(code)]
        on_scale = sum(code is not None for code in known)
        (items if on_scale * 2 > len(known) else others).append(name)
    if not items:
        raise ConfigError(
            f"no column has answers of the scale {scale}; {_held(frame[list(columns)])}: name the items, or another scale"
        )
    note = f"Columns without answers of the scale are no items: {', '.join(others)}." if others else ""
    return items, note


def _held(frame: pd.DataFrame) -> str:
    """What the column with the fewest different entries holds."""
    held = {name: list(dict.fromkeys(map(shown, frame[name].dropna()))) for name in frame}
    known = {name: texts for name, texts in held.items() if texts}
    if not known:
        return "all are empty"
    name = min(known, key=lambda each: len(known[each]))
    more = " ..." if len(known[name]) > 2 * _SHOWN else ""
    return f"{name} holds {', '.join(known[name][: 2 * _SHOWN])}{more}"


# ---- entries --------------------------------------------------------------------------------------------------------------


def _coded(column: pd.Series[Any], scale: Scale, marks: frozenset[str]) -> list[float]:
    codes = codes_of(column, scale, marks)
    wrong = [at for at, code in enumerate(codes) if code is None]
    if wrong:
        listed = ", ".join(f"{shown(column.iloc[at])} of respondent {at + 1}" for at in wrong[:_SHOWN])
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise DataError(
            f"{column.name} has {listed}{more}, but the scale is {scale}: correct what is not on it, leave it empty, "
            "name it as missing, or give another scale"
        )
    return [math.nan if code is None else code for code in codes]


def _named(column: pd.Series[Any]) -> list[str | None]:
    """The group of each respondent; empty text is none, and 2.0 reads as 2."""
    labels = inputs.levels(column)
    whole = column.dtype.kind == "f" and all(float(each).is_integer() for each in column.dropna())
    texts = [None if label is None else str(label).strip() for label in labels]
    return [(str(int(float(text))) if whole else text) or None if text is not None else None for text in texts]


def _on_groups(groups: Sequence[str | None], group: str) -> str:
    without = sum(name is None for name in groups)
    if not without:
        return ""
    return f"{without} of {len(groups)} respondents have no {group}: they count for all, and in no group."
