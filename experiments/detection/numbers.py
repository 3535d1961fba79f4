"""Every number that a sentence of the paper uses, as it is printed."""

from __future__ import annotations

import pandas as pd

from experiments.detection.design import MAIN
from experiments.detection.records import CONTROL
from experiments.detection.study import Study
from experiments.detection.tables.comparing import HEADLINE
from harness.detectors.run import DEFAULT
from harness.inference.planning import minimal_detectable_difference
from harness.report.table import number_text
from harness.report.verdicts import claim_numbers
from harness.scoring import measures


def numbers(study: Study, verdicts: pd.DataFrame) -> dict[str, str]:
    """Texts by key: the size of the study, the headline measures, and every claim with its verdict."""
    return {**_sizes(study, verdicts), **_headlines(study), **claim_numbers(verdicts)}


def _sizes(study: Study, verdicts: pd.DataFrame) -> dict[str, str]:
    streams = study.recorded.streams
    main = study.conditions[study.drifted(MAIN)]
    n_runs = sum(float(sums["runs"].sum()) for sums in study.tally.sums.values())
    return {
        **study.evidence.numbers,
        "streams": f"{len(streams):,}",
        "streams.free": f"{int((streams['scenario'] == CONTROL).sum()):,}",
        "runs": f"{n_runs:,.0f}",
        "sets": str(main["dataset"].nunique()),
        "models": str(main["model"].nunique()),
        "scenarios": str(study.conditions["scenario"].nunique() - 1),
        "detectors": str(sum(name not in study.design.baselines for name in study.design.detectors)),
        "baselines": str(len(study.design.baselines)),
        "partial": str(
            study.recorded.streams.loc[lambda each: each["dataset"].isin(study.design.partial), "dataset"].nunique()
        ),
        "harms": ", ".join(f"{harm:g}" for harm in sorted(main["harm"].unique())),
        "matched": study.design.matched,
        "absent": study.absent,
        "primary": str(int((verdicts["family"] == "primary").sum())),
        "detectable": _detectable(study),
    }


def _detectable(study: Study) -> str:
    """The difference of delay between the first two compared detectors that a study like this finds with 80 % power."""
    first, second = (study.at(name, study.design.matched) for name in study.design.compared[:2])
    differences = study.contrast(measures.delay, second, first)
    if len(differences) < 2:
        return "not known"
    found = minimal_detectable_difference(len(differences), sd=float(differences.std(ddof=1)), alpha=0.05)
    return number_text(found.estimate, 2)


def _headlines(study: Study) -> dict[str, str]:
    found = {}
    for name in study.design.compared:
        for setting, word in ((DEFAULT, "default"), (study.design.matched, "matched")):
            run = study.at(name, setting)
            for key, (_, measure, decimals) in HEADLINE.items():
                one = study.mean(measure, run)
                ends = (number_text(end, decimals) for end in (one.interval.low, one.interval.high))
                found[f"{word}.{name}.{key}"] = number_text(one.estimate, decimals)
                found[f"{word}.{name}.{key}.interval"] = " to ".join(ends)
    return found
