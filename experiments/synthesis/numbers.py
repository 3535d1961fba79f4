"""Every number that a sentence of the paper uses, as it is printed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.synthesis.study import Study
from harness.inference.estimate import Estimate
from harness.inference.planning import minimal_detectable_difference
from harness.report.table import number_text
from harness.report.verdicts import claim_numbers


def numbers(study: Study, verdicts: pd.DataFrame) -> dict[str, str]:
    """Texts by key: the size of the study, the accuracy of every method, and every claim with its verdict."""
    n_primary = int((verdicts["family"] == "primary").sum())
    return {**_sizes(study, n_primary), **_accuracies(study), **claim_numbers(verdicts)}


def _sizes(study: Study, n_primary: int) -> dict[str, str]:
    main = study.main
    return {
        **study.evidence.numbers,
        "sets": str(main["dataset"].nunique()),
        "sets.regression": str(study.regression["dataset"].nunique()),
        "seeds": str(main["seed"].nunique()),
        "folds": _levels(main["n_folds"]),
        "folds.inner": _levels(main["inner_folds"]),
        "noise.levels": _percents(study.levels("label_noise")[1:]),
        "sizes.levels": _percents(study.levels("train_size")[:-1]),
        "rows.least": f"{(main['n_train'] + main['n_test']).min():.0f}",
        "rows.most": f"{(main['n_train'] + main['n_test']).max():.0f}",
        "region": f"{study.design.region:g}",
        "detectable": _detectable(study, 0.05),
        "detectable.first": _detectable(study, 0.05 / max(n_primary, 1)),
        "primary": str(n_primary),
    }


def _levels(column: pd.Series[float]) -> str:
    return ", ".join(f"{level:g}" for level in sorted(column.unique()))


def _percents(levels: list[float]) -> str:
    return ", ".join(f"{100 * level:g}" for level in levels) + " %" if levels else "none"


def _detectable(study: Study, alpha: float) -> str:
    """The difference between stacking and boosting that a study like this finds with 80 % power, in points."""
    differences = study.contrast(study.design.stacking, study.design.boosting)
    differences = differences[np.isfinite(differences)]
    if len(differences) < 2:
        return "not known"
    return number_text(
        minimal_detectable_difference(len(differences), sd=float(differences.std(ddof=1)), alpha=alpha).estimate, 1
    )


def _accuracies(study: Study) -> dict[str, str]:
    found = {}
    for method in study.methods:
        one = study.mean("accuracy", method)
        found[f"accuracy.{method}"] = number_text(one.estimate, 1)
        found[f"accuracy.{method}.interval"] = _interval(one, 1)
    return found


def _interval(one: Estimate, decimals: int) -> str:
    return f"{number_text(one.interval.low, decimals)} to {number_text(one.interval.high, decimals)}"
