"""Every published cell says which records it rests on, and is found again from these records alone."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harness import places
from harness.analysis.query import Query, where
from harness.report import claim_report, studies
from harness.report.confirmed import CONFIRMATION
from harness.report.evidence import Evidence
from harness.report.judging import judged
from harness.report.origin import read_table
from harness.report.registers import with_registers
from harness.report.table import Basis, Table
from harness.report.table_files import write_table

RESULTS = places.shipped("results")
STUDIES = studies.recorded_studies(RESULTS, places.STANDARD_TIER)


class Cell(NamedTuple):
    """A value of a table's frame, and the key of its row."""

    table: str
    key: Mapping[str, Any]
    column: str
    value: Any


@dataclass(frozen=True)
class Published:
    """A study's published records, and the tables that its report makes of them."""

    name: str
    package: Any
    evidence: Evidence
    tables: Mapping[str, Table]

    def cells(self, table: Table) -> Iterator[tuple[Query, Cell]]:
        """Every cell that rests on records."""
        for row in table.frame.to_dict("records"):
            key = {name: row[name] for name in table.key_columns}
            for column in (name for name in table.frame.columns if name not in key):
                query = table.query(key, column)
                if query is not None:
                    yield query, Cell(table.name, key, column, row[column])

    def again(self, query: Query, name: str) -> Table:
        """The table made of the records of a query alone."""
        evidence = replace(self.evidence, stored=query.narrowed(self.evidence.stored))
        if name in claim_report.TABLES:
            return claim_report.TABLES[name](judged(self.name, evidence, curves=name in claim_report.OF_CURVES))
        made: Table = self.package.TABLES[name](self.package.read(evidence))
        return made


WITHOUT_ROWS = {"tracking": ["scopes"]}
"""By study the tables of its register that have no row: with one data set there are no parts of them."""


@pytest.fixture(scope="module", params=STUDIES)
def published(request: pytest.FixtureRequest, published_report: Callable[[str], Any]) -> Published:
    made, package = published_report(request.param), studies.load_study(request.param)
    tables = {table.name: table for table in made.report.tables}
    of_claims = set(claim_report.TABLES) if request.param in with_registers() else set()
    absent = {
        *claim_report.OF_CURVES,
        *([] if made.evidence.again else [CONFIRMATION]),
        *WITHOUT_ROWS.get(request.param, ()),
    }
    assert set(tables) == (set(package.TABLES) | of_claims) - absent
    return Published(request.param, package, made.evidence, tables)


def sampled(table: Table, cells: list[tuple[Query, Cell]]) -> Iterator[tuple[Query, Cell]]:
    """All cells of one random row, which have few queries, and of each column without a value there one cell with one."""
    rng = random.Random(table.name)
    known = [each for each in cells if not is_missing(each[1].value)]
    rows = list({tuple(cell.key.values()): None for _, cell in known})
    chosen = rng.choice(rows)
    first = [each for each in cells if tuple(each[1].key.values()) == chosen]
    there = {cell.column for _, cell in first if not is_missing(cell.value)}
    yield from first
    for column in {cell.column: None for _, cell in known if cell.column not in there}:
        yield rng.choice([each for each in known if each[1].column == column])


def is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def is_same(one: Any, other: Any) -> bool:
    if is_missing(one) or is_missing(other):
        return is_missing(one) and is_missing(other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def wrong(published: Published, cells: list[tuple[Query, Cell]]) -> list[str]:
    """The cells that are not found again."""
    by_query = defaultdict(list)
    for query, cell in cells:
        by_query[cell.table, query].append(cell)
    found = []
    for (name, query), members in by_query.items():
        table = published.again(query, name)
        for cell in members:
            row = table.row_of(cell.key)
            if not is_same(cell.value, row.get(cell.column)):
                found.append(
                    f"{cell.table} {dict(cell.key)} {cell.column}: {cell.value} and {row.get(cell.column)}: {query}"
                )
    return found


@pytest.mark.slow
def test_every_table_of_a_study_declares_where_its_cells_come_from(published: Published) -> None:
    for table in published.tables.values():
        assert table.where is not None, table.name
        assert not table.frame.duplicated(table.key_columns).any(), table.name
        labels = {column.value for column in table.columns if column.basis is not Basis.RECORDS}
        assert set(table.key_columns) <= labels | (
            set(table.frame.columns) - {column.value for column in table.columns}
        )
        found = {column for _, cell in published.cells(table) for column in [cell.column]}
        assert {column.value for column in table.columns} <= found | labels | set(table.key_columns), table.name


@pytest.mark.slow
def test_a_query_is_found_in_the_files_of_its_table(published: Published, tmp_path: Path) -> None:
    for table in published.tables.values():
        write_table(table, tmp_path)
        read = read_table(tmp_path, table.name)
        for query, cell in sampled(table, list(published.cells(table))):
            assert read.query(read.row_of(cell.key), cell.column) == query


@pytest.mark.slow
def test_a_cell_is_found_again_from_its_own_records(published: Published) -> None:
    own = [
        table for table in published.tables.values() if table.name not in claim_report.TABLES
    ]  # contrasts: test_register.py
    cells = [each for table in own for each in sampled(table, list(published.cells(table)))]
    assert wrong(published, cells) == []


@pytest.mark.slow
def test_records_that_are_missing_are_missed(published: Published) -> None:
    """The proof can fail: without one data set, or one run of the only one, a cell is another."""
    name, factor = {
        "calibration": ("summary", "dataset"),
        "detection": ("by_scenario", "dataset"),
        "monitoring": ("paper", "dataset"),
        "synthesis": ("paper", "dataset"),
        "tracking": ("times", "seed"),
    }[published.name]
    query, cell = next(each for each in published.cells(published.tables[name]) if not is_missing(each[1].value))
    found = query.narrowed(published.evidence.stored).by_id().values()
    levels = sorted({record.factors[factor] for record in found})
    assert wrong(published, [(query & where(**{factor: tuple(levels[1:])}), cell)])


@pytest.mark.exhaustive
def test_all_cells_are_found_again_from_their_own_records(published: Published) -> None:
    cells = [each for table in published.tables.values() for each in published.cells(table)]
    assert wrong(published, cells) == []
