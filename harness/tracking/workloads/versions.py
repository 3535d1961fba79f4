"""Versions of a model, made of other hyperparameters, training data and features.

They are tracked, compared, traced, rolled back, and trained again from what the tool recorded, without the model file, with
controls that must give another model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from harness.core import Floats
from harness.tracking.session import CannotError, Session, ToolError
from harness.tracking.subject.making import CODE, Subject, retrained, sha256
from harness.tracking.subject.train import train
from harness.tracking.workloads.bench import Bench, Found, Workload

CHANGED = 0.3
"""The share of rows in which the second version of the data differs from the first."""


class Again(StrEnum):
    """What comes of training a version again."""

    SAME = "same"
    """A model that answers the same, bit by bit."""
    DIFFERS = "differs"
    NOT_MADE = "not-made"
    """The tool did not give back all that training needs, so that there is no model."""


@dataclass(frozen=True)
class Origin:
    """What a version of the model is made of.

    Attributes:
        model, size: kind and hyperparameter.
        data: the version of the data.
        share: of the features, the first of which are used.
    """

    model: str
    size: int
    data: int
    share: float = 1.0


ORIGINS = (
    Origin("tree", 2, 0),
    Origin("tree", 4, 0),
    Origin("tree", 4, 1),
    Origin("tree", 4, 1, 0.5),
    Origin("forest", 1, 1, 0.5),
    Origin("logistic", 0, 0),
)
"""Each differs from the one before by a hyperparameter, the data, the features, or the kind of model."""


CONTROLS = ("data", "parameters")
"""What the controls take from another version."""


@dataclass
class Told:
    """What was recorded of one version."""

    run: Any
    params: dict[str, Any]
    predicted: Floats
    data: Path
    accuracy: float
    version: Any = None
    kept: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Versions(Workload):
    """The versions of `ORIGINS`."""

    def run(self, bench: Bench) -> Found:
        """Track all versions in one process, and ask everything else in another."""
        with bench.session() as session:
            told = [_tracked(bench, session, number, origin) for number, origin in enumerate(ORIGINS)]
        with bench.session() as session:
            measurements = {
                "tracked": len(told),
                "found_best": _found_best(bench, session, told),
                "compared": _compared(bench, session, told),
                "traced": [_is_traced(bench, session, one) for one in told],
                "asked_back": _asked_back(bench, session, told),
                "rolled_back": _rolled_back(bench, session, told),
                **_trained_again(bench, session, told),
            }
        return Found({**measurements, **bench.refused}, {})


def _tracked(bench: Bench, session: Session, number: int, origin: Origin) -> Told:
    """Make a version of the model, and record it as far as the tool can."""
    subject = bench.subject
    data = subject.write(bench.file(f"data-{origin.data}/data.csv"), changed=CHANGED * origin.data)
    params = _params(subject, origin)
    model = train(data, params)
    predicted = subject.predicted(model)
    accuracy = float(np.mean(predicted.argmax(axis=1) == subject.rows[:, -1]))
    told = Told(session.call("start", name=f"version-{number}").value, params, predicted, data, accuracy)
    path = bench.file(f"model-{number}/model.bin", model)
    records: dict[str, dict[str, Any]] = {
        "params": {"values": params},
        "metrics": {"values": {"accuracy": accuracy}},
        "data": {"path": str(data)},
        "code": {"folder": str(bench.file(f"code/{CODE.name}", CODE.read_bytes()).parent)},
        "model": {"path": str(path)},
    }
    for call, arguments in records.items():
        reply = bench.has(session, call, run=told.run, **arguments)
        if reply is not None:
            told.kept.append(call)
            told.version = reply.value if call == "data" else told.version
    session.call("finish", run=told.run)
    return told


def _params(subject: Subject, origin: Origin) -> dict[str, Any]:
    count = max(1, round(origin.share * (subject.rows.shape[1] - 1)))
    features = " ".join(map(str, range(count)))
    return {"model": origin.model, "size": origin.size, "seed": subject.seed, "features": features}


def _found_best(bench: Bench, session: Session, told: list[Told]) -> bool:
    """Whether the tool finds the most accurate version, or one of those that are."""
    found, most = bench.has(session, "best", metric="accuracy"), max(one.accuracy for one in told)
    return found is not None and found.value in [one.run for one in told if one.accuracy == most]


def _compared(bench: Bench, session: Session, told: list[Told]) -> bool:
    """Whether the first two differ, as the tool says, in the hyperparameter alone."""
    found = bench.has(session, "compare", one=told[0].run, other=told[1].run)
    return found is not None and list(found.value) == ["size"]


def _is_traced(bench: Bench, session: Session, one: Told) -> bool:
    """Whether a prediction leads back to data and code: the run that made it names both, and they have their bytes."""
    version = bench.has(session, "lineage", run=one.run)
    if version is None or version.value != one.version:
        return False
    restored = _restored(bench, session, one, one)
    return restored is not None and sha256(restored.data) == sha256(one.data) and sha256(restored.code) == sha256(CODE)


@dataclass(frozen=True)
class _Restored:
    data: Path
    code: Path


def _restored(bench: Bench, session: Session, one: Told, data_of: Told) -> _Restored | None:
    """The code of a run, and the data of one, as the tool gives them back, in a new folder; None if it does not."""
    number = len(list((bench.folder).glob("restored-*")))
    folder = bench.folder / f"restored-{number}"
    (folder / "code").mkdir(parents=True)
    data = bench.has(session, "restore_data", version=data_of.version, into=str(folder / "data.csv"), run=data_of.run)
    code = bench.has(session, "restore_code", run=one.run, into=str(folder / "code"))
    return None if data is None or code is None else _Restored(folder / "data.csv", folder / "code" / CODE.name)


def _asked_back(bench: Bench, session: Session, told: list[Told]) -> bool:
    """Whether the tool knows all versions of the model that learned from the first version of the data."""
    found = bench.has(session, "uses", version=told[0].version) if told[0].version is not None else None
    wanted = [one.run for one, origin in zip(told, ORIGINS, strict=True) if origin.data == 0]
    return found is not None and sorted(found.value) == sorted(wanted)


def _rolled_back(bench: Bench, session: Session, told: list[Told]) -> bool:
    """Whether the model before the present one is in service again, and predicts what it did, bit by bit."""
    into = bench.folder / "serving.bin"
    try:
        session.call("promote", name="product", run=told[1].run)
        session.call("promote", name="product", run=told[3].run)
        session.call("roll_back", name="product")
        run = session.call("promoted", name="product").value
        session.call("restore_model", run=run, into=str(into))
    except (CannotError, ToolError) as refusal:
        bench.keep("roll_back", refusal)
        return False
    return np.array_equal(bench.subject.predicted(into.read_bytes()), told[1].predicted)


def _trained_again(bench: Bench, session: Session, told: list[Told]) -> dict[str, Any]:
    """What comes out if each version is trained from what the tool recorded.

    The controls train the second version with the data of the third, and with the parameters of the first: both must differ.
    """
    second = told[1]
    return {
        "retrained": [_again(bench, session, one, one, one) for one in told],
        "controls": {
            control: _again(bench, session, second, *others)
            for control, others in zip(CONTROLS, [(second, told[2]), (told[0], second)], strict=True)
        },
    }


def _again(bench: Bench, session: Session, one: Told, params_of: Told, data_of: Told) -> Again:
    """Whether the recorded parameters, data and code make a model that predicts as the version did, bit by bit."""
    found = bench.has(session, "read", run=params_of.run)
    restored = _restored(bench, session, one, data_of) if data_of.version is not None else None
    if found is None or restored is None or not params_of.params.keys() <= found.value["params"].keys():
        return Again.NOT_MADE
    model = retrained(restored.code.parent, restored.data, found.value["params"])
    return Again.SAME if np.array_equal(bench.subject.predicted(model), one.predicted) else Again.DIFFERS
