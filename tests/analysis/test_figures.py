"""Figures: the same bytes on every run, and drawn whatever the data lack."""

import functools
import math
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text

from harness import places
from harness.analysis import charts, style
from harness.analysis.charts.bars import Measured, bars
from harness.analysis.charts.coefficients import Slope, SlopePanel, coefficients
from harness.analysis.charts.curves import Panel
from harness.analysis.charts.diverging import Bar, diverging_bars
from harness.analysis.charts.dots import Contrast
from harness.analysis.charts.labels import place_labels
from harness.analysis.charts.realised import Panel as Setting
from harness.analysis.charts.realised import realised
from harness.analysis.charts.scatter import Method
from harness.analysis.charts.shares import share_maps
from harness.analysis.charts.survival import Decline, survival_curves
from harness.analysis.charts.tradeoff import Curve, tradeoff
from harness.analysis.style import Width
from harness.inference.arrays import Bools
from harness.inference.estimate import Estimate, Interval
from harness.inference.ranks import rank_diagram
from harness.report.figure import Figure, write_figure


def estimate(value: float, half: float = 1.0) -> Estimate:
    return Estimate(estimate=value, interval=Interval(value - half, value + half, 0.95), n=5)


def draw_dots(width: Width) -> Canvas:
    groups = {"one": {"accuracy": estimate(80), "recall": estimate(70)}, "two": {"accuracy": estimate(math.nan)}}
    return charts.grouped_dots(
        groups, {"one": {"accuracy": 85.0, "recall": 84.0}}, width, ylabel="percent", missing="none"
    )


def draw_forest(width: Width) -> Canvas:
    contrasts = [Contrast("a - b", estimate(2), "supported"), Contrast("b - c", estimate(math.nan), "open")]
    return charts.forest(contrasts, width, xlabel="points", region=1)


def draw_bent_forest(width: Width) -> Canvas:
    contrasts = [Contrast(name, estimate(9.0 * place, 30), name) for place, name in enumerate(style.VERDICTS)]
    return charts.forest(contrasts, width, xlabel="points", region=1, linear_to=5)


def draw_coefficients(width: Width) -> Canvas:
    one = {"a": Slope(estimate(3), estimate(2.5)), "b": Slope(estimate(-40, 4), None)}
    slopes = {"kind": one, "harm": {"b": Slope(estimate(math.nan), estimate(1))}, "columns": {"a": one["a"]}}
    panels = [SlopePanel("accuracy", "points", slopes, linear_to=5.0), SlopePanel("delay", "months", {"kind": one})]
    return coefficients(panels, width, groups=[["kind", "harm"], ["columns"]], other="mixed model")


def draw_curves(width: Width) -> Canvas:
    a = {0.0: estimate(0), 0.3: estimate(-5)}
    b = {0.0: estimate(0), 0.3: estimate(-2)}
    return charts.curves(
        [Panel("noise", "share", "points", {"a": a, "b": b}), Panel("size", "share", "points", {"b": b})], width
    )


def draw_bands(width: Width) -> Canvas:
    a = {rate: estimate(rate**0.5, 0.1) for rate in np.linspace(0, 1, 51).tolist()}
    b = {rate: estimate(rate, 0.1) for rate in a}
    return charts.curves([Panel("", "false", "true", {"a": a, "b": b}, has_diagonal=True)], width)


def draw_scatter(width: Width) -> Canvas:
    return charts.cost_scatter(
        [Method("a", 0.1, 80, "x"), Method("b", 0.1, 80, "y"), Method("c", 0.2, 81, "y")],
        width,
        xlabel="seconds",
        ylabel="percent",
    )


def draw_ranks(width: Width) -> Canvas:
    scores = pd.DataFrame(np.random.default_rng(0).normal(size=(8, 5)), columns=list("abcde"))
    return charts.critical_difference(rank_diagram(scores), str.upper, width)


DIFFERENCES = pd.DataFrame({"a": [-0.01, 9.4, 4.0], "b": [-9.4, math.nan, 60.0]}, index=["one", "two", "three"])


