"""Every number that a sentence of the paper uses, with its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.monitoring.answers.choices import DRIFTS
from experiments.monitoring.answers.costs import tuned_costs
from experiments.monitoring.cube import Where
from experiments.monitoring.design import MAIN
from experiments.monitoring.record_queries import of_part
from experiments.monitoring.sentences import told
from experiments.monitoring.study import Study
from harness.inference.mean import mean
from harness.report.numbers import Number, cells, declared, found
from harness.report.table import Table

_STUDY = "experiments.monitoring.study.Study"

_SHOWN = {"retained": 1, "retrains": 2, "early": 0}


def numbers(study: Study, tables: Sequence[Table]) -> dict[str, Number]:
    """By key: the size of the study, its rules, what can be had back, and what the named policies kept.

    Args:
        study: the records.
        tables: of the report, whose cells some sentences use.
    """
    return {
        **study.evidence.numbers,
        **_size(study),
        **_declared(study),
        **_pays(study),
        **dict(_named(study)),
        **dict(_matched(study)),
        **dict(_dearer(study)),
        **dict(told(tables, found(_STUDY, of_part(study.cube, MAIN)))),
    }


def _size(study: Study) -> dict[str, Number]:
    main = study.recorded.streams[study.recorded.streams["part"] == MAIN]
    source = found(_STUDY, of_part(study.cube, MAIN))
    return {
        "sets": Number.of_count(main["dataset"].nunique(), source),
        "models": Number.of_count(main["model"].nunique(), source),
        "scenarios": Number.of_count(main["scenario"].nunique() - 1, source),
        "seeds": Number.of_count(main["seed"].nunique(), source),
        "streams": Number.of_count(len(main), source, grouped=True),
        "entries": Number.of_count(len(study.cube.parts[MAIN].entries), source),
        "absent": Number.of_words(study.absent, source),
    }


def _declared(study: Study) -> dict[str, Number]:
    design = "experiments.monitoring.design.DESIGN"
    return {
        "harm": Number.of_shortest(study.design.harm, declared(f"{design}.harm")),
        "cost": Number.of_shortest(100 * study.design.cost, declared(f"{design}.cost")),
        **{
            f"published.{entry}.{name}": Number.of_shortest(number, declared(f"{design}.published"))
            for entry, (retained, months, _) in study.design.published.items()
            for name, number in (("retained", retained), ("interval", months))
        },
    }


def _pays(study: Study) -> dict[str, Number]:
    """The share of cells with a drift in which enough can be had back, and in which weekly retraining saves nothing."""
    part = study.cube.parts[MAIN]
    known = study.cube.chosen(study.drifts) & np.isfinite(part.recoverable)
    never, always = (part.means(name, study.delays()[0], "never") for name in ("never", "always"))
    source = found("experiments.monitoring.cube.Part.recoverable", of_part(study.cube, MAIN))
    if not known.any():
        return {name: Number.missing(source) for name in ("pays", "saves_nothing")}
    pays, nothing = part.recoverable[known] >= study.design.harm, never[known] <= always[known]
    return {
        "pays": Number.of_decimals(100 * float(pays.mean()), 0, source),
        "saves_nothing": Number.of_decimals(100 * float(nothing.mean()), 0, source),
    }


def _named(study: Study) -> Iterator[tuple[str, Number]]:
    """What the entries of the paper's table kept and did."""
    design = study.design
    for entry in (design.performance, design.data, design.concept, "never", "weeks_4", "at_truth"):
        for measure, decimals in _SHOWN.items():
            key, row = f"{measure}.{entry}", {"entry": entry}
            one = study.mean(measure, entry, study.paying)
            if not np.isfinite(one.estimate):
                missing = Number.missing(found(_STUDY, of_part(study.cube, MAIN)))
                yield from ((key, missing), (f"{key}.interval", missing))
                continue
            yield key, Number.of_decimals(one.estimate, decimals, cells("paper", row, measure))
            ends = cells("paper", row, f"{measure}_low", f"{measure}_high")
            yield f"{key}.interval", Number.of_interval(one.interval, decimals, ends)


def _matched(study: Study) -> Iterator[tuple[str, Number]]:
    """What information was worth."""
    where: Where = study.paying
    for entry in (study.design.performance, study.design.data, study.design.concept, "at_truth"):
        for rival in ("periodic", "shuffled"):
            one = study.mean(rival, entry, where)
            source = cells("matched", {"entry": entry}, rival)
            known = np.isfinite(one.estimate)
            yield (
                f"{rival}.{entry}",
                Number.of_decimals(one.estimate, 1, source, signed=True)
                if known
                else Number.missing(found(_STUDY, of_part(study.cube, MAIN))),
            )


def _dearer(study: Study) -> Iterator[tuple[str, Number]]:
    """How much more policies cost than the calendar that was tuned on the other data sets, over all streams."""
    cost, where = f"{study.design.cost:g}", study.drifts._replace(groups=DRIFTS["whatever"])
    source = found("experiments.monitoring.answers.costs.tuned_costs", of_part(study.cube, MAIN))
    tuned = tuned_costs(study.cube, cost, where).values
    for entry in (study.design.performance, study.design.data, study.design.concept, "error_budget"):
        more = mean((study.values(f"hindsight_{cost}", entry, where) - tuned).dropna().to_numpy(dtype=np.float64))
        yield f"dearer.{entry}", Number.of_decimals(more.estimate, 2, source, signed=True)
        yield f"dearer.{entry}.interval", Number.of_interval(more.interval, 2, source)
