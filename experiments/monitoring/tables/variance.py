"""What explains the accuracy that is retained: policy, action, and both together, with data sets as blocks."""

from __future__ import annotations

import itertools

import pandas as pd

from experiments.monitoring.cube import Where
from experiments.monitoring.design import ACTIONS, LEARNABLE
from experiments.monitoring.record_queries import lived, named
from experiments.monitoring.study import Study
from experiments.monitoring.tables.rows import nothing
from harness.inference.repeated_measures import repeated_measures
from harness.report.table import Column, Key, Table

_CROSSED = (
    "usual",
    "last_month",
    "last_two_months",
    "since_warning",
    "extend",
    "challenger",
    "roll_back",
    "average_of_three",
)
"""Actions that make a difference under every policy of the analysis."""


def anova_table(study: Study) -> Table:
    """Policy by action, repeated measures over data sets."""
    where = Where(part=ACTIONS, groups=(LEARNABLE,), delay=study.delays(ACTIONS)[0])
    frame = _long(study, where)
    if frame.empty:
        return nothing("anova", "")
    found = repeated_measures(frame, value="retained", within=("policy", "action"), block="dataset")
    names = {"policy": "policy", "action": "action", "policy:action": "policy × action"}
    rows = [
        {
            "effect": effect.name,
            "title": names.get(effect.name, effect.name),
            "F": effect.statistic,
            "df": effect.df,
            "df_error": effect.df_error,
            "p": effect.p,
            "omega": effect.partial_omega_squared,
            "note": effect.note,
        }
        for effect in found.effects
    ]
    if not rows:
        return nothing("anova", "")
    every = lived(study.cube, dict.fromkeys(frame["entry"]), where)
    return Table(
        "anova",
        "What moves the accuracy that is retained: analysis of variance with repeated measures, policy and action "
        "crossed, data sets as blocks; all learnable drifts on which actions are crossed, labels at once; "
        f"{study.made_of(where)}.",
        pd.DataFrame(rows),
        [
            named("effect", "title"),
            Column("F", "F", 2),
            Column("df", "df", 0),
            Column("df error", "df_error", 0),
            Column("p", "p", p_value=True),
            Column("partial ω²", "omega", 2),
        ],
        [
            f"{found.n} data sets. p is corrected by Greenhouse and Geisser.",
            found.note,
            *dict.fromkeys(str(row["note"]) for row in rows),
        ],
        keys=[Key(("effect",), {(row["effect"],): every for row in rows})],
        where=every,
    )


def _long(study: Study, where: Where) -> pd.DataFrame:
    """One row for each data set, policy and action: policies that follow something, with the actions that all of them have."""
    policies = [one for one in study.design.crossed if study.design.family_of(one) not in ("blind", "truth")]
    rows = []
    for policy, action in itertools.product(policies, _CROSSED):
        entry = policy if action == "usual" else f"{policy}+{action}"
        for dataset, value in study.values("retained", entry, where).items():
            rows.append({"dataset": dataset, "policy": policy, "action": action, "entry": entry, "retained": value})
    return pd.DataFrame(rows)