def draw_heatmap(width: Width) -> Canvas:
    return charts.heatmap(DIFFERENCES, width, label="points", strong=DIFFERENCES > 5)


def draw_shares(width: Width) -> Canvas:
    return share_maps({"first": DIFFERENCES.abs(), "second": DIFFERENCES.abs()}, width, label="percent", breaks=[1])


def draw_bars(width: Width) -> Canvas:
    series = {"at defaults": {"DDM": estimate(3), "KS": estimate(4)}, "set": {"DDM": estimate(5)}}
    return bars([Measured("delay, months", series, {"DDM": 2.0}), Measured("accuracy, %", series, {}, 105.0)], width)


def draw_survival(width: Width) -> Canvas:
    delays = np.linspace(0, 2, 81)
    curve = Decline(delays, 1 - delays / 4, np.full(81, math.nan), np.full(81, math.nan))
    return survival_curves(
        {"Concept drift": {"DDM": curve}, "Data drift": {"KS": curve}}, width, xlabel="months", ylabel="x"
    )


def draw_tradeoff(width: Width) -> Canvas:
    curves = {"DDM": Curve([(1.0, 2.0), (5.0, 1.5)], (9.0, 1.2)), "KS": Curve([(1.0, 1.0)])}
    return tradeoff(curves, width, xlabel="alarms", ylabel="months", ticks=(0, 1, 5, 10))


def draw_realised(width: Width) -> Canvas:
    points = {"DDM": np.array([4.0, 5.0, 5.0]), "KS": np.array([3.0])}
    return realised(
        [Setting("default", points, None), Setting("set", points, 5.0, (2.5, 7.5))], width, xlabel="alarmed, %"
    )


def draw_answers(width: Width) -> Canvas:
    words = "one with a name that takes more than a line of a narrow figure, and more than one of a wide one"
    parts = [Bar("a", [3, 0, 4, 9], words), Bar("b", [0, 0, 0, 0]), Bar(words, [1, 1, 1, 0], "second")]
    return diverging_bars(parts, ["never", "seldom", "often", "always"], width)


def curve_panels(n_panels: int, n: int) -> list[charts.CurvePanel]:
    rng, names = np.random.default_rng(0), list(style.VERDICTS)
    return [
        charts.CurvePanel(
            f"contrast {place} with a name that is longer than its panel is wide",
            "points",
            (middle := rng.normal(size=n)),
            middle - 1,
            middle + 1,
            [names[at % len(names)] for at in range(n)],
            0.5 * place,
        )
        for place in range(n_panels)
    ]


def half_of(n: int) -> Bools:
    """Specifications that have one and the other of two levels in turn."""
    return np.arange(n)[:, np.newaxis] % 2 == np.arange(2)


def draw_specifications(width: Width) -> Canvas:
    has = np.column_stack([np.arange(40)[:, np.newaxis] % 3 == np.arange(3), half_of(40)])
    return charts.specification_curve(
        curve_panels(2, 40), has, {"metric": ["accuracy", "f1", "auc"], "seeds": ["all", "half"]}, width
    )


def draw_many_specifications(width: Width) -> Canvas:
    return charts.specification_curve(curve_panels(4, 1700), half_of(1700), {"seeds": ["all", "half"]}, width)


CHARTS = [
    *(
        draw_dots,
        draw_forest,
        draw_bent_forest,
        draw_coefficients,
        draw_curves,
        draw_bands,
        draw_scatter,
        draw_ranks,
        draw_heatmap,
        draw_shares,
        draw_specifications,
        draw_many_specifications,
    ),
    *(draw_bars, draw_survival, draw_tradeoff, draw_realised, draw_answers),
]
each_chart = pytest.mark.parametrize("draw", CHARTS, ids=lambda draw: draw.__name__)
each_width = pytest.mark.parametrize("width", Width, ids=lambda width: width.name.lower())
Draw = Callable[[Width], Canvas]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Draw], list[Path]]:
    """The files of a chart: PDF, SVG and PNG of a page, and the PDF of a column."""
    folder = tmp_path_factory.mktemp("figures")
    return functools.cache(lambda draw: write_figure(Figure(draw.__name__, "What to see.", draw), folder))


