"""Policies by what changes: each scenario apart, and the learnable ones with and without permuted labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from experiments.monitoring.cube import Where
from experiments.monitoring.design import LEARNABLE
from experiments.monitoring.record_queries import lived, named, of_part
from experiments.monitoring.study import Study
from experiments.monitoring.tables.rows import nothing
from harness.analysis.frame import interval_cells
from harness.inference.mean import mean
from harness.report.table import Column, Key, Table

PERMUTED = "label_permutation"

INPUTS = ("mean_shift", "scale")
"""Learnable drifts of columns alone, which tests of rows can see."""


class Place(NamedTuple):
    """Cells that a row is of."""

    key: str
    title: str
    group: str
    where: Where


def scenarios_table(study: Study) -> Table:
    """What some policies keep and know under each scenario, and how far they are ahead of three of them."""
    caption = (
        "Policies by what changes, labels at once: means over data sets with 95 % intervals. Of learnable drifts those after "
        f"which {study.design.harm:g} points of the half-year's accuracy could be had back, of others all cells."
    )
    rows = [_row(study, place, entry) for place in _places(study) for entry in _entries(study, place.where)]
    if not rows:
        return nothing("scenarios", caption)
    rivals = _rivals(study)
    return Table(
        "scenarios",
        caption,
        pd.DataFrame(rows),
        [
            named("group", "group"),
            named("what changes", "place_title"),
            named("policy", "title"),
            Column.of_estimate("retained, %", "retained", 1),
            *(
                Column.of_estimate(f"− {title}", f"against_{name}", 2, signed=True, keys=[_keys(study, rival)])
                for name, (title, rival) in rivals.items()
            ),
            Column.of_estimate("− shuffled", "shuffled", 2, signed=True),
            Column("cells", "cells", 0),
            Column("sets", "n", 0),
        ],
        [
            "− never, − performance and − data are differences in what is retained, paired over the cells on which both lived; "
            "− shuffled is against the policy's own schedules on other seeds. Cells of a set weigh alike, so that in the first "
            "rows a scenario weighs more the more of its cells count. Drawn up when the register had been answered."
        ],
        keys=[_keys(study)],
        where=of_part(study.cube, study.drifts.part),
    )


def _rivals(study: Study) -> dict[str, tuple[str, str]]:
    """By column what it is headed with and the entry that the others are compared with."""
    design = study.design
    return {
        "never": ("never", "never"),
        "performance": ("performance", design.performance),
        "data": ("data", design.data),
    }


def _entries(study: Study, where: Where) -> list[str]:
    design = study.design
    words = (design.performance, design.data, design.concept)
    return study.living(("never", *words, "error_budget", "at_truth"), where)


def _row(study: Study, place: Place, entry: str) -> dict[str, object]:
    row: dict[str, object] = {
        "place": place.key,
        "place_title": place.title,
        "group": place.group,
        "entry": entry,
        "title": study.title(entry),
        **interval_cells("retained", study.mean("retained", entry, place.where)),
    }
    for name, (_, rival) in _rivals(study).items():
        ahead = study.cube.gap("retained", entry, rival, place.where)
        found = mean(ahead.to_numpy(dtype=float) if rival != entry else [])
        row |= interval_cells(f"against_{name}", found)
    shuffled = study.mean("shuffled", entry, place.where)
    part = study.cube.parts[place.where.part]
    return row | {
        **interval_cells("shuffled", shuffled),
        "cells": int((study.cube.chosen(place.where) & (part.added("total", place.where.delay, entry)[1] > 0)).sum()),
        "n": len(study.values("retained", entry, place.where)),
    }


def _keys(study: Study, *beside: str) -> Key:
    """The records of each row, with those of an entry that it is compared with."""
    return Key(
        ("place", "entry"),
        {
            (place.key, entry): lived(study.cube, [entry, *beside], place.where)
            for place in _places(study)
            for entry in _entries(study, place.where)
        },
    )


def _places(study: Study) -> Iterator[Place]:
    """All drifts, the learnable ones that pay whole and in parts, and every scenario."""
    design, paying = study.design, study.paying
    learnable = design.printed_as(LEARNABLE)
    parts = {
        "without_permutation": ("all but labels permuted", tuple(one for one in learnable if one != PERMUTED)),
        "inputs": ("means shifted, spreads grown", INPUTS),
    }
    wholes = [
        Place("drifts", "all drifts", "all", study.drifts),
        Place("paying", "all", design.title_of_group[LEARNABLE], paying),
        *(
            Place(key, title, design.title_of_group[LEARNABLE], paying._replace(scenarios=scenarios))
            for key, (title, scenarios) in parts.items()
        ),
    ]
    yield from (one for one in wholes if study.cube.has("never", one.where))
    for group, title in design.title_of_group.items():
        for scenario in design.printed_as(group):
            where = (paying if group == LEARNABLE else study.drifts)._replace(scenarios=(scenario,))
            if study.cube.has("never", where):
                yield Place(scenario, study.scenario_title(scenario), title, where)
