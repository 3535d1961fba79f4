"""The identity of trials: when two trials are the same one.

A trial's *spec* is its resolved configuration without documentation: nested mappings (dataset, synthesis, preprocessing)
and scalars (seed, label_noise ...). The identity leaves out whatever cannot change a measurement: the source of a data set
(the checksum of its content stands for it), the folder of results, the number of workers.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.core import PROTOCOL_VERSION, ConfigError

Path = tuple[str | int, ...]
"""The keys and indices that lead to one value within a spec."""

ID_DIGITS = 32
"""Of an id. Two of a billion trials share 128 bits with a chance of 1e-21; ids of protocol 1 have all 64 digits of a sha256."""

FOUND = "settings"
"""Key of the documentation of an entry: what each of its detectors gave at its setting on fresh streams."""

LATER = ("train_rows",)
"""Factors that came when records had been published: where one has no level, the trial is the one that it was without it."""

_OF_DATASET = ("name", "task", "max_rows")
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class PlannedTrial:
    """A trial that is not built yet.

    Attributes:
        study: the study's name.
        spec: the resolved configuration from which the trial is built; plain JSON types.
        checksum: the checksum of the content of its data set.
    """

    study: str
    spec: Mapping[str, Any]
    checksum: str

    @cached_property
    def trial_id(self) -> str:
        """The first `ID_DIGITS` digits of the sha256 over protocol version, study, identifying spec and data checksum.

        Raises:
            ConfigError: a setting is NaN or infinite. No record can hold such a value.
        """
        try:
            return id_of(canonical_json([PROTOCOL_VERSION, self.study, identifying(self.spec), self.checksum]))
        except ValueError as error:
            raise ConfigError(_not_finite(self.spec)) from error

    @property
    def factors(self) -> dict[str, Any]:
        """The level of each factor; see `factors`."""
        return factors(self.spec)


def _not_finite(spec: Any) -> str:
    path, value = next(
        (path, value) for path, value in leaves(spec) if isinstance(value, float) and not math.isfinite(value)
    )
    return f"{'.'.join(map(str, path))} has to be a finite number, not {value}."


def leaves(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The values below a node that are no mappings or lists, each with its path."""
    if isinstance(node, (Mapping, list)):
        for key, value in node.items() if isinstance(node, Mapping) else enumerate(node):
            yield from leaves(value, (*path, key))
    else:
        yield path, node


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text."""
    return _CANONICAL.encode(value)


def key_of(value: Any) -> str:
    """A key of a value for look-ups, of what no record can hold (a number that is not finite) too: equal values, equal keys."""
    return json.dumps(value, sort_keys=True)


def digest(value: Any) -> str:
    """sha256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def id_of(text: str) -> str:
    """The id of the trial with this identity, as canonical JSON."""
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]


def without_documentation(node: Any) -> Any:
    """The node with every `about` entry left out, at any depth."""
    if isinstance(node, Mapping):
        return {key: without_documentation(value) for key, value in node.items() if key != "about"}
    if isinstance(node, list):
        return [without_documentation(value) for value in node]
    return node


def as_recorded(node: Any) -> Any:
    """The node without the documentation of levels: the `about` of whatever has a `_target_`, at any depth.

    What is said of a member of a panel stays, of an entry under `FOUND`. It is found out by a trial of another study, and no
    file has it.
    """
    if isinstance(node, Mapping):
        plain = {key: as_recorded(value) for key, value in node.items() if not ("_target_" in node and key == "about")}
        about = node.get("about")
        if "about" in plain or not isinstance(about, Mapping) or FOUND not in about:
            return plain
        return {**plain, "about": {FOUND: as_recorded(about[FOUND])}}
    if isinstance(node, list):
        return [as_recorded(value) for value in node]
    return node


def base_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a spec that many trials share: everything but the levels of its scalar factors.

    A factor without a level (null) stays in it, since mappings in a record, `factors` among them, hold no null.
    """
    return {key: value for key, value in spec.items() if key == "_target_" or value is None or not _is_scalar(value)}


def factors(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Names and levels of a trial's factors.

    A mapping with a `name` is a factor under its own key at any depth (`synthesis.model.name` is the level of `model`), a
    list of such mappings has its names joined by "+", a top-level scalar is its own level.
    """
    scalars = {key: value for key, value in spec.items() if _is_scalar(value) and key != "_target_"}
    return {**named_levels(spec), **scalars}


def named_levels(spec: Mapping[str, Any]) -> dict[str, str]:
    """The levels of the factors that are mappings with a name."""
    return dict(_named(spec))


def _named(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, Mapping):
            if "name" in value:
                yield key, value["name"]
            yield from _named(value)
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) and "name" in item for item in value):
            yield key, "+".join(item["name"] for item in value)


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def identifying(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a spec that can change a measurement."""
    plain = without_documentation(spec)
    identifying = {
        key: plain_number(value)
        for key, value in plain.items()
        if key != "_target_" and not (key in LATER and value is None)
    }
    dataset = identifying.get("dataset")
    if isinstance(dataset, Mapping):
        identifying["dataset"] = {key: dataset[key] for key in _OF_DATASET if key in dataset}
    return identifying


def plain_number(level: Any) -> Any:
    """A factor's level: a whole float as an integer, so that `label_noise=0` and `label_noise=0.0` are one trial."""
    return int(level) if isinstance(level, float) and level.is_integer() else level