@each_chart
def test_a_figure_has_the_same_bytes_on_every_run(
    draw: Draw, written: Callable[[Draw], list[Path]], tmp_path: Path
) -> None:
    first, name = written(draw), draw.__name__
    second = write_figure(Figure(name, "What to see.", draw), tmp_path)
    assert [path.name for path in first] == [f"{name}.pdf", f"{name}.svg", f"{name}.png", f"{name}_column.pdf"]
    assert [path.name for path in second] == [path.name for path in first]
    assert [path.read_bytes() for path in second] == [path.read_bytes() for path in first]


def test_a_narrow_figure_has_a_wide_version_beside_it(tmp_path: Path) -> None:
    figure = Figure("example", "What to see.", draw_forest, (Width.COLUMN, Width.PAGE))
    assert [path.name for path in write_figure(figure, tmp_path)][-1] == "example_page.pdf"
    assert len(write_figure(Figure("one", "", draw_forest, (Width.PAGE,)), tmp_path)) == 3


@each_chart
def test_a_figure_is_exactly_as_wide_as_it_says(draw: Draw, written: Callable[[Draw], list[Path]]) -> None:
    pdf, svg, png, column = written(draw)
    assert width_of_pdf(pdf) == pytest.approx(178, abs=0.01)
    assert width_of_svg(svg) == pytest.approx(178, abs=0.01)
    assert len(plt.imread(png)[0]) == pytest.approx(178 / 25.4 * 200, abs=1)
    assert width_of_pdf(column) == pytest.approx(84, abs=0.01)


def width_of_pdf(path: Path) -> float:
    (box,) = re.findall(rb"/MediaBox \[([^]]*)\]", path.read_bytes())
    left, _, right, _ = map(float, box.split())
    return (right - left) / 72 * 25.4


def width_of_svg(path: Path) -> float:
    (points,) = re.findall(r'<svg [^>]*width="([0-9.]+)pt"', path.read_text(encoding="utf-8"))
    return float(points) / 72 * 25.4


@each_width
@each_chart
def test_nothing_reaches_beyond_the_paper_and_nothing_is_set_too_small(draw: Draw, width: Width) -> None:
    with style.applied():
        canvas = draw(width)
        canvas.draw_without_rendering()
        drawn, paper = canvas.get_tightbbox(), canvas.bbox_inches
        boxes = [
            drawn,
            *(text.get_window_extent().transformed(canvas.dpi_scale_trans.inverted()) for text in free(canvas)),
        ]
        for box in boxes:
            assert paper.x0 - 0.01 <= box.x0
            assert paper.y0 - 0.01 <= box.y0
            assert box.x1 <= paper.x1 + 0.01
            assert box.y1 <= paper.y1 + 0.01
        assert min(text.get_fontsize() for text in texts(canvas)) >= style.CELL
        plt.close(canvas)


def texts(canvas: Canvas) -> list[Text]:
    """Every text that is seen."""
    return [each for each in canvas.findobj(Text) if each.get_visible() and each.get_text().strip()]


def free(canvas: Canvas) -> list[Text]:
    """Texts that the layout makes no room for."""
    return [text for text in texts(canvas) if not text.get_in_layout()]


@each_chart
def test_fonts_are_our_own_as_type_42_and_svg_text_is_text(draw: Draw, written: Callable[[Draw], list[Path]]) -> None:
    pdf, svg, _, _ = written(draw)
    inside = unpacked(pdf.read_bytes())
    fonts = set(re.findall(rb"/BaseFont /(?:[A-Z]{6}\+)?([\w-]+)", inside))
    assert fonts
    assert all(font.startswith(b"LibertinusSerif-") for font in fonts), fonts
    assert b"/FontFile2" in inside
    assert b"/Type3" not in inside
    content = svg.read_text(encoding="utf-8")
    assert "<text" in content
    assert set(re.findall(r"font-family: '([^']*)'", content)) <= {style.FONT}


def unpacked(pdf: bytes) -> bytes:
    """A PDF with its compressed streams opened."""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            pdf += zlib.decompress(stream)
        except zlib.error:
            continue
    return pdf


