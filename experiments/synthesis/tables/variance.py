"""Analyses of variance: the plain one that the source paper announced, and the one that fits the design."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.synthesis.record_queries import made_by, main, named
from experiments.synthesis.study import Study
from harness.analysis.frame import POINTS
from harness.analysis.query import EVERYTHING, where
from harness.inference.anova import Effect, one_way
from harness.inference.estimate import Interval
from harness.inference.repeated_measures import repeated_measures
from harness.report.table import Column, Key, Table


def one_way_table(study: Study) -> Table:
    """What a plain one-way analysis says, which takes the data sets' own differences for noise."""
    design = study.design
    rows = []
    for metric in ("accuracy", "precision", "recall"):
        table = study.scores(metric, [design.bagging, design.boosting, design.stacking]).dropna()
        found = one_way(table.melt(var_name="method", value_name="value"), value="value", factor="method")
        rows += [{"metric": metric, "n": found.n, **_plain(effect)} for effect in found.effects]
    columns = [
        named("metric", "metric"),
        Column("F", "statistic", 2),
        Column("df", "df", 0),
        Column("error df", "df_error", 0),
        Column("p", "p", p_value=True),
        Column.of_estimate("ω²", "omega_squared", 3),
    ]
    caption = (
        "One-way ANOVA over bagging, gradient boosting and stacking, one value a data set and method. It ignores that "
        "the methods met the same data sets; the repeated-measures analysis does not."
    )
    keys = [Key(("metric",), {(row["metric"],): EVERYTHING for row in rows})]
    here = main(study) & made_by(study, (design.bagging, design.boosting, design.stacking))
    return Table("anova_one_way", caption, pd.DataFrame(rows), columns, keys=keys, where=here)


def _plain(effect: Effect) -> dict[str, Any]:
    """The numbers of an effect, the ends of each interval apart."""
    numbers = vars(effect)
    ends = {
        f"{name}_squared_{end}": getattr(numbers[f"{name}_interval"], end)
        for name in ("eta", "omega")
        for end in ("low", "high")
    }
    return {name: value for name, value in numbers.items() if not isinstance(value, Interval)} | ends


def repeated_measures_table(study: Study) -> Table:
    """Method x base model with data sets as blocks, over the methods that cross with every base model."""
    crossed = study.main[study.main["model"].notna()]
    n_methods = crossed.groupby("model")["synthesis"].nunique()
    bases = [base for base in study.design.bases if n_methods.get(base, 0) == crossed["synthesis"].nunique()]
    frame = crossed[crossed["model"].isin(bases)].assign(points=lambda one: one["accuracy"] * POINTS)
    found = repeated_measures(frame, value="points", within=["synthesis", "model"], block="dataset")
    rows = [
        {
            "effect": effect.name.replace("synthesis", "method").replace("model", "base model").replace(":", " × "),
            **{key: value for key, value in vars(effect).items() if key not in ("name", "sphericity", "note")},
            "epsilon_gg": effect.sphericity.greenhouse_geisser,
            "epsilon_hf": effect.sphericity.huynh_feldt,
            "mauchly_w": effect.sphericity.mauchly_w,
            "mauchly_p": effect.sphericity.mauchly_p,
        }
        for effect in found.effects
    ]
    columns = [
        named("effect", "effect"),
        Column("F", "statistic", 2),
        Column("df", "df", 0),
        Column("error df", "df_error", 0),
        Column("ε (GG)", "epsilon_gg", 2),
        Column("p (GG)", "p", p_value=True),
        Column("p (HF)", "p_huynh_feldt", p_value=True),
        Column("generalised η²", "generalised_eta_squared", 3),
        Column("partial ω²", "partial_omega_squared", 3),
    ]
    names = ", ".join(study.title(base) for base in bases)
    notes = [
        f"Methods: single, bagging, AdaBoost. Base models: {names}. {found.n} data sets. AdaBoost on a full tree stops at once "
        "where that tree makes no error on its training rows.",
        found.note,
    ]
    caption = "Repeated-measures ANOVA of accuracy, method × base model, with data sets as blocks."
    keys = [Key(("effect",), {(row["effect"],): EVERYTHING for row in rows})]
    here = main(study) & where(synthesis=tuple(frame["synthesis"].unique()), model=tuple(bases))
    p_values = ["p_uncorrected", "mauchly_p"]
    return Table(
        "anova_repeated", caption, pd.DataFrame(rows), columns, notes, keys=keys, where=here, p_values=p_values
    )
