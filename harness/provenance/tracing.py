"""What a written number rests on: the query that finds its records, and the code that made it of them.

Tables declare it (`harness.report.table`) and it stands in their files, so nothing is made again here.
"""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from harness import places
from harness.analysis.query import Query, either
from harness.core import ConfigError, HarnessError
from harness.report import claim_report, default_report, studies
from harness.report.claim_results import study_with
from harness.report.origin import read_table
from harness.report.registers import with_registers
from harness.report.table import Basis, Column, Table
from harness.running import store
from harness.running.store.stored import Stored

NUMBERS = "numbers.json"
_SUFFIXES = (".csv", ".json", ".tex")


@dataclass(frozen=True)
class Place:
    """A folder of results, and the tier and the study in it; `own` are a user's folders."""

    results: Path
    tier: str
    study: str
    own: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        """The study's folder."""
        return places.study_folder(self.results, self.tier, self.study)


@dataclass(frozen=True)
class Trace:
    """Where a number comes from.

    Attributes:
        place: of the study.
        name: the file, the row and the column, or the key of a number.
        text: as it is written.
        basis: what it rests on: `Basis`, or "argument" for one of the command.
        query: finds its records; None if it rests on none that stand in the study's own file.
        made_by: dotted paths of what made it.
    """

    place: Place
    name: str
    text: str
    basis: str
    query: Query | None
    made_by: tuple[str, ...]

    def read(self) -> Stored:
        """The study's records, as much of them as the query asks for.

        Raises:
            HarnessError: they are damaged, or there are none.
        """
        if not store.exists(self.place.folder):
            raise HarnessError(
                f"there are no records in {self.place.folder}, so that nobody can look behind its tables."
            )
        asked = {place.partition(".")[0] for condition in _conditions(self.query) for place in condition}
        return store.read(
            self.place.folder, tuple({"trial_id", "study", "factors", "spec", "header", "clock", *asked})
        ).current()


def trace(words: Sequence[str], results: Path, tier: str, own: Sequence[Path] = ()) -> list[Trace]:
    """What is behind a number, or behind each of several that the words leave open.

    Args:
        words: a table as "detection/paper.csv", words that name its row and its column; "detection/numbers.json" and the key
            of a number; or the id of a claim.
        results: the folder of all results.
        tier: that the records are of.
        own: a user's folders.

    Raises:
        ConfigError: there is no such study, file, row, column, key or claim.
        HarnessError: a file is damaged.
    """
    first, *rest = words
    if "/" not in first:
        study, claim = study_with(first, own)
        return _of_rows(Place(results, tier, study, tuple(own)), "claims", {"claim": claim}, rest)
    study, _, name = first.rstrip("/").rpartition("/")
    place = Place(results, tier, Path(study.removesuffix("/tables").removesuffix("/figures")).name, tuple(own))
    if not place.folder.is_dir():
        known = [path.parent.name for path in sorted(place.folder.parent.glob(f"*/{NUMBERS}"))]
        raise ConfigError(f"there is no folder {place.folder}; there are results of: {', '.join(known) or 'no study'}.")
    if name in (NUMBERS, "numbers"):
        return [_of_number(place, *rest)] if len(rest) == 1 else _ask_for_key(place, rest)
    return _of_words(place, _stem(place, name), rest)


# ---- tables ---------------------------------------------------------------------------------------------------------


def behind_table(word: str, results: Path, tier: str) -> Trace:
    """All records that a table rests on, whatever the cell. Raises as `trace` does."""
    study, _, name = word.rstrip("/").rpartition("/")
    place = Place(results, tier, Path(study.removesuffix("/tables")).name)
    table = read_table(place.folder / "tables", _stem(place, name))
    return Trace(
        place, f"{place.study}/{table.name}.csv", "", str(Basis.RECORDS), table.where, (_maker(place, table.name),)
    )


