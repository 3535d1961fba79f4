"""The report of the tracking study says what was measured, and of the rest that it was not."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from experiments.tracking import report
from experiments.tracking.ranking import dominated, first_places, left_out, ranking_table
from experiments.tracking.study import NOT_MEASURED, Tracking, Used
from experiments.tracking.tables import features_table, shares_by_need, source_table
from harness.core import Record, Status
from harness.report.evidence import Evidence
from harness.running.store.rows import table_of
from harness.running.store.stored import Stored
from harness.tracking.workloads.probes import NEEDS, PROBES

SECONDS = {"wall": 0.02, "cpu": 0.01, "waited": 0.01}


def record(tracker: str, workload: str, seed: int = 0, **content: Any) -> Record:
    status = content.pop("status", Status.OK)
    factors = {"tracker": tracker, "workload": workload, "seed": seed}
    return Record(f"{tracker}-{workload}-{seed}", "tracking", status, factors, "s", "h", **content)


def of_features(tracker: str, failing: set[str] = frozenset()) -> Record:  # type: ignore[assignment]
    graded = {
        name: {"grade": "fails" if probe.need in failing else "native", "lines": 0, "evidence": "seen"}
        for name, probe in PROBES.items()
    }
    return record(tracker, "features", measurements={"probes": graded})


def of_runs(tracker: str, size: int, factor: float = 1.0) -> Record:
    warm = [{name: factor * value for name, value in SECONDS.items()} for _ in range(10)]
    clock = {"done": size, "bytes": 50_000 * size, "warm": warm, "fresh": [SECONDS], "query": SECONDS}
    return record(tracker, f"runs_{size}", measurements={"n_runs": size}, clock=clock)


def study(*records: Record) -> Tracking:
    return Tracking(records, {"git": "Git", "mlflow": "MLflow"})


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
    skipped = record("mlflow", "features", status=Status.SKIPPED, code="not-installed")
    made = study(of_features("git"), skipped)
    grades = {found["grade"] for found in made.grades(Used("mlflow")).values()}
    assert grades == {NOT_MEASURED}
    table = features_table(made)
    assert table.frame["MLflow"].tolist() == ["?"] * len(PROBES)
    assert table.frame["Git"].tolist() == ["yes"] * len(PROBES)
    assert np.isnan(list(shares_by_need(made.grades(Used("mlflow")), with_ours=True).values())).all()
    assert "MLflow" not in ranking_table(made).frame.get("title", [])


def test_a_need_has_the_share_of_its_probes() -> None:
    made = study(of_features("git", {"share", "find"}))
    shares = shares_by_need(made.grades(Used("git")), with_ours=False)
    assert shares == {need: 0.0 if need in ("share", "find") else 1.0 for need in NEEDS}


def test_the_source_stands_beside_what_was_measured_and_dashes_where_nothing_was() -> None:
    table = source_table(
        study(of_features("git"), of_runs("git", 20), record("mlflow", "runs_20", status=Status.SKIPPED))
    )
    cells = dict(zip((row[0] for row in table.cells()), table.cells(), strict=True))
    assert cells["Git"] == ["Git", "5", "–", "4", "23", "0", "3", "20.0", "–"]
    assert cells["MLflow"] == ["MLflow", "4", "–", "5", "–", "–", "4", "–", "–"]


def test_no_tool_is_first_in_nine_of_ten_weightings_unless_it_is() -> None:
    even = study(of_features("git", {"find"}), of_features("mlflow", {"share"}))
    assert "there is no ranking" in ranking_table(even).caption
    clear = study(of_features("git"), of_features("mlflow", {"share"}))
    assert ranking_table(clear).caption.endswith("Git is first.")
    assert ranking_table(clear).frame["dominated"].tolist() == ["no", "yes"]


@pytest.mark.parametrize("with_features", [True, False])
def test_a_report_is_made_of_whatever_was_measured(with_features: bool) -> None:
    records = [of_runs("git", 20), of_runs("git", 200, 2.0), of_runs("mlflow", 20)]
    records += [of_features("git"), of_features("mlflow", {"record"})] if with_features else []
    made = report(Evidence(Stored(table_of(records)), "smoke", {"tracker": {"git": "Git"}}))
    names = [table.name for table in made.tables]
    assert ("ranking" in names) == with_features
    assert {"source", "costs", "features"} <= set(names)
    assert [figure.name for figure in made.figures] == ["growth"]
    assert len(json.loads(made.documents["evidence.json"])["Git"]) == len(PROBES)
