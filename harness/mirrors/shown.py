"""A record as tools of others show it: parameters, metrics and tags, under names that all of them take."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from harness.core import Record, Status
from harness.running.identity import plain_number
from harness.running.store import Stored
from harness.running.store.rows import records_of
from harness.trials.headline import headline

LONGEST_VALUE = 6000
"""Characters of a parameter or a tag; MLflow refuses longer ones."""

LONGEST_NAME = 250
_SHORT = 40
_SPELT = {"@": "_at_", "+": "_and_"}
_OTHER = re.compile(r"[^\w./ :-]", re.ASCII)


@dataclass(frozen=True)
class Run:
    """What is shown of a record.

    Attributes:
        trial_id: of its trial.
        name: the levels that tell most, and the seed.
        status: how the trial ended.
        started: when the process that ran it began its part, in milliseconds since 1970; 0 if that is not known.
        params: the level of each factor.
        metrics: the headline (`harness.trials.headline`): finite numbers, and no -0.0.
        tags: status and reason, the commit, and what could not be shown.
    """

    trial_id: str
    name: str
    status: Status
    started: int
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]

    @cached_property
    def mark(self) -> str:
        """The status, and a digest of all that is shown: equal marks, equal runs."""
        content = [self.name, self.started, self.params, self.metrics, self.tags]
        return f"{self.status} {hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]}"


def runs_of(stored: Stored) -> Iterator[Run]:
    """The runs of a store, in the order of its trials."""
    for record in records_of(stored.table):
        yield run_of(record, stored.specs[record.spec], stored.headers[record.header])


def run_of(record: Record, spec: Mapping[str, Any], header: Mapping[str, Any]) -> Run:
    """The run of a record.

    Args:
        record: the record.
        spec: its base spec.
        header: the header of its part.
    """
    factors = dict(sorted(record.factors.items()))  # as a table has them; the line of a part has them in another order
    metrics, left_out = _metrics(record, spec)
    tags = {
        "trial_id": record.trial_id,
        "status": str(record.status),
        "code": record.code,
        "reason": record.reason,
        "left_out": left_out,
        "commit": str(header.get("revision") or ""),
    }
    return Run(
        record.trial_id,
        _name(factors),
        record.status,
        _milliseconds(header.get("started")),
        _named({name: _cut(_text(level)) for name, level in factors.items()}),
        metrics,
        {name: _cut(text) for name, text in tags.items() if text},
    )


def _metrics(record: Record, spec: Mapping[str, Any]) -> tuple[dict[str, float], str]:
    """The headline as tools take it, and in words what is left out of it."""
    try:
        found = {name: float(value) for name, value in headline(record, spec).items()}
    except Exception as error:  # of a user's class: its record is whole, and shown without numbers
        return {}, f"the headline raised {type(error).__name__}: {error}"
    odd = [f"{name} is {value}" for name, value in found.items() if not math.isfinite(value)]
    return _named({name: value + 0.0 for name, value in found.items() if math.isfinite(value)}), ", ".join(odd)


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under names that tools take; two that become one are told apart by a number."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        plain = portable(name)
        same = (f"{plain[: LONGEST_NAME - 4]}_{number}" for number in range(2, 1000))
        found[plain if plain not in found else next(one for one in same if one not in found)] = value
    return found


def portable(name: str) -> str:
    """A name in letters, digits and `_ . - / :` and spaces: `ddm@5` becomes `ddm_at_5`, `a+b` becomes `a_and_b`."""
    spelt = "".join(_SPELT.get(letter, letter) for letter in name)
    return _OTHER.sub("_", spelt)[:LONGEST_NAME]


def _cut(text: str) -> str:
    if len(text) <= LONGEST_VALUE:
        return text
    note = f" ... ({len(text)} characters in the record)"
    return text[: LONGEST_VALUE - len(note)] + note


def _text(level: Any) -> str:
    return level if isinstance(level, str) else orjson.dumps(plain_number(level)).decode()


def _name(factors: Mapping[str, Any]) -> str:
    """The short names of levels and the seed: "iris tree single #0"."""
    levels = (level for level in factors.values() if isinstance(level, str) and len(level) <= _SHORT)
    seed = [f"#{factors['seed']}"] if "seed" in factors else []
    return " ".join([*levels, *seed])[:LONGEST_NAME]


def _milliseconds(moment: Any) -> int:
    try:
        return int(datetime.fromisoformat(str(moment)).timestamp() * 1000)
    except ValueError:
        return 0
