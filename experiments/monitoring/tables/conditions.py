"""Policies under other conditions: every action, what passes, late labels, no labels at all, models that give numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from experiments.monitoring.cube import Where
from experiments.monitoring.design import (
    ACTIONS,
    CONTROL,
    EVENTLESS,
    LEARNABLE,
    RECURRING,
    REGRESSION,
    SHARED,
)
from experiments.monitoring.study import Study
from experiments.monitoring.tables.rows import Shown, by_entry, nothing
from harness.analysis.query import either
from harness.report.table import Key, Table


def actions_table(study: Study) -> Table:
    """Every action under the policies that it is crossed with."""
    where = Where(part=ACTIONS, groups=(LEARNABLE,), harm=study.design.harm, delay=study.delays(ACTIONS)[0])
    shown = [
        Shown("retained", "retained, %"),
        Shown("recovered", "recovered, %", 0),
        Shown("retrains", "retrains", 2),
        Shown("promoted", "promoted", 2),
        Shown("discarded", "discarded", 2),
        Shown("rolled-back", "rolled back", 2),
        Shown("churn", "churn, %", 0),
        Shown("retained", "no drift: retained, %", where=where._replace(groups=(CONTROL,), harm=None), key="calm"),
    ]
    return by_entry(
        study,
        "actions",
        "What is trained, under several policies: learnable drifts on which actions are crossed, after which enough could be "
        f"had back, labels at once; {study.made_of(where)}; means over data sets with 95 % intervals.",
        study.entries(ACTIONS),
        where,
        shown,
        [
            "Retrains are models that were trained, promoted those that served to the end or until the next, discarded "
            "those that were not better, and rolled back those whose predecessor came back. Recalibration to thresholds or by "
            "Platt's method trains no model."
        ],
    )


def passing_table(study: Study) -> Table:
    """What retraining costs where nothing stays: blips, seasons, and drifts that go away again."""
    names = ((EVENTLESS, "blips, seasons"), (RECURRING, "recurring"), (CONTROL, "no drift"))
    places = {group: study.drifts._replace(groups=(group,)) for group, _ in names}
    shown = [
        Shown(measure, f"{title}: {head}", decimals, False, places[group], f"{measure}_{group}")
        for group, title in names
        if study.cube.has("never", places[group])
        for measure, head, decimals in (("retained", "retained, %", 1), ("retrains", "retrains", 2))
    ]
    if not shown:
        return nothing("passing", "")
    return by_entry(
        study,
        "passing",
        "Where nothing stays: blips of a day and a half and seasons, drifts that go away after a month, and no drift; "
        "labels at once, means over data sets with 95 % intervals. What is below never was lost by retraining.",
        study.entries(),
        study.drifts,
        shown,
        [],
    )


def delay_table(study: Study) -> Table:
    """The same policies with labels at once and late."""
    shown = [
        Shown(
            measure,
            f"{study.delay_title(delay)}: {head}",
            decimals,
            signed,
            study.paying._replace(delay=delay),
            f"{measure}_{delay}",
        )
        for delay in study.delays()
        for measure, head, decimals, signed in (
            ("retained", "retained, %", 1, False),
            ("retrains", "retrains", 2, False),
            ("shuffled", "− shuffled", 2, True),
        )
    ]
    return by_entry(
        study,
        "delays",
        "Labels at once and late: learnable drifts after which enough could be had back, means over data sets with 95 "
        "% intervals.",
        study.entries(),
        study.paying,
        shown,
        [
            "Tests of rows and estimates without labels see at once what happens, but their models wait for labelled "
            "rows as well."
        ],
    )


def label_free_table(study: Study) -> Table:
    """Policies that read no label of the stream: what they find, and how often they alarm for nothing."""
    calm = study.drifts._replace(groups=(CONTROL,))
    policies = (*study.design.families["no labels"], *study.design.families["rows"], study.design.performance)
    late = study.delays()[-1]
    shown = [
        Shown("silent", "silent, drift", 2),
        Shown("silent", "silent, no drift", 2, where=calm, key="silent_calm"),
        Shown("retrains", "retrains, no drift", 2, where=calm, key="retrains_calm"),
        Shown("early", "alarms from onset to fall, %", 0),
        Shown("retained", "retained, %"),
        Shown("retained", "retained with late labels, %", where=study.paying._replace(delay=late), key="retained_late"),
        Shown("shuffled", "− shuffled", 2, signed=True),
    ]
    return by_entry(
        study,
        "label_free",
        "Without labels: the share of streams on which policies stay silent with a learnable drift and without one, "
        "and what they keep; means over data sets with 95 % intervals. One that reads labels stands below.",
        study.entries(policies=policies),
        study.paying,
        shown,
        [
            "Estimates from confidences cannot be had of a model that is equally sure of all its answers, such as a full tree: "
            "their sets and models are fewer."
        ],
    )


def regression_table(study: Study) -> Table:
    """Models that give numbers, shown apart: an answer is wrong if it is further off than nine tenths were before."""
    return _apart(study, REGRESSION, "regression", "Models that give numbers", study.entries(REGRESSION))


def shared_table(study: Study) -> Table:
    """What it looks like if rows that are scored may be learned: a fault, staged on purpose."""
    if SHARED not in study.cube.parts:
        return nothing("shared", "")
    shown = [
        Shown(
            "accuracy",
            f"{title}: accuracy, %",
            1,
            False,
            Where(part=part, groups=(CONTROL,), models=_models(study)),
            f"accuracy_{part}",
        )
        for part, title in (("main", "apart"), (SHARED, "shared"))
    ]
    table = by_entry(
        study,
        "shared",
        "A fault, staged on purpose: rows to learn from may be scored as well. Streams without a drift, labels at "
        "once; means over data sets with 95 % intervals.",
        study.entries(SHARED),
        Where(part=SHARED, groups=(CONTROL,)),
        shown,
        ["The difference is no gain: a model knows rows again that it has learned."],
    )
    return _of_both_parts(table)


def _of_both_parts(table: Table) -> Table:
    """The table, each of whose cells rests on the streams of both parts: one says what models the other is averaged over."""
    every = [key for column in table.columns for key in column.keys or ()]
    [own] = table.keys
    both = Key(own.columns, {row: either(key.records[row] for key in every) for row in own.records})
    return replace(table, keys=[both], columns=[replace(column, keys=None) for column in table.columns])


def _models(study: Study) -> tuple[str, ...]:
    return tuple(sorted(set(study.cube.parts[SHARED].cells["model"])))


def _apart(study: Study, part: str, name: str, title: str, entries: Sequence[str]) -> Table:
    where = Where(part=part, delay=study.delays(part)[0])
    shown = [
        Shown("retained", "retained, %"),
        Shown("retrains", "retrains", 2),
        Shown("early", "alarms from onset to fall, %", 0),
        Shown("worth", "worth it, %", 0),
        Shown("periodic", "− periodic", 2, signed=True),
        Shown("shuffled", "− shuffled", 2, signed=True),
        Shown("retained", "no drift: retained, %", where=where._replace(groups=(CONTROL,)), key="calm"),
    ]
    caption = f"{title}, shown apart: all drifts, labels at once; means over data sets with 95 % intervals."
    return by_entry(study, name, caption, entries, where, shown, [])
