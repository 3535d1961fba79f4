"""A register read from plain mappings, as a YAML file gives them. Whatever nobody reads is refused."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from harness.claims.entries import (
    SUMMARY,
    Contrast,
    Dimension,
    Entry,
    Level,
    Register,
    Role,
    Rule,
    Summary,
    Test,
)
from harness.claims.offers import Offered
from harness.core import ConfigError
from harness.inference import inputs

E = TypeVar("E", bound=StrEnum)

_OF_TEST = {Test.SHARE: {"region", "against"}, Test.STATED: {"stated"}}
_CONTRAST = {"id", "statement", "of", "test", "unit"}


def register_of(node: Any, contrasts: Mapping[str, Offered], *, where: str) -> Register:
    """The register that a file holds.

    Args:
        node: the file's content.
        contrasts: what the study offers.
        where: the file, for messages.

    Raises:
        ConfigError: something lacks, is of no use, or contradicts something else; one sentence says what and where.
    """
    top = _mapping(node, where, needs={"study", "source", "level", "claims"}, may={"dimensions"})
    level = _mapping(top["level"], f"{where}: level", needs={"alpha", "contrasts"})
    source = _mapping(top["source"], f"{where}: source", needs={"doi", "title"})
    shared = {
        str(name): _dimension(str(name), one, f"{where}: dimensions: {name}")
        for name, one in _any(top.get("dimensions") or {}, f"{where}: dimensions").items()
    }
    claims = _any(top["claims"], f"{where}: claims")
    entries = tuple(_entry(str(name), one, shared, contrasts, f"{where}: {name}") for name, one in claims.items())
    _check_shared(shared, claims, where)
    _check_ids([contrast.id for entry in entries for contrast in entry.contrasts], where)
    n = inputs.count(level["contrasts"], what=f"{where}: level: contrasts", least=1)
    if n != (found := sum(len(entry.tested) for entry in entries)):
        raise ConfigError(
            f"{where}: level: contrasts is {n}, and there are {found} contrasts that are tested: the level is frozen over "
            "all of them; correct one of the two."
        )
    study = inputs.text(top["study"], what=f"{where}: study")
    alpha = inputs.number(level["alpha"], what=f"{where}: level: alpha")
    if not 0 < alpha < 1:
        raise ConfigError(f"{where}: level: alpha is {alpha:g}, but must lie between 0 and 1: give 0.05 for 5 %.")
    return Register(study, dict(source), alpha, n, entries, dict(top))


def _entry(name: str, node: Any, shared: Mapping[str, Dimension], offered: Mapping[str, Offered], where: str) -> Entry:
    optional = {"rule", "contrasts", "dimensions", "fewer", "untested", "untestable", "replication", "confirmation"}
    entry = _mapping(node, where, needs={"statement", "place"}, may=optional)
    contrasts = tuple(
        _contrast(name, one, f"{where}: contrast {place}") for place, one in enumerate(entry.get("contrasts") or (), 1)
    )
    dimensions = {
        str(key): _dimension(str(key), one, f"{where}: {key}") if one is not None else _found(str(key), shared, where)
        for key, one in _any(entry.get("dimensions") or {}, f"{where}: dimensions").items()
    }
    reasons = {key: str(entry.get(key) or "") for key in ("fewer", "untested", "untestable")}
    if bool(contrasts) == bool(reasons["untested"] or reasons["untestable"]):
        raise ConfigError(f"{where}: give it contrasts, or say under `untested` or `untestable` why it has none.")
    if len([one for one in contrasts if one.is_tested]) > 1 and "rule" not in entry:
        raise ConfigError(f"{where}: it has several contrasts: say under `rule` how they decide: {_names(Rule)}.")
    _check_choices(contrasts, dimensions, offered, where)
    return Entry(
        name,
        inputs.text(entry["statement"], what=f"{where}: statement"),
        inputs.text(entry["place"], what=f"{where}: place"),
        _one_of(Rule, entry.get("rule", Rule.ALL), f"{where}: rule"),
        contrasts,
        dimensions,
        fewer=reasons["fewer"],
        untested=reasons["untested"],
        untestable=reasons["untestable"],
        replication=dict(entry.get("replication") or {}),
        confirmation=dict(entry.get("confirmation") or {}),
    )


def _contrast(claim: str, node: Any, where: str) -> Contrast:
    every = _any(node, where)
    test = _one_of(Test, every.get("test"), f"{where}: test")
    lacking = _OF_TEST.get(test, {"region"})
    may = {"with", "limits"} if test is Test.STATED else {"with", "direction"}
    contrast = _mapping(node, where, needs=_CONTRAST | lacking, may=may)
    if not str(contrast["id"]).startswith(f"{claim}."):
        raise ConfigError(
            f"{where}: its id is {contrast['id']!r}, but begins with {claim}. to say which claim it is of."
        )
    if (way := contrast.get("direction", "more")) not in ("more", "less"):
        raise ConfigError(f"{where}: direction is {way!r}, but must be more or less: which values support the claim.")
    numbers = {key: inputs.number(contrast[key], what=f"{where}: {key}") for key in lacking}
    if not 0 <= numbers.get("against", 0) <= 1:
        raise ConfigError(f"{where}: against is {numbers['against']}, but the share by chance lies between 0 and 1.")
    if numbers.get("region", 0) < 0:
        raise ConfigError(f"{where}: region is {numbers['region']}, but half its width is 0 or more.")
    texts = {key: inputs.text(contrast[key], what=f"{where}: {key}") for key in ("id", "statement", "of", "unit")}
    return Contrast(
        id=texts["id"],
        statement=texts["statement"],
        of=texts["of"],
        unit=texts["unit"],
        given=dict(_any(contrast.get("with") or {}, f"{where}: with")),
        test=test,
        is_less=way == "less",
        limits=inputs.limits(contrast.get("limits", (-math.inf, math.inf))),
        region=numbers.get("region", math.nan),
        against=numbers.get("against", math.nan),
        stated=numbers.get("stated", math.nan),
    )


def _dimension(name: str, node: Any, where: str) -> Dimension:
    content = _mapping(node, where, needs={"role", "registered", "levels"})
    levels = {
        str(key): _level(one, f"{where}: {key}") for key, one in _any(content["levels"], f"{where}: levels").items()
    }
    registered, role = str(content["registered"]), _one_of(Role, content["role"], f"{where}: role")
    if registered not in levels:
        raise ConfigError(f"{where}: registered is {registered!r}, which is none of its levels: {', '.join(levels)}.")
    if len(levels) < 2:
        raise ConfigError(f"{where}: it has one level, and nothing can be chosen; leave it out or add another.")
    if name == SUMMARY and (role is not Role.ANALYSIS or levels.keys() - set(Summary)):
        raise ConfigError(
            f"{where}: a dimension of this name has the role analysis, and levels out of {_names(Summary)}."
        )
    return Dimension(name, role, registered, levels)


def _level(node: Any, where: str) -> Level:
    if isinstance(node, str) and node:
        return Level(node)
    content = _mapping(node, where, needs={"why"}, may={"region"})
    region = content.get("region")
    half = None if region is None else inputs.number(region, what=f"{where}: region")
    if half is not None and half <= 0:
        raise ConfigError(f"{where}: region is {half:g}, but a unit needs a region above 0.")
    return Level(inputs.text(content["why"], what=f"{where}: why"), half)


def _check_choices(
    contrasts: Iterable[Contrast], dimensions: Mapping[str, Dimension], offered: Mapping[str, Offered], where: str
) -> None:
    """Refuse choices that no contrast reads, and contrasts that lack one."""
    read: set[str] = set()
    for contrast in contrasts:
        at = f"{where}: {contrast.id}"
        if contrast.of not in offered:
            raise ConfigError(f"{at}: the study offers no {contrast.of!r}{_hint(contrast.of, offered)}.")
        takes = offered[contrast.of].choices
        for name in contrast.given:
            if name not in takes:
                raise ConfigError(f"{at}: {contrast.of} reads no {name!r}{_hint(name, takes)}; leave it out of `with`.")
        lacking = [
            name for name, needed in takes.items() if needed and name not in contrast.given and name not in dimensions
        ]
        if lacking:
            raise ConfigError(
                f"{at}: {contrast.of} needs {', '.join(lacking)}: give it under `with`, or as a dimension."
            )
        read |= takes.keys() - contrast.given.keys()
    for name, one in dimensions.items():
        if one.role is not Role.SCOPE and name != SUMMARY and name not in read:
            raise ConfigError(f"{where}: no contrast of it reads the dimension {name!r}; leave it out.")


def _found(name: str, shared: Mapping[str, Dimension], where: str) -> Dimension:
    if name not in shared:
        raise ConfigError(f"{where}: there is no shared dimension {name!r}{_hint(name, shared)}; describe it here.")
    return shared[name]


def _check_shared(shared: Collection[str], claims: Mapping[str, Any], where: str) -> None:
    used = {str(key) for one in claims.values() for key, own in (one.get("dimensions") or {}).items() if own is None}
    if unused := sorted(set(shared) - used):
        raise ConfigError(f"{where}: no claim names the dimensions {', '.join(unused)}; leave them out.")


def _check_ids(ids: Iterable[str], where: str) -> None:
    if twice := sorted(name for name, n in Counter(ids).items() if n > 1):
        raise ConfigError(f"{where}: contrasts are known by their ids, and two have the same: {', '.join(twice)}.")


def _any(node: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(node, Mapping):
        raise ConfigError(f"{where} is {node!r}, but must be a mapping of names to what they mean.")
    return node


def _mapping(node: Any, where: str, *, needs: Collection[str], may: Collection[str] = ()) -> Mapping[str, Any]:
    found = _any(node, where)
    for name in found:
        if name not in needs and name not in may:
            raise ConfigError(
                f"{where}: nobody reads the key {name!r}{_hint(str(name), [*needs, *may])}; leave it out."
            )
    if lacking := sorted(set(needs) - found.keys()):
        raise ConfigError(f"{where}: it lacks {', '.join(lacking)}.")
    return found


def _one_of(kind: type[E], value: Any, where: str) -> E:
    if value not in set(kind):
        raise ConfigError(f"{where} is {value!r}, but must be one of {_names(kind)}.")
    return kind(value)


def _names(kind: type[StrEnum]) -> str:
    return ", ".join(kind)


def _hint(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
