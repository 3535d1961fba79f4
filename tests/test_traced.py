"""Every published cell says which records it rests on, and is found again from these records alone."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator

from harness import places
from harness.analysis import charts, style
from harness.analysis.charts.bars import Measured, bars
from harness.analysis.charts.coefficients import Slope, SlopePanel, coefficients
from harness.analysis.charts.dots import Contrast
from harness.analysis.charts.scatter import Method
from harness.analysis.query import Query, where
from harness.analysis.style import Width
from harness.core import Floats
from harness.inference.estimate import Estimate, Interval
from harness.report import claim_report, studies
from harness.report.confirmed import CONFIRMATION
from harness.report.evidence import Evidence
from harness.report.figure import Figure
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
    """A study's published records, and the tables and figures that its report makes of them."""

    name: str
    package: Any
    evidence: Evidence
    tables: Mapping[str, Table]
    figures: Sequence[Figure]

    def cells(self, table: Table) -> Iterator[tuple[Query, Cell]]:
        """Every cell that rests on records of the study's own tier or of another."""
        for row in table.frame.to_dict("records"):
            key = {name: row[name] for name in table.key_columns}
            for column in (name for name in table.frame.columns if name not in key):
                query = table.query(key, column)
                if query is not None:
                    yield query, Cell(table.name, key, column, row[column])

    def again(self, query: Query, name: str, tier: str | None) -> Table:
        """The table made of the records of a query alone, among those of this tier; None is the study's own."""
        if tier is None:
            evidence = replace(self.evidence, stored=query.narrowed(self.evidence.stored))
        else:
            other = self.evidence.again[tier]
            narrowed = {tier: replace(other, stored=query.narrowed(other.stored))}
            evidence = replace(self.evidence, again={**self.evidence.again, **narrowed})
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
    return Published(request.param, package, made.evidence, tables, made.report.figures)


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
        tier = published.tables[cell.table].column_of(cell.column).basis.other_tier
        by_query[cell.table, query, tier].append(cell)
    found = []
    for (name, query, tier), members in by_query.items():
        table = published.again(query, name, tier)
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
        labels = {column.value for column in table.columns if not column.basis.is_measured}
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
def test_what_new_records_say_is_found_again_from_them(published: Published) -> None:
    table = published.tables.get(CONFIRMATION)
    if table is None:
        pytest.skip(f"nothing of {published.name} was measured again")
    there = [each for each in published.cells(table) if not is_missing(each[1].value)]
    chosen = []
    for basis in (Basis.NEW_SEEDS, Basis.FRESH_SETS):
        of_one = [each for each in there if table.column_of(each[1].column).basis is basis]
        chosen += random.Random(basis).sample(of_one, 6)
    assert wrong(published, chosen) == []


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


# ---- figures --------------------------------------------------------------------------------------------------------


def numbers_drawn(figure: Figure) -> Floats:
    """What a figure draws at its first width, beside zeros: those are where lines of no effect and bars begin."""
    with style.applied():
        canvas = figure.draw(figure.widths[0])
    found = [number for axes in canvas.axes if axes.get_label() != "<colorbar>" for number in _numbers_of(axes)]
    plt.close(canvas)
    return np.array([number for number in found if math.isfinite(number) and number != 0], dtype=np.float64)


def _numbers_of(axes: Axes) -> Iterator[float]:
    for artist in (*axes.lines, *axes.patches, *axes.collections):
        if isinstance(artist, Collection) and artist.get_array() is not None:
            yield from np.ma.filled(artist.get_array(), np.nan).ravel()
            continue
        places = _places_of(artist)
        is_data = artist.get_transform().contains_branch_separately(axes.transData)
        for column, axis in enumerate((axes.xaxis, axes.yaxis)):
            if (is_data[column] or isinstance(artist, PathCollection)) and not _is_of_names(axis):
                yield from places[:, column]


def _places_of(artist: Artist) -> Floats:
    """Where lines, markers, bars and bands are, shape (n, 2), but for strips in the background and lines that lead to names."""
    if isinstance(artist, Line2D) and not (artist.get_color() == style.GREY and artist.get_linewidth() == 0.4):
        return np.column_stack([np.asarray(each, np.float64) for each in artist.get_data(orig=False)])
    if isinstance(artist, PathCollection):
        return np.asarray(artist.get_offsets(), np.float64)
    if isinstance(artist, LineCollection):
        return np.concatenate([np.empty((0, 2)), *artist.get_segments()])
    if isinstance(artist, Collection):
        return np.concatenate([np.empty((0, 2)), *(path.vertices for path in artist.get_paths())])
    if isinstance(artist, Rectangle) and artist.get_zorder() > 0:
        return artist.get_bbox().get_points()
    return np.empty((0, 2))