@each_chart
def test_zero_is_never_negative(draw: Draw) -> None:
    with style.applied():
        canvas = draw(Width.PAGE)
        canvas.draw_without_rendering()
        for text in texts(canvas):
            assert not re.search(r"[-−]0(\.0+)?(?![.\d])", text.get_text()), text
        plt.close(canvas)


def test_numbers_in_cells_stand_out_from_their_colour() -> None:
    with style.applied():
        canvas = draw_heatmap(Width.PAGE)
        axes = canvas.axes[0]
        (mesh,) = axes.collections
        values = DIFFERENCES.to_numpy()[np.isfinite(DIFFERENCES.to_numpy())]
        assert [text.get_text() for text in axes.texts] == ["0.0", "−9.4", "9.4", "4.0", "60.0"]
        for text, value in zip(axes.texts, values, strict=True):
            light, dark = sorted(map(style.luminance, (text.get_color(), mesh.to_rgba(value))), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5
        plt.close(canvas)


def test_colours_that_end_before_the_numbers_end_in_an_arrow() -> None:
    with style.applied():
        canvas = draw_heatmap(Width.PAGE)
        assert canvas.axes[0].collections[0].colorbar.extend == "max"
        plt.close(canvas)


@each_width
def test_a_bent_axis_says_so(width: Width) -> None:
    with style.applied():
        for draw in (draw_bent_forest, draw_coefficients, draw_tradeoff):
            canvas = draw(width)
            assert "then logarithmic" in canvas.axes[0].get_xlabel()
            assert canvas.axes[0].get_xscale() == "symlog"
            plt.close(canvas)


def test_groups_of_dots_may_bend_upwards() -> None:
    with style.applied():
        groups = {"weekly": {"at 1": estimate(15.0)}, "never": {"at 1": estimate(1.0)}}
        axes = charts.grouped_dots(groups, {}, ylabel="regret", linear_to=5.0).axes[0]
        assert "linear to 5, then logarithmic" in axes.get_ylabel()
        at = {value: axes.transData.transform((0, value))[1] for value in (0, 1, 5, 15)}
        assert at[5] - at[0] == pytest.approx(5 * (at[1] - at[0]))
        assert at[5] - at[0] > at[15] - at[5]
        assert axes.get_ylim()[0] <= 0 < 15 < axes.get_ylim()[1]
        plt.close(axes.figure)


def test_no_name_covers_a_point_without_one() -> None:
    with style.applied():
        canvas, axes = plt.subplots()
        axes.set(xlim=(0, 10), ylim=(0, 10))
        canvas.draw_without_rendering()
        place_labels(axes, {(5.0, 5.0): "a name"})
        place_labels(axes, {(5.0, 5.0): "a name"}, unnamed=[axes.texts[0].get_position()])
        first, second = (text.get_window_extent() for text in axes.texts)
        middle = axes.transData.transform(axes.texts[0].get_position())
        assert first.contains(*middle)
        assert not second.contains(*middle)
        plt.close(canvas)


def test_a_specification_curve_is_in_order_and_marks_the_registered_one() -> None:
    with style.applied():
        [panel] = curve_panels(1, 40)
        canvas = charts.specification_curve([panel], half_of(40), {"seeds": ["all", "half"]})
        points = [line for line in canvas.axes[0].lines if line.get_linestyle() == "None"]
        x, y = (np.concatenate([getattr(line, f"get_{name}data")() for line in points]) for name in "xy")
        assert np.array_equal(y[np.argsort(x)], np.sort(panel.estimates))
        marked = next(
            line for line in canvas.axes[0].lines if len(set(line.get_xdata())) == 1 and len(line.get_xdata()) == 2
        )
        assert y[np.argsort(x)][int(marked.get_xdata()[0])] == panel.estimates[0]


@pytest.mark.parametrize(("long", "is_cut"), [(3.0, False), (500.0, True), (np.inf, True)])
def test_an_interval_that_is_much_longer_than_most_is_cut_and_ends_in_an_arrow(long: float, is_cut: bool) -> None:
    with style.applied():
        [panel] = curve_panels(1, 40)
        panel.high[7] = panel.estimates[7] + long
        canvas = charts.specification_curve([panel], half_of(40), {"seeds": ["all", "half"]})
        _, top = canvas.axes[0].get_ylim()
        assert panel.estimates.max() + 1 < top < panel.estimates.max() + 4
        names = [text.get_text() for text in canvas.legends[0].get_texts()]
        assert ("interval goes on" in names) == is_cut


def test_levels_of_equal_specifications_are_all_dark() -> None:
    with style.applied():
        [panel] = curve_panels(1, 40)
        has = half_of(40)
        has[np.argmin(panel.estimates)] = True
        canvas = charts.specification_curve([panel], has, {"seeds": ["all", "half"]})
        shown = canvas.axes[1].images[0].get_array()
        assert shown[1:, 0].tolist() == [1, 1]
        assert (shown[1:, 1:].sum(axis=0) == 1).all()


def test_a_specification_curve_of_logarithms_shows_ratios() -> None:
    with style.applied():
        [panel] = curve_panels(1, 40)
        canvas = charts.specification_curve(
            [replace(panel, ylabel="times", in_times=True)],
            half_of(40),
            {"seeds": ["all", "half"]},
        )
        canvas.draw_without_rendering()
        labels = canvas.axes[0].get_yticklabels()
        assert 3 <= len(labels) <= 6
        for label in labels:
            assert float(label.get_text()) == pytest.approx(math.exp(label.get_position()[1]), rel=0.01)


def test_intervals_of_many_levels_are_a_band_about_the_curve() -> None:
    with style.applied():
        first, second = draw_bands(Width.PAGE).axes
        for axes in (first, second):
            (band,) = axes.collections
            rates = band.get_paths()[0].vertices[:, 1]
            assert (rates.min(), rates.max()) == pytest.approx((-0.1, 1.1))


@each_width
def test_a_forest_draws_every_verdict_in_its_own_look(width: Width) -> None:
    with style.applied():
        axes = draw_bent_forest(width).axes[0]
        drawn = [line for line in axes.lines if line.get_marker() != "None"]
        for line, look in zip(drawn, style.VERDICTS.values(), strict=True):
            assert (line.get_color(), line.get_marker(), line.get_markerfacecolor()) == (
                look.colour,
                look.marker,
                look.face,
            )


def test_what_has_no_estimate_is_said_in_its_place() -> None:
    with style.applied():
        canvas = draw_dots(Width.COLUMN)
        assert [text.get_text() for text in canvas.axes[0].texts] == ["none"]
        plt.close(canvas)


def test_a_method_stands_at_the_same_place_in_every_block_with_its_own_line_in_colour() -> None:
    with style.applied():
        first_a, first_b, second_a, second_b = draw_curves(Width.PAGE).axes
    assert [axes.get_title("left") for axes in (first_a, first_b, second_b)] == ["a", "b", "b"]
    colours = [axes.containers[0][0].get_color() for axes in (first_a, first_b, second_b)]
    assert colours == [style.BLUE] * 3
    assert not second_a.containers


@each_width
def test_a_single_method_is_drawn_too(width: Width) -> None:
    with style.applied():
        canvas = charts.cost_scatter([Method("a", 0.1, 80, "x")], width, xlabel="seconds", ylabel="percent")
        assert [text.get_text() for text in canvas.axes[0].texts] == ["a"]
        plt.close(canvas)


def test_equal_points_have_their_names_above_each_other() -> None:
    with style.applied():
        canvas = draw_scatter(Width.PAGE)
        assert "a\nb" in [text.get_text() for text in canvas.axes[0].texts]
        plt.close(canvas)


def test_one_data_set_is_too_few_for_a_critical_difference_and_still_drawn() -> None:
    with style.applied():
        charts.critical_difference(rank_diagram(pd.DataFrame({"a": [1.0], "b": [2.0]})), str.upper)


def test_what_the_documentation_shows_works_in_one_namespace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (places.shipped("docs") / "figures.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for code in re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        exec(compile(code, "docs/figures.md", "exec"), names)
    assert {path.name for path in Path("figures").glob("*_*.pdf")} == {"gain_page.pdf", "months_column.pdf"}
