"""A frame from a file that somebody brings, and what was found about how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from harness.core import DataError
from harness.data.columns import holds_text
from harness.data.numerals import Convention, convention_of
from harness.data.sources import File, Reading
from harness.data.sources.csv import MISSING, separator_of
from harness.data.sources.decoding import UTF_8

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS = {",": "commas", ".": "points", " ": "spaces", "'": "apostrophes"}


@dataclass(frozen=True)
class OwnFrame:
    """What a file holds.

    Attributes:
        frame: all rows and columns, names without surrounding spaces.
        said: what was read and how it is written, in one sentence or more.
    """

    frame: pd.DataFrame
    said: str


def read_own(path: str, *, labels: Sequence[str], numbers: Sequence[str]) -> OwnFrame:
    """The frame in a CSV or Parquet file. Encoding, separator, decimal mark and units are found by looking at it.

    Args:
        path: the file.
        labels: columns of names. Only an empty cell lacks one: a method may be called "None".
        numbers: columns of numbers. In text files `harness.data.sources.csv.MISSING` are cells without one.

    A column that is not there is left to the caller, who knows what it is for.

    Raises:
        DataError: there is no such file, or it cannot be read, or one of these columns stands there twice.
    """
    source = File(path=path)
    if source.has_known_extension and not source.location.is_file():
        raise DataError(f"there is no file {path}; a relative path starts at the current folder.")
    if source.is_text:
        source = replace(source, encoding=source.guessed_encoding() or UTF_8)
        source = replace(source, separator=separator_of(source.text()) or ",")
    wanted = [*labels, *numbers]
    reading = _named(source.reading(), path, wanted)
    source = _with_numerals(source, reading, [name for name in numbers if name in reading.frame])
    reading = _named(source.reading(), path, wanted)
    names = [name for name in labels if name in reading.frame]
    frame, taken = reading.frame, []
    if source.is_text and names:
        as_written = _named(replace(source, missing=()).reading(), path, wanted).frame
        frame = frame.assign(**{name: as_written[name] for name in names})
        taken = [f"{text!r} in {name}" for name in names for text in MISSING if (as_written[name] == text).any()]
    return OwnFrame(frame, _said(source, frame, taken))


def _named(reading: Reading, path: str, wanted: Sequence[str]) -> Reading:
    names = [str(name).strip() for name in reading.frame.columns]
    twice = next((name for name in wanted if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"{path} has more than one column {twice!r}: give each its own name.")
    return replace(reading, frame=reading.frame.set_axis(names, axis="columns"))


def _with_numerals(source: File, reading: Reading, numbers: Sequence[str]) -> File:
    """The source with the decimal and thousands marks of these columns, and with their units."""
    for name in numbers:
        column = reading.frame[name]
        if not holds_text(column):
            continue
        ways = convention_of(map(str, column.dropna().unique()), source.convention)
        if ways:
            source = _taught(source, name, ways[-1] if source.separator == ";" else ways[0])
    return source


def _taught(source: File, name: str, way: Convention) -> File:
    marks: dict[str, Any] = {"decimal": way.decimal, "thousands": way.thousands or source.thousands}
    changed = source.is_text and any(getattr(source, mark) != value for mark, value in marks.items())
    if way.unit or not changed:
        return replace(source, **marks, numbers=[*source.numbers, name])
    return replace(source, **marks)


def _said(source: File, frame: pd.DataFrame, taken: Sequence[str]) -> str:
    found = []
    if source.is_text and source.separator != ",":
        found.append(f"cells parted by {_SEPARATORS.get(source.separator, repr(source.separator))}")
    if source.decimal != ".":
        found.append("decimal commas")
    if source.thousands is not None:
        found.append(f"thousands parted by {_MARKS.get(source.thousands, repr(source.thousands))}")
    if source.encoding != UTF_8:
        found.append(f"encoding {source.encoding}")
    if source.numbers:
        found.append(f"{', '.join(source.numbers)} read as numbers without their units")
    how = f" ({'; '.join(found)})" if found else ""
    names = f" {', '.join(taken)} {'are names' if len(taken) > 1 else 'is a name'}, not a missing one." if taken else ""
    return f"{Path(source.path).name} has {len(frame)} rows and {frame.shape[1]} columns{how}.{names}"
