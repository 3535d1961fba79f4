"""Panels of detectors: each named detector at each setting, which is its default or comes from the calibration study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from harness.core import ConfigError
from harness.detectors.run import DEFAULT, Run, cannot_be_set
from harness.planning.levels import checked_list, settings_apart
from harness.planning.panel_settings import Asked, asked_by, detector_at


def panel(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The members of the panel that a `_panel_` node asks for: each detector at every setting, under a name of its own.

    Args:
        node: `_panel_` (names of detector files), and what `asked_by` reads. Equal nodes give the same list object.

    A detector that the calibration of this world has no setting for is left out. If that leaves none, the panel is one that
    cannot be built: its trial is skipped.

    Raises:
        ConfigError: a file does not exist, a name has a setting in it, this world was never calibrated, or no world at such a
            setting.
    """
    names = checked_list("detectors", node["_panel_"])
    if any("@" in str(name) for name in names):
        raise ConfigError(f"detectors=[{','.join(map(str, names))}]: {settings_apart(names)}")
    return _panel(tuple(names), asked_by(node))


def forget() -> None:
    """Look files up again: they may have changed."""
    _panel.cache_clear()


@cache
def _panel(names: tuple[str, ...], asked: Asked) -> list[dict[str, Any]]:
    return list(_members(names, asked)) or impossible([Run(name, one).name for name in names for one in asked.settings])


def impossible(runs: Sequence[str]) -> list[dict[str, Any]]:
    """The members of a panel of which none can be set: whoever builds one is told to skip."""
    target = f"{cannot_be_set.__module__}.{cannot_be_set.__name__}"
    return [{"name": run, "detector": {"_target_": target, "panel": list(runs)}} for run in runs]


def _members(names: Sequence[str], asked: Asked) -> Iterator[dict[str, Any]]:
    """The members by name and detector, and what is known of a setting. Those that the calibration could not find are left out.

    The name stands beside the detector, since a user's class need not take one. What a setting gave on fresh streams is
    documentation, and no part of a trial's identity.
    """
    for name in names:
        for setting in asked.settings:
            found = detector_at(name, setting, asked)
            if found is not None:
                about = {} if setting == DEFAULT else {"about": found.about}
                yield {"name": Run(name, setting).name, "detector": found.node, **about}
