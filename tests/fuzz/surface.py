"""What a command line and a user's YAML can say, read off `conf/`, the signatures of `_target_`s and the commands' parsers."""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib
import inspect
import io
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from harness import places
from harness.building import locate

CONF = places.shipped("conf")
NO_SETTINGS = ("trial", "hydra", "design", "levels", "study", "tier", "experiment", "executor", "mirror", "defaults")
"""Keys that have mistakes of their own, or none."""


@dataclass(frozen=True)
class Type:
    """What a value may be, read off an annotation.

    Attributes:
        kinds: of bool, int, float, str, list, None; empty if nothing is known.
        choices: the only values.
        bounds: each says whether a value holds.
        each: of the members of a list.
    """

    kinds: frozenset[Any] = frozenset()
    choices: tuple[Any, ...] = ()
    bounds: tuple[Callable[[Any], bool], ...] = ()
    each: Type | None = None

    def allows(self, value: Any) -> bool:
        """Whether a value is one of these, strictly: no text is a number, no number a truth value."""
        if not self.kinds and not self.choices:
            return True
        if value is None:
            return None in self.kinds
        if self.choices:
            return value in self.choices
        if isinstance(value, list):
            return list in self.kinds and all(self.each is None or self.each.allows(one) for one in value)
        kind = type(value)
        number = kind in (int, float) and (kind in self.kinds or (kind is int and float in self.kinds))
        if (
            not (kind in self.kinds or number)
            or (kind is float and value != value)
            or value in (float("inf"), -float("inf"))
        ):
            return False
        return all(holds(value) for holds in self.bounds)


UNKNOWN = Type()


def read_type(hint: Any) -> Type:
    """The type of an annotation; `UNKNOWN` for one of a class."""
    origin, below = get_origin(hint), get_args(hint)
    if origin is Annotated:
        inner = read_type(below[0])
        bounds = tuple(one.holds for one in below[1:] if hasattr(one, "holds"))
        return Type(inner.kinds, inner.choices, (*inner.bounds, *bounds), inner.each)
    if origin in (Union, types.UnionType):
        parts = [read_type(one) for one in below]
        if any(one == UNKNOWN for one in parts) or sum(len(one.choices) > 0 for one in parts):
            return UNKNOWN
        kinds = frozenset().union(*(one.kinds for one in parts))
        bounds = tuple(bound for one in parts for bound in one.bounds)
        each = next((one.each for one in parts if one.each), None)
        return Type(kinds, (), bounds, each)
    if origin is Literal:
        return Type(choices=below)
    if hint is types.NoneType:
        return Type(frozenset({None}))
    if hint in (bool, int, float, str):
        return Type(frozenset({hint}))
    if origin in (list, tuple) or (isinstance(origin, type) and issubclass(origin, tuple | list)):
        return Type(frozenset({list}), each=read_type(below[0]) if below else None)
    if getattr(origin, "__name__", "") == "Sequence":
        return Type(frozenset({list}), each=read_type(below[0]))
    return UNKNOWN


@functools.cache
def parameters(target: str) -> Mapping[str, Type] | None:
    """The parameters of a `_target_` by name; None if it takes any name, or cannot be imported."""
    try:
        made = locate(target)
        signature = inspect.signature(made)
    except Exception:
        return None
    hints: dict[str, Any] = {}
    with contextlib.suppress(Exception):
        hints = get_type_hints(made, include_extras=True)
    if any(one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL) for one in signature.parameters.values()):
        return None
    ours = target.startswith("harness.")
    return {name: read_type(hints.get(name, Any)) if ours else UNKNOWN for name in signature.parameters}


# ---- config groups ------------------------------------------------------------------------------------------------------


