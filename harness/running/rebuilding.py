"""Trials rebuilt from their records.

A record holds the levels of its factors and the digest of its base spec. Together they are the spec of the trial, which
gives the trial and its id. Factors without a level (null) stand in the base spec. In layout 1 base specs lack them, so the
class of the trial is consulted: a parameter that is absent from both the record and the base spec was null if its default
is null or if it has no default. A field that is added to a class later names the first layout whose specs have it, and
stays absent from older ones: `field(default=None, metadata={"since": 2})`.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from harness.building import locate
from harness.core import PROTOCOL_VERSION, HarnessError, Record
from harness.running.identity import PlannedTrial, canonical_json, id_of, identifying, named_levels, plain_number
from harness.running.store.stored import Stored, dataset_of

NULLS_IN_SPECS = 2
"""The first layout whose base specs hold the factors without a level."""

_SINCE = "since"
_NEEDED = ("study", "factors", "spec", "header")


def rebuilt(record: Record, spec: Mapping[str, Any], header: Mapping[str, Any]) -> PlannedTrial:
    """The trial of a record; whole floats among its levels become integers, as in its identity.

    Its id is that of the record. There are two exceptions: the record has another protocol version, or the store turned a
    level into text because trials have values of several kinds there (see `harness.running.store.columns`). A trial with a
    user's class is that of the class as it was: `harness.running.user_code.changed(trial.spec)` says which files differ now,
    and `execute` refuses to run it then.

    Args:
        record: of any status.
        spec: the record's base spec.
        header: the header of the part with the record.

    Raises:
        ConfigError, ModuleNotFoundError: the record has layout 1, and the class of its trial cannot be found.
    """
    return _Family(record.study, spec, header, record.factors.keys()).trial(record.factors)


def rebuilt_all(stored: Stored) -> Iterator[PlannedTrial]:
    """The trials of a store's rows, in about 40 us each. The store needs the columns study, factors, spec and header."""
    families: dict[tuple[Any, ...], _Family] = {}
    for batch in stored.table.select(_NEEDED).to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            levels = {name: level for name, level in (row["factors"] or {}).items() if level is not None}
            key = (row["study"], row["spec"], row["header"], *levels)
            if key not in families:
                spec, header = stored.specs[row["spec"]], stored.headers[row["header"]]
                families[key] = _Family(row["study"], spec, header, levels)
            yield families[key].trial(levels)


class _Family:
    """Trials that share a base spec and the names of their factors."""

    def __init__(self, study: str, spec: Mapping[str, Any], header: Mapping[str, Any], names: Collection[str]) -> None:
        self._study, self._checksum = study, dataset_of(spec)[1] or ""
        self._shared = {**spec, **dict.fromkeys(_nulls(spec, header, names))}
        self._named = named_levels(spec)
        self._scalars = [name for name in names if name not in spec]
        self._texts = {key: canonical_json(value) for key, value in identifying(self._shared).items()}
        self._keys = {name: f"{canonical_json(name)}:" for name in sorted({*self._texts, *self._scalars})}
        self._head = f"[{PROTOCOL_VERSION},{canonical_json(study)},{{"
        self._tail = f"}},{canonical_json(self._checksum)}]"

    def trial(self, levels: Mapping[str, Any]) -> PlannedTrial:
        """The trial with these levels. Raises `HarnessError` if its base spec says otherwise."""
        known = self._named
        wrong = [name for name in known if name not in self._scalars and levels.get(name, known[name]) != known[name]]
        if wrong:
            says = f"{wrong[0]}={levels[wrong[0]]}, and its base spec {known[wrong[0]]}"
            raise HarnessError(f"a record of {self._study} says {says}: one of the two was changed.")
        own = {
            name: plain_number(levels[name])
            for name in self._scalars
            if name not in known or known[name] != levels[name]
        }
        planned = PlannedTrial(self._study, {**self._shared, **own}, self._checksum)
        vars(planned)["trial_id"] = self._trial_id(own)  # the cached property's value, in a tenth of the time
        return planned

    def _trial_id(self, own: Mapping[str, Any]) -> str:
        texts = {**self._texts, **{name: canonical_json(level) for name, level in own.items()}}
        spec = ",".join(key + texts[name] for name, key in self._keys.items() if name in texts)
        return id_of(self._head + spec + self._tail)


def _nulls(spec: Mapping[str, Any], header: Mapping[str, Any], names: Collection[str]) -> list[str]:
    """The null factors that are absent from the base spec of a record with these factors."""
    if "_target_" not in spec or header.get("schema", 1) >= NULLS_IN_SPECS:
        return []
    return [name for name in _may_be_null(spec["_target_"]) if name not in spec and name not in names]


@functools.cache
def _may_be_null(target: str) -> tuple[str, ...]:
    """The parameters of a trial's class whose default is null or absent, without fields that were added later."""
    found = locate(target)
    fields = dataclasses.fields(found) if dataclasses.is_dataclass(found) else ()
    later = {field.name for field in fields if _SINCE in field.metadata}
    parameters = inspect.signature(found).parameters.values()
    named = [one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    return tuple(
        one.name for one in named if (one.default is None or one.default is one.empty) and one.name not in later
    )
