"""Every number that a sentence of the paper uses, with its source."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from experiments.detection.design import MAIN
from experiments.detection.factor_models import effects, factors, questions
from experiments.detection.record_queries import asked
from experiments.detection.records import CONTROL
from experiments.detection.study import Study
from experiments.detection.tables.comparing import HEADLINE
from harness.analysis.query import OK, where
from harness.detectors.run import DEFAULT
from harness.inference.planning import minimal_detectable_difference
from harness.report.numbers import Number, cells, declared, found
from harness.scoring import measures
from harness.scoring.alarms import GRACE
from harness.scoring.sums import LONGEST_DELAY

_STUDY, _DESIGN = "experiments.detection.study.Study", "experiments.detection.design.DESIGN"


def numbers(study: Study) -> dict[str, Number]:
    """By key: the size of the study, its rules, the published and the headline measures."""
    return {
        **study.evidence.numbers,
        **_records(study),
        **_main(study),
        **_declared(study),
        **dict(_published(study)),
        **dict(_headlines(study)),
        **dict(_moved(study)),
    }


def _records(study: Study) -> dict[str, Number]:
    """How much was measured, whatever the question."""
    streams = study.recorded.streams
    n_runs = round(sum(float(sums["runs"].sum()) for sums in study.tally.sums.values()))
    free = where(scenario=CONTROL)
    partial_sets = streams.loc[streams["dataset"].isin(study.design.partial), "dataset"]
    n_months = sorted(study.conditions["months"].unique())
    by = "experiments.detection.records.Recorded"
    return {
        "streams": Number.of_count(len(streams), found(by, OK), grouped=True),
        "streams.free": Number.of_count(
            int((streams["scenario"] == CONTROL).sum()), found(by, OK & free), grouped=True
        ),
        "runs": Number.of_count(n_runs, found(by, OK), grouped=True),
        "scenarios": Number.of_count(study.conditions["scenario"].nunique() - 1, found(by, OK)),
        "partial": Number.of_count(partial_sets.nunique(), found(by, OK & where(dataset=study.design.partial))),
        "months": Number.of_list(n_months, found(by, OK)),
        "absent": Number.of_words(study.absent, found(f"{_STUDY}.absent")),
    }


def _main(study: Study) -> dict[str, Number]:
    """The size of the main comparison."""
    main = study.conditions[study.drifted(MAIN)]
    source = found(f"{_STUDY}.drifted", asked(study, MAIN))
    return {
        "sets": Number.of_count(main["dataset"].nunique(), source),
        "models": Number.of_count(main["model"].nunique(), source),
        "harms": Number.of_list(sorted(main["harm"].unique()), source),
        "detectable": _detectable(study),
    }


def _detectable(study: Study) -> Number:
    """The difference of delay between the first two compared detectors that a study like this finds with 80 % power."""
    first, second = (study.at(name, study.design.matched) for name in study.design.compared[:2])
    differences = study.contrast(measures.delay, second, first)
    source = found("harness.inference.planning.minimal_detectable_difference", asked(study, MAIN))
    if len(differences) < 2:
        return Number.missing(source, "not known")
    least = minimal_detectable_difference(len(differences), sd=float(differences.std(ddof=1)), alpha=0.05)
    return Number.of_decimals(least.estimate, 2, source)


def _declared(study: Study) -> dict[str, Number]:
    """What was fixed before any record."""
    design = study.design
    n_detectors = sum(name not in design.baselines for name in design.detectors)
    return {
        "detectors": Number.of_count(n_detectors, declared(f"{_DESIGN}.detectors")),
        "baselines": Number.of_count(len(design.baselines), declared(f"{_DESIGN}.baselines")),
        "matched": Number.of_words(design.matched, declared(f"{_DESIGN}.matched")),
        "rows_per_month": Number.of_count(design.rows_per_month, declared(f"{_DESIGN}.rows_per_month")),
        "grace": Number.of_shortest(GRACE, declared("harness.scoring.alarms.GRACE")),
        "delay.longest": Number.of_shortest(LONGEST_DELAY, declared("harness.scoring.sums.LONGEST_DELAY")),
    }


def _published(study: Study) -> Iterator[tuple[str, Number]]:
    for name, measured in study.design.published.items():
        for key, value in measured.items():
            yield f"published.{name}.{key}", Number.of_shortest(value, declared(f"{_DESIGN}.published.{name}.{key}"))


def _headlines(study: Study) -> Iterator[tuple[str, Number]]:
    for name in study.design.compared:
        for setting, word, table in ((DEFAULT, "default", "paper"), (study.design.matched, "matched", "paper_matched")):
            run = study.at(name, setting)
            at = partial(cells, table, {"detector": name})
            for key, (_, measure, decimals) in HEADLINE.items():
                one = study.mean(measure, run)
                yield f"{word}.{name}.{key}", Number.of_decimals(one.estimate, decimals, at(key))
                ends = at(f"{key}_low", f"{key}_high")
                yield f"{word}.{name}.{key}.interval", Number.of_interval(one.interval, decimals, ends)


def _moved(study: Study) -> Iterator[tuple[str, Number]]:
    """How much the accuracy of the first and the last compared detector changes with kind of drift, harm and late labels."""
    accuracy = questions(study)[0]
    titles = {(factor.term, factor.level): factor.title for factor in factors(study)}
    for name in (study.design.compared[0], study.design.compared[-1]):
        found_by = {(factor.term, factor.level): each for factor, each in effects(study, accuracy, name).items()}
        for key in (("kind", "data"), ("harm", ""), ("late", "")):
            if key in found_by:
                source = cells("regression", {"measure": accuracy.title, "factor": titles[key]}, name)
                number = Number.of_decimals(found_by[key].main.estimate, 1, source, signed=True)
            else:
                number = Number.missing(found("experiments.detection.factor_models.effects", asked(study, MAIN)))
            yield f"moves.{key[0]}.{name}", number
