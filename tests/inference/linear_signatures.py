"""The signatures of linear models, groups and random effects for the degenerate matrix."""

from harness.inference import groups
from harness.inference.linear import mixed, regression
from harness.inference.observations import observations
from harness.inference.random_effects import random_effects
from harness.inference.tukey import tukey
from tests.inference import degenerate_inputs as some
from tests.inference.matrix import Signature

DESIGN = some.designs()["block is numbers"]
COLUMNS = {"value": some.column_names, "factor": some.column_names}
GROUPS = ({"frame": DESIGN, "value": "value", "factor": "factor"}, {"frame": some.designs, **COLUMNS})
MODEL = {"frame": DESIGN, "value": "value", "terms": ["factor", "other"], "sets": "block"}
TERMS = {
    "frame": some.designs,
    "value": some.column_names,
    "terms": some.terms,
    "sets": some.column_names,
    "level": some.levels,
}
MATRIX = {
    "groups.bartlett": Signature(groups.bartlett, *GROUPS),
    "groups.kruskal_wallis": Signature(groups.kruskal_wallis, *GROUPS),
    "groups.levene": Signature(
        groups.levene,
        GROUPS[0],
        {**GROUPS[1], "centre": lambda: {each: each for each in ("mean", "median", "mode")} | some.wrong()},
    ),
    "groups.shapiro_wilk": Signature(groups.shapiro_wilk, {}, {"values": some.samples}),
    "groups.welch": Signature(groups.welch, *GROUPS),
    "linear.mixed.mixed_model": Signature(
        mixed.mixed_model, MODEL | {"inner": ["factor"]}, TERMS | {"inner": lambda: some.terms() | some.column_names()}
    ),
    "linear.regression.between_sets": Signature(
        regression.between_sets, MODEL | {"terms": ["other"], "sets": "factor"}, TERMS
    ),
    "linear.regression.fixed_effects": Signature(regression.fixed_effects, MODEL, TERMS),
    "linear.regression.regression": Signature(regression.regression, MODEL, TERMS),
    "observations.observations": Signature(
        observations,
        {"frame": DESIGN, "value": "value", "factors": ("factor",)},
        {"frame": some.designs, "value": some.column_names},
    ),
    "random_effects.random_effects": Signature(
        random_effects,
        {"effects": some.GOOD, "variances": [0.5, 1.0, 2.0] * 4},
        {
            "effects": some.samples,
            "variances": some.samples,
            "method": lambda: {each: each for each in ("reml", "dersimonian-laird", "ml")} | some.wrong(),
            "level": some.levels,
        },
    ),
    "tukey.tukey": Signature(tukey, GROUPS[0], {**GROUPS[1], "level": some.levels}),
}

TRUSTED = {
    "groups.untestable": "takes groups that the border has read",
    **dict.fromkeys(
        [
            f"linear.{name}"
            for name in (
                "by_sets.jointly_by_sets",
                "by_sets.tested_by_sets",
                "by_sets.without_variance",
                "design.independent",
                "design.means_of_sets",
                "design.read",
                "design.with_columns",
                "design.within",
                "least_squares.breusch_pagan",
                "least_squares.durbin_watson",
                "least_squares.fit_with_intercept",
                "least_squares.fit_within_sets",
                "least_squares.is_exact",
                "likelihood.State.derivatives",
                "likelihood.most_likely",
                "likelihood.products",
                "results.no_regression",
                "satterthwaite.Satterthwaite.df",
                "satterthwaite.Satterthwaite.joint",
                "satterthwaite.Satterthwaite.one",
                "robust.Clustered.df",
                "robust.Clustered.hotelling_df",
                "robust.approximate_hotelling",
                "robust.classical",
                "robust.cr2",
                "robust.f_test",
                "robust.hc3",
                "robust.no_f_test",
                "robust.quadratic_form",
                "robust.t_test",
                "robust.wald",
            )
        ],
        "a step of a linear model, behind the functions that read the frame",
    ),
    "noncentral.noncentrality_of_f": "takes what an F test has computed",
}
