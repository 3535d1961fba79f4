"""Every error of Hydra, of OmegaConf and of making objects, as one sentence of ours.

Nothing here reads a message of theirs: what went wrong is told by the kind of the error, by what it holds, and by looking
at the words and the configuration once more. A word of a command line is looked at before (`grammar`, `choices`), and so is
every YAML file (`yaml_files`).
"""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException, MissingConfigException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import (
    ConfigAttributeError,
    ConfigKeyError,
    GrammarParseError,
    InterpolationKeyError,
    InterpolationResolutionError,
    InterpolationToMissingValueError,
    MissingMandatoryValue,
    OmegaConfBaseException,
    UnsupportedInterpolationType,
)

from harness import places
from harness.building import locate
from harness.core import ConfigError, HarnessError, Skip
from harness.planning.choices import check_choices, groups_of
from harness.planning.levels import hint
from harness.planning.yaml_files import read_mapping

CONFIG = "config"
"""What `harness run` composes."""

_REFERENCE = re.compile(r"\$\{\s*([^\s${}:]+)\s*\}")
_RESOLVER = re.compile(r"\$\{\s*([\w.]+)\s*:")

_Wrong = (HydraException, OmegaConfBaseException)


@contextmanager
def in_sentences(what: str = "") -> Iterator[None]:
    """Within, what Hydra and OmegaConf refuse is a `ConfigError`.

    Args:
        what: what is made within, in words that a reason can follow. Then any error of a class that is made is one of ours
            too, but for a package that is not installed, and a reason to skip.
    """
    try:
        yield
    except (HarnessError, ModuleNotFoundError, Skip):
        raise
    except _Wrong as error:
        raise in_a_sentence(error) from error
    except Exception as error:
        if not what:
            raise
        said = " ".join(str(error).split())
        raise ConfigError(f"{what}: {said or type(error).__name__}.") from error


