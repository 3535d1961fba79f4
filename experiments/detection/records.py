"""Records of the detection study as streams and runs, straight from the columns of the store.

A stream may have several records, each with detectors of its own. They are one stream here, and a run that two records have
(a detector that was calibrated twice, say) counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from experiments.detection.one_world import check_one_world, sampling_of, staging
from experiments.detection.scenarios import NO_KIND
from harness.analysis.detector_families import OTHERS
from harness.core import Floats, Ints, Status
from harness.detectors.run import Run
from harness.drift import HarmTo
from harness.running.store.stored import Stored
from harness.scoring import Flat, Scored, score_runs
from harness.scoring.flat import offsets_of

ASKED = (
    *("dataset", "model", "scenario", "harm", "harm_to", "raw", "rows_per_month", "label_delay", "months"),
    *("sampling", "staging"),
)
"""What a trial is asked for, but for its seed."""

CONDITION = (*ASKED, "kind")
"""What makes a condition, of which the seeds are repeats. What kind a drift is may depend on the strength that a seed needs."""

CONTROL = "control"
"""The scenario of drift-free twins."""

_MEASURED = ("n_rows", "onset", "ks")


class Scans(NamedTuple):
    """The alarms of one run on every stream that it read."""

    stream: Ints
    """Shape (n,), rows of `Recorded.streams`."""
    alarms: Flat
    """Of n runs."""


class Named(NamedTuple):
    """The names of columns at the alarms of one run, on every stream that it read."""

    columns: pa.ListArray
    """A list of names for each alarm."""
    offsets: Ints
    """Shape (n + 1,): where those of each stream begin; none for a stream at whose alarms nothing was named."""

    def at(self, places: Ints) -> list[list[str]]:
        """The names at some alarms, which alone become Python objects."""
        names: list[list[str]] = self.columns.take(pa.array(places)).to_pylist()
        return names


@dataclass(frozen=True)
class Recorded:
    """All streams, and the alarms of every run.

    Attributes:
        streams: one row a stream: CONDITION (`harm` in points, the one that was asked for or else the scenario's own, NaN if
            its strength is given in another unit: `raw`; `harm_to`, the model by which a harm was staged), seed, n_rows,
            onset, ks (the largest distance of a marginal),
            kind (of the first drift, "none" without one), harm_done (to the deployed model, points), harm_reference,
            effective_rows (Kish's number, NaN where no row is weighted) and `place`, a row of `measurements`.
        truth: the drifts of each stream.
        measurements: of the records that ended well.
        stream_of: the stream of each of these records.
        realised: by run what its setting gave on fresh streams, as the spec of each of these records says: a share of
            half-years, NaN where it says nothing.
    """

    streams: pd.DataFrame
    truth: Flat
    measurements: pa.StructArray
    stream_of: Ints
    realised: Mapping[Run, Floats]

    @classmethod
    def of(cls, stored: Stored) -> Recorded:
        """Sort records into streams.

        Raises:
            HarnessError: they are of two worlds.
        """
        table = stored.table.filter(pc.equal(stored.table["status"], Status.OK))
        check_one_world({key: stored.specs[key] for key in table["spec"].unique().to_pylist()})
        measurements = _struct(table["measurements"])
        frame = stream_frame(table["factors"], table["spec"], stored.specs)
        for name in _MEASURED:
            frame[name] = _numbers(measurements, name)
        frame["harm_done"] = _numbers(measurements, "harm")
        frame["harm_reference"] = _numbers(measurements, "reference_harm")
        frame["effective_rows"] = _numbers_if_any(measurements, "effective_rows")
        stream_of: Ints = frame.groupby([*ASKED, "seed"], dropna=False, sort=False).ngroup().to_numpy().astype(np.int64)
        place = np.unique(stream_of, return_index=True)[1]
        streams = frame.iloc[place].reset_index(drop=True).assign(place=place)
        of_streams = measurements.take(pa.array(place))
        truth = _truth(of_streams)
        streams["kind"] = np.where(np.diff(truth.offsets) > 0, _first_kinds(of_streams), NO_KIND)
        return cls(streams, truth, measurements, stream_of, _realised(table["spec"], stored.specs))

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Every run that any record has."""
        return tuple(Run.of(field.name) for field in self.measurements.type.field("alarms").type)

    @property
    def n_repeated(self) -> int:
        """The number of runs that several records of one stream have; only one of them counts."""
        alarms = self.measurements.field("alarms")
        valid = (alarms.field(run.name).is_valid().to_numpy(zero_copy_only=False) for run in self.runs)
        return sum(int(rows.sum()) - int(np.count_nonzero(np.bincount(self.stream_of[rows]))) for rows in valid)

    @cached_property
    def twins(self) -> Ints:
        """The drift-free twin of each stream, a row of `streams`; -1 where there is none, and for twins themselves."""
        world = ["dataset", "model", "seed", "rows_per_month", "label_delay", "months", "sampling"]
        is_twin = np.asarray(self.streams["scenario"] == CONTROL)
        number = self.streams.groupby(world, sort=False).ngroup().to_numpy()
        twin_of = np.full(int(number.max(initial=-1)) + 1, -1, dtype=np.int64)
        twin_of[number[is_twin]] = np.flatnonzero(is_twin)
        return np.where(is_twin, -1, twin_of[number])

    def scans(self, run: Run) -> Scans:
        """The alarms of one run on all streams that it read."""
        lists = self.measurements.field("alarms").field(run.name)
        chosen, stream = self._once(lists)
        lists = lists.filter(pa.array(chosen))
        values = lists.flatten().cast(pa.int64()).to_numpy(zero_copy_only=False)
        return Scans(stream, Flat(values, offsets_of(lists.value_lengths().to_numpy(zero_copy_only=False))))

    def realised_on(self, run: Run) -> Floats:
        """What the setting of a run gave on fresh streams, for the streams of `scans`; NaN where nobody says."""
        chosen, _ = self._once(self.measurements.field("alarms").field(run.name))
        known = self.realised.get(run)
        return np.full(int(chosen.sum()), np.nan) if known is None else known[chosen]

    def named(self, run: Run) -> Named | None:
        """The names of the columns that a run named at each alarm, for the streams of `scans`; None if it never names any."""
        kind = self.measurements.type
        if kind.get_field_index("named") < 0 or kind.field("named").type.get_field_index(run.name) < 0:
            return None
        if not pa.types.is_string(kind.field("named").type.field(run.name).type.value_type.value_type):
            return None  # positions, of records that are older than the names
        chosen, _ = self._once(self.measurements.field("alarms").field(run.name))
        columns = self.measurements.field("named").field(run.name).filter(pa.array(chosen))
        counts = pc.fill_null(columns.value_lengths(), 0).to_numpy(zero_copy_only=False)
        return Named(columns.flatten(), offsets_of(counts))

    def score(self, scans: Scans, *, grace: float) -> Scored:
        """The score of scans; grace in months."""
        month, horizon = self._lengths["rows_per_month"][scans.stream], self._lengths["n_rows"][scans.stream]
        truth = taken(self.truth, scans.stream)
        return score_runs(scans.alarms, truth, horizon=horizon, month=month, grace=np.rint(grace * month).astype(int))

    @cached_property
    def _lengths(self) -> dict[str, Ints]:
        """Rows of a month and of the whole, of each stream: asked for every run, and a frame takes rows slowly."""
        return {name: self.streams[name].to_numpy(dtype=np.int64) for name in ("rows_per_month", "n_rows")}

    def _once(self, lists: pa.ListArray) -> tuple[Any, Ints]:
        """Which records a run is taken from, and the streams of these: the first of each stream."""
        chosen = lists.is_valid().to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(chosen)
        stream, first = np.unique(self.stream_of[rows], return_index=True)
        chosen = np.zeros(len(chosen), dtype=np.bool_)
        chosen[rows[first]] = True
        return chosen, self.stream_of[np.flatnonzero(chosen)] if len(stream) else stream


def stream_frame(factors: pa.ChunkedArray, spec: pa.ChunkedArray, specs: Mapping[str, Any]) -> pd.DataFrame:
    """What each trial was asked for and its seed, also of those that did not end well."""
    levels, n = _struct(factors), len(factors)
    known = {field.name for field in levels.type}
    of_factors = [name for name in (*ASKED, "seed") if name not in ("harm", "harm_to", "raw", "sampling", "staging")]
    frame = pd.DataFrame({name: levels.field(name).to_pandas() for name in of_factors})
    asked = levels.field("harm").cast(pa.float64()).to_numpy(zero_copy_only=False) if "harm" in known else np.nan
    frame["harm_to"] = levels.field("harm_to").to_pandas() if "harm_to" in known else str(HarmTo.DEPLOYED)
    own = {key: _own_strength(each) for key, each in specs.items()}
    of_spec = spec.to_pylist()
    for name, tell in (("staging", staging), ("sampling", sampling_of)):
        told = {key: tell(each) for key, each in specs.items()}
        frame[name] = [told[key] for key in of_spec]
    own_harm, own_raw = (np.array([own[key][place] for key in of_spec], dtype=np.float64) for place in (0, 1))
    asked = np.broadcast_to(asked, n)
    frame["harm"] = np.where(np.isnan(asked), own_harm, asked)
    frame["raw"] = np.where(np.isnan(asked), own_raw, np.nan)
    return frame


def _realised(spec: pa.ChunkedArray, specs: Mapping[str, Any]) -> dict[Run, Floats]:
    """By run and record what the run's setting gave on fresh streams: `about.realised` of the member of the panel."""
    codes, keys = pd.factorize(np.asarray(spec.to_pylist(), dtype=object))
    found: dict[Run, Floats] = {}
    for number, key in enumerate(keys):
        for member in specs[key].get("detectors", ()):
            rate = member.get("about", {}).get("realised")
            if rate is not None:
                run = Run.of(member["name"])
                found.setdefault(run, np.full(len(keys), np.nan))[number] = rate
    return {run: rates[codes] for run, rates in found.items()}


def _own_strength(spec: Any) -> tuple[float, float]:
    """The strength of a scenario as its file has it: in points of harm, or raw."""
    scenario = spec.get("scenario", {}) if isinstance(spec, Mapping) else {}
    first = next(iter(scenario.get("scenarios", [])), scenario)
    strength = first.get("strength", {})
    harm, raw = (np.nan if strength.get(unit) is None else float(strength[unit]) for unit in ("harm", "raw"))
    return harm, raw


def taken(flat: Flat, runs: Ints) -> Flat:
    """Some runs of a flat array, in the order given."""
    begin, end = flat.offsets[runs], flat.offsets[runs + 1]
    offsets = offsets_of(end - begin)
    return Flat(flat.values[np.arange(offsets[-1]) + np.repeat(begin - offsets[:-1], end - begin)], offsets)


def _struct(column: pa.ChunkedArray) -> pa.StructArray:
    """A column of mappings as one array without an offset, so that its fields are those of its rows."""
    whole = column.combine_chunks()
    whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
    return pa.StructArray.from_arrays(whole.flatten(), fields=list(whole.type))


def _numbers(structs: pa.StructArray, name: str) -> Any:
    return structs.field(name).to_numpy(zero_copy_only=False)


def _numbers_if_any(structs: pa.StructArray, name: str) -> Floats:
    """The numbers of that name, NaN where a record has none."""
    if structs.type.get_field_index(name) < 0:
        return np.full(len(structs), np.nan)
    return np.asarray(structs.field(name).cast(pa.float64()).to_numpy(zero_copy_only=False))


def _first_kinds(measurements: pa.StructArray) -> Any:
    """The kind of each stream's first part; "others" where no record says so."""
    found = np.full(len(measurements), OTHERS, dtype=object)
    if measurements.type.get_field_index("kinds") >= 0:
        lists = measurements.field("kinds")
        counts = pc.fill_null(lists.value_lengths(), 0).to_numpy(zero_copy_only=False)
        known = counts > 0
        first = (np.cumsum(counts) - counts)[known]
        found[known] = lists.flatten().take(pa.array(first)).to_numpy(zero_copy_only=False)
    return found


def _truth(measurements: pa.StructArray) -> Flat:
    """The drifts of each stream; a record of a stream without any has no list, or an empty one."""
    lists = measurements.field("truth") if measurements.type.get_field_index("truth") >= 0 else None
    if lists is None or pa.types.is_null(lists.type.value_type):  # drift-free streams alone
        return Flat(np.empty((0, 2), np.int64), np.zeros(len(measurements) + 1, np.int64))
    counts = pc.fill_null(lists.value_lengths(), 0).to_numpy(zero_copy_only=False)
    ends = lists.flatten().flatten().cast(pa.int64()).to_numpy(zero_copy_only=False)
    return Flat(ends.reshape(-1, 2), offsets_of(counts))
