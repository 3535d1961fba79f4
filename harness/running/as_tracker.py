"""The record store of the harness as a tracking tool, beside which the others are measured.

It is made for sweeps: a record is written once and never changed, names the checksum of its data and the packages, and
keeps arrays. It keeps neither data nor code, which come from pinned wheels and from Git.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harness.core import Record, Status
from harness.data.carriers import digest
from harness.running import predictions, provenance, store
from harness.tracking.adapters.copied import Copied
from harness.tracking.contract import API, Cannot, ours

STUDY = "tracked"


class RecordStore(Copied):
    """Records of one study: parameters are factors, metrics are measurements, a model is an array beside its record."""

    def __init__(self, folder: Path, interface: str) -> None:
        if interface != API:
            raise Cannot("its command line runs trials, and records no runs of others")
        super().__init__(folder, interface)
        self.told: dict[str, dict[str, Any]] = {}

    def open(self) -> None:
        """Begin a part."""
        self.writer = store.PartWriter(self.folder, provenance.header())

    def close(self) -> None:
        """Close it."""
        self.writer.close()

    def start(self, name: str) -> str:
        """What is told of a run is kept until its end."""
        self.told[name] = {"params": {}, "metrics": {}, "spec": {}, "arrays": {}}
        return name

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        """Factors."""
        self.told[run]["params"].update(values)

    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        """Measurements."""
        self.told[run]["metrics"].update(values)

    def model(self, run: str, path: str) -> None:
        """Its bytes, as an array."""
        self.told[run]["arrays"]["model"] = np.fromfile(path, dtype=np.uint8)

    def data(self, run: str, path: str) -> str:
        """The checksum, in the spec of the record."""
        self.told[run]["spec"]["dataset"] = {"name": "data", "checksum": (version := digest(Path(path)))}
        return version

    def packages(self, run: str) -> None:
        """They are in the header of the part."""

    def finish(self, run: str) -> None:
        """Append the record."""
        told = self.told.pop(run)
        record = Record(run, STUDY, Status.OK, told["params"], "", "", measurements=told["metrics"])
        self.writer.append(record, told["spec"], told["arrays"])

    def runs(self) -> list[str]:
        """The ids of trials."""
        ids: list[str] = store.read(self.folder, ["trial_id"]).table["trial_id"].to_pylist()
        return ids

    def read(self, run: str) -> dict[str, dict[str, Any]]:
        """Factors and measurements."""
        record = self.record(run)
        return {"params": dict(record.factors), "metrics": dict(record.measurements)}

    def record(self, run: str) -> Record:
        """The record of a run. Raises `KeyError` if there is none."""
        found = store.read_trial(self.folder, run).find(run)
        if found is None:
            raise KeyError(run)
        return found

    @ours
    def best(self, metric: str) -> str:
        records = [one for one in store.read(self.folder).records if metric in one.measurements]
        return max(records, key=lambda record: record.measurements[metric]).trial_id

    @ours
    def find(self, param: str, value: str) -> list[str]:
        return [one.trial_id for one in store.read(self.folder).records if one.factors.get(param) == value]

    @ours
    def compare(self, one: str, other: str) -> dict[str, list[Any]]:
        left, right = self.record(one).factors, self.record(other).factors
        both = {name: [left.get(name), right.get(name)] for name in [*left, *right]}
        return {name: values for name, values in both.items() if values[0] != values[1]}

    def environment(self, run: str) -> list[str]:
        """The packages in the header of the part."""
        stored = store.read_trial(self.folder, run)
        packages = stored.headers[self.record(run).header]["packages"]
        return [f"{name}=={version}" for name, version in packages.items()]

    def restore_model(self, run: str, into: str) -> None:
        """Write the array into a file; its hash is checked against the record."""
        predictions.load(self.folder, self.record(run))["model"].tofile(into)

    def restore_data(self, version: str, into: str, run: str = "") -> None:
        """Raise `Cannot`."""
        raise Cannot("records hold the checksum of the data, which come from pinned wheels or files of the user")

    def code(self, run: str, folder: str) -> None:
        """Raise `Cannot`."""
        raise Cannot("records hold the revision of the harness and the versions of a user's classes, and no code")

    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        """Raise `Cannot`."""
        raise Cannot("a record is written at the end of its trial")

    def lineage(self, run: str) -> str:
        """The checksum in the spec of the record."""
        stored = store.read_trial(self.folder, run)
        version: str = stored.specs[self.record(run).spec]["dataset"]["checksum"]
        return version

    @ours
    def uses(self, version: str) -> list[str]:
        stored = store.read(self.folder)
        held = {key for key, spec in stored.specs.items() if spec.get("dataset", {}).get("checksum") == version}
        return [record.trial_id for record in stored.records if record.spec in held]

    def push(self, remote: str) -> None:
        """Copy the store, once all of it is written."""
        self.writer.sync()
        super().push(remote)

    @ours
    def export(self, into: str) -> None:
        table = store.read(self.folder).table.select(["trial_id", "factors", "measurements"]).flatten().to_pandas()
        table.columns = ["run", *(name.partition(".")[2] for name in table.columns[1:])]
        table.to_csv(into, index=False)

    def remove(self, run: str) -> None:
        """Raise `Cannot`."""
        raise Cannot("records are appended and never changed")


TRACKER = RecordStore