def in_a_sentence(error: BaseException) -> HarnessError:
    """What Hydra or OmegaConf refused, as an error of ours; one of ours that they wrapped comes out as it is."""
    for cause in _causes(error):
        if isinstance(cause, HarnessError):
            return cause
    for cause in _causes(error):
        if isinstance(cause, MissingConfigException) and cause.missing_cfg_file:
            group, _, name = cause.missing_cfg_file.rpartition("/")
            if cause.options is None:
                return ConfigError(f"there is no file {cause.missing_cfg_file}.yaml, which a list of defaults names.")
            if not cause.options:
                return ConfigError(
                    f"there is no {cause.missing_cfg_file!r}: no group is called {group!r}, or it is empty."
                )
            return ConfigError(f"there is no {group} {name!r}; {hint(name, cause.options)}")
        if isinstance(cause, OmegaConfBaseException) and cause.full_key is not None:
            return ConfigError(_of_a_key(cause))
    said = " ".join(str(error).split()).rstrip(".")
    return ConfigError(f"this cannot be composed: {said or type(error).__name__}.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


# ---- what OmegaConf refuses --------------------------------------------------------------------------------------------


def _of_a_key(error: OmegaConfBaseException) -> str:
    key, node = str(error.full_key), error.child_node
    if isinstance(error, MissingMandatoryValue):
        return f"{key} needs a value: give {key}=..."
    if isinstance(error, ConfigAttributeError | ConfigKeyError):
        known = _keys_beside(error)
        return f"there is no {key!r} in the configuration; {hint(str(error.key), known)}"
    if node is not None and isinstance(error, InterpolationResolutionError | GrammarParseError):
        return _of_an_interpolation(error, key, node)
    what = " ".join(str(error).partition("\n")[0].split())
    return f"{key} cannot be so: {what}."


def _keys_beside(error: OmegaConfBaseException) -> list[str]:
    parent = error.parent_node
    return [str(key) for key in parent if key != "hydra"] if isinstance(parent, DictConfig) else []


def _of_an_interpolation(error: OmegaConfBaseException, key: str, node: Any) -> str:
    """What is wrong with `${...}`, told of the innermost text that cannot be resolved."""
    root = node._get_root()
    place, text, seen = key, str(node._value()), [key]
    while (copied := _REFERENCE.fullmatch(text)) and not copied[1].startswith("."):
        if copied[1] in seen:
            return f"{place} is {text}, which leads back to itself; give one of them a value."
        below = _raw(root, copied[1])
        if not isinstance(below, str) or "${" not in below:
            break
        place, text = copied[1], below
        seen.append(place)
    return f"{place} is {text}, {_why(error, text, root)}"


def _why(error: OmegaConfBaseException, text: str, root: DictConfig) -> str:
    if isinstance(error, UnsupportedInterpolationType):
        resolver = next((name for name in _RESOLVER.findall(text) if not OmegaConf.has_resolver(name)), "")
        return f"and nothing is called {resolver!r}; {hint(resolver, ['models', 'oc.env', 'oc.select', 'oc.decode'])}"
    if isinstance(error, InterpolationToMissingValueError):
        return "which has no value yet: give it one."
    if isinstance(error, GrammarParseError):
        return "which cannot be read; write ${key} or ${function:value}."
    for name in _REFERENCE.findall(text):
        if isinstance(error, InterpolationKeyError) and not name.startswith(".") and _raw(root, name) is _NOTHING:
            return f"and there is no key {name!r}; {_hint(name, root)}"
    if isinstance(error, InterpolationKeyError):
        return "and there is no such key."
    inner = next((one for one in _causes(error) if not isinstance(one, OmegaConfBaseException)), None)
    if inner is not None:
        return f"which gives no value ({' '.join(str(inner.args[0] if inner.args else inner).split())})."
    return "which leads back to itself; give one of them a value."


_NOTHING = object()


def _raw(root: DictConfig, key: str) -> Any:
    """The unresolved value under a dotted key; `_NOTHING` if there is none."""
    node: Any = root
    for part in re.split(r"[.\[\]]+", key.rstrip("]")):
        if not OmegaConf.is_dict(node) or node._is_none() or node._is_interpolation() or part not in list(node.keys()):
            return _NOTHING  # `in` alone says no of a value that is missing
        node = node._get_node(part)
    return node._value() if hasattr(node, "_value") else node


def _known_keys(node: Any, above: str = "") -> list[str]:
    """All dotted keys of mappings, but for Hydra's own."""
    found: list[str] = []
    if OmegaConf.is_dict(node) and not node._is_none() and not node._is_interpolation() and not node._is_missing():
        for key in node:
            name = f"{above}{key}"
            found += [name, *(_known_keys(node._get_node(key), f"{name}."))] if name != "hydra" else []
    return found


# ---- what Hydra refuses ------------------------------------------------------------------------------------------------


def composed(overrides: Sequence[Override], loader: ConfigLoader, mode: RunMode) -> DictConfig:
    """The configuration that words ask for. Raises `ConfigError`."""
    check_choices(overrides, loader)
    try:
        config: DictConfig = loader.load_configuration(CONFIG, [one.input_line for one in overrides], mode)
    except Exception as error:  # Hydra raises ValueError, TypeError and others for what a user wrote
        raise _refused(error, overrides, loader) from error
    return config


def _refused(error: Exception, overrides: Sequence[Override], loader: ConfigLoader) -> HarnessError:
    """The sentence on words that do not compose: of the first one whose key is not as it has to be, or of the error.

    The choices of groups are composed alone, and the other words are held against that.
    """
    for cause in _causes(error):
        if isinstance(cause, HarnessError):
            return cause
    words = [one.input_line for one in overrides if one.key_or_group in groups_of(loader)]
    try:
        config = loader.load_configuration(CONFIG, words, RunMode.MULTIRUN)
    except Exception as inner:
        return _of_other_trials(words, loader) or _of_files(inner, words)
    for override in overrides:
        if override.input_line not in words and (said := _of_a_word(override, config)):
            return ConfigError(said)
    return in_a_sentence(error)


def _of_other_trials(words: Sequence[str], loader: ConfigLoader) -> ConfigError | None:
    """The error of a word that chooses from a group which only other trials have; None if there is none."""
    which = [word for word in words if word.partition("=")[0] in ("experiment", "trial", "tier")]
    try:
        config = loader.load_configuration(CONFIG, which, RunMode.MULTIRUN)
    except Exception:  # a file that a choice brought in
        return None
    for word in words:
        group = word.partition("=")[0]
        trials = _trials_with(group)
        if trials and group not in config.hydra.runtime.choices:
            return ConfigError(f"{word}: {group} is of other trials; write trial={trials[0]} too.")
    return None


def _of_files(error: Exception, words: Sequence[str]) -> HarnessError:
    said = in_a_sentence(error)
    return said if said in _causes(error) else ConfigError(f"{' '.join(words) or 'config.yaml'}: {said}")


def _of_a_word(override: Override, config: DictConfig) -> str:
    """Why a setting's word does not fit the configuration; "" if it does."""
    word, key = override.input_line, override.key_or_group
    there = _raw(config, key) is not _NOTHING
    if override.is_add() and there:
        return f"{word}: {key} is there already; write it without +."
    if override.is_delete() and there:
        return f"{word}: {key} has another value, so that it is not taken away; write ~{key}."
    if override.is_add() or override.is_force_add():
        return ""
    if there:
        return _of_members(override, config)
    above, _, last = key.rpartition(".")
    if above and _raw(config, above) is not _NOTHING and not OmegaConf.is_dict(OmegaConf.select(config, above)):
        return f"{word}: {above} is one value and has no {last!r} below it; write {above}=..."
    if above and _takes(config, above, last):
        return f"{word}: {above} has no {last!r} yet, and its class takes one; write +{word}."
    if above and OmegaConf.select(config, above) == {}:
        return f"{word}: there is no setting {key!r} yet; to add it, write +{word}"
    group_is_there = _raw(config, key.partition(".")[0]) is not _NOTHING
    if not group_is_there and (trials := _trials_with(key)):
        return f"{word}: {key.partition('.')[0]} is of other trials; write trial={trials[0]} too."
    return f"{word}: there is no setting {key!r}; {_hint(key, config)}"


def _takes(config: DictConfig, above: str, name: str) -> bool:
    """Whether the class of a node has such a parameter."""
    node = _raw(config, above)
    try:
        return name in inspect.signature(locate(str(node["_target_"]))).parameters
    except (ConfigError, ImportError, KeyError, TypeError, ValueError):
        return False


def _trials_with(key: str) -> list[str]:
    """The trials that come along and have this key, or a group of that name."""
    first, found = key.partition(".")[0], []
    for path in sorted((places.shipped("conf") / "trial").glob("*.yaml")):
        content = OmegaConf.to_container(read_mapping(path), resolve=False)
        assert isinstance(content, dict)
        defaults = [each if isinstance(each, str) else next(iter(each)) for each in content.get("defaults", [])]
        names = {*content, *(str(one).strip("/ ") for one in defaults)}
        if first in names | {key for name in names for key in _keys_of_included(name)}:
            found.append(path.stem)
    return sorted(found, key=lambda name: name != "detection")


def _keys_of_included(name: str) -> list[str]:
    """The keys of a file that stands beside the groups, such as a panel; none if there is no such file."""
    path = places.shipped("conf") / f"{name}.yaml"
    return [str(key) for key in read_mapping(path)] if path.is_file() else []


def _of_members(override: Override, config: DictConfig) -> str:
    """Why the members of a mapping do not fit the one that is there; "" if they do, or the value is no mapping."""
    key, value = override.key_or_group, override.value()
    there = OmegaConf.select(config, key)
    if not isinstance(value, dict) or not isinstance(there, DictConfig):
        return ""
    new = next((str(name) for name in value if name not in there), None)
    if new is None:
        return ""
    return f"{override.input_line}: there is no setting '{key}.{new}' yet; to add it, write +{key}.{new}=..."


def _hint(key: str, config: DictConfig) -> str:
    """Keys of that name elsewhere, else keys with a near name, else those beside it."""
    known = [one for one in _known_keys(config) if not one.startswith(("trial.", "design", "levels"))]
    last = key.rpartition(".")[2]
    named_so = [one for one in known if one.rpartition(".")[2] == last]
    if named_so:
        return hint(named_so[0], named_so)
    close = difflib.get_close_matches(key, known, n=1)
    beside = [one for one in known if one.rpartition(".")[0] == key.rpartition(".")[0]]
    return hint(key, known if close else beside or [one for one in known if "." not in one])
