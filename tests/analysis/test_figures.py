"""Figures: the same bytes on every run, and drawn whatever the data lack."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from harness.analysis import charts, style
from harness.analysis.charts.curves import Panel
from harness.analysis.charts.dots import Contrast
from harness.analysis.charts.scatter import Method
from harness.inference.estimate import Estimate, Interval
from harness.inference.ranks import rank_diagram
from harness.report.figure import Figure, write_figure


def estimate(value: float, half: float = 1.0) -> Estimate:
    return Estimate(estimate=value, interval=Interval(value - half, value + half, 0.95), n=5)


def draw_dots() -> object:
    groups = {"one": {"accuracy": estimate(80)}, "two": {"accuracy": estimate(math.nan)}}
    return charts.grouped_dots(groups, {"one": {"accuracy": 85.0}}, ylabel="percent")


def draw_forest() -> object:
    contrasts = [Contrast("a - b", estimate(2), "supported"), Contrast("b - c", estimate(math.nan))]
    return charts.forest(contrasts, xlabel="points", region=1)


def draw_curves() -> object:
    a = {0.0: estimate(0), 0.3: estimate(-5)}
    b = {0.0: estimate(0), 0.3: estimate(-2)}
    return charts.curves(
        [Panel("noise", "share", "points", {"a": a, "b": b}), Panel("size", "share", "points", {"b": b})]
    )


def draw_scatter() -> object:
    return charts.cost_scatter(
        [Method("a", 0.1, 80, "x"), Method("b", 0.1, 80, "y")], xlabel="seconds", ylabel="percent"
    )


def draw_ranks() -> object:
    scores = pd.DataFrame(np.random.default_rng(0).normal(size=(8, 5)), columns=list("abcde"))
    return charts.critical_difference(rank_diagram(scores), str.upper)


CHARTS = [draw_dots, draw_forest, draw_curves, draw_scatter, draw_ranks]


@pytest.mark.parametrize("draw", CHARTS, ids=lambda draw: draw.__name__)
def test_a_figure_has_the_same_bytes_on_every_run(draw: object, tmp_path: Path) -> None:
    figure = Figure("example", "What to see.", draw)  # type: ignore[arg-type]
    first = [path.read_bytes() for path in write_figure(figure, tmp_path / "first")]
    second = [path.read_bytes() for path in write_figure(figure, tmp_path / "second")]
    assert [path.suffix for path in sorted((tmp_path / "first").iterdir())] == [".pdf", ".png", ".svg"]
    assert first == second


def test_a_method_looks_the_same_in_every_panel() -> None:
    with style.applied():
        canvas = draw_curves()
        first, second = canvas.axes  # type: ignore[attr-defined]
    colour_of_b = first.containers[1][0].get_color()
    assert second.containers[0][0].get_color() == colour_of_b


def test_one_data_set_is_too_few_for_a_critical_difference_and_still_drawn() -> None:
    with style.applied():
        charts.critical_difference(rank_diagram(pd.DataFrame({"a": [1.0], "b": [2.0]})), str.upper)
