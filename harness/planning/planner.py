"""Planned trials from override strings: Hydra composes once, then values are filled in.

A sweep has two sorts of overrides. Hydra composes the *structural* ones: group choices, lists, additions, deletions,
whatever is rare. A *setting* gives a plain value to an existing key. Hydra applies settings after it has composed the
defaults list, which can interpolate group choices only. So trials that differ only in settings share one composition. They
also share a `Template` if the values are only copied to places of the trial's spec. If a value does more (as an argument of
a resolver, or as a part of a text), the override counts as structural, and Hydra composes every value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import OverrideType
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from harness.planning.bulk_composition import Composer
from harness.planning.interpolation_keys import overlap, references
from harness.planning.template import Template
from harness.planning.trials import check_settings, is_panel, plan, plan_spec
from harness.recent import Recent
from harness.running.identity import PlannedTrial, leaves

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_FILLER = "\ue001value of {}\ue001"


class Setting(NamedTuple):
    """An override that gives a plain value to one key."""

    key: str
    value: Any


class Shape(NamedTuple):
    """What trials of one template have in common.

    Attributes:
        structural: the overrides that Hydra composes.
        settings: the keys of the other overrides.
    """

    structural: tuple[str, ...]
    settings: tuple[str, ...]


class Planner:
    """A planner of the trials of one sweep."""

    def __init__(self, config: DictConfig, loader: ConfigLoader) -> None:
        """A planner.

        Args:
            config: the sweep's own composition, without swept keys.
            loader: Hydra's loader of configurations.
        """
        self._parser = OverridesParser.create(config_loader=loader)
        self._is_group: Recent[str, bool] = Recent(lambda key: bool(loader.get_group_options(key)), size=1024)
        self._setting: Recent[str, Setting | None] = Recent(self._parse, size=100_000)
        self._takes_numbers: set[str] = set()
        self._composed = Composer(config, loader, self._is_group)
        self._marked: Recent[Shape, dict[str, Any]] = Recent(self._mark, size=8)
        self._acting: Recent[Shape, frozenset[str]] = Recent(self._find_acting, size=4096)
        self._computing: Recent[Shape, frozenset[str]] = Recent(self._find_computing, size=4096)
        self._template: Recent[Shape, Template] = Recent(self._make_template, size=4096)

    def __call__(self, overrides: Sequence[str]) -> PlannedTrial:
        """The trial that Hydra would compose from these overrides.

        Raises:
            HydraException: the error of Hydra's own composition.
            ConfigError: a value is missing, cannot be resolved or makes no sense.
        """
        try:
            settings = {text: setting for text in overrides if (setting := self._setting(text))}
            settings = _without(settings, self._acting(_shape(overrides, settings)))
            settings = _without(settings, self._computing(_shape(overrides, settings)))
            template = self._template(_shape(overrides, settings))
        except Exception:
            return plan(self._composed.whole(tuple(overrides)))  # raises the error that Hydra would raise
        planned = template.trial(dict(settings.values()))
        check_settings(planned.spec)
        return planned

    def unresolved(self, overrides: Sequence[str]) -> Any:
        """The composition of these overrides as plain containers, without Hydra's node; settings may have other values."""
        settings = {text: setting for text in overrides if (setting := self._setting(text))}
        try:
            config = self._composed(_shape(overrides, settings).structural)
        except Exception:
            config = self._composed.whole(tuple(overrides))
        return OmegaConf.to_container(config, resolve=False)

    def _parse(self, text: str) -> Setting | None:
        """The setting that an override is; None for a structural one."""
        key, _, number = text.partition("=")
        if key in self._takes_numbers and _NUMBER.fullmatch(number):  # Hydra's own parser takes half a millisecond
            return Setting(key, float(number) if "." in number else int(number))
        override = self._parser.parse_override(text)
        key, value = override.get_key_element(), override.value()
        is_change = override.type is OverrideType.CHANGE and override.package is None
        if not is_change or self._is_group(key) or key == "study" or key.startswith("hydra.") or not _is_plain(value):
            return None
        self._takes_numbers.add(key)
        return Setting(key, value)

    def _find_acting(self, shape: Shape) -> frozenset[str]:
        """The settings that overlap with other overrides, or that an interpolation may compute with."""
        if not shape.settings:
            return frozenset()
        others = [self._parser.parse_override(text).key_or_group for text in shape.structural]
        others = [key for key in others if not self._is_group(key)] + list(shape.settings)
        by_order = {key for key in shape.settings if sum(overlap(key, other) for other in others) > 1}
        raw = OmegaConf.to_container(self._composed(shape.structural), resolve=False)
        known = references(raw)
        by_reference = {key for key in shape.settings if known.may_compute_with(key)}
        return frozenset(by_order | by_reference)

    def _find_computing(self, shape: Shape) -> frozenset[str]:
        """The settings found within a text of the spec, or where `plan_spec` looks something up: data, panels, classes."""
        try:
            spec = self._marked(shape)
        except OmegaConfBaseException:
            return frozenset(shape.settings)  # Hydra reports the error
        looked_up = {"dataset", *(key for key, node in spec.items() if is_panel(node))}
        texts = [(path, leaf) for path, leaf in leaves(spec) if isinstance(leaf, str)]
        return frozenset(
            key
            for key in shape.settings
            for path, text in texts
            if _FILLER.format(key) in text
            and (text != _FILLER.format(key) or path[0] in looked_up or path[-1] in ("_target_", "name"))
        )

    def _mark(self, shape: Shape) -> dict[str, Any]:
        """The spec of these trials, with a filler in place of each setting's value."""
        marked = self._composed(shape.structural).copy()
        for key in shape.settings:
            OmegaConf.update(marked, key, _FILLER.format(key))
        spec = OmegaConf.to_container(marked.trial, resolve=True, throw_on_missing=True)
        assert isinstance(spec, dict)
        return spec  # type: ignore[return-value]

    def _make_template(self, shape: Shape) -> Template:
        config = self._composed(shape.structural)
        planned = plan_spec(config.study, self._marked(shape)) if shape.settings else plan(config)
        placed = list(leaves(planned.spec))
        holes = {key: [path for path, leaf in placed if leaf == _FILLER.format(key)] for key in shape.settings}
        return Template(planned.study, planned.spec, planned.checksum, holes)


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return "$" not in value and value != "???"
    return value is None or isinstance(value, (bool, int, float))


def _shape(overrides: Sequence[str], settings: Mapping[str, Setting]) -> Shape:
    structural = tuple(text for text in overrides if text not in settings)
    return Shape(structural, tuple(setting.key for setting in settings.values()))


def _without(settings: Mapping[str, Setting], keys: frozenset[str]) -> dict[str, Setting]:
    return {text: setting for text, setting in settings.items() if setting.key not in keys}