@functools.cache
def raw(path: Path) -> dict[str, Any]:
    """A shipped YAML as plain containers."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    return dict(read) if isinstance(read, dict) else {}


def groups() -> dict[str, list[str]]:
    """The options of each group."""
    return {
        folder.name: sorted(path.stem for path in folder.glob("*.yaml"))
        for folder in sorted(CONF.iterdir())
        if folder.is_dir()
    }


@dataclass(frozen=True)
class Key:
    """A setting that a command line can give.

    Attributes:
        name: dotted.
        value: as it is now.
        type: what it may be.
        target: the class that takes it; "" for a setting of the run.
    """

    name: str
    value: Any
    type: Type
    target: str = ""


@dataclass
class Kind:
    """A kind of trial, and the keys of its composition by name."""

    trial: str
    config: dict[str, Any]
    keys: dict[str, Key] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)


def kind_of(trial: str, config: dict[str, Any], tables: Mapping[str, Type]) -> Kind:
    """The keys of a composed trial (plain, unresolved); `tables` has the types of settings of the run."""
    found = Kind(trial, config)
    asked = parameters(config["trial"]["_target_"]) or {}
    reads = {
        match[1]: asked.get(name, UNKNOWN)
        for name, text in config["trial"].items()
        if isinstance(text, str) and (match := re.fullmatch(r"\$\{(\w+)\}", text))
    }
    for name, node, target, type_ in _leaves(config, "", ""):
        top = name.partition(".")[0]
        if (
            top
            in ("trial", "hydra", "design", "levels", "study", "tier", "experiment", "executor", "mirror", "defaults")
            or ".about" in name
        ):
            continue
        if name in tables or (target == "" and top in (*reads, "detectors", "settings", "pool")):
            type_ = tables.get(name) or reads.get(name, UNKNOWN)
        found.keys[name] = Key(name, node, type_, target)
    found.targets = dict(_targets(config, ""))
    return found


def _targets(node: Any, above: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if "_target_" in node and above and not above.startswith(("hydra", "trial", "executor", "mirror")):
            yield above, node["_target_"]
        for key, value in node.items():
            yield from _targets(value, f"{above}.{key}" if above else str(key))


def _leaves(node: Any, above: str, target: str, type_: Type = UNKNOWN) -> Iterator[tuple[str, Any, str, Type]]:
    if isinstance(node, dict):
        here = node.get("_target_", "")
        asked = parameters(here) if here else None
        for key, value in node.items():
            name = f"{above}.{key}" if above else str(key)
            if key != "_target_":
                yield from _leaves(value, name, here, (asked or {}).get(str(key), UNKNOWN))
    else:
        yield above, node, target, type_


# ---- commands -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Command:
    """A command beside `run`: its settings, flags and further words."""

    name: str
    settings: tuple[str, ...]
    flags: tuple[str, ...]
    words: tuple[str, ...]


def commands(main: Callable[[list[str]], int]) -> list[Command]:
    """The commands, read off the parsers that they make when they are asked for help."""
    names = importlib.import_module("harness.cli.main").COMMANDS
    return [_command(name, main) for name in names if name != "run"]


def _command(name: str, main: Callable[[list[str]], int]) -> Command:
    made: list[argparse.ArgumentParser] = []
    before = argparse.ArgumentParser.parse_known_args

    def seen(self: argparse.ArgumentParser, *arguments: Any, **named: Any) -> Any:
        made.append(self)
        return before(self, *arguments, **named)

    argparse.ArgumentParser.parse_known_args = seen  # type: ignore[method-assign]
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
            main([name, "--help"])
    finally:
        argparse.ArgumentParser.parse_known_args = before  # type: ignore[method-assign]
    module = importlib.import_module(f"harness.cli.{name}")
    settings = getattr(module, "DEFAULTS", getattr(module, "_DEFAULTS", {}))
    actions = [action for parser in made for action in parser._actions]
    below = [one for action in actions if isinstance(action, argparse._SubParsersAction) for one in action.choices]
    inner = [
        flag
        for action in actions
        if isinstance(action, argparse._SubParsersAction)
        for parser in action.choices.values()
        for one in parser._actions
        for flag in one.option_strings
    ]
    flags = {*inner, *(flag for action in actions for flag in action.option_strings)} - {"-h", "--help"}
    return Command(name, tuple(settings), tuple(sorted(flags)), tuple(below))