def _is_of_names(axis: Axis) -> bool:
    """Whether things stand at 0, 1, 2 ... on it, by their names."""
    locator = axis.get_major_locator()
    return (
        isinstance(locator, FixedLocator) and len(locator.locs) > 1 and [*locator.locs] == [*range(len(locator.locs))]
    )


def strangers(numbers: Floats, tables: Iterable[Table]) -> list[float]:
    """The numbers that are no cell of these tables; where contrasts have regions, figures draw cells in units of them."""
    cells = []
    for table in tables:
        numeric = table.frame.select_dtypes("number").astype(np.float64)
        in_regions = numeric.div(numeric["region"], axis=0) if "region" in numeric else numeric
        cells.append(in_regions.to_numpy().ravel())
    known = np.concatenate([np.empty(0), *cells])
    return [number for number in numbers if not np.isclose(number, known, rtol=1e-9, atol=0.0).any()]


_ONE = Estimate(estimate=2.5, interval=Interval(1.5, 3.75, 0.95), n=9)
_TWO = Estimate(estimate=-4.5, interval=Interval(-6.5, 8.5, 0.95), n=9)
_ENDS = {2.5, 1.5, 3.75, -4.5, -6.5, 8.5}
_CHARTS: Mapping[str, tuple[Callable[[Width], Canvas], set[float]]] = {
    "bars": (
        lambda width: bars([Measured("share", {"one": {"a": _ONE, "b": _TWO}}, {"a": 7.25})], width),
        {*_ENDS, 7.25} - {-6.5},  # bars, and their intervals, begin at 0
    ),
    "dots": (
        lambda width: charts.grouped_dots(
            {"a": {"one": _ONE}, "b": {"one": _TWO}}, {"a": {"one": 7.25}}, width, ylabel="points"
        ),
        {*_ENDS, 7.25},
    ),
    "forest": (
        lambda width: charts.forest(
            [Contrast("a", _ONE, "supported"), Contrast("b", _TWO, "open")],
            width,
            xlabel="points",
            region=1.0,
            linear_to=5.0,
        ),
        _ENDS,
    ),
    "coefficients": (
        lambda width: coefficients(
            [SlopePanel("delay", "months", {"a": {"one": Slope(_ONE, _TWO)}, "b": {"one": Slope(_TWO, None)}})], width
        ),
        _ENDS,
    ),
    "scatter": (
        lambda width: charts.cost_scatter(
            [Method("a", 1.5, 2.5, "one"), Method("b", 3.75, 7.25, "one")], width, xlabel="s", ylabel="percent"
        ),
        {1.5, 2.5, 3.75, 7.25},
    ),
    "heatmap": (
        lambda width: charts.heatmap(pd.DataFrame([[1.5, -2.5], [3.75, 7.25]]), width, label="points"),
        {1.5, -2.5, 3.75, 7.25},
    ),
}


@pytest.mark.parametrize("kind", _CHARTS)
def test_numbers_are_read_off_every_kind_of_chart(kind: str) -> None:
    draw, known = _CHARTS[kind]
    assert set(numbers_drawn(Figure(kind, "", draw))) == known


@pytest.mark.slow
def test_all_that_a_figure_draws_are_cells_of_its_tables(published: Published) -> None:
    for figure in published.figures:
        if figure.tables:
            numbers = numbers_drawn(figure)
            assert len(numbers), figure.name
            assert strangers(numbers, [published.tables[name] for name in figure.tables]) == [], figure.name


@pytest.mark.slow
def test_a_figure_with_a_wrong_table_is_refused(published: Published) -> None:
    """No other table has all that a figure draws, and each of several has something that the others lack."""
    for figure in published.figures:
        numbers = numbers_drawn(figure) if figure.tables else np.empty(0)
        for name in figure.tables:
            others = [published.tables[other] for other in figure.tables if other != name]
            assert strangers(numbers, others), f"{figure.name} without {name}"
        for name in published.tables.keys() - set(figure.tables) if figure.tables else ():
            assert strangers(numbers, [published.tables[name]]), f"{figure.name} and {name}"
