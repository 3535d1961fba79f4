"""What is published under `results/` is what today's code makes of the published records."""

from __future__ import annotations

import json
from io import StringIO

import pandas as pd
import pytest

from harness import places
from harness.report import studies
from harness.report.rounding import rounded_frame
from harness.report.table import Table
from harness.report.writing import Report
from harness.running import store

RESULTS = places.shipped("results")
STUDIES = studies.recorded_studies(RESULTS, places.STANDARD_TIER)


@pytest.fixture(scope="module", params=STUDIES)
def published(request: pytest.FixtureRequest) -> tuple[str, Report]:
    """A study's name and its report, made anew."""
    folder = places.study_folder(RESULTS, places.STANDARD_TIER, request.param)
    made: Report = studies.load_study(request.param).report(
        studies.evidence_of(folder, store.read(folder).current(), places.STANDARD_TIER)
    )
    return request.param, made


@pytest.mark.slow
def test_published_tables_and_numbers_are_made_by_this_code(published: tuple[str, Report]) -> None:
    study, made = published
    folder = places.study_folder(RESULTS, places.STANDARD_TIER, study)
    assert sorted(table.name for table in made.tables) == sorted(path.stem for path in folder.glob("tables/*.csv"))
    for table in made.tables:
        now = pd.read_csv(StringIO(table.written.to_csv(index=False)))
        was = pd.read_csv(folder / "tables" / f"{table.name}.csv")
        pd.testing.assert_frame_equal(_rounded(was, table), now, rtol=1e-6, atol=1e-9)
        then = json.loads((folder / "tables" / f"{table.name}.json").read_text(encoding="utf-8"))
        assert (then["caption"], then["notes"]) == (table.caption, table.footnotes), table.name
    assert json.loads((folder / "numbers.json").read_text(encoding="utf-8")) == made.numbers
    captions = json.loads((folder / "figures" / "captions.json").read_text(encoding="utf-8"))
    assert captions == {figure.name: figure.caption for figure in made.figures}


def _rounded(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """As it is written today: what was published with more digits loses them."""
    return rounded_frame(frame, [*(column.value for column in table.columns if column.p_value), *table.p_values])


def test_all_studies_of_the_harness_are_published() -> None:
    assert list(studies.study_folders()) == STUDIES
