"""A register read from plain mappings, as a YAML file gives them. Whatever nobody reads is refused."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from harness.claims import nodes
from harness.claims.entries import (
    DATA_SETS,
    SUMMARY,
    Contrast,
    Dimension,
    Entry,
    Level,
    Register,
    Replicate,
    Role,
    Rule,
    Summary,
    Test,
)
from harness.claims.fitting import check_choices
from harness.claims.offers import Offered
from harness.core import ConfigError
from harness.inference import inputs
from harness.inference.inputs.scalars import NEAREST

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
    top = nodes.mapping(node, where, needs={"study", "source", "level", "claims"}, may={"dimensions", "replicate"})
    level = nodes.mapping(top["level"], f"{where}: level", needs={"alpha", "contrasts"})
    source = nodes.mapping(top["source"], f"{where}: source", needs={"doi", "title"})
    for name, one in source.items():
        inputs.text(one, what=f"{where}: source: {name}")
    shared = {
        str(name): _dimension(str(name), one, f"{where}: dimensions: {name}")
        for name, one in nodes.maybe(top, "dimensions", where).items()
    }
    claims = nodes.any_of(top["claims"], f"{where}: claims")
    _check_names(claims, where)
    entries = tuple(_entry(str(name), one, shared, contrasts, f"{where}: {name}") for name, one in claims.items())
    _check_shared(shared, claims, where)
    _check_ids([contrast.id for entry in entries for contrast in entry.contrasts], where)
    n = inputs.count(level["contrasts"], what=f"{where}: level: contrasts", least=0)
    if n != (found := sum(len(entry.tested) for entry in entries)):
        raise ConfigError(
            f"{where}: level: contrasts is {n}, and there are {found} contrasts that are tested: the level is frozen over "
            "all of them; correct one of the two."
        )
    study = inputs.text(top["study"], what=f"{where}: study")
    alpha = inputs.number(level["alpha"], what=f"{where}: level: alpha")
    if not 0 < alpha < 1:
        raise ConfigError(f"{where}: level: alpha is {alpha:g}, but must lie between 0 and 1: give 0.05 for 5 %.")
    if alpha / max(n, 1) < NEAREST:
        raise ConfigError(
            f"{where}: level: alpha is {alpha:g}, shared by {n} contrasts, and nobody computes the quantiles of so small a "
            "level exactly; give 0.05 for 5 %."
        )
    return Register(study, dict(source), alpha, n, entries, dict(top), _replicate(top, where))


def _replicate(top: Mapping[str, Any], where: str) -> Replicate:
    """What counts as one value; a data set, unless the file says something else."""
    if "replicate" not in top:
        return DATA_SETS
    node = nodes.mapping(top["replicate"], f"{where}: replicate", needs=set(Replicate._fields))
    return Replicate(**{name: inputs.text(one, what=f"{where}: replicate: {name}") for name, one in node.items()})


def _entry(name: str, node: Any, shared: Mapping[str, Dimension], offered: Mapping[str, Offered], where: str) -> Entry:
    optional = {"rule", "contrasts", "dimensions", "fewer", "untested", "untestable"}
    entry = nodes.mapping(node, where, needs={"statement", "place"}, may=optional)
    contrasts = tuple(
        _contrast(name, one, f"{where}: contrast {place}")
        for place, one in enumerate(nodes.listed(entry, "contrasts", where), 1)
    )
    dimensions = {
        str(key): _dimension(str(key), one, f"{where}: {key}") if one is not None else _found(str(key), shared, where)
        for key, one in nodes.maybe(entry, "dimensions", where).items()
    }
    reasons = {
        key: inputs.text(entry[key], what=f"{where}: {key}") if key in entry else ""
        for key in ("fewer", "untested", "untestable")
    }
    if bool(contrasts) + bool(reasons["untested"]) + bool(reasons["untestable"]) != 1:
        raise ConfigError(f"{where}: give it contrasts, or say under `untested` or `untestable` why it has none.")
    if len([one for one in contrasts if one.is_tested]) > 1 and "rule" not in entry:
        raise ConfigError(f"{where}: it has several contrasts: say under `rule` how they decide: {nodes.names(Rule)}.")
    check_choices(contrasts, dimensions, offered, where)
    return Entry(
        name,
        inputs.text(entry["statement"], what=f"{where}: statement"),
        inputs.text(entry["place"], what=f"{where}: place"),
        nodes.one_of(Rule, entry.get("rule", Rule.ALL), f"{where}: rule"),
        contrasts,
        dimensions,
        fewer=reasons["fewer"],
        untested=reasons["untested"],
        untestable=reasons["untestable"],
    )


def _contrast(claim: str, node: Any, where: str) -> Contrast:
    every = nodes.any_of(node, where)
    test = nodes.one_of(Test, every.get("test"), f"{where}: test")
    lacking = _OF_TEST.get(test, {"region"})
    may = {"with", "limits"} if test is Test.STATED else {"with", "direction", "fresh"}
    contrast = nodes.mapping(node, where, needs=_CONTRAST | lacking, may=may)
    nodes.check_id(contrast["id"], f"{where}: id")
    if not contrast["id"].startswith(f"{claim}."):
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
        given=dict(nodes.maybe(contrast, "with", where)),
        test=test,
        is_less=way == "less",
        limits=_limits(contrast, where),
        n_fresh=_n_fresh(contrast, where),
        region=numbers.get("region", math.nan),
        against=numbers.get("against", math.nan),
        stated=numbers.get("stated", math.nan),
    )


def _n_fresh(contrast: Mapping[str, Any], where: str) -> int | None:
    if (n := contrast.get("fresh")) is None:
        return None
    if type(n) is not int or n < 1:
        raise ConfigError(f"{where}: fresh is {n!r}, but must be how many fresh data sets can answer it: 1 or more.")
    return n


def _dimension(name: str, node: Any, where: str) -> Dimension:
    content = nodes.mapping(node, where, needs={"role", "registered", "levels"})
    levels = {
        nodes.name_of(key, f"{where}: levels"): _level(one, f"{where}: {key}")
        for key, one in nodes.any_of(content["levels"], f"{where}: levels").items()
    }
    registered, role = (
        nodes.name_of(content["registered"], f"{where}: registered"),
        nodes.one_of(Role, content["role"], f"{where}: role"),
    )
    if registered not in levels:
        raise ConfigError(f"{where}: registered is {registered!r}, which is none of its levels: {', '.join(levels)}.")
    if len(levels) < 2:
        raise ConfigError(f"{where}: it has one level, and nothing can be chosen; leave it out or add another.")
    if name == SUMMARY and (role is not Role.ANALYSIS or levels.keys() - set(Summary)):
        raise ConfigError(
            f"{where}: a dimension of this name has the role analysis, and levels out of {nodes.names(Summary)}."
        )
    return Dimension(name, role, registered, levels)


def _level(node: Any, where: str) -> Level:
    if isinstance(node, str) and node:
        return Level(node)
    content = nodes.mapping(node, where, needs={"why"}, may={"region"})
    region = content.get("region")
    half = None if region is None else inputs.number(region, what=f"{where}: region")
    if half is not None and half <= 0:
        raise ConfigError(f"{where}: region is {half:g}, but a unit needs a region above 0.")
    return Level(inputs.text(content["why"], what=f"{where}: why"), half)


def _found(name: str, shared: Mapping[str, Dimension], where: str) -> Dimension:
    if name not in shared:
        raise ConfigError(
            f"{where}: there is no shared dimension {name!r}{nodes.hint(name, shared)}; describe it here."
        )
    return shared[name]


def _check_shared(shared: Collection[str], claims: Mapping[str, Any], where: str) -> None:
    used = {str(key) for one in claims.values() for key, own in (one.get("dimensions") or {}).items() if own is None}
    if unused := sorted(set(shared) - used):
        raise ConfigError(f"{where}: no claim names the dimensions {', '.join(unused)}; leave them out.")


def _check_ids(ids: Iterable[str], where: str) -> None:
    if twice := sorted(name for name, n in Counter(ids).items() if n > 1):
        raise ConfigError(f"{where}: contrasts are known by their ids, and two have the same: {', '.join(twice)}.")


def _limits(contrast: Mapping[str, Any], where: str) -> tuple[float, float]:
    try:
        return inputs.limits(contrast.get("limits", (-math.inf, math.inf)))
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}.") from error


def _check_names(claims: Mapping[str, Any], where: str) -> None:
    """Refuse ids that cannot be a word of a command line or part of a file's name, and those that are hard to tell apart."""
    for name in claims:
        nodes.check_id(name, f"{where}: claims")
    if twice := sorted(name for name, n in Counter(map(str.lower, claims)).items() if n > 1):
        raise ConfigError(f"{where}: claims: two ids differ in nothing but case: {', '.join(twice)}; rename one.")
