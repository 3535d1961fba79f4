"""The report of the tracking study says what was measured, and of the rest that it was not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import experiments.tracking as package
from experiments.tracking import TABLES, read, report
from experiments.tracking.figures import _looks
from experiments.tracking.grades import NATIVE, WITH_OURS, dominated, first_places, is_measured, left_out, shares
from experiments.tracking.study import COMMANDS, SOURCE, Tracking, Used
from experiments.tracking.tables.comparing import source_table
from experiments.tracking.tables.costs import costs_table, data_table
from experiments.tracking.tables.features import evidence_table, features_table, ranking_table
from experiments.tracking.tables.times import pairs_table, times_table
from harness.analysis import style
from harness.analysis.query import where
from harness.core import Record
from harness.report.table import Table
from harness.tracking.workloads.probes import NEEDS, PROBES
from tests.experiments.tracking import made
from tests.test_published import _at, _stands_in
from tests.test_traced import Published, wrong


def study(*records: Record) -> Tracking:
    return Tracking(records, made.TITLES)


def rows(table: Table) -> dict[str, list[str]]:
    """The printed rows by their first cell."""
    return {row[0]: row for row in table.cells()}


@pytest.fixture(scope="module")
def whole() -> Published:
    evidence = made.evidence(*made.standard())
    return Published("tracking", package, evidence, {name: make(read(evidence)) for name, make in TABLES.items()}, ())


def test_a_tool_that_another_one_equals_and_exceeds_is_dominated() -> None:
    values = np.array([[1.0, 0.5], [1.0, 0.4], [0.2, 0.9], [1.0, 0.5]])
    assert dominated(values).tolist() == [False, True, False, False]


def test_first_places_are_shared_evenly_by_needs_and_by_ties() -> None:
    np.testing.assert_allclose(first_places(np.eye(4)), 0.25, atol=0.02)
    np.testing.assert_allclose(first_places(np.ones((2, 7))), 0.5)
    np.testing.assert_allclose(first_places(np.array([[1.0, 1.0], [0.9, 0.9]])), [1, 0])


def test_a_need_that_alone_decides_shows_in_the_range_if_it_is_left_out() -> None:
    low, high = left_out(np.array([[1.0, 0.5, 0.5], [0.0, 0.6, 0.6]]))
    assert (low[0], high[1]) == (0.0, 1.0)


def test_a_tool_without_its_environment_is_not_measured_in_any_probe() -> None:
    found = study(made.of_features("git"), made.skipped("mlflow", "features"))
    assert not is_measured(found.grades(Used("mlflow")))
    table = features_table(found)
    assert table.frame["MLflow"].tolist() == ["?"] * len(PROBES)
    assert table.frame["Git"].tolist() == ["yes"] * len(PROBES)
    assert "MLflow" not in ranking_table(found).frame.get("title", [])
    assert set(evidence_table(found).frame["title"]) == {"Git"}


def test_another_interface_has_a_column_of_grades_if_it_was_asked_for_any() -> None:
    runs = [made.of_features("dvc"), made.of_runs("dvc", 20, 1.0, interface=COMMANDS)]
    titles = [column.title for column in features_table(study(*runs)).columns]
    assert titles == ["need", "asked for", "DVC"]
    graded = made.record("dvc", "features", 0, COMMANDS, measurements=made.of_features("dvc").measurements)
    assert [column.title for column in features_table(study(*runs, graded)).columns][3:] == ["DVC, command line"]


def test_a_need_has_the_share_of_its_probes() -> None:
    grades = study(made.of_features("git", ["share", "best"], ["by_param"])).grades(Used("git"))
    native, helped = (dict(zip(NEEDS, shares(grades, counting), strict=True)) for counting in (NATIVE, WITH_OURS))
    assert (native["share"], native["find"], native["record"]) == (0, pytest.approx(1 / 3), 1)
    assert helped["find"] == pytest.approx(2 / 3)


def test_the_source_stands_beside_what_was_measured_and_dashes_where_nothing_was() -> None:
    table = source_table(
        study(made.of_features("git", ["share"]), made.of_runs("git", 20, 0.02), made.skipped("mlflow", "runs_20"))
    )
    assert rows(table)["Git"] == ["Git", "5", "–", "4", "21", "0", "3", "38.0", "1020", "–"]
    assert rows(table)["MLflow"] == ["MLflow", "4", "–", "5", "–", "–", "4", "–", "–", "–"]


def test_growth_is_the_last_tenth_over_the_first_and_a_run_has_its_share_of_the_bytes() -> None:
    table = costs_table(study(made.of_runs("git", 1000), made.of_runs("git", 200)))
    cells = dict(zip((column.title for column in table.columns), rows(table)["Git"], strict=True))
    assert (cells["growth"], cells["kB a run"], cells["of 20"], cells["all are"]) == ("1.90", "50", "–", "1000")


def test_a_version_of_data_is_told_in_files_of_its_size() -> None:
    table = data_table(study(made.of_data("git", 20, 0.1, taken=1.5), made.skipped("mlflow", "data_20")))
    assert table.cells() == [
        [
            "Git",
            "20",
            "0.050",
            "1.000",
            "1.000",
            "0.800",
            "–",
            "0.800",
            "1.000",
            "1.000",
            "0.50",
            "1.50",
            "2.50",
            "0.70",
            "3 of 3",
        ]
    ]


@pytest.mark.parametrize(
    ("cannot", "printed"),
    [
        ({"data": "not-offered"}, "not offered"),
        ({"restore_data": "needs-service"}, "with its service"),
        ({"restore_data": "failed"}, "0 of 3"),
    ],
)
def test_data_that_a_tool_does_not_give_back_are_not_counted_as_lost(cannot: dict[str, str], printed: str) -> None:
    kept = made.of_data("wandb", 1)
    told = {**kept.measurements, "came_back": [False] * 3, "cannot": cannot}
    assert data_table(study(replace(kept, measurements=told))).cells()[0][-1] == printed


def test_another_interface_is_a_row_of_its_own() -> None:
    found = study(made.of_runs("dvc", 20, 0.1), made.of_runs("dvc", 20, 1.0, interface=COMMANDS))
    assert rows(costs_table(found)).keys() == {"DVC", "DVC, command line"}
    assert rows(costs_table(found))["DVC, command line"][2] == "1900.0"
    assert [one.tracker for one in found.usual] == ["dvc"]


def test_no_tool_is_first_in_nine_of_ten_weightings_unless_it_is() -> None:
    even = study(made.of_features("git", ["find"]), made.of_features("mlflow", ["share"]))
    assert "there is no ranking" in ranking_table(even).caption
    clear = study(made.of_features("git"), made.of_features("mlflow", ["share"]))
    assert ranking_table(clear).caption.endswith("First: Git.")
    assert ranking_table(clear).frame["dominated"].tolist() == ["no", "yes"]


def runs_of(tracker: str, *walls: float) -> list[Record]:
    return [made.of_runs(tracker, 20, wall, seed) for seed, wall in enumerate(walls)]


def test_a_tool_that_takes_twice_as_long_in_every_run_does_so_in_the_table_of_pairs() -> None:
    table = pairs_table(study(*runs_of("mlflow", 0.02, 0.05, 0.03), *runs_of("git", 0.01, 0.024, 0.016)))
    [found] = [one for one in table.frame.to_dict("records") if (one["does"], one["pair"]) == ("a run", "MLflow / Git")]
    assert found["ratio"] == pytest.approx((2 * 0.05 / 0.024 * 0.03 / 0.016) ** (1 / 3))
    assert found["ratio_low"] < 2 < found["ratio_high"] < 2.5
    assert (found["n"], found["p"] < 0.01, found["p_holm"] >= found["p"]) == (3, True, True)


def test_what_all_tools_share_in_a_run_is_no_difference_of_tools() -> None:
    """The machine slows down threefold in the second run: with runs as blocks the tools still differ, and only they count."""
    paces = {"mlflow": (0.020, 0.061, 0.020), "git": (0.010, 0.030, 0.0101), "dvc": (0.0201, 0.060, 0.0198)}
    table = times_table(study(*(one for tracker, walls in paces.items() for one in runs_of(tracker, *walls))))
    [found] = [one for one in table.frame.to_dict("records") if one["does"] == "a run"]
    assert (found["n_tools"], found["n"]) == (3, 3)
    assert found["p"] < 0.01
    assert found["eta"] < 0.5  # most of the variance is the machine's
    assert found["git"] == pytest.approx(1000 * 0.0101 * 1.9)


def test_one_run_alone_shows_times_and_tests_nothing() -> None:
    found = study(made.of_runs("mlflow", 20, 0.02), made.of_runs("git", 20, 0.01))
    assert times_table(found).frame["p"].isna().all()
    pairs = pairs_table(found).frame
    assert pairs["ratio"].tolist() == pytest.approx([1.02 / 1.01, 2, 2, 2])
    assert pairs["p"].isna().all()


def test_every_table_declares_where_its_cells_come_from(whole: Published) -> None:
    for table in whole.tables.values():
        assert table.where is not None
        assert not table.frame.duplicated(table.key_columns).any(), table.name
        assert len(table.frame), table.name


@pytest.mark.parametrize("name", TABLES)
def test_a_cell_is_found_again_from_its_own_records(whole: Published, name: str) -> None:
    cells = list(whole.cells(whole.tables[name]))
    assert wrong(whole, cells[:: max(1, len(cells) // 40)]) == []


def test_a_cell_is_not_found_without_its_records(whole: Published) -> None:
    """The proof can fail: without the later runs a median is another."""
    table = whole.tables["costs"]
    chosen = [
        (query & where(seed=0), cell)
        for query, cell in whole.cells(table)
        if cell.column == "warm_20" and cell.key["tracker"] == "git"
    ]
    assert len(wrong(whole, chosen)) == 1


@pytest.mark.parametrize("with_features", [True, False])
def test_a_report_is_made_of_whatever_was_measured(with_features: bool) -> None:
    records = [made.of_runs("git", 20), made.of_runs("git", 200, 0.04), made.of_runs("mlflow", 20)]
    records += [made.of_features("git"), made.of_features("mlflow", ["record"])] if with_features else []
    found = report(made.evidence(*records))
    names = [table.name for table in found.tables]
    assert ("ranking" in names) == ("evidence" in names) == with_features
    assert {"source", "costs", "features", "times"} <= set(names)
    assert [figure.name for figure in found.figures] == ["growth"]
    assert found.numbers["first"].text == ("Git" if with_features else "–")
    assert found.numbers["dominated"].text == ("MLflow" if with_features else "–")


def test_no_two_tools_look_alike_in_the_figure_of_growth() -> None:
    looks = [_looks(number) for number in range(2 * len(style.CYCLE))]
    assert len({tuple(map(repr, one.values())) for one in looks}) == len(looks)


def test_numbers_of_the_paper_say_what_was_not_measured() -> None:
    found = report(made.evidence(made.of_runs("git", 20), made.skipped("mlflow", "runs_20"))).numbers
    assert (found["tools"].text, found["tools.absent"].text) == ("1", "MLflow")
    assert (found["warm.git"].text, found["warm.mlflow"].text, found["native.git"].text) == ("38.0", "–", "–")
    assert found["published.mlflow.features"].text == "5"


def test_the_scores_of_the_source_are_those_of_its_table() -> None:
    assert {name: tuple(scores) for name, scores in SOURCE.items()} == {
        "mlflow": (4, 5, 4),
        "dvc": (3, 4, 5),
        "git": (5, 4, 3),
    }


def test_a_number_of_the_paper_stands_where_its_source_says(whole: Published) -> None:
    for key, number in report(whole.evidence).numbers.items():
        if "table" in number.source:
            assert _stands_in(whole.tables[number.source["table"]], number), key
        elif "declared" in number.source:
            assert _at(number.source["declared"]) is not None, key
