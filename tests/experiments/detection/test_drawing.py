"""What the figures of the detection study show."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import matplotlib.pyplot as plt
import pytest

from experiments.detection.design import MAIN, Where
from experiments.detection.figures import decline
from harness.detectors.run import Run

DDM = Run.of("ddm")


def test_what_is_unnoticed_is_a_mean_over_data_sets_whatever_their_number_of_streams(made: Any) -> None:
    made.world({"ddm": {True: [], False: []}}, sets=("wine", "pima"))
    for seed in range(1, 10):  # nine streams of iris, all found after a month, weigh as much as one of wine
        made.stream({"ddm": [800]}, dataset="iris", seed=seed)
    found = decline(made.study(), DDM, MAIN)
    assert found is not None
    assert [found.delays[0], found.delays[-1]] == [0, 2]
    assert found.share[found.delays < 1] == pytest.approx(1)
    assert found.share[found.delays >= 1] == pytest.approx(2 / 3)
    assert (found.low[-1], found.high[-1]) == (0, 1)  # three sets: Student's interval is wider than a share can be


def test_one_data_set_has_a_curve_without_a_band(made: Any) -> None:
    made.world({"ddm": {True: [500], False: []}})
    found = decline(made.study(), DDM, MAIN)
    assert found is not None
    assert (found.share[-1], str(found.low[-1]), str(found.high[-1])) == (0, "nan", "nan")


def test_a_detector_that_read_no_such_drift_has_no_curve(made: Any) -> None:
    made.world({"ddm": {True: [500], False: []}})
    assert decline(made.study(), DDM, Where(scenarios=("features_noise",))) is None


@pytest.mark.parametrize("alarms", [{"adwin": [600]}, {"mine": [600]}, {"ddm_warm": [600], "ddm_warm@5": [700]}])
@pytest.mark.parametrize("scenario", ["label_swap", "one_of_my_own"])
def test_whatever_was_recorded_can_be_reported(
    made: Any, detection: ModuleType, alarms: dict[str, list[int]], scenario: str
) -> None:
    for dataset in ("wine", "pima"):
        made.stream(alarms, scenario=scenario, dataset=dataset)
        made.stream({name: [] for name in alarms}, scenario="control", dataset=dataset)
    report = detection.report(made.evidence())
    for figure in report.figures:
        for width in figure.widths:
            plt.close(figure.draw(width))
    assert {"paper", "staged"} <= {table.name for table in report.tables}
    assert ("survival" in {figure.name for figure in report.figures}) == ("ddm_warm@5" in alarms)
