"""The figures of the detection study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from experiments.detection.design import Where, only
from experiments.detection.scenarios import of_kind
from experiments.detection.study import Study
from experiments.detection.tables.comparing import HEADLINE
from experiments.detection.tables.kinds import scenarios_with_events
from experiments.detection.tables.regression import factor_groups, slope_panels
from harness.analysis.charts.bars import Measured, bars
from harness.analysis.charts.coefficients import coefficients
from harness.analysis.charts.shares import share_maps
from harness.analysis.charts.survival import Decline, survival_curves
from harness.analysis.charts.tradeoff import Curve, tradeoff
from harness.analysis.detector_families import OTHERS
from harness.analysis.style import Width
from harness.detectors.run import DEFAULT, Run
from harness.drift import Kind
from harness.inference.mean import mean, within
from harness.report.figure import Figure
from harness.scoring import kaplan_meier, measures
from harness.scoring.alarms import GRACE
from harness.scoring.sums import LONGEST_DELAY

_N_DELAYS = 81
"""The number of delays at which curves of unnoticed drifts are read, with 0 and the last delay."""


def figures(study: Study) -> Iterator[Figure]:
    """In the order of the paper; those without data are left out."""
    yield Figure(
        "paper",
        f"The source paper's table, measured: restricted mean delay (to {LONGEST_DELAY:g} months), accuracy of judging whole "
        "streams (A1) and share of drift-free half-years with an alarm (F1), means over data sets with 95 % intervals; "
        "diamonds are the published numbers. At defaults detectors begin with the stream, as they come; set to a rate, those "
        "of errors have read a labelled reference month first.",
        partial(_paper, study),
        tables=("paper", "paper_matched"),
    )
    yield Figure(
        "scenarios",
        "Percent of drifts found by every detector in every scenario, mean over data sets, at defaults and set to "
        f"{study.design.matched} % false alarms, each detector where it can read and be set. The first row, in which less is "
        "better, is the share of drift-free streams with an alarm.",
        partial(_scenarios, study),
        tables=("by_scenario", "paper", "paper_matched"),
    )
    if declines := _declines(study):
        yield Figure(
            "survival",
            f"Share of first drifts that are still unnoticed after a delay, all set to {study.design.matched} % false alarms: "
            "means of the Kaplan-Meier curves of the data sets with pointwise 95 % intervals over them (main comparison; each "
            "detector where it could be set).",
            partial(survival_curves, declines, xlabel="delay, months", ylabel="still unnoticed"),
        )
    curves = _curves(study)
    if any(len(curve.points) > 2 for curve in curves.values()):
        yield Figure(
            "tradeoff",
            "Delay against false alarms, both as found: each detector set to 1, 5, 10 and 20 % (filled) and at its default "
            "(hollow); means over data sets, abrupt and gradual drifts of 10 points. Each detector is on the pairs of data set "
            "and model where it could be set to all rates. The axis of false alarms is linear to 1 % and logarithmic beyond.",
            partial(
                tradeoff,
                curves,
                xlabel="drift-free half-years with an alarm",
                ylabel="restricted mean delay, months",
                ticks=(0, 1, 5, 10, 20, 50, 100),
            ),
            (Width.COLUMN, Width.PAGE),
        )
    slopes = slope_panels(study)
    if slopes:
        yield Figure(
            "regression",
            f"What moves accuracy and delay, set to {study.design.matched} % false alarms, and false positives at defaults: "
            "the change with a factor, the others held, with 95 % intervals over data sets (effects of data sets and CR2; of "
            "the last two lines least squares on means of data sets). Hollow markers are the estimates of a mixed model. KS "
            "reads neither labels nor models; drift-free streams have neither kind nor harm.",
            partial(coefficients, slopes, groups=factor_groups(study), other="mixed model"),
            tables=("regression",),
        )


def _paper(study: Study, width: Width) -> Canvas:
    design = study.design
    panels = []
    for key, (title, measure, _) in HEADLINE.items():
        series = {
            f"{study.set_to(setting)}{warmed}": {
                _in_lines(study.title(called)): study.mean(measure, study.at(name, setting))
                for called, name in zip((*design.named, "random"), (*names, "random"), strict=True)
                if study.has(study.at(name, setting))
            }
            for setting, names, warmed in ((DEFAULT, design.named, ""), (design.matched, design.compared, ", warmed"))
        }
        published = {
            _in_lines(study.title(called)): design.published_of(name)[key]
            for called, name in zip(design.named, design.compared, strict=True)
        }
        panels.append(Measured(title, series, published, 105.0 if title.endswith("%") else None))
    return bars(panels, width)


def _in_lines(title: str) -> str:
    """A title whose second part stands below its first."""
    return title.replace(", ", ",\n")


def _scenarios(study: Study, width: Width) -> Canvas:
    scenarios = scenarios_with_events(study)
    shown = (*study.design.drawn, "metronome")  # of the baselines that alarm always or never, only this one
    detectors = [name for name in study.design.detectors if name not in study.design.baselines or name in shown]
    tables = {}
    for setting in (DEFAULT, study.design.matched):
        runs = {study.title(name): study.at(name, setting) for name in detectors if study.has(study.at(name, DEFAULT))}
        cells = {
            title: [study.mean(measures.false_positives, run).estimate]
            + [study.mean(measures.found, run, only(one)).estimate for one in scenarios]
            for title, run in runs.items()
        }
        names = ["no drift", *map(study.scenario_title, scenarios)]
        tables[study.set_to(setting)] = pd.DataFrame(cells, index=names)
    kinds = [study.design.kind_of(one) for one in scenarios]
    breaks = [1, *(1 + place for place in range(1, len(kinds)) if kinds[place] != kinds[place - 1])]
    return share_maps(tables, width, label="percent", breaks=breaks)


def _declines(study: Study) -> dict[str, dict[str, Decline]]:
    """By kind of drift and detector; kinds and detectors without such streams are left out."""
    panels = {}
    for kind in (Kind.NOISE, Kind.CONCEPT, Kind.DATA, OTHERS):
        where = Where(kinds=(kind,))
        runs = {study.title(name): study.at(name, study.design.matched) for name in study.design.drawn}
        curves = {title: decline(study, run, where) for title, run in runs.items() if study.has(run)}
        if known := {title: curve for title, curve in curves.items() if curve}:
            panels[of_kind(kind).capitalize()] = known
    return panels


def decline(study: Study, run: Run, where: Where) -> Decline | None:
    """The share still unnoticed after each delay: mean over data sets and its 95 % interval; None without such a drift."""
    scans = study.recorded.scans(run)
    chosen = study.drifted(where)[study.tally.condition_of[scans.stream]]
    scored = study.recorded.score(scans, grace=GRACE).take(chosen)
    first = scored.first_event
    if not len(first):
        return None
    set_of_scan = study.conditions["dataset"].to_numpy()[study.tally.condition_of[scans.stream[chosen]]]
    sets = set_of_scan[scored.run[first]]
    delays, detected = scored.delay_months[first], scored.detected[first]
    grid = np.linspace(0.0, LONGEST_DELAY, _N_DELAYS)
    curves = [kaplan_meier(delays[sets == one], detected[sets == one]).at(grid) for one in np.unique(sets)]
    means = [within(mean(shares), (0.0, 1.0)) for shares in np.transpose(curves)]
    return Decline(
        delays=grid,
        share=np.array([each.estimate for each in means]),
        low=np.array([each.interval.low for each in means]),
        high=np.array([each.interval.high for each in means]),
    )


def _curves(study: Study) -> dict[str, Curve]:
    """Each drawn detector over its settings, on the data sets and models where it could be set to all of them."""
    design = study.design
    where = Where(scenarios=design.curved, harms=(10,))
    settings = sorted({*design.curve, design.matched}, key=float)
    found = {}
    for name in design.drawn:
        runs = [Run(name, setting) for setting in settings if study.has(Run(name, setting))]
        if not runs:
            continue
        beside = [*runs, *([Run(name, DEFAULT)] if study.has(Run(name, DEFAULT)) else [])]
        places = {run: _place(study, run, beside, where) for run in beside}
        points = [places[run] for run in runs if np.isfinite(places[run]).all()]
        if points:
            default = places.get(Run(name, DEFAULT), (np.nan, np.nan))
            found[study.title(name)] = Curve(points, default if np.isfinite(default).all() else None)
    return found


def _place(study: Study, run: Run, beside: Sequence[Run], where: Where) -> tuple[float, float]:
    """False positives as found on twins, and delay, where all settings of the curve have read both."""
    values = (
        study.values(measure, run, where, beside=beside) for measure in (measures.false_positives, measures.delay)
    )
    rate, delay = (float(value.mean()) for value in values)
    return rate, delay
