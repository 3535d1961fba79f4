"""Every number that a sentence of the paper uses, with its source."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

from experiments.synthesis.study import Study
from experiments.synthesis.tables.covariates import COVARIATES, slopes_of
from harness.analysis.frame import POINTS
from harness.analysis.query import OK, Query, holding, where
from harness.inference.planning import minimal_detectable_difference
from harness.report.numbers import Number, cells, declared, found

_STUDY = "experiments.synthesis.study.Study"


def numbers(study: Study) -> dict[str, Number]:
    """By key: the size of the study, its rules, and the accuracy of every method."""
    return {
        **study.evidence.numbers,
        **_main(study),
        **_levels(study),
        "detectable": _detectable(study),
        **_declared(study),
        **dict(_accuracies(study)),
        **dict(_moved(study)),
    }


def _classified(study: Study) -> Query:
    """Classification trials without sets that are part of another."""
    sets = tuple(sorted(study.trials["dataset"].unique()))
    return OK & where(dataset=sets) & holding("measurements.accuracy")


def _plain(study: Study) -> Query:
    """Those of the main comparison."""
    return _classified(study) & where(label_noise=0.0, train_size=1.0)


def _main(study: Study) -> dict[str, Number]:
    main, source = study.main, found(_STUDY, _plain(study))
    n_rows = main["n_train"] + main["n_test"]
    n_sets = study.regression["dataset"].nunique()
    return {
        "sets": Number.of_count(main["dataset"].nunique(), source),
        "sets.regression": Number.of_count(n_sets, found(_STUDY, OK & holding("measurements.r2"))),
        "seeds": Number.of_count(main["seed"].nunique(), source),
        "folds": Number.of_list(sorted(main["n_folds"].unique()), source),
        "folds.inner": Number.of_list(sorted(main["inner_folds"].unique()), source),
        "rows.least": Number.of_count(round(n_rows.min()), source),
        "rows.most": Number.of_count(round(n_rows.max()), source),
    }


def _levels(study: Study) -> dict[str, Number]:
    """Of label noise and training size, but for those of the main comparison."""
    source = found(f"{_STUDY}.levels", _classified(study))
    return {
        "noise.levels": Number.of_list(_percents(study.levels("label_noise")[1:]), source, unit=" %", empty="none"),
        "sizes.levels": Number.of_list(_percents(study.levels("train_size")[:-1]), source, unit=" %", empty="none"),
    }


def _percents(levels: Sequence[float]) -> list[float]:
    return [POINTS * level for level in levels]


def _detectable(study: Study) -> Number:
    """The difference between stacking and boosting that a study like this finds with 80 % power by a single test, in points."""
    differences = study.contrast(study.design.stacking, study.design.boosting)
    differences = differences[np.isfinite(differences)]
    source = found("harness.inference.planning.minimal_detectable_difference", _plain(study))
    if len(differences) < 2:
        return Number.missing(source, "not known")
    least = minimal_detectable_difference(len(differences), sd=float(differences.std(ddof=1)))
    return Number.of_decimals(least.estimate, 1, source)


def _declared(study: Study) -> dict[str, Number]:
    """What was fixed before any record; forests and gradient boosting are as scikit-learn makes them."""
    budgets = {"forest.trees": RandomForestClassifier, "boosting.rounds": GradientBoostingClassifier}
    return {
        "region": Number.of_shortest(study.design.region, declared("experiments.synthesis.design.DESIGN.region")),
        **{
            key: Number.of_count(
                inspect.signature(kind).parameters["n_estimators"].default,
                declared(f"sklearn.ensemble.{kind.__name__}"),
            )
            for key, kind in budgets.items()
        },
    }


def _accuracies(study: Study) -> Iterator[tuple[str, Number]]:
    for method in study.methods:
        one, row = study.mean("accuracy", method), {"method": method}
        yield f"accuracy.{method}", Number.of_decimals(one.estimate, 1, cells("overall", row, "accuracy"))
        ends = cells("overall", row, "low", "high")
        yield f"accuracy.{method}.interval", Number.of_interval(one.interval, 1, ends)


def _moved(study: Study) -> Iterator[tuple[str, Number]]:
    """How much the gain over a single tree changes if classes are twice as many."""
    tests, design = slopes_of(study).tests, study.design
    for key, method in (("bagging", design.bagging), ("boosting", design.boosting), ("stacking", design.stacking)):
        if "classes" in tests.get(method, {}):
            source = cells("covariates", {"covariate": COVARIATES["classes"]}, method)
            number = Number.of_decimals(tests[method]["classes"].estimate, 1, source, signed=True)
        else:
            number = Number.missing(found("experiments.synthesis.tables.covariates.slopes_of", _plain(study)))
        yield f"moves.classes.{key}", number
