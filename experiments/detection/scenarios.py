"""The kinds of the records' scenarios, read from the specs that staged them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from harness import places
from harness.analysis.detector_families import OTHERS
from harness.drift import Kind, is_eventless, is_seasonal, kind_of

NO_KIND = str(Kind.NONE)
"""The kind of a scenario without a drift."""

WORDS: Mapping[str, str] = {
    Kind.NOISE: "label noise",
    Kind.CONCEPT: "concept drift",
    Kind.DATA: "data drift",
    Kind.PRIOR: "prior drift",
    Kind.BOTH: "both at once",
    OTHERS: "other drift",
}
"""What tables call each kind: of concept drift, another rule is best for all rows or for a region."""

KINDS = tuple(map(str, WORDS))
"""Kinds of drift in the order of the tables; the last is that of scenarios of which nothing is known."""

STAGED = ("curved", "harmful", "of_nominal", "other")
"""The lists of scenarios in the experiment's file."""


@cache
def levels() -> Mapping[str, Sequence[str]]:
    """The lists of names in `conf/levels.yaml` and in the study's experiment, each of which stands there alone."""
    conf = places.shipped("conf")
    files = (conf / "levels.yaml", conf / "experiment" / "detection.yaml")
    named = [yaml.safe_load(path.read_text(encoding="utf-8"))["levels"] for path in files]
    return {key: tuple(text.strip("[]").replace(" ", "").split(",")) for one in named for key, text in one.items()}


@dataclass(frozen=True)
class Scenarios:
    """The scenarios that records have.

    Attributes:
        nodes: what staged each of them, by name, in the order of the tables: as in the experiment's file, those of one
            injector together, a user's last.
    """

    nodes: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, specs: Iterable[Mapping[str, Any]]) -> Scenarios:
        """The scenarios that base specs name."""
        known: dict[str, Mapping[str, Any]] = {}
        for spec in specs:
            node = spec.get("scenario", {})
            known.setdefault(node.get("name", ""), node)
        listed = (name for part in STAGED for name in levels()[part])
        ordered = [name for name in listed if name in known]
        ordered += sorted(known.keys() - set(ordered))
        families = {name: _injector(known[name]) for name in ordered}
        first = {family: place for place, family in reversed(list(enumerate(families.values())))}
        return cls({name: known[name] for name in sorted(ordered, key=lambda name: first[families[name]])})

    def kinds(self, drifted: Iterable[str]) -> dict[str, Sequence[str]]:
        """Scenarios with a drift by what changes, as far as that is known without a strength."""
        found: dict[str, list[str]] = {}
        wanted = set(drifted)
        for name in (name for name in self.nodes if name in wanted):
            kind = _kind(self.nodes[name])
            found.setdefault(OTHERS if kind is None else str(kind), []).append(name)
        return {kind: tuple(found[kind]) for kind in KINDS if kind in found}

    @property
    def eventless(self) -> tuple[str, ...]:
        """Scenarios with a change that is no drift, in which every alarm is false."""
        return tuple(name for name, node in self.nodes.items() if is_eventless(node))

    @property
    def seasonal(self) -> tuple[str, ...]:
        """The scenarios among them that come and go slowly and do harm in between."""
        return tuple(name for name, node in self.nodes.items() if is_seasonal(node))

    def family(self, scenario: str) -> str:
        """What scenarios with the same injector share."""
        return _injector(self.nodes[scenario])

    def injected_by(self, injectors: Iterable[type]) -> tuple[str, ...]:
        """Scenarios with one of these injectors."""
        wanted = {f"harness.drift.{one.__name__}" for one in injectors}
        return tuple(name for name, node in self.nodes.items() if _injector(node) in wanted)


def of_kind(kind: str) -> str:
    """What tables call a kind of drift."""
    return WORDS.get(kind, kind)


def _kind(node: Mapping[str, Any]) -> Kind | None:
    kind = kind_of(node)
    return None if kind is Kind.NONE else kind


def _injector(node: Mapping[str, Any]) -> str:
    """The path of the injector's class; of several scenarios together the name of them all, which is a family of its own."""
    injector = node.get("injector")
    return str(injector["_target_"]) if isinstance(injector, Mapping) else str(node.get("name", ""))
