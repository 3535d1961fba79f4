"""Which cells each level of a choice has: kinds of drift, what was lost, courses, seeds, months."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from experiments.detection.design import Design
from experiments.detection.records import CONTROL
from experiments.detection.scenarios import Scenarios
from harness.core import Ints
from harness.drift import CovariateReweighting, HarmTo, Kind
from harness.scoring.flat import Bools

Levels = Mapping[str, Mapping[str, Bools]]
"""By the name of a choice and of its level: the cells of that level, shape (n_cells,)."""

LITTLE, ABOUT, MUCH = 0, 1, 2
"""Bands of what the deployed model lost: less than half of what was asked (or under 2 points), more than half as much again, or
what lies between."""

LEAST = 2.0
"""Points of accuracy below which nothing was lost."""


def with_losses(streams: pd.DataFrame) -> pd.DataFrame:
    """The streams with lost (the band) and even (of the seed)."""
    asked = streams["harm"].to_numpy(dtype=np.float64)
    lost = streams["harm_done"].to_numpy(dtype=np.float64)
    enough = lost >= np.maximum(LEAST, asked / 2)  # False where no harm was asked for
    return streams.assign(
        lost=np.where(enough, np.where(lost > 1.5 * asked, MUCH, ABOUT), LITTLE), even=streams["seed"] % 2 == 0
    )


def levels_of(table: pd.DataFrame, design: Design, scenarios: Scenarios, dependent: Collection[str]) -> Levels:
    """The cells of every level, of a table with a row a cell."""
    every = np.ones(len(table), dtype=np.bool_)
    kind, lost, harm, even = (table[name].to_numpy() for name in ("kind", "lost", "harm", "even"))
    gradual = {name for name, node in scenarios.nodes.items() if _is_gradual(node)}
    reweighted = scenarios.injected_by((CovariateReweighting,))
    return {
        "streams": _streams(table, design, dependent),
        "kind": {
            "all": every,
            **{str(name): kind == name for name in (Kind.CONCEPT, Kind.NOISE)},
            "labels": (kind == Kind.CONCEPT) | (kind == Kind.NOISE),
            "data": _of_data(table, design),
            "visible": _among(table, "scenario", design.visible),
        },
        "harm_to": {str(name): ~(harm > 0) | (table["harm_to"] == name).to_numpy() for name in HarmTo},
        "harm": {"all": every, **{f"{points:g}": harm == points for points in np.unique(harm[harm > 0])}},
        "realised": {"any": every, "half": lost != LITTLE, "near": lost == ABOUT},
        "course": {
            "all": every,
            "abrupt": ~_among(table, "scenario", gradual),
            "gradual": _among(table, "scenario", gradual),
        },
        "reweighting": {"kept": every, "left_out": ~_among(table, "scenario", reweighted)},
        "seeds": {"all": every, "even": even.astype(np.bool_), "odd": ~even.astype(np.bool_)},
        "models": {
            "pooled": every,
            "alike": every,
            **{str(name): np.asarray(table["model"] == name) for name in table["model"].unique()},
        },
        **{
            name: {str(level): np.asarray(table[name] == level) for level in table[name].unique()}
            for name in ("rows_per_month", "label_delay")
        },
    }


def groups_of(table: pd.DataFrame, scenarios: Scenarios) -> Mapping[str, Ints]:
    """The group of each cell, by what is weighed alike."""
    families = {name: scenarios.family(name) for name in table["scenario"].unique()}
    groups = {
        "kinds": table["kind"],
        "two_kinds": table["kind"].replace({Kind.NOISE: "labels", Kind.CONCEPT: "labels"}),
        "families": table["scenario"].map(families),
        "scenarios": table["scenario"],
    }
    return {name: pd.factorize(column)[0].astype(np.int64) for name, column in groups.items()}


def _streams(table: pd.DataFrame, design: Design, dependent: Collection[str]) -> Mapping[str, Bools]:
    """The cells of each part of the design, whatever their months."""
    independent = ~_among(table, "dataset", [*dependent, *design.regression]) & _among(
        table, "sampling", [design.sampling]
    )
    drifted, staged = table["drifted"].to_numpy(dtype=np.bool_), np.asarray(table["harm"] > 0)
    whole = independent & ~_among(table, "dataset", design.partial)
    known = independent & drifted & staged & _among(table, "scenario", design.drifting)
    free = independent & np.asarray(table["scenario"] == CONTROL)
    at_a_harm = table.loc[staged, "scenario"].unique()
    usual = whole & (staged | ~_among(table, "scenario", at_a_harm))
    usual &= ~_among(table, "scenario", [*design.seasonal, *design.of_nominal])
    blips = [name for name in design.eventless if name not in design.seasonal]
    return {
        "main": known & ~_among(table, "dataset", design.partial) & _among(table, "scenario", design.main),
        "nominal_drifts": known & _among(table, "scenario", design.of_nominal),
        **{name: known & _among(table, "scenario", [name]) for name in design.of_nominal},
        "every_data_drift": known & _of_data(table, design),
        "twins": free,
        "blips": free | (independent & _among(table, "scenario", blips)),
        "usual": usual,
        "usual_data": usual & ~_among(table, "kind", [Kind.NOISE, Kind.CONCEPT, Kind.PRIOR]),
        **{f"usual_{kind}": usual & (~drifted | _among(table, "kind", [kind])) for kind in (Kind.NOISE, Kind.CONCEPT)},
    }


def _of_data(table: pd.DataFrame, design: Design) -> Bools:
    """Drifts of data alone: a shift before a permutation weighs as data, and is no question about it."""
    return _among(table, "kind", [Kind.DATA]) & ~_among(table, "scenario", design.kinds.get(Kind.BOTH, ()))


def _among(table: pd.DataFrame, name: str, wanted: Collection[str]) -> Bools:
    return np.asarray(table[name].isin(list(wanted)), dtype=np.bool_)


def _is_gradual(node: Mapping[str, object]) -> bool:
    profile = node.get("profile")
    name = str(profile.get("_target_", "")) if isinstance(profile, Mapping) else ""
    return name.rpartition(".")[2] in ("Sigmoid", "Linear", "Incremental")
