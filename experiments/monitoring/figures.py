"""The figures of the monitoring study."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.monitoring.answers.choices import DRIFTS
from experiments.monitoring.cube import Where
from experiments.monitoring.design import CONTROL, LEARNABLE
from experiments.monitoring.one_stream import Episode, Story, story
from experiments.monitoring.study import MONTHS, Study
from experiments.monitoring.tables.paying import tuned_regret
from harness.analysis import style
from harness.analysis.charts import grouped_dots
from harness.analysis.charts.bars import Measured, bars
from harness.analysis.charts.labels import place_labels
from harness.analysis.charts.layout import legend_below, panels, round_ticks
from harness.analysis.style import Width
from harness.core import Floats
from harness.inference.estimate import Estimate
from harness.report.figure import Figure

RIVALS = {
    "random": "random",
    "periodic": "at equal distances",
    "calendar": "by the calendar",
    "shuffled": "shuffled over streams",
}

_NARROW = (Width.COLUMN, Width.PAGE)


def figures(study: Study) -> Iterator[Figure]:
    """In the order of the paper; those without data are left out."""
    yield Figure(
        "paper",
        "The source paper's figure, measured: accuracy that is retained, retrains in half a year, and drifts that are alarmed "
        f"before a fall of 5 points can be seen{study.until_fall}; means over data sets with 95 % intervals, n of them where "
        "an entry lives on fewer; diamonds are the published numbers.",
        partial(_paper, study),
    )
    yield Figure(
        "matched",
        "What information is worth: points of accuracy more than as many retrains that know nothing, on learnable drifts after "
        "which enough could be had back; means over data sets with 95 % intervals, n of them where an entry lives on fewer. "
        "Equal distances are the mean of all phases, also of those that retrain in the first and the last weeks, where it pays "
        "least: so calendars are above 0 there without knowing anything. By the calendar as many retrains part the "
        "stream into equal parts, a rival that was added when the register had been answered. Only the comparison with a "
        "policy's own schedules on other streams measures what it knew of this one.",
        partial(_matched, study),
        tables=("matched",),
    )
    yield Figure(
        "pareto",
        "Accuracy against retrains on learnable drifts, policies that live on all data sets and models: means over "
        f"data sets.{_elsewhere(study)} The line is the best that schedules of so many retrains on average reach in hindsight, "
        "more of them on streams where they pay more; the dotted one is the mean of all schedules of so many, whose models "
        "learn a month of rows as those of calendars do, while those of policies that alarm learn half a month.",
        partial(_pareto, study),
        _NARROW,
    )
    told = story(study)
    if told is not None:
        yield Figure(
            "stream",
            f"One stream ({told.caption}): the expected accuracy of each week under some policies. The vertical line is the "
            "drift; triangles are alarms that were acted upon, dots new models, crosses challengers that were "
            "discarded, squares models that were taken back; dotted is a model of fresh rows of each week. The week of the "
            f"onset averages rows before and after it.{_unusual(study)}",
            partial(_stream, told),
            (Width.PAGE,),
        )
    yield Figure(
        "regret",
        "What policies pay beyond the informed oracle, by the cost of a retrain in weeks of wrong answers: points of the "
        "half-year's accuracy, all streams with and without a drift; means over data sets with 95 % intervals, n of them where "
        "an entry lives on fewer. The tuned calendar has the interval of least mean cost on the other data sets.",
        partial(_regret, study),
        tables=("regret",),
    )


def _named(study: Study, where: Where) -> list[str]:
    return study.living(study.design.named, where)


def _elsewhere(study: Study) -> str:
    """Which named entries are left out, since they do not live on all data sets and models."""
    where = study.drifts._replace(groups=(LEARNABLE,))
    named = _named(study, where)
    left = [study.title(one) for one in named if one not in study.everywhere(named, where)]
    return f" Left out, since it does not: {', '.join(left)}." if left else ""


def _unusual(study: Study) -> str:
    """What the stream was chosen for, and what is usual."""
    data, calm = study.design.data, study.drifts._replace(groups=(CONTROL,))
    silent = 100 * study.mean("silent", data, calm).estimate
    usual = (
        f": without a drift {study.title(data)} is silent on {silent:.0f} % of streams" if np.isfinite(silent) else ""
    )
    return f" It was chosen because much happens on it, and is not usual{usual}."


def _with_n(named: Mapping[str, Mapping[str, Estimate]], between: str = " ") -> dict[str, Mapping[str, Estimate]]:
    """The same, with the number of data sets in the name of what lives on fewer than others."""
    sizes = {name: max((one.n for one in found.values()), default=0) for name, found in named.items()}
    most = max(sizes.values(), default=0)
    return {f"{name}{between}(n = {n})" if 0 < (n := sizes[name]) < most else name: one for name, one in named.items()}


def _paper(study: Study, width: Width) -> Canvas:
    design, where = study.design, study.paying
    heads = {
        "retained": "accuracy retained, %",
        "retrains": "retrains in half a year",
        "early": "alarms from onset to a fall of 5 points, %",
    }
    drawn = []
    for measure, title in heads.items():
        found = {one: {measure: study.mean(measure, one, where)} for one in study.living(design.short, where)}
        known = {one: each for one, each in found.items() if np.isfinite(each[measure].estimate)}
        titles = dict(zip(known, _with_n({design.short[one]: each for one, each in known.items()}, "\n"), strict=True))
        published = {
            titles[one]: retained if measure == "retained" else MONTHS / months
            for one, (retained, months, _) in design.published.items()
            if measure != "early" and one in titles
        }
        estimates = {titles[one]: each[measure] for one, each in known.items()}
        drawn.append(Measured(title, {"measured": estimates}, published, 105.0 if measure == "retained" else None))
    return bars(drawn, width)


def _matched(study: Study, width: Width) -> Canvas:
    entries = [one for one in _named(study, study.paying) if one != "never"]
    groups = {
        study.title(one): {
            title: found
            for rival, title in RIVALS.items()
            if np.isfinite((found := study.mean(rival, one, study.paying)).estimate)
        }
        for one in entries
    }
    return grouped_dots(_with_n(groups), {}, width, ylabel="points of accuracy")


def _pareto(study: Study, width: Width) -> Canvas:
    where = study.drifts._replace(groups=(LEARNABLE,))
    canvas, grid = panels(width, 84 if width is Width.COLUMN else 92)
    axes: Axes = grid[0, 0]
    handles: dict[str, Any] = {}
    points: list[tuple[float, float]] = []
    names: list[str] = []
    alone: list[str] = []
    for number, (family, members) in enumerate(study.design.families.items()):
        entries = study.everywhere([one for one in study.entries() if one in members], where)
        places = [
            (study.mean("retrains", one, where).estimate, study.mean("accuracy", one, where).estimate)
            for one in entries
        ]
        if places:
            (handles[family],) = axes.plot(
                *zip(*places, strict=True),
                style.marker_of(number),
                color=style.colour_of(number),
                markersize=4.5,
                markeredgecolor="white",
                markeredgewidth=0.5,
            )
            points += places
            names += [study.title(one) for one in entries]
            alone += names[-1:] if len(entries) == 1 else []
    best = _in_hindsight(study, where)
    (handles["best in hindsight"],) = axes.plot(*best, color=style.GREY, linewidth=0.8)
    blind = study.blind(where)
    (handles["mean of all schedules"],) = axes.plot(
        range(len(blind)), blind, color=style.GREY, linewidth=0.8, linestyle=":"
    )
    axes.set_xlabel("retrains in half a year")
    axes.set_ylabel("mean accuracy, percent")
    axes.set_xscale("symlog", linthresh=1, linscale=0.6)
    axes.set_xticks([0, 1, 2, 5, 10, 23], ["0", "1", "2", "5", "10", "23"])
    axes.minorticks_off()
    axes.set_xlim(-0.25, 30)
    legend_below(canvas, handles)
    shown = {*map(study.title, study.design.named), *alone}
    canvas.draw_without_rendering()
    labels = {point: textwrap.fill(name, 20) for point, name in zip(points, names, strict=True) if name in shown}
    unnamed = [point for point in points if point not in labels]
    lines = [*zip(*best, strict=True), *enumerate(blind)]  # the first ends where the second begins, at no retrain
    place_labels(axes, labels, avoid=lines, unnamed=unnamed)
    return canvas


def _in_hindsight(study: Study, where: Where) -> tuple[Floats, Floats]:
    """Mean retrains and mean accuracy, in percent, of the best schedules at every price of a retrain; data sets weigh alike."""
    part, chosen = study.cube.parts[where.part], study.cube.chosen(where)
    best, sets = np.nan_to_num(part.best[chosen], nan=-np.inf), part.cells["dataset"].to_numpy()[chosen]
    names, of_set, sizes = np.unique(sets, return_inverse=True, return_counts=True)
    weights = 1 / (len(names) * sizes[of_set])
    prices = np.concatenate([[0.0], np.geomspace(1e-3, 100.0, 200)])
    counts = [np.argmax(best - price * np.arange(best.shape[1]), axis=1) for price in prices]
    reached = [best[np.arange(len(best)), count] @ weights for count in counts]
    return np.array([count @ weights for count in counts]), np.array(reached)


def _stream(told: Story, width: Width) -> Canvas:
    canvas, grid = panels(width, 15 * len(told.episodes) + 14, len(told.episodes), 1, sharex="all", sharey="all")
    low = min(float(episode.accuracy.min()) for episode in told.episodes) - 9
    for axes, episode in zip(grid[:, 0], told.episodes, strict=True):
        _draw_episode(axes, told, episode, low)
    grid[-1, 0].set_xlabel("week")
    canvas.supylabel("expected accuracy, %", fontsize=8)
    return canvas


def _draw_episode(axes: Axes, told: Story, episode: Episode, low: float) -> None:
    weeks = np.arange(len(episode.accuracy) + 1)
    for accuracy, look in (
        (told.fresh, {"color": style.GREY, "lw": 0.7, "ls": ":"}),
        (episode.accuracy, {"color": style.BLUE}),
    ):
        axes.stairs(accuracy, weeks, baseline=None, **look)
    if np.isfinite(told.onset):
        axes.axvline(told.onset, color=style.RED, linewidth=0.8)
    marked = (
        ("^", style.ORANGE, episode.alarms),
        ("o", style.BLUE, episode.changes),
        ("x", style.GREY, episode.discarded),
    )
    for marker, colour, places in (*marked, ("s", style.RED, episode.back)):
        axes.plot(places, [low] * len(places), marker, color=colour, markersize=4, linestyle="none")
    axes.set_xlim(0, len(episode.accuracy))
    axes.set_xticks(range(0, len(episode.accuracy) + 1, 4))
    axes.set_ylim(low - 6, 100)
    axes.yaxis.set_major_locator(round_ticks(3))
    axes.text(0.005, 0.98, episode.title, transform=axes.transAxes, va="top", fontsize=style.SMALL)


def _regret(study: Study, width: Width) -> Canvas:
    where = study.drifts._replace(groups=DRIFTS["whatever"])
    costs = [f"{cost:g}" for cost in study.design.costs[1:]]
    groups = {"Tuned calendar": {f"at {cost}": tuned_regret(study, cost, where) for cost in costs}}
    for entry in _named(study, where):
        found = {f"at {cost}": study.mean(f"informed_{cost}", entry, where) for cost in costs}
        groups[study.title(entry)] = {name: one for name, one in found.items() if np.isfinite(one.estimate)}
    return grouped_dots(_with_n(groups), {}, width, ylabel="regret, points of accuracy", linear_to=5.0)
