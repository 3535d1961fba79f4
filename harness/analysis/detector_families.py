"""The detectors that studies compare, by what they read.

`conf/panel.yaml` names those that read every stream, in the order of the tables; what each reads is said by its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from harness import places
from harness.building import instantiate
from harness.core import ConfigError
from harness.detectors.contract import Input
from harness.detectors.step_by_step import as_detector

OF_ERRORS, OF_ROWS, ESTIMATES = "tests of errors", "tests of rows", "estimates of accuracy"
BASELINES, OTHERS = "baselines", "others"
"""Kinds. Baselines are trivial; of others nothing is known but their name."""

_KINDS = {
    Input.ERROR: OF_ERRORS,
    Input.ROWS: OF_ROWS,
    Input.CONFIDENCE: ESTIMATES,
    Input.DISAGREEMENT: ESTIMATES,
    Input.TRUTH: BASELINES,
    Input.NOTHING: BASELINES,
}

Panel = Mapping[str, Sequence[str]]
"""Names of detectors by kind, baselines last; their order is the order of the tables."""


@cache
def shipped_panel() -> Panel:
    """The panel of `conf/panel.yaml`."""
    conf = places.shipped("conf")
    names = yaml.safe_load((conf / "panel.yaml").read_text(encoding="utf-8"))["detectors"]
    nodes = {name: yaml.safe_load((conf / "detector" / f"{name}.yaml").read_text(encoding="utf-8")) for name in names}
    return including({}, names, nodes)


def including(panel: Panel, names: Iterable[str], nodes: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """The panel with more detectors, each behind those of its kind.

    Args:
        panel: names by kind.
        names: of the others.
        nodes: what makes a detector, by name, as it stands in the specs of records; without it nothing is known of one.
    """
    found: dict[str, list[str]] = {
        kind: list(panel.get(kind, ())) for kind in (OF_ERRORS, OF_ROWS, ESTIMATES, OTHERS, BASELINES)
    }
    for name in names:
        found[_kind(nodes.get(name))].append(name)
    return {kind: tuple(members) for kind, members in found.items() if members}


def _kind(node: Any) -> str:
    try:
        return _KINDS[as_detector(instantiate(_plain(node))).input]
    except (ConfigError, ModuleNotFoundError, KeyError, AttributeError, TypeError):
        return OTHERS


def _plain(node: Any) -> Any:
    """A file's node without what only a trial can fill in; the class's own value stands in."""
    if not isinstance(node, Mapping):
        return node
    return {key: value for key, value in node.items() if not (isinstance(value, str) and "${" in value)}
