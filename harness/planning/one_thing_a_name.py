"""Two different things never share a name in one folder of records, since no table could tell them apart.

A trial shows the levels of its factors: the names of its parts, and its scalar settings. All else of its spec is behind
these. So within a sweep, and between it and the records in its folder, two rules hold.

1. Parts of one name are equal. A part that holds the level of another factor (`${rows_per_month}`), or an entry of the data set
   (`${dataset.blocks}`), may differ as that does.
   The strength of a scenario is no part of its name: each record measures it. A detector that is set to a rate of false
   alarms (`ddm@5`) is one thing for each world that it was set for.
2. Trials whose factors are equal, but for the seed, are equal in what has no name (preprocessing, sampling).

Stale records are no matter: those of another protocol, of the same file before its content changed, of an earlier version of
a user's class, and of a level whose YAML has changed since. A level that the command line changes has no file that says so,
and needs a name of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from harness.building import CODE
from harness.core import ConfigError
from harness.planning.level_files import is_as_in_its_file
from harness.running import store
from harness.running.identity import PlannedTrial, named_levels
from harness.running.named_parts import OF_DATA, Name, in_words, is_list_of_names, named_parts, version_of
from harness.running.store import plans
from harness.running.store.levels import write_levels
from harness.running.store.measured import Measured
from harness.running.store.stored import dataset_of
from harness.running.user_code import differing

Path_ = tuple[Any, ...]
Scalars = Mapping[str, Any]

_ABSENT = object()
_HELD = (dict, list)
_OF_CONTENT = (*OF_DATA, "name", "rows", "features", "classes", "about")
"""Entries of a data set that say what its content is. All others say how it is read."""

_WORLD = ("months", "rows_per_month")
_REPEAT = "seed"


class _Part(NamedTuple):
    """A named part of a trial, as it was first met.

    Attributes:
        node: what it is.
        spec: the spec that it is in.
    """

    node: Mapping[str, Any]
    spec: Mapping[str, Any]


class _Difference(NamedTuple):
    path: Path_
    one: Any
    other: Any


class _Recorded:
    """What was measured in a folder, read as far as it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.specs: Mapping[str, Mapping[str, Any]] = store.current_specs(folder)

    @cached_property
    def _measured(self) -> Measured:
        return store.read_measured(self.folder)

    def example(self, digest: str) -> Scalars | None:
        """The factors of one trial with this base spec that is ok; None if there is none."""
        return self._measured.example(digest)

    def levels(self, digest: str) -> Sequence[Scalars]:
        """The factors of all such trials."""
        return self._measured.levels(digest)


def check_names(trials: Sequence[PlannedTrial], folder: Path) -> None:
    """Refuse trials that no table could tell from each other, or from those that are recorded.

    Records of an earlier version of a file, a class or a level are no longer what the name stands for: it is noted that they
    are stale from now on.

    Args:
        trials: those of a sweep, each once.
        folder: the study's folder.

    Raises:
        ConfigError: two things share a name; it says in what they differ, and what to do.
        HarnessError: the store is damaged.
    """
    distinct = list(_with_parts_of_their_own(trials))
    known = _Known(_named_parts(distinct), [trial.spec for trial in distinct])
    _check_nameless(trials, distinct)
    recorded, is_older, levels = _Recorded(folder), False, dict[str, str]()
    for digest, spec in recorded.specs.items():
        if _is_older(spec, known):
            is_older = True
        elif changed := _changed_levels(digest, spec, known, recorded):
            levels |= changed
        else:
            _check_recorded_rest(digest, spec, known.by_names.get(_names(spec), ()), trials, recorded)
    if is_older:
        plans.write_versions(folder, trials)
    if levels:
        write_levels(folder, levels)


class _Known:
    """What the trials of a sweep are made of.

    Attributes:
        parts: by name.
        code: the versions of a user's classes.
        data: data sets by name.
        by_names: specs by the names of their parts.
    """

    def __init__(self, parts: Mapping[Name, Sequence[_Part]], specs: Sequence[Mapping[str, Any]]) -> None:
        self.parts = parts
        self.code = {target: version for spec in specs for target, version in spec.get(CODE, {}).items()}
        self.data = {dataset_of(spec)[0]: spec["dataset"] for spec in specs if dataset_of(spec)[1]}
        self.by_names = _by_names(specs)


# ---- the sweep itself ------------------------------------------------------------------------------------------------


def _with_parts_of_their_own(trials: Iterable[PlannedTrial]) -> Iterator[PlannedTrial]:
    """One trial for each set of parts. Trials of one template share theirs."""
    met = set()
    for trial in trials:
        key = tuple([id(node) for node in trial.spec.values() if node.__class__ in _HELD])
        if key not in met:
            met.add(key)
            yield trial


