"""Records of the monitoring study: streams with their banks, and what entries did on them, from the columns of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from experiments.monitoring.columns import (
    counted,
    field_of,
    fields_of,
    firsts,
    lists_of,
    members,
    numbers,
    plain,
    struct,
    summed,
)
from experiments.monitoring.design import ACTIONS, COMBINED, CONTROL, MAIN, REAL, REGRESSION, SHARED, Design
from harness.analysis.frame import method_name
from harness.core import Floats, Ints, Status
from harness.running.store.stored import Stored
from harness.scoring import Flat
from harness.trials.closed_loop.record import MILLION, PERIODS, late_periods

HALF = 0.5
"""Months of rows that the models of an alarm learn from, as a bank is named."""

MONTH = 1.0

EXTENDS = "+extend"
"""What the name of an entry ends with that only the part with every action has."""


class Life(NamedTuple):
    """What an entry did on the streams on which it could live, one row a stream.

    Attributes:
        stream: shape (n,), rows of `Recorded.streams`.
        served: shape (n, n_periods), the point from which the model of each period serves; 0 is the initial one.
        window: shape (n,), months of the bank that gives its path; NaN if none does.
        path: shape (n, n_periods), the expected loss of each period where none does, else NaN.
        asked: shape (n,), how often it acted.
        fates: by what became of these orders, shape (n,) each.
        alarms: of n streams, the rows at which alarms were known that it acted upon.
        churn: of n streams, the share of answers that each change of the model changed.
        late: shape (n,), the periods by which models are late.
    """

    stream: Ints
    served: Ints
    window: Floats
    path: Floats
    asked: Ints
    fates: Mapping[str, Ints]
    alarms: Flat
    churn: tuple[Floats, Ints]
    late: Ints


@dataclass(frozen=True)
class Recorded:
    """The records of trials that ended well.

    Attributes:
        streams: one row a record: part, dataset, model, scenario, group, seed, rows_per_month, n_rows, onset (NaN without a
            drift), down (NaN if accuracy is never down), harm, spec.
        measurements: of the same records.
        n_periods: of each stream.
        n_left_out: streams of another length than most, which are left out.
    """

    streams: pd.DataFrame
    measurements: pa.StructArray
    n_periods: int
    n_left_out: int = 0

    @classmethod
    def of(cls, stored: Stored, design: Design) -> Recorded:
        """Sort the records."""
        table = stored.table.filter(pc.equal(stored.table["status"], Status.OK))
        factors, measured = struct(table["factors"]), struct(table["measurements"])
        frame = _frame(factors, measured, table["spec"].to_pylist(), stored.specs, design)
        lengths = (frame["n_rows"] * PERIODS // frame["rows_per_month"]).astype(np.int64)
        usual = int(lengths.mode().iloc[0]) if len(frame) else 0
        chosen = np.asarray(lengths == usual)
        return cls(frame[chosen].reset_index(drop=True), measured.filter(pa.array(chosen)), usual, int((~chosen).sum()))

    # ---- banks -------------------------------------------------------------------------------------------------------

    @cached_property
    def losses(self) -> dict[float, Floats]:
        """By months of rows the banks of all streams, shape (n_streams, n_periods, n_periods); NaN where there is none."""
        found: dict[float, Floats] = {}
        month = self.streams["rows_per_month"].to_numpy(dtype=np.float64)
        for rows, lists in fields_of(self.measurements, "banks"):
            known = lists.is_valid().to_numpy(zero_copy_only=False)
            for months in np.unique(int(rows) / month[known]):
                here = known & (int(rows) / month == months)
                bank = found.setdefault(float(months), np.full((len(month), self.n_periods, self.n_periods), np.nan))
                bank[here] = self._triangles(lists.filter(pa.array(here)))
        return found

    def _triangles(self, lists: pa.ListArray) -> Floats:
        upper = np.triu_indices(self.n_periods)
        values = lists.flatten().cast(pa.float64()).to_numpy(zero_copy_only=False).reshape(len(lists), len(upper[0]))
        losses = np.full((len(lists), self.n_periods, self.n_periods), np.nan)
        losses[:, upper[0], upper[1]] = np.where(values < 0, np.nan, values / MILLION)
        return losses

    @cached_property
    def fresh(self) -> Floats:
        """The loss of a model of fresh rows of each period, shape (n_streams, n_periods); NaN where nobody knows it."""
        found = np.full((len(self.streams), self.n_periods), np.nan)
        lists = field_of(self.measurements, "continuous")
        if lists is not None:
            known = lists.is_valid().to_numpy(zero_copy_only=False)
            values = lists.filter(pa.array(known)).flatten().cast(pa.float64()).to_numpy(zero_copy_only=False)
            found[known] = values.reshape(-1, self.n_periods) / MILLION
        return found

    # ---- runs --------------------------------------------------------------------------------------------------------

    @cached_property
    def lives(self) -> list[tuple[str, str]]:
        """The label delay and the entry of every run that any record has."""
        return [(delay, entry) for delay, runs in fields_of(self.measurements, "runs") for entry, _ in members(runs)]

    def life(self, delay: str, entry: str) -> Life:
        """What an entry did at a label delay, on all streams on which it could live."""
        runs = pc.struct_field(self.measurements, ["runs", delay, entry])
        known = runs.is_valid().to_numpy(zero_copy_only=False)
        stream = np.flatnonzero(known)
        runs = plain(runs.filter(pa.array(known)))
        month = self.streams["rows_per_month"].to_numpy()[stream]
        late = np.array([late_periods(int(delay), int(rows)) for rows in month], dtype=np.int64)
        asked, points, outcomes = (lists_of(runs, name) for name in ("asked", "points", "outcomes"))
        fates = outcomes.values
        return Life(
            stream,
            _served(points, self.n_periods),
            numbers(runs, "window") / month,
            self._paths(runs),
            np.diff(asked.offsets),
            {str(fate): counted(fates == fate, outcomes.offsets) for fate in np.unique(fates)},
            Flat(*lists_of(runs, "alarms")),
            summed(lists_of(runs, "churn")),
            late + self.streams["training_periods"].to_numpy(dtype=np.int64)[stream],
        )

    def _paths(self, runs: pa.StructArray) -> Floats:
        lists = lists_of(runs, "path")
        found = np.full((len(runs), self.n_periods), np.nan)
        found[np.diff(lists.offsets) > 0] = lists.values.reshape(-1, self.n_periods) / MILLION
        return found

    @cached_property
    def unable(self) -> pd.DataFrame:
        """Why entries could not live on streams: entry, stream, code."""
        rows = [
            pd.DataFrame(
                {
                    "entry": entry,
                    "stream": np.flatnonzero(lists.is_valid().to_numpy(zero_copy_only=False)),
                    "code": pc.list_element(lists.drop_null(), 0).to_pylist(),
                }
            )
            for entry, lists in fields_of(self.measurements, "unable")
        ]
        empty = pd.DataFrame({"entry": [], "stream": np.empty(0, np.int64), "code": []})
        return pd.concat(rows, ignore_index=True) if rows else empty


# ---- streams ---------------------------------------------------------------------------------------------------------


def _frame(
    factors: pa.StructArray, measured: pa.StructArray, spec: list[str], specs: Mapping[str, Any], design: Design
) -> pd.DataFrame:
    """What each trial was asked for, and what its stream is."""
    levels = pd.DataFrame({field.name: factors.field(field.name).to_pandas() for field in factors.type})
    of_record = factors.to_pylist()
    frame = levels[["dataset", "scenario", "seed", "rows_per_month", "training_periods"]].assign(
        model=[method_name(each) for each in of_record],
        group=[design.group_of(str(scenario)) for scenario in levels["scenario"]],
        n_rows=numbers(measured, "n_rows"),
        onset=np.where(
            levels["scenario"] == CONTROL, np.nan, numbers(measured, "onset")
        ),  # a control has one and no drift
        harm=numbers(measured, "harm"),
        down=firsts(lists_of(measured, "down")),
        spec=spec,
    )
    datasets = {key: each.get("dataset", {}) for key, each in specs.items()}
    has_banks = field_of(measured, "banks")
    bankless = np.ones(len(frame), np.bool_) if has_banks is None else np.asarray(has_banks.is_null())
    frame["part"] = np.select(
        [
            np.array([datasets[key].get("rows_per_month") is not None for key in spec], np.bool_),
            np.array([datasets[key].get("task") == "regression" for key in spec], np.bool_),
            np.asarray(levels["sampling"] == "shared"),
            bankless,
            np.asarray(levels["entries"].str.contains(EXTENDS, regex=False)),
        ],
        [REAL, REGRESSION, SHARED, COMBINED, ACTIONS],
        MAIN,
    )
    return frame


def _served(points: tuple[Any, Ints], n_periods: int) -> Ints:
    """The point from which the model of each period serves, shape (n, n_periods)."""
    values, offsets = points
    served = np.zeros((len(offsets) - 1, n_periods), np.int64)
    served[np.repeat(np.arange(len(offsets) - 1), np.diff(offsets)), values] = values
    return np.maximum.accumulate(served, axis=1)