def _stem(place: Place, name: str) -> str:
    stem = next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name)
    known = sorted(path.stem for path in (place.folder / "tables").glob("*.json"))
    if stem not in known:
        raise ConfigError(f"there is no table {stem!r} of {place.study}; {_hint(stem, [*known, NUMBERS])}")
    return stem


def _of_words(place: Place, stem: str, words: Sequence[str]) -> list[Trace]:
    table = read_table(place.folder / "tables", stem)
    columns = [word for word in words if _columns(table, word)]
    rows = _rows(table, [word for word in words if word not in columns], stem)
    if len(rows) != 1:
        raise ConfigError(_which_row(table, rows, f"{place.study}/{stem}.csv"))
    if len(columns) != 1:
        raise ConfigError(_which_column(table, f"{place.study}/{stem}.csv"))
    [name] = columns[:1]
    return [_of_cell(place, table, rows[0], column) for column in _columns(table, name)]


def _of_rows(place: Place, stem: str, row: Mapping[str, Any], words: Sequence[str]) -> list[Trace]:
    """All printed numbers of the rows with these values that rest on records, or those of the columns named."""
    if not (place.folder / "tables" / f"{stem}.json").is_file():
        raise ConfigError(f"there is no table {stem!r} in {place.folder}; first: harness report study={place.study}")
    table = read_table(place.folder / "tables", stem)
    rows = [each for each in _every_row(table) if all(each[name] == row[name] for name in row)]
    if strangers := [word for word in words if not _columns(table, word)]:
        raise ConfigError(f"table {stem!r} has no column {strangers[0]!r}; {_hint(strangers[0], _names(table))}")
    names = [name for word in words for name in _columns(table, word)] or [_first_number(table)]
    return [_of_cell(place, table, each, name) for each in rows for name in names]


def _of_cell(place: Place, table: Table, row: Mapping[str, Any], name: str) -> Trace:
    column = _printed(table, name)
    key = {each: row[each] for each in table.key_columns}
    said = " ".join([f"{place.study}/{table.name}.csv", *map(_text, key.values()), name])
    basis = Basis.RECORDS if column is None else column.basis
    query = table.query(row, name) if basis is Basis.RECORDS else None
    return Trace(place, said, _text(row[name]), str(basis), query, (_maker(place, table.name),))


def _rows(table: Table, words: Sequence[str], stem: str) -> list[dict[str, Any]]:
    found = _every_row(table)
    texts = [
        name for name in table.frame.columns if name in table.key_columns or not is_numeric_dtype(table.frame[name])
    ]
    for word in words:
        name, equals, value = word.partition("=")
        asked = {name: value} if equals and name in table.frame.columns else dict.fromkeys(texts, word)
        meant = [row for row in found if any(_text(row[each]) == text for each, text in asked.items())]
        if not meant:
            known = list(dict.fromkeys(_text(row[each]) for row in found for each in table.key_columns))
            raise ConfigError(
                f"table {stem!r} has no row and no column {word!r}; {_hint(word, [*known, *_names(table)])}"
            )
        found = meant
    return found


def _every_row(table: Table) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.frame.to_dict("records")]


def _columns(table: Table, word: str) -> list[str]:
    """The columns of the frame that a word names: by their names, or by the heading of a printed one."""
    if word in table.frame.columns:
        return [word]
    return [column.value for column in table.columns if column.title == word and column.value in table.frame.columns]


def _printed(table: Table, name: str) -> Column | None:
    return next((column for column in table.columns if name in (column.value, column.low, column.high)), None)


def _names(table: Table) -> list[str]:
    """The columns that can be asked for."""
    return [str(name) for name in table.frame.columns if name not in table.key_columns]


def _first_number(table: Table) -> str:
    numeric = (column for column in table.columns if column.basis is Basis.RECORDS and column.low)
    return next(numeric, table.columns[0]).value