def _named_parts(trials: Sequence[PlannedTrial]) -> dict[Name, list[_Part]]:
    """The parts of these trials by key and name: one each, but detectors at a rate, which have one for each world."""
    found: dict[Name, list[_Part]] = {}
    for trial in trials:
        for name, node in named_parts(trial.spec):
            others = found.setdefault(name, [])
            if any(other.node is node or other.node == node for other in others):
                continue
            for other in others:
                difference = _told_apart_by_name(name, node, trial.spec, other.node, other.spec)
                if difference:
                    raise _refusal(name, difference, "another trial of this sweep", trial.spec, other.spec)
            if not others or "@" in name[1]:
                others.append(_Part(node, trial.spec))
    return found


def _check_nameless(trials: Sequence[PlannedTrial], distinct: Sequence[PlannedTrial]) -> None:
    several = {names for names, specs in _by_names([trial.spec for trial in distinct]).items() if len(specs) > 1}
    if not several:
        return
    met: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for trial in trials:
        names = _names(trial.spec)
        if names in several:
            other = met.setdefault((names, _shown(trial.factors)), trial.spec)
            difference = next(_differences(_rest(trial.spec), _rest(other)), None)
            if difference:
                raise _refusal_of_nameless(trial.factors, difference, "another trial of this sweep")


def _by_names(specs: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], list[Mapping[str, Any]]]:
    """Specs by the names of their parts; of those with equal nameless parts the first."""
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for spec in specs:
        others = found.setdefault(_names(spec), [])
        if not any(_rest(other) == _rest(spec) for other in others):
            others.append(spec)
    return found


# ---- the sweep and what is recorded ----------------------------------------------------------------------------------


def _is_older(spec: Mapping[str, Any], known: _Known) -> bool:
    """Whether records of this spec are stale beside the planned trials: their class or their file has changed since."""
    if differing(spec, known.code):
        return True
    name, checksum = dataset_of(spec)
    planned = known.data.get(name)
    if planned is None or planned.get("checksum") == checksum:
        return False
    return _how_it_is_read(planned) == _how_it_is_read(spec["dataset"])


def _how_it_is_read(node: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key not in _OF_CONTENT}


def _changed_levels(digest: str, spec: Mapping[str, Any], known: _Known, recorded: _Recorded) -> dict[str, str]:
    """The versions of the levels in a recorded spec whose files have changed since.

    Raises:
        ConfigError: something has the name of another thing, and is not what the file of that name says.
    """
    changed = {}
    for name, node in named_parts(spec):
        for part in known.parts.get(name, ()):
            if part.node == node or not any(_differences(part.node, node)):
                continue
            levels = recorded.example(digest)
            if levels is None:
                return {}
            whole = {**spec, **{key: level for key, level in levels.items() if not isinstance(spec.get(key), _HELD)}}
            difference = _told_apart_by_name(name, part.node, part.spec, node, whole)
            if difference and not is_as_in_its_file(name, part.spec):
                raise _refusal(name, difference, f"the records in {recorded.folder}", part.spec, spec)
            if difference:
                changed[in_words(name)] = version_of(part.node)
    return changed


def _check_recorded_rest(
    digest: str,
    spec: Mapping[str, Any],
    planned: Sequence[Mapping[str, Any]],
    trials: Sequence[PlannedTrial],
    recorded: _Recorded,
) -> None:
    if not any(any(_differences(_rest(one), _rest(spec))) for one in planned):
        return
    measured = {_shown(levels) for levels in recorded.levels(digest)}
    for trial in trials if measured else ():
        if _names(trial.spec) == _names(spec) and _shown(trial.factors) in measured:
            difference = next(_differences(_rest(trial.spec), _rest(spec)), None)
            if difference:
                raise _refusal_of_nameless(trial.factors, difference, f"the records in {recorded.folder}")


# ---- specs, by what a record shows of them ---------------------------------------------------------------------------


def _names(spec: Mapping[str, Any]) -> tuple[Any, ...]:
    """In text: that a name is one is for its class to check, when it is made."""
    return tuple(sorted((key, str(name)) for key, name in named_levels(spec).items()))


