"""Every table of the monitoring study, on made-up records: what it says, and which records it says it of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.monitoring import TABLES, figures, numbers, report
from experiments.monitoring.study import Study
from experiments.monitoring.tables import comparing, controls, matching, paying
from harness.core import HarnessError
from harness.report.table import Table
from tests.experiments.monitoring.conftest import Made

WITHOUT_RECORDS = {"real", "real_alarms", "unable"}


@pytest.fixture(scope="module")
def study(whole: Made) -> Study:
    return whole.study()


@pytest.fixture(scope="module")
def tables(study: Study) -> dict[str, Table]:
    return {name: make(study) for name, make in TABLES.items()}


def test_every_table_has_rows_and_prints(tables: dict[str, Table]) -> None:
    for name, table in tables.items():
        assert table.name == name
        assert bool(len(table.frame)) == (name not in WITHOUT_RECORDS), name
        assert all(len(row) == len(table.columns) for row in table.cells())


def test_every_printed_number_names_its_records(tables: dict[str, Table], study: Study) -> None:
    for name, table in tables.items():
        for row in table.frame.to_dict("records")[-1:]:
            queries = {table.query(row, column.value) for column in table.columns} - {None}
            assert queries, name
            assert all(query.rows(study.evidence.stored).any() for query in queries), name


@pytest.mark.parametrize("name", ["paper", "matched", "actions", "combined"])
def test_a_row_is_found_again_by_its_own_records(name: str, tables: dict[str, Table], study: Study) -> None:
    table = tables[name]
    row = table.frame.to_dict("records")[2]
    measured = [
        column for column in table.columns if column.decimals is not None and not column.title.startswith("pub")
    ]
    query = table.query(row, measured[0].value)
    assert query is not None
    alone = Study.of(replace(study.evidence, stored=query.narrowed(study.evidence.stored)))
    again = TABLES[name](alone).row_of({key: row[key] for key in table.key_columns})
    assert again[measured[0].value] == pytest.approx(row[measured[0].value])


def test_the_source_s_table_has_its_numbers_beside_ours(study: Study) -> None:
    frame = comparing.paper_table(study).frame.set_index("entry")
    assert frame.loc["ddm", ["retained_published", "interval_published", "early_published"]].tolist() == [90, 3, "yes"]
    assert frame.loc["weeks_4", "retrains"] == 5
    assert frame.loc["weeks_4", "interval"] == pytest.approx(6 / 5)
    assert np.isinf(frame.loc["never", "interval"])
    assert pd.isna(frame.loc["never", "retained_published"])


def test_calendars_have_no_information(study: Study) -> None:
    frame = matching.matched_table(study).frame.set_index("entry")
    assert frame.loc[["weeks_4", "weeks_1"], "shuffled"].tolist() == pytest.approx([0, 0], abs=1e-12)
    assert frame.loc["weeks_1", "random"] == pytest.approx(0, abs=1e-9)


def test_a_tuned_calendar_costs_what_one_of_the_calendars_costs(study: Study) -> None:
    frame = paying.regret_table(study).frame.set_index("entry")
    calendars = frame.loc[["never", *study.design.calendars], "0.04"]
    assert calendars.min() - 1e-9 <= frame.loc["tuned", "0.04"] <= calendars.max() + 1e-9


def test_never_and_weekly_cost_the_same_at_the_gain_of_a_retrain(study: Study) -> None:
    part = study.cube.parts["main"]
    cost, lived = (part.means("hindsight_1g", "0", entry) for entry in ("never", "weeks_1"))
    np.testing.assert_allclose(cost, lived, atol=1e-9)


def test_controls_of_a_calendar_come_out_as_nothing(study: Study) -> None:
    frame = controls.controls_table(study).frame.set_index("control")
    assert frame.loc["weeks_4.shuffled", "points"] == pytest.approx(0, abs=1e-12)
    assert frame.loc["weekly", "points"] == pytest.approx(0, abs=1e-9)  # made-up models are all alike without a drift


def test_what_has_no_records_is_said(tables: dict[str, Table]) -> None:
    assert any("No records of: real streams" in note for note in tables["trials"].footnotes)


def test_real_streams_stand_apart_beside_answers_without_a_model(made: Made) -> None:
    for seed in range(2):
        made.stream({"never": [], "ddm": [3]}, seed=seed, baselines={"no_change": 0.2, "majority": 0.4})
    study = made.study()
    assert set(study.cube.parts) == {"real"}
    table = TABLES["real"](study)
    frame = table.frame.set_index("entry")
    assert frame["accuracy"].to_dict() == pytest.approx({"no_change": 80, "most_frequent": 60, "never": 90, "ddm": 90})
    for entry in frame.index:  # "majority" is a policy, the vote of five detectors
        assert table.query({"entry": entry}, "accuracy") is not None


def test_entries_that_could_not_live_are_counted_by_their_code(made: Made) -> None:
    for seed in range(2):
        made.stream({"never": []}, onset=8, seed=seed, unable={"cbpe": ["constant-confidence", "cbpe reads ..."]})
    frame = TABLES["unable"](made.study()).frame
    assert frame[["entry", "code", "streams"]].to_numpy().tolist() == [["cbpe", "constant-confidence", 2]]


def test_a_report_without_the_policies_of_the_source_is_refused(made: Made) -> None:
    made.stream({"never": []}, onset=8)
    with pytest.raises(HarnessError, match="on which performance_5, ks, ddm lived"):
        report(made.evidence())


def test_every_number_says_where_it_comes_from(study: Study, tables: dict[str, Table]) -> None:
    for key, number in numbers(study).items():
        assert number.text
        if "table" in number.source:
            table = tables[number.source["table"]]
            row = table.row_of(number.source["row"])
            assert all(column in row for column in number.source["columns"]), key


def test_every_figure_is_offered_with_a_caption(study: Study) -> None:
    assert [figure.name for figure in figures(study)] == ["paper", "matched", "pareto", "stream", "regret"]
    assert all(figure.caption for figure in figures(study))
