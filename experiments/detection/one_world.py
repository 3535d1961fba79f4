"""Worlds: what records of one study share beside their names. A report covers one world for each data set and model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.core import HarnessError
from harness.running.identity import digest, identifying

_OF_DATASET = ("dataset", "preprocessing", "sampling")

TWIN, PAPER = "twin", "paper"
"""Names of ways to sample: the usual one, and that of the source, which stands apart."""


def check_one_world(specs: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse records that a mean over them would mix up.

    Args:
        specs: what trials share, by key, as the store keeps it.

    Raises:
        HarnessError: a data set was read, prepared or (the source's halves apart) sampled in two ways, or a model name stands
            for two models.
    """
    seen: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for spec in specs.values():
        known = identifying({part: spec[part] for part in (*_OF_DATASET, "model") if part in spec})
        for key, parts in (("dataset", _OF_DATASET), ("model", ("model",))):
            name = known.get(key, {}).get("name")
            world = {part: known[part] for part in parts if part in known}
            apart = PAPER if key == "dataset" and sampling_of(spec) == PAPER else ""
            first = seen.setdefault((key, name, apart), world)
            if first != world:
                what = next(_differences(first, world))
                raise HarnessError(
                    f"there are records of the {'data set' if key == 'dataset' else key} {name!r} in two worlds ({what}), "
                    "which no mean can mix: give each a folder of its own (results=...)."
                )


def sampling_of(spec: Mapping[str, Any]) -> str:
    """The name of how rows are sampled."""
    return str(spec.get("sampling", {}).get("name", TWIN))


def main_sampling(specs: Iterable[Mapping[str, Any]]) -> str:
    """The sampling of the main comparison: whatever records have beside the source's halves, or these if they are alone."""
    every = {sampling_of(spec) for spec in specs}
    return next(iter(sorted(every - {PAPER})), PAPER if every else TWIN)


def staging(spec: Mapping[str, Any]) -> str:
    """A short digest of a scenario without its strength: streams of different ones are different, whatever their name."""
    return digest(_without_strength(spec.get("scenario", {})))[:8]


def _without_strength(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _without_strength(value) for key, value in node.items() if key != "strength"}
    return [_without_strength(value) for value in node] if isinstance(node, list) else node


def _differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """The places at which two nodes differ, with both values."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            yield from _differences(one.get(key), other.get(key), f"{path}.{key}".removeprefix("."))
    elif one != other:
        yield f"{path}: {_text(one)} and {_text(other)}"


def _text(value: Any) -> str:
    return "none" if value is None else str(value)