def _which_row(table: Table, rows: Sequence[Mapping[str, Any]], name: str) -> str:
    shown = [" ".join(_text(row[each]) for each in table.key_columns) for row in rows]
    more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""
    return (
        f"{name} has {len(rows)} such rows: {'; '.join(shown[:12])}{more}. Name one, by words or as {_example(table)}."
    )


def _example(table: Table) -> str:
    row = _every_row(table)[0]
    return " ".join(f"{name}={_text(row[name])}" for name in table.key_columns)


def _which_column(table: Table, name: str) -> str:
    return f"{name}: name one column; there are: {', '.join(_names(table))}."


# ---- numbers --------------------------------------------------------------------------------------------------------


def _of_number(place: Place, key: str) -> Trace:
    numbers = _read_numbers(place)
    if key not in numbers:
        raise ConfigError(f"{place.folder / NUMBERS} has no number {key!r}; {_hint(key, list(numbers))}")
    number, name = numbers[key], f"{place.study}/{NUMBERS} {key}"
    source = number["source"]
    if "table" in source:
        table = read_table(place.folder / "tables", source["table"])
        rows = [
            row for row in _every_row(table) if all(_same(row[each], value) for each, value in source["row"].items())
        ]
        cells = [_of_cell(place, table, row, column) for row in rows for column in source["columns"]]
        queries = [cell.query for cell in cells if cell.query is not None]
        basis = Basis.RECORDS if queries else (cells[0].basis if cells else Basis.RECORDS)
        return Trace(
            place,
            name,
            number["text"],
            str(basis),
            either(queries) if queries else None,
            (cells[0].made_by[0],) if cells else (),
        )
    if "records" in source:
        return Trace(place, name, number["text"], str(Basis.RECORDS), Query.of_json(source["records"]), (source["by"],))
    path = source.get("declared")
    return Trace(place, name, number["text"], str(Basis.DESIGN) if path else "argument", None, (path,) if path else ())


def _ask_for_key(place: Place, words: Sequence[str]) -> list[Trace]:
    numbers = list(_read_numbers(place))
    raise ConfigError(
        f"{place.study}/{NUMBERS}: give the key of one number{'' if not words else ', not ' + ' '.join(words)}; there are "
        f"{len(numbers)}, as {', '.join(numbers[:6])}."
    )


def _read_numbers(place: Place) -> dict[str, Any]:
    path = place.folder / NUMBERS
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"there is no {path}; first: harness report study={place.study}") from error
    except ValueError as error:
        raise HarnessError(f"{path} is damaged; make it again: harness report study={place.study}") from error
    return found


# ---- code -----------------------------------------------------------------------------------------------------------


def _maker(place: Place, table: str) -> str:
    """The dotted path of what makes a table; "" if the study is none of ours, whose code is not loaded to ask it."""
    if place.study in with_registers(place.own) and table in claim_report.TABLES:
        return _path_of(claim_report.TABLES[table])
    if place.study not in studies.study_folders(place.own):
        return _path_of(default_report.measured_table)
    tables: Mapping[str, Callable[..., Any]] = getattr(studies.load_study(place.study, place.own), "TABLES", {})
    return _path_of(tables[table]) if table in tables else f"{studies.PACKAGE}.{place.study}.report"


def _path_of(made: Callable[..., Any]) -> str:
    function = made.func if isinstance(made, functools.partial) else made
    return f"{function.__module__}.{function.__qualname__}"


# ---- words ----------------------------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    """A value as it is typed: without the point of a whole number."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return "none"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _same(one: Any, other: Any) -> bool:
    return _text(one) == _text(other)


def _hint(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    listed = ", ".join(known[:20]) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
    return f"did you mean {close[0]!r}?" if close else f"there are: {listed}."


def _conditions(query: Query | None) -> Iterator[tuple[str, ...]]:
    for condition in query.conditions if query is not None else ():
        if hasattr(condition, "queries"):
            for each in condition.queries:
                yield from _conditions(each)
        else:
            yield condition.places
