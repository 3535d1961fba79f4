"""Every part of planned trials, made once before anything runs, so that a wrong setting ends the command in a sentence.

Whatever makes a trial in a worker is asked here first: the parameters of each `_target_`, the types and bounds of
`harness.settings`, the constraints that scikit-learn's estimators state of themselves, and the class's own refusals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.building import CODE, call_target, instantiate, locate
from harness.core import ConfigError, HarnessError, Skip
from harness.planning.one_thing_a_name import check_names
from harness.recent import Recent, Same
from harness.running.identity import PlannedTrial, key_of
from harness.settings import check_arguments

_NOT_HERE = object()
"""Stands for a part that cannot be made on this machine: a package is missing, or the part skips itself."""


def make_all(trials: Iterable[PlannedTrial]) -> None:
    """Make every part of these trials, equal parts once. Raises `ConfigError`, as `MadeOnce` does."""
    made = MadeOnce()
    for trial in trials:
        made(trial)


def in_order(trials: Sequence[PlannedTrial], folder: Path) -> None:
    """Check that no two things share a name (`check_names`); of trials with a wrong setting as well, that is said first."""
    try:
        check_names(trials, folder)
    except ConfigError:
        make_all(trials)
        raise


class MadeOnce:
    """Makes the parts of trials, equal parts once. Call it with each planned trial."""

    def __init__(self) -> None:
        self._by_text: dict[str, Any] = {}
        self._by_identity: Recent[Same, Any] = Recent(lambda same: self._of_text(same.thing), size=4096)

    def __call__(self, planned: PlannedTrial) -> None:
        """Make a trial.

        Raises:
            ConfigError: a part does not take its settings, or one of them has a wrong type or value.
        """
        spec = planned.spec
        parts = {name: self._part(name, level) for name, level in spec.items() if name not in ("_target_", CODE)}
        if any(part is _NOT_HERE for part in parts.values()):
            return
        try:
            checked(spec["_target_"], locate(spec["_target_"]), (), parts)
        except (Skip, ModuleNotFoundError):  # the trial is skipped, and says so
            return

    def _part(self, name: str, level: Any) -> Any:
        if not isinstance(level, (dict, list)):
            return level
        try:
            return self._by_identity(Same(level))
        except ConfigError as error:
            raise ConfigError(f"{name}: {error}") from error

    def _of_text(self, node: Any) -> Any:
        text = key_of(node)
        if text not in self._by_text:
            self._by_text[text] = _made(node)
        return self._by_text[text]


def _made(node: Any) -> Any:
    try:
        return instantiate(node, checked)
    except (Skip, ModuleNotFoundError):
        return _NOT_HERE


def checked(path: str, target: Any, positional: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """The object that a target makes of arguments, which are checked.

    Raises:
        ConfigError: the target has no such parameter, or one has a wrong type or value; whatever the target itself refuses.
        Skip, ModuleNotFoundError: the target cannot be had here.
    """
    check_arguments(target, named)
    try:
        made = call_target(path, target, positional, named)
        if hasattr(made, "_parameter_constraints"):  # an estimator of scikit-learn, which would check when it is fitted
            made._validate_params()
    except (HarnessError, Skip, ModuleNotFoundError):
        raise
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise ConfigError(f"{path} refuses its settings: {said}") from error
    return made
