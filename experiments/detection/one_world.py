"""Worlds: what records of one study share beside their names. A report covers one world for each data set and model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.core import HarnessError
from harness.running.identity import digest, identifying

_OF_DATASET = ("dataset", "preprocessing", "sampling")


def check_one_world(specs: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse records that a mean over them would mix up.

    Args:
        specs: what trials share, by key, as the store keeps it.

    Raises:
        HarnessError: a data set was read, prepared or sampled in two ways, or a model name stands for two models.
    """
    seen: dict[tuple[str, str], Mapping[str, Any]] = {}
    for spec in specs.values():
        known = identifying({part: spec[part] for part in (*_OF_DATASET, "model") if part in spec})
        for key, parts in (("dataset", _OF_DATASET), ("model", ("model",))):
            name = known.get(key, {}).get("name")
            world = {part: known[part] for part in parts if part in known}
            first = seen.setdefault((key, name), world)
            if first != world:
                what = next(_differences(first, world))
                raise HarnessError(
                    f"there are records of the {'data set' if key == 'dataset' else key} {name!r} in two worlds ({what}), "
                    "which no mean can mix: give each a folder of its own (results=...)."
                )


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
