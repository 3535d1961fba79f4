"""Every table of the monitoring study, on made-up records: what it says, and which records it says it of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.monitoring import TABLES, figures, numbers, report
from experiments.monitoring.study import Study
from experiments.monitoring.tables import combined, comparing, controls, early, intervals, matching, paying, scenarios
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


@pytest.mark.parametrize(
    "name", ["paper", "matched", "actions", "combined", "scenarios", "early", "intervals", "controls"]
)
def test_a_row_is_found_again_by_its_own_records(name: str, tables: dict[str, Table], study: Study) -> None:
    table = tables[name]
    row = table.frame.to_dict("records")[2]
    measured = [
        column for column in table.columns if column.decimals is not None and not column.title.startswith("pub")
    ]
    by_query = {table.query(row, column.value): column.value for column in measured}  # the last column of each
    for query, column in by_query.items():
        assert query is not None
        alone = Study.of(replace(study.evidence, stored=query.narrowed(study.evidence.stored)))
        again = TABLES[name](alone).row_of({key: row[key] for key in table.key_columns})
        assert again[column] == pytest.approx(row[column], nan_ok=True), column


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


def test_missing_values_are_no_control_and_have_a_group_of_their_own(made: Made) -> None:
    for scenario in ("label_noise", "missing_completely"):
        made.stream({"never": [], "weeks_1": list(range(1, 24)), "at_truth": [9]}, onset=8, scenario=scenario)
        made.stream({"never": [], "weeks_1": list(range(1, 24)), "at_truth": [9]}, onset=24)
    study = made.study()
    frame = controls.controls_table(study).frame.set_index("control")
    assert {"lost.weeks_1", "missing.weeks_1"} <= set(frame.index)
    groups = paying.harm_table(study).frame.set_index("scenario")["group"].to_dict()
    assert groups["missing_completely"] == "partly recoverable"
    assert set(study.cube.parts["main"].cells["group"]) == {"lost", "control"}


def test_scenarios_are_told_apart_from_each_other(study: Study) -> None:
    frame = scenarios.scenarios_table(study).frame.set_index(["place", "entry"])
    drifting = study.paying._replace(scenarios=("mean_shift",))
    assert frame.loc[("mean_shift", "ddm"), "retained"] == pytest.approx(
        study.mean("retained", "ddm", drifting).estimate
    )
    ahead = frame.loc[("mean_shift", "ddm"), "retained"] - frame.loc[("mean_shift", "ks"), "retained"]
    assert frame.loc[("mean_shift", "ddm"), "against_data"] == pytest.approx(ahead)
    assert np.isnan(frame.loc[("mean_shift", "never"), "against_never"])


def test_intervals_lead_from_one_change_to_the_next(made: Made) -> None:
    for seed, schedule in enumerate([[4, 12], [2, 4, 16], [7], []]):
        made.stream({"never": [], "ddm": schedule}, onset=8, seed=seed)
        made.stream({"never": [], "ddm": []}, seed=seed)
    frame = intervals.intervals_table(made.study()).frame.set_index(["place", "entry"])
    found = frame.loc[("paying", "ddm")]
    assert found[["none", "one", "two", "more"]].tolist() == [25, 25, 25, 25]
    assert found[["lower", "median", "upper", "intervals"]].tolist() == [1.25, 2, 2.5, 3]


def test_early_alarms_stand_beside_chance_and_beside_a_perfect_monthly_test(made: Made) -> None:
    """The fall is seen 100 rows after the onset; months of 300 rows end at rows 300, 600, ..."""
    alarms = {4: [350], 6: [460], 7: [630], 11: []}  # weeks of 75 rows
    for seed, (onset, own) in enumerate(alarms.items()):
        entries = {"never": [], "performance_5": [], "ks": [20], "ddm": []}
        made.stream(entries, onset=onset, seed=seed, alarms={"ks": own})
        made.stream(entries, seed=seed, alarms={"ks": [75 * onset] if seed == 0 else []})
    frame = early.early_table(made.study()).frame.set_index("entry")
    assert frame.loc["ks", ["early", "chance", "window", "drifts"]].tolist() == [50, 25, 100, 4]
    assert frame.loc["monthly", "early"] == 75  # at rows 300, 600 and 900, and not before row 550


def test_alarms_on_real_streams_are_counted_by_trial(made: Made) -> None:
    for seed, own in enumerate([[300, 750, 1200, 1650], [300], []]):
        alarms = {"ks": own, "psi": []}
        made.stream({"never": [], "ks": [], "psi": []}, seed=seed, baselines={"no_change": 0.2}, alarms=alarms)
    study = made.study()
    table = TABLES["real_alarms"](study)
    frame = table.frame.set_index(["entry", "dataset"])
    alone = table.query({"entry": "ks", "dataset": "wine"}, "alarms")
    assert alone is not None
    again = TABLES["real_alarms"](Study.of(replace(study.evidence, stored=alone.narrowed(study.evidence.stored))))
    assert again.row_of({"entry": "ks", "dataset": "wine"})["always"] == 1
    for stream in ("wine", "all"):
        assert frame.loc[("ks", stream), ["trials", "always", "silent"]].tolist() == [3, 1, 1]


def test_a_combined_model_is_held_against_the_mean_of_its_own(study: Study) -> None:
    frame = combined.combined_table(study).frame.set_index("model")
    singles = frame.loc[["tree", "logistic", "knn", "nb"], "under"].mean()
    assert frame.loc["stacking", "ahead"] == pytest.approx(frame.loc["stacking", "under"] - singles)
    assert np.isnan(frame.loc["tree", "ahead"])


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


def test_means_over_real_streams_stand_between_the_least_and_the_most_of_any(made: Made) -> None:
    for place, dataset in enumerate(["elec2", "weather", "covertype"]):
        losses = {"no_change": 0.1 * (place + 1), "majority": 0.4}
        made.stream({"never": [], "ddm": [3]}, dataset=dataset, baselines=losses)
    frame = TABLES["real"](made.study()).frame.set_index("entry")
    assert frame.loc["no_change", ["accuracy", "accuracy_low", "accuracy_high"]].tolist() == pytest.approx([80, 70, 90])
    assert frame.loc["ddm", ["retrains", "retrains_low", "retrains_high"]].tolist() == [1, 1, 1]


def test_an_entry_that_lives_on_fewer_data_sets_says_on_how_many(made: Made) -> None:
    for dataset in ("wine", "iris", "digits"):
        lives = {"performance_5": [9], "ddm": [9], "never": [], **({} if dataset == "iris" else {"ks": [9]})}
        for seed in range(2):
            made.stream(lives, onset=8, dataset=dataset, seed=seed)
            made.stream(lives, dataset=dataset, seed=seed)
    study = made.study()
    table = comparing.paper_table(study)
    assert table.frame.set_index("entry")["n"].to_dict() == {"performance_5": 3, "ks": 2, "ddm": 3, "never": 3}
    assert [note for note in table.notes if "ks does not live on iris" in note]
    [paper] = [figure for figure in figures(study) if figure.name == "paper"]
    canvas = paper.draw(paper.widths[0])
    names = [label.get_text() for label in canvas.axes[0].get_xticklabels()]
    assert [name for name in names if "n =" in name] == ["KS\n(n = 2)"]


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
    for key, number in numbers(study, [*tables.values()]).items():
        assert number.text
        if "table" in number.source:
            table = tables[number.source["table"]]
            row = table.row_of(number.source["row"])
            assert all(column in row for column in number.source["columns"]), key


def test_a_number_of_a_sentence_is_the_cell_that_it_names(study: Study, tables: dict[str, Table]) -> None:
    known, row = numbers(study, [*tables.values()]), tables["matched"].row_of({"entry": "ddm"})
    assert known["calendar.ddm"].value == pytest.approx(row["calendar"])
    assert known["calendar.ddm.interval"].value == pytest.approx([row["calendar_low"], row["calendar_high"]])
    assert numbers(study, [])["calendar.ddm"].value is None


def test_every_figure_is_offered_with_a_caption(study: Study) -> None:
    assert [figure.name for figure in figures(study)] == ["paper", "matched", "pareto", "stream", "regret"]
    assert all(figure.caption for figure in figures(study))