def _rest(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The parts without a name."""
    return {
        key: value
        for key, value in spec.items()
        if isinstance(value, (Mapping, list)) and key != CODE and not is_list_of_names(value) and "name" not in value
    }


def _shown(levels: Scalars) -> tuple[Any, ...]:
    """What tells a trial from others in a table of means over seeds."""
    return tuple(sorted((name, str(level)) for name, level in levels.items() if name != _REPEAT and level is not None))


# ---- differences -----------------------------------------------------------------------------------------------------


def _told_apart_by_name(
    name: Name, one: Any, its_spec: Mapping[str, Any], other: Any, others_spec: Mapping[str, Any]
) -> _Difference | None:
    """The first difference of two things of one name that no factor shows."""
    mine, theirs = _scalars(its_spec), _scalars(others_spec)
    if "@" in name[1] and any(mine.get(key) != theirs.get(key) for key in _WORLD):
        return None
    unlike = [key for key in mine.keys() & theirs.keys() if mine[key] != theirs[key]]
    for difference in _differences(one, other):
        is_level = any((mine[key], theirs[key]) == (difference.one, difference.other) for key in unlike)
        if not is_level and not _is_of_data(difference.path, one, its_spec, other, others_spec):
            return difference
    return None


def _is_of_data(path: Path_, one: Any, its_spec: Mapping[str, Any], other: Any, others_spec: Mapping[str, Any]) -> bool:
    """Whether two things differ in what each holds of its data set, which has another name."""
    mine, theirs = its_spec.get("dataset"), others_spec.get("dataset")
    if not (path and isinstance(mine, Mapping) and isinstance(theirs, Mapping)) or mine["name"] == theirs["name"]:
        return False
    entries = [(mine[key], theirs[key]) for key in mine.keys() & theirs.keys()]
    return any((_at(one, path[:end]), _at(other, path[:end])) in entries for end in range(1, len(path) + 1))


def _at(node: Any, path: Path_) -> Any:
    """What stands at a path; a mark of its own where nothing does."""
    for key in path:
        is_there = key in node if isinstance(node, Mapping) else isinstance(node, list) and key in range(len(node))
        if not is_there:
            return _ABSENT
        node = node[key]
    return node


def _scalars(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if not isinstance(value, (Mapping, list)) and key != "_target_"}


def _differences(one: Any, other: Any, path: Path_ = ()) -> Iterator[_Difference]:
    """Where two nodes differ. Named parts below them are compared on their own."""
    if one is other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if path and "name" in one and "name" in other:
            return
        for key in sorted((one.keys() | other.keys()) - {"about"}, key=str):
            yield from _differences(one.get(key, _ABSENT), other.get(key, _ABSENT), (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _differences(mine, theirs, (*path, place))
    elif is_list_of_names(one) and is_list_of_names(other):
        return
    elif one != other or isinstance(one, bool) != isinstance(other, bool):
        yield _Difference(path, one, other)


# ---- sentences -------------------------------------------------------------------------------------------------------


def _refusal(
    name: Name, difference: _Difference, where: str, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> ConfigError:
    if difference.path == ("checksum",):
        says = f"has other data ({_source(mine)}) than {where} ({_source(theirs)})"
    else:
        key, one, other = _key(difference.path), _said(difference.one), _said(difference.other)
        says = f"has {key}={one}, and {where} {other}"
    return ConfigError(
        f"{in_words(name)} {says}: two things cannot share a name in one folder of records; give one of them another name "
        f"({_own_name(name, difference)}, or a file of its own), or run each by itself with "
        "study=<a name> or results=<a folder> of its own."
    )


def _own_name(name: Name, difference: _Difference) -> str:
    """The word that gives each its own name."""
    key = _key(difference.path)
    varies = "${" + f"{name[0]}.{key}" + "}"
    return (
        f"'{name[0]}.name={name[1]}_{varies}'"
        if all(isinstance(one, str) for one in difference.path)
        else f"{name[0]}.name=..."
    )


def _refusal_of_nameless(levels: Scalars, difference: _Difference, where: str) -> ConfigError:
    shown = ", ".join(f"{name}={level}" for name, level in levels.items() if level is not None)
    key, mine, theirs = _key(difference.path), _said(difference.one), _said(difference.other)
    return ConfigError(
        f"{key} is {mine} here and {theirs} in {where} with the same factors ({shown}), so that no table could tell them "
        "apart; run each by itself, with study=<a name> or results=<a folder> of its own."
    )


def _source(spec: Mapping[str, Any]) -> str:
    node = spec["dataset"]
    source = node.get("source", node)
    return str(next((source[key] for key in ("path", "data_id") if key in source), node.get("checksum")))


def _key(path: Path_) -> str:
    return ".".join(map(str, path))


def _said(value: Any) -> str:
    """As YAML says it."""
    if value is _ABSENT:
        return "not there"
    return json.dumps(value) if value is None or isinstance(value, (bool, list, dict)) else str(value)
