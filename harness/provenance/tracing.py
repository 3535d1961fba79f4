"""What a written number rests on: the query that finds its records, and the code that made it of them.

Tables declare it (`harness.report.table`) and it stands in their files, so nothing is made again here.
"""

from __future__ import annotations

import difflib
import functools
import json
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from harness import places
from harness.analysis.query import OK, Query, either, where
from harness.core import ConfigError, HarnessError
from harness.report import claim_report, default_report, studies
from harness.report.claim_results import study_with
from harness.report.origin import read_table
from harness.report.registers import with_registers
from harness.report.table import Basis, Table
from harness.report.writing import ORIGINS
from harness.running import files, store
from harness.running.store.stored import Stored

NUMBERS = "numbers.json"
_SUFFIXES = (".csv", ".json", ".tex")
_DRAWN = (".pdf", ".png", ".svg")


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
        query: finds its records; None if it rests on none.
        made_by: dotted paths of what made it.
        tier: whose records it rests on; that of the place, or a published one beside it.
        drawn_in: the figure that it is a point of; "" if it is none.
    """

    place: Place
    name: str
    text: str
    basis: str
    query: Query | None
    made_by: tuple[str, ...]
    tier: str
    drawn_in: str = ""

    @property
    def folder(self) -> Path:
        """Where its records are."""
        return places.study_folder(self.place.results, self.tier, self.place.study)

    def read(self) -> Stored:
        """The study's records, as much of them as the query asks for.

        Raises:
            HarnessError: they are damaged, or there are none.
        """
        if not store.exists(self.folder):
            raise HarnessError(f"there are no records in {self.folder}, so that nobody can look behind its tables.")
        asked = {place.partition(".")[0] for condition in _conditions(self.query) for place in condition}
        return store.read(
            self.folder, tuple({"trial_id", "study", "factors", "spec", "header", "clock", *asked})
        ).current()


def trace(words: Sequence[str], results: Path, tier: str, own: Sequence[Path] = ()) -> list[Trace]:
    """What is behind a number, or behind each of several that the words leave open.

    Args:
        words: a table as "detection/paper.csv", words that name its row and its column; "detection/numbers.json" and the key
            of a number; a figure as "detection/figures/paper.pdf", and words as of the tables that it draws, or levels of
            factors; or the id of a claim.
        results: the folder of all results.
        tier: that the records are of.
        own: a user's folders.

    Raises:
        ConfigError: there is no such study, file, row, column, level, key or claim.
        HarnessError: a file is damaged.
    """
    first, *rest = words
    if "/" not in first:
        study, claim = study_with(first, own)
        return _of_rows(Place(results, tier, study, tuple(own)), "claims", {"claim": claim}, rest)
    place, name, is_figure = _placed(first, results, tier, own)
    if name in (NUMBERS, "numbers"):
        return [_of_number(place, *rest)] if len(rest) == 1 else _ask_for_key(place, rest)
    if is_figure:
        return _of_figure(place, name, rest)
    return _of_words(place, _stem(place, name), rest)


def _placed(word: str, results: Path, tier: str, own: Sequence[Path]) -> tuple[Place, str, bool]:
    """The place that a word names, the file there, and whether that is a figure."""
    study, _, name = word.rstrip("/").rpartition("/")
    place = Place(results, tier, Path(study.removesuffix("/tables").removesuffix("/figures")).name, tuple(own))
    if not place.folder.is_dir():
        known = [path.parent.name for path in sorted(place.folder.parent.glob(f"*/{NUMBERS}"))]
        raise ConfigError(f"there is no folder {place.folder}; there are results of: {', '.join(known) or 'no study'}.")
    return place, name, study.endswith("/figures") or name.endswith(_DRAWN)


# ---- tables ---------------------------------------------------------------------------------------------------------


def behind(word: str, results: Path, tier: str) -> list[Trace]:
    """All records that a table rests on, whatever the cell, or a figure. Raises as `trace` does."""
    place, name, is_figure = _placed(word, results, tier, ())
    if not is_figure:
        return [_behind_table(place, _stem(place, name))]
    known, tables, drawn_by = _origin(place, name)
    return [_behind_table(place, table) for table in tables] or [_of_records(place, known, (), drawn_by)]


def _behind_table(place: Place, name: str) -> Trace:
    table = read_table(place.folder / "tables", name)
    return Trace(
        place,
        f"{place.study}/{table.name}.csv",
        "",
        str(Basis.RECORDS),
        table.where,
        (_maker(place, table.name),),
        place.tier,
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
    basis = table.column_of(name).basis
    key = {each: row[each] for each in table.key_columns}
    said = shlex.join([f"{place.study}/{table.name}.csv", *map(_text, key.values()), name])
    query = table.query(row, name) if basis.is_measured else None
    made_by, tier = (_maker(place, table.name),), basis.other_tier or place.tier
    return Trace(place, said, _text(row[name]), str(basis), query, made_by, tier)


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


# ---- figures --------------------------------------------------------------------------------------------------------


def _origin(place: Place, name: str) -> tuple[str, list[str], str]:
    """The figure of a file, the tables whose cells it draws, and the dotted path of the function that draws it."""
    stem = next((name.removesuffix(suffix) for suffix in _DRAWN if name.endswith(suffix)), name)
    origins = _read_json(place, ORIGINS)
    known = next(
        (one for one in (stem, stem.removesuffix("_page"), stem.removesuffix("_column")) if one in origins), ""
    )
    if not known:
        raise ConfigError(f"there is no figure {stem!r} of {place.study}; {_hint(stem, sorted(origins))}")
    try:
        return known, [str(table) for table in origins[known]["tables"]], str(origins[known]["drawn_by"])
    except (TypeError, LookupError) as error:
        raise _damaged(place, ORIGINS) from error


def _of_figure(place: Place, name: str, words: Sequence[str]) -> list[Trace]:
    """A cell that a figure draws, by the words of its table; of a figure without one its records, at the levels named."""
    known, tables, drawn_by = _origin(place, name)
    if not tables:
        return [_of_records(place, known, words, drawn_by)]
    found = [one for table in tables for one in _in_table(place, table, words, is_only=len(tables) == 1)]
    if not found:
        raise ConfigError(
            f"{place.study}/figures/{known} draws the tables {', '.join(tables)}, and none of them has one cell that is meant "
            f"by {' '.join(words) or 'no word'}; look with: harness trace {place.study}/{tables[0]}.csv"
        )
    return [replace(one, drawn_in=f"{place.study}/figures/{known}", made_by=(drawn_by, *one.made_by)) for one in found]


def _in_table(place: Place, table: str, words: Sequence[str], *, is_only: bool) -> list[Trace]:
    try:
        return _of_words(place, table, words)
    except ConfigError:
        if is_only:
            raise
        return []


def _of_records(place: Place, figure: str, words: Sequence[str], drawn_by: str) -> Trace:
    levels: dict[str, str] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name in levels:
            raise ConfigError(
                f"{place.study}/figures/{figure} is drawn of records: choose them by one level of each factor, such as "
                f"seed=0, not by {word}"
            )
        levels[name] = text
    stored = store.read(place.folder, ("trial_id", "status", "factors")).current()
    factors = stored.table["factors"].to_pylist() if levels else []
    chosen: dict[str, tuple[Any, ...]] = {}
    for name, text in levels.items():
        there = dict.fromkeys(one[name] for one in factors if name in one)
        chosen[name] = tuple(level for level in there if _text(level) == text)
        if not chosen[name]:
            names = sorted({name for one in factors for name in one})
            raise ConfigError(
                f"{place.study}/figures/{figure} is drawn of records, and none of them has {name}={text}; "
                f"{_hint(text, list(map(_text, there))) if there else _hint(name, names)}"
            )
    query, said = OK & where(**chosen), shlex.join([f"{place.study}/figures/{figure}", *words])
    return Trace(place, said, "", str(Basis.RECORDS), query, (drawn_by,), place.tier)


# ---- numbers --------------------------------------------------------------------------------------------------------


def _of_number(place: Place, key: str) -> Trace:
    numbers = _read_json(place, NUMBERS)
    if key not in numbers:
        raise ConfigError(f"{place.folder / NUMBERS} has no number {key!r}; {_hint(key, list(numbers))}")
    try:
        return _of_source(place, f"{place.study}/{NUMBERS} {key}", str(numbers[key]["text"]), numbers[key]["source"])
    except (TypeError, LookupError, AttributeError, ValueError, RecursionError) as error:
        raise _damaged(place, NUMBERS) from error


def _of_source(place: Place, name: str, text: str, source: Mapping[str, Any]) -> Trace:
    if "table" in source:
        table = read_table(place.folder / "tables", source["table"])
        rows = [
            row for row in _every_row(table) if all(_same(row[each], value) for each, value in source["row"].items())
        ]
        cells = [_of_cell(place, table, row, column) for row in rows for column in source["columns"]]
        measured = [cell for cell in cells if cell.query is not None]
        first = next(iter(measured or cells), None)
        basis, made_by, tier = (
            (first.basis, first.made_by[:1], first.tier) if first else (str(Basis.RECORDS), (), place.tier)
        )
        queries = [cell.query for cell in measured if cell.query is not None and cell.tier == tier]
        return Trace(place, name, text, basis, either(queries) if queries else None, made_by, tier)
    if "records" in source:
        query, made_by = Query.of_json(source["records"]), (str(source["by"]),)
        return Trace(place, name, text, str(Basis.RECORDS), query, made_by, place.tier)
    path = source.get("declared")
    basis, made_by = (str(Basis.DESIGN), (str(path),)) if path else ("argument", ())
    return Trace(place, name, text, basis, None, made_by, place.tier)


def _ask_for_key(place: Place, words: Sequence[str]) -> list[Trace]:
    numbers = list(_read_json(place, NUMBERS))
    raise ConfigError(
        f"{place.study}/{NUMBERS}: give the key of one number{'' if not words else ', not ' + ' '.join(words)}; there are "
        f"{len(numbers)}, as {', '.join(numbers[:6])}."
    )


def _read_json(place: Place, name: str) -> dict[str, Any]:
    path = place.folder / name
    try:
        found: dict[str, Any] = json.loads(files.small(path))
    except FileNotFoundError as error:
        raise ConfigError(f"there is no {path}; first: harness report study={place.study}") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(place, name) from error
    if not isinstance(found, dict):
        raise _damaged(place, name)
    return found


def _damaged(place: Place, name: str) -> HarnessError:
    return HarnessError(f"{place.folder / name} is damaged; make it again: harness report study={place.study}")


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
