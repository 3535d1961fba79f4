"""Which cells each level of a choice has: kinds of drift, what was lost, courses, seeds, months."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from experiments.detection.design import Design
from experiments.detection.records import CONTROL, Recorded
from experiments.detection.scenarios import Scenarios
from harness import drift
from harness.core import Floats, Ints
from harness.scoring.flat import Bools

Levels = Mapping[str, Mapping[str, Bools]]
"""By the name of a choice and of its level: the cells of that level, shape (n_cells,)."""

NOISE, RELEARNABLE, DATA, OTHER = "noise", "relearnable", "data", "other"

MOST = 0.5
"""The share of rows from which on other labels are another rule; up to it they are noise, for the best rule stays as it was."""

LITTLE, ABOUT, MUCH = 0, 1, 2
"""Bands of what the deployed model lost: less than half of what was asked (or under 2 points), more than half as much again, or
what lies between."""

LEAST = 2.0
"""Points of accuracy below which nothing was lost."""

NOMINAL = "unseen_category"


def with_kinds(recorded: Recorded, design: Design, scenarios: Scenarios) -> pd.DataFrame:
    """The streams with kind (of their first drift), lost (the band) and even (of the seed)."""
    streams = recorded.streams
    kinds = {name: _kind(name, design, scenarios) for name in streams["scenario"].unique()}
    kind = streams["scenario"].map(kinds).astype(object)
    is_share = kind == "share"
    most = _first_strengths(recorded) > MOST
    asked = streams["harm"].to_numpy(dtype=np.float64)
    lost = streams["harm_done"].to_numpy(dtype=np.float64)
    enough = lost >= np.maximum(LEAST, asked / 2)  # False where no harm was asked for
    return streams.assign(
        kind=np.where(is_share, np.where(most, RELEARNABLE, NOISE), kind),
        lost=np.where(enough, np.where(lost > 1.5 * asked, MUCH, ABOUT), LITTLE),
        even=streams["seed"] % 2 == 0,
    )


def _kind(scenario: str, design: Design, scenarios: Scenarios) -> str:
    """What changes first in a scenario; "share" where it depends on the share of rows."""
    kind = design.kind_of(scenario)
    if kind in ("data", "both"):  # of a shift and a later permutation, the shift is what a detector is asked for
        return DATA
    if kind != "concept":
        return OTHER
    if scenario in scenarios.injected_by((drift.LabelPermutation, drift.LabelSwap)):
        return "share"
    return NOISE if scenario in scenarios.injected_by((drift.LabelNoise,)) else RELEARNABLE


def _first_strengths(recorded: Recorded) -> Floats:
    """The strength of each stream's first drift, NaN where none was recorded."""
    kind, n = recorded.measurements.type, len(recorded.streams)
    if kind.get_field_index("strengths") < 0:
        return np.full(n, np.nan)
    lists = recorded.measurements.field("strengths").take(pa.array(recorded.streams["place"].to_numpy()))
    counts = pc.fill_null(lists.value_lengths(), 0).to_numpy(zero_copy_only=False)
    values = lists.flatten().cast(pa.float64()).to_numpy(zero_copy_only=False)
    strengths = np.full(n, np.nan)
    begin = np.cumsum(counts) - counts
    strengths[counts > 0] = values[begin[counts > 0]]
    return strengths


def levels_of(table: pd.DataFrame, design: Design, scenarios: Scenarios, dependent: Collection[str]) -> Levels:
    """The cells of every level, of a table with a row a cell."""
    every = np.ones(len(table), dtype=np.bool_)
    kind, lost, harm, even = (table[name].to_numpy() for name in ("kind", "lost", "harm", "even"))
    gradual = {name for name, node in scenarios.nodes.items() if _is_gradual(node)}
    reweighted = scenarios.injected_by((drift.CovariateReweighting,))
    return {
        "streams": _streams(table, design, dependent),
        "kind": {
            "all": every,
            "concept": (kind == NOISE) | (kind == RELEARNABLE),
            **{name: kind == name for name in (RELEARNABLE, NOISE)},
            "data": _among(table, "scenario", design.kinds.get("data", ())),
            "visible": _among(table, "scenario", design.visible),
        },
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
        "two_kinds": table["kind"].replace({NOISE: "concept", RELEARNABLE: "concept"}),
        "families": table["scenario"].map(families),
        "scenarios": table["scenario"],
    }
    return {name: pd.factorize(column)[0].astype(np.int64) for name, column in groups.items()}


def _streams(table: pd.DataFrame, design: Design, dependent: Collection[str]) -> Mapping[str, Bools]:
    """The cells of each part of the design, whatever their months."""
    independent = ~_among(table, "dataset", dependent)
    drifted, staged = table["drifted"].to_numpy(dtype=np.bool_), np.asarray(table["harm"] > 0)
    whole = independent & ~_among(table, "dataset", design.partial)
    with_a_drift = [name for members in design.kinds.values() for name in members]
    known = independent & drifted & staged & _among(table, "scenario", with_a_drift)
    free = independent & np.asarray(table["scenario"] == CONTROL)
    at_a_harm = table.loc[staged, "scenario"].unique()
    usual = whole & (staged | ~_among(table, "scenario", at_a_harm)) & ~_among(table, "scenario", design.seasonal)
    blips = [name for name in design.eventless if name not in design.seasonal]
    return {
        "main": known & ~_among(table, "dataset", design.partial),
        "unseen_category": known & _among(table, "scenario", [NOMINAL]),
        "every_data_drift": known & _among(table, "scenario", design.kinds.get("data", ())),
        "twins": free,
        "blips": free | (independent & _among(table, "scenario", blips)),
        "usual": usual,
        "usual_data": usual
        & ~_among(table, "scenario", [*design.kinds.get("concept", ()), *design.kinds.get("prior", ())]),
    }


def _among(table: pd.DataFrame, name: str, wanted: Collection[str]) -> Bools:
    return np.asarray(table[name].isin(list(wanted)), dtype=np.bool_)


def _is_gradual(node: Mapping[str, object]) -> bool:
    profile = node.get("profile")
    name = str(profile.get("_target_", "")) if isinstance(profile, Mapping) else ""
    return name.rpartition(".")[2] in ("Sigmoid", "Linear", "Incremental")
