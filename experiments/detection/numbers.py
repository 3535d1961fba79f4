"""Every number that a sentence of the paper uses, with its source."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from experiments.detection.design import MAIN
from experiments.detection.factor_models import effects, factors, questions
from experiments.detection.record_queries import asked
from experiments.detection.records import CONTROL
from experiments.detection.scenarios import KINDS, of_kind
from experiments.detection.study import Study
from experiments.detection.tables.comparing import HEADLINE
from experiments.detection.tables.contrasts import by_harm_table, by_kind_table
from experiments.detection.tables.realised import EVERY, realised_table
from experiments.detection.tables.sampling import sampling_table
from experiments.detection.tables.warming import warm_up_table
from harness.analysis.query import OK, where
from harness.detectors.run import DEFAULT, Run
from harness.inference.estimate import Interval
from harness.inference.mean import mean
from harness.inference.planning import minimal_detectable_difference
from harness.report.numbers import Number, cells, declared, found
from harness.report.table import Table
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
        **_leading(study),
        **dict(_moved(study)),
        **dict(_by_kind(study)),
        **dict(_by_harm(study)),
        **dict(_warmed(study)),
        **dict(_realised(study)),
        **dict(_sampled(study)),
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
    for word, measured in study.design.published.items():
        for key, value in measured.items():
            yield f"published.{word}.{key}", Number.of_shortest(value, declared(f"{_DESIGN}.published.{word}.{key}"))


def _headlines(study: Study) -> Iterator[tuple[str, Number]]:
    """The three detectors as they come, and as registered at equal false alarms."""
    of_settings = (
        (DEFAULT, "default", "paper", study.design.named),
        (study.design.matched, "matched", "paper_matched", study.design.compared),
    )
    for setting, word, table, names in of_settings:
        for called, name in zip(study.design.named, names, strict=True):
            run = study.at(name, setting)
            at = partial(cells, table, {"detector": name})
            for key, (_, measure, decimals) in HEADLINE.items():
                one = study.mean(measure, run)
                yield f"{word}.{called}.{key}", Number.of_decimals(one.estimate, decimals, at(key))
                ends = at(f"{key}_low", f"{key}_high")
                yield f"{word}.{called}.{key}.interval", Number.of_interval(one.interval, decimals, ends)


def _leading(study: Study) -> dict[str, Number]:
    """The most accurate detector at equal false alarms, and its lead over the first compared one."""
    asking, run = found(f"{_STUDY}.contrast", asked(study, MAIN)), _leader(study)
    if run is None:
        return {f"leading.{key}": Number.missing(asking) for key in ("title", "accuracy", "lead", "lead.interval")}
    at = partial(cells, "paper_matched", {"detector": run.detector})
    lead = mean(study.contrast(measures.accuracy, run, study.at(study.design.compared[0], study.design.matched)))
    return {
        "leading.title": Number.of_words(study.title(run.detector), at("title")),
        "leading.accuracy": Number.of_decimals(study.mean(measures.accuracy, run).estimate, 1, at("accuracy")),
        "leading.lead": Number.of_decimals(lead.estimate, 1, asking, signed=True),
        "leading.lead.interval": Number.of_interval(lead.interval, 1, asking),
    }


def _leader(study: Study) -> Run | None:
    """Of the detectors that could be set on as many data sets as any other the one of greatest mean accuracy."""
    design = study.design
    runs = [study.at(name, design.matched) for name in design.detectors if name not in design.baselines]
    means = {run: study.mean(measures.accuracy, run) for run in runs if study.has(run)}
    most = max((one.n for one in means.values()), default=0)
    return max(
        (run for run, one in means.items() if one.n == most > 0), key=lambda run: means[run].estimate, default=None
    )


def _by_kind(study: Study) -> Iterator[tuple[str, Number]]:
    """Every contrast of the register by kind of drift: estimate, interval and verdict."""
    words = {of_kind(kind): str(kind) for kind in KINDS}
    return _by(by_kind_table(study), "kind", lambda kind: words.get(kind, "none"))


def _by_harm(study: Study) -> Iterator[tuple[str, Number]]:
    """Every contrast that is about drifts of several harms by harm, in points: estimate, interval and verdict."""
    return _by(by_harm_table(study), "harm", str)


def _by(table: Table, what: str, word: Callable[[Any], str]) -> Iterator[tuple[str, Number]]:
    for row in table.frame.to_dict("records"):
        at = partial(cells, table.name, {"id": row["id"], what: row[what]})
        key = f"by_{what}.{row['id']}.{word(row[what])}"
        decimals = 1 if row["unit"] == "points" else 2
        interval = Interval(row["estimate_low"], row["estimate_high"], math.nan)
        yield key, Number.of_decimals(row["estimate"], decimals, at("estimate"), signed=True)
        yield f"{key}.interval", Number.of_interval(interval, decimals, at("estimate_low", "estimate_high"))
        yield f"{key}.verdict", Number.of_words(row["verdict"], at("verdict"))


def _warmed(study: Study) -> Iterator[tuple[str, Number]]:
    """What DDM and EDDM owe to a labelled month, and DDM to its warm-up."""
    words = {study.set_to(DEFAULT): "default", study.set_to(study.design.matched): "matched"}
    for row in warm_up_table(study).frame.to_dict("records"):
        at = partial(cells, "warm_up", {"setting": row["setting"], "detector": row["detector"]})
        key = f"warm_up.{words[row['setting']]}.{row['detector']}"
        for name in ("pairs", "in_band", "n_common"):
            yield f"{key}.{name}", Number.of_count(row[name], at(name))
        for name, decimals in (("delay", 2), ("false_positives", 1), ("common_delay", 2), ("common_found", 1)):
            yield f"{key}.{name}", Number.of_decimals(row[name], decimals, at(name))


def _realised(study: Study) -> Iterator[tuple[str, Number]]:
    """Percentages of streams that lost next to nothing, or under half of what was asked."""
    words = {**{of_kind(kind): kind for kind in KINDS}, EVERY: "all"}
    for row in realised_table(study).frame.to_dict("records"):
        at = partial(cells, "realised", {"harm_to": row["harm_to"], "kind": row["kind"]})
        for name in ("little", "half"):
            key = f"realised.{row['harm_to']}.{words[row['kind']]}.{name}"
            yield key, Number.of_decimals(row[name], 0, at(name))


def _sampled(study: Study) -> Iterator[tuple[str, Number]]:
    """False alarms of KS where halves are drawn as in the source, beside thirds and by formula."""
    for row in sampling_table(study).frame.to_dict("records"):
        at = partial(cells, "sampling", {"dataset": row["dataset"]})
        for name in ("months_twin", "months_paper", "ks_twin", "ks_paper", "formula"):
            if name in row:
                yield f"sampling.{row['dataset']}.{name}", Number.of_decimals(row[name], 0, at(name))


def _moved(study: Study) -> Iterator[tuple[str, Number]]:
    """How much the accuracy of the first and the last compared detector changes with kind of drift, harm and late labels."""
    accuracy = questions(study)[0]
    titles = {(factor.term, factor.level): factor.title for factor in factors(study)}
    pairs = list(zip(study.design.named, study.design.compared, strict=True))
    for word, name in (pairs[0], pairs[-1]):
        found_by = {(factor.term, factor.level): each for factor, each in effects(study, accuracy, name).items()}
        for key in (("kind", "data"), ("harm", ""), ("late", "")):
            if key in found_by:
                source = cells("regression", {"measure": accuracy.title, "factor": titles[key]}, name)
                number = Number.of_decimals(found_by[key].main.estimate, 1, source, signed=True)
            else:
                number = Number.missing(found("experiments.detection.factor_models.effects", asked(study, MAIN)))
            yield f"moves.{key[0]}.{word}", number
