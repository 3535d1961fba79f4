"""Policies beside the source paper's table, and every entry with every measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from experiments.monitoring.cube import Where
from experiments.monitoring.record_queries import entry_key, lived, named, of_part
from experiments.monitoring.study import MONTHS, Study
from experiments.monitoring.tables.rows import Shown, by_entry
from harness.analysis.comparison import compare
from harness.analysis.frame import interval_cells
from harness.report.table import Basis, Column, Key, Table

BASELINES = ("never", "weeks_4", "at_truth")
"""What the source paper does not have: no retraining, the calendar, and who knows the truth."""


def paper_table(study: Study) -> Table:
    """The source paper's table, measured, beside its published figures, with three baselines."""
    design, where = study.design, study.paying
    entries = study.living((design.performance, design.data, design.concept, *BASELINES), where)
    rows = []
    for entry in entries:
        retained, months, early = design.published.get(entry, (float("nan"), float("nan"), ""))
        retrains = study.mean("retrains", entry, where)
        rows.append(
            {
                "entry": entry,
                "title": study.title(entry),
                **interval_cells("retained", study.mean("retained", entry, where)),
                "retained_published": retained,
                **interval_cells("retrains", retrains),
                "interval": MONTHS / retrains.estimate if retrains.estimate > 0 else float("inf"),
                "interval_published": months,
                **interval_cells("early", study.mean("early", entry, where)),
                "early_published": early or None,
                "n": retrains.n,
            }
        )
    columns = [
        named("policy", "title"),
        Column.of_estimate("retained, %", "retained", 1),
        Column("published", "retained_published", 0, basis=Basis.PUBLISHED),
        Column.of_estimate("retrains", "retrains", 2),
        Column("every ... months", "interval", 1),
        Column("published", "interval_published", 0, basis=Basis.PUBLISHED),
        Column.of_estimate("alarms from onset to fall, %", "early", 1),
        Column("published", "early_published", basis=Basis.PUBLISHED),
        Column("sets", "n", 0),
    ]
    return Table(
        "paper",
        f"The source paper's comparison of monitoring, measured: means over {study.size}, learnable drifts after which "
        f"{design.harm:g} points of the half-year's accuracy could be had back, labels at once, with 95 % intervals "
        f"over data sets.",
        pd.DataFrame(rows),
        columns,
        [
            "Retained is the half-year's expected accuracy in percent of the initial one. Alarms from onset to fall are the "
            "share of drifts that are alarmed before the accuracy of the last 200 rows is 5 points down"
            f"{study.until_fall}: the source says early. Precision and recall are not in the records, which hold expected "
            "shares of wrong answers.",
            *_fewer(study, entries, where),
            "The last three are baselines that the source does not have.",
        ],
        keys=[entry_key(study.cube, entries, where)],
        where=of_part(study.cube, where.part),
    )


def _fewer(study: Study, entries: Sequence[str], where: Where) -> Iterator[str]:
    """Which entries live on fewer data sets than others, so that their means must not be subtracted."""
    sets = {entry: set(study.values("retained", entry, where).index) for entry in entries}
    every = set().union(*sets.values())
    for entry, own in sets.items():
        if own < every:
            yield (
                f"{study.title(entry)} does not live on {', '.join(sorted(every - own))}: its means and those of others are "
                "not of the same data sets, as the two sides of differences in other tables are."
            )


def overall_table(study: Study) -> Table:
    """Every entry of the main part."""
    shown = [
        Shown("retained", "retained, %"),
        Shown("last_month", "last month, %"),
        Shown("worst_week", "worst week, %"),
        Shown("fallen", "weeks under"),
        Shown("retrains", "retrains", 2),
        Shown("recovered", "recovered, %", 0),
        Shown("early", "alarms from onset to fall, %", 0),
        Shown("worth", "worth it, %", 0),
        Shown("churn", "churn, %", 0),
    ]
    return by_entry(
        study,
        "overall",
        "All policies with the usual action: learnable drifts after which enough could be had back, labels at once; means over "
        "data sets with 95 % intervals.",
        study.entries(),
        study.paying,
        shown,
        [
            "Weeks under are those whose accuracy is 5 points below the initial one. Recovered is the share of what models of "
            "fresh rows of each week would have had back. Alarms from onset to fall are the share of drifts that are "
            f"alarmed before the accuracy of the last 200 rows is 5 points down{study.until_fall}. Worth it is the share of "
            "retrains after which the new model was better than the old one in the same month. Churn is the share of "
            "answers that a retrain changes."
        ],
    )


def comparison_table(study: Study) -> Table:
    """Declared pairs of policies with every test."""
    design, where = study.design, study.paying
    pairs = [(one, "never") for one in (design.performance, design.data, design.concept, "weeks_4")]
    pairs += [(design.data, design.performance), (design.concept, design.performance), (design.concept, design.data)]
    pairs += [(design.concept, "weeks_4"), (design.performance, "weeks_4"), ("at_truth", design.concept)]
    pairs = [pair for pair in pairs if len(study.living(pair, where)) == 2]
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    scores = pd.DataFrame({name: study.values("retained", name, where) for name in names})
    found = compare(scores, pairs)
    frame = found.frame.assign(title=[f"{study.title(one)} − {study.title(other)}" for one, other in pairs])
    columns = [
        named("contrast", "title"),
        Column("retained, points", "difference", 2, "low", "high", signed=True),
        Column("p (t)", "p_t_holm", p_value=True, keys=()),
        Column("p (Wilcoxon)", "p_w_holm", p_value=True, keys=()),
        Column.of_estimate("g_z", "g_z", 2),
        Column("n", "n", 0),
    ]
    records = {pair: lived(study.cube, pair, where) for pair in pairs}
    return Table(
        "comparisons",
        "Differences in the accuracy that is retained: paired over data sets, with 95 % t intervals; p is adjusted by "
        "Holm over the pairs of this table.",
        frame,
        columns,
        ["g_z is Hedges' corrected effect size in units of the standard deviation of the differences.", found.note],
        keys=[Key(("first", "second"), records)],
        where=of_part(study.cube, where.part),
        p_values=["p_t", "p_w"],
    )
