"""Policies against as many retrains that know nothing: what their information is worth."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.monitoring.cube import Where
from experiments.monitoring.design import ACTIONS, LEARNABLE, OTHERS
from experiments.monitoring.study import Study
from experiments.monitoring.tables.rows import Shown, by_entry
from harness.report.table import Table

RIVALS = (("random", "− random"), ("periodic", "− periodic"), ("calendar", "− calendar"), ("shuffled", "− shuffled"))

BANKED = ("usual", "last_half_month", "last_month", "last_two_months", "after_alarm")
"""Actions whose models stand in a bank, so that as many retrains of their kind can be had."""

_NOTE = (
    "Points of the half-year's accuracy more than as many retrains of the same kind on the same stream: at random "
    "(mean over all schedules), periodic (at equal distances, mean over all phases), by a calendar that parts the stream "
    "evenly (weeks 8 and 16 for two; added when the register had been answered), and under the schedules that the policy had "
    "on the other seeds of the cell, which is 0 for any calendar. Above 0 the policy is better. What retrains cost cancels."
)


def matched_table(study: Study) -> Table:
    """Every entry of the main part, where retraining can pay and over all cells with a drift."""
    everywhere = study.drifts
    shown = [
        Shown("retrains", "retrains", 2),
        Shown("silent", "without any", 2),
        *(Shown(key, title, 2, signed=True) for key, title in RIVALS),
        *(
            Shown(f"{key}_at_mean", f"{title}, mean number", 2, signed=True)
            for key, title in RIVALS
            if key in ("random", "periodic")
        ),
        *(
            Shown(key, f"{title}, all drifts", 2, signed=True, where=everywhere, key=f"{key}_all")
            for key, title in RIVALS[1:]
        ),
    ]
    return by_entry(
        study,
        "matched",
        "What information is worth: policies against as many retrains that know nothing. Learnable drifts after which enough "
        "could be had back, labels at once, and on the right all drifts; means over data sets with 95 % intervals.",
        [one for one in study.entries() if one != "never"],
        study.paying,
        shown,
        [
            _NOTE,
            "Without any is the share of streams on which the policy never retrained; there the differences to random, "
            "periodic and the calendar are 0, and that to shuffled schedules is not.",
        ],
    )


def matched_groups_table(study: Study) -> Table:
    """The same by group of drift, against retrains at equal distances, by the calendar and shuffled."""
    groups = [group for group in study.design.title_of_group if group != OTHERS and _is_there(study, group)]
    shown = [
        Shown(
            rival,
            f"{study.design.title_of_group[group]}: {title}",
            2,
            True,
            study.of_group(group),
            f"{rival}_{group}",
        )
        for group in groups
        for rival, title in RIVALS[1:]
    ]
    return by_entry(
        study,
        "matched_groups",
        "The same by what changes: all cells of each group, labels at once; means over data sets with 95 % intervals.",
        [one for one in study.entries() if one != "never"],
        study.drifts,
        shown,
        [_NOTE],
    )


def matched_actions_table(study: Study) -> Table:
    """The same by what is trained, on the data sets on which actions are crossed."""
    where = Where(part=ACTIONS, groups=(LEARNABLE,), harm=study.design.harm, delay=study.delays(ACTIONS)[0])
    shown = [Shown("retrains", "retrains", 2), *(Shown(key, title, 2, signed=True) for key, title in RIVALS)]
    return by_entry(
        study,
        "matched_actions",
        "The same by what is trained: actions whose models stand in a bank, learnable drifts on which they are crossed, after "
        f"which enough could be had back, labels at once; {study.made_of(where)}; means over data sets with 95 % intervals.",
        _banked(study.entries(ACTIONS)),
        where,
        shown,
        [_NOTE],
    )


def _banked(entries: Sequence[str]) -> list[str]:
    actions = {entry: [*entry.split("+"), "usual"][1] for entry in entries}
    return [entry for entry, action in actions.items() if action in BANKED and entry != "never"]


def _is_there(study: Study, group: str) -> bool:
    return study.cube.has("never", study.of_group(group))
