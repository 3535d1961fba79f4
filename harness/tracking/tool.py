"""A tracking tool as its YAML describes it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from harness.core import Code, ConfigError, Skip
from harness.settings import Checked, each_once
from harness.tracking import environments


@dataclass(frozen=True)
class Tool(Checked):
    """A tool, where it runs and how it is used.

    Attributes:
        name: its level of the factor `tracker`.
        adapter: the module with its adapter, which runs in the tool's environment.
        interfaces: through which it can be used; the first one is that of people who have the choice.
        environment: whether it has a lock and an environment of its own; without one it runs in the harness's own.
        programs: beside Python that have to be there.
        variables: environment variables that switch off telemetry and keep files inside; `{folder}` is the sandbox.
        about: documentation, which is not part of a trial's identity.
    """

    name: str
    adapter: str
    interfaces: Annotated[Sequence[Literal["api", "command_line"]], each_once()] = ("api",)
    environment: bool = True
    programs: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @property
    def file(self) -> Path:
        """The file of the adapter. Raises `ConfigError` if there is no such module."""
        try:
            found = importlib.util.find_spec(self.adapter)
        except ModuleNotFoundError:
            found = None
        if found is None or found.origin is None:
            raise ConfigError(f"tracker {self.name}: there is no module {self.adapter}; name one that can be imported.")
        return Path(found.origin)

    @property
    def helped(self) -> Tool | None:
        """The tool with lines of ours where its own answer is wrong or needs a service: the module `<adapter>_helped`.

        None if there is no such module.
        """
        adapter = f"{self.adapter}_helped"
        return replace(self, adapter=adapter) if importlib.util.find_spec(adapter) else None

    def python(self) -> Path:
        """The Python of the tool's environment.

        Raises:
            Skip: the environment or a program is missing.
        """
        for program in self.programs:
            if shutil.which(program) is None:
                reason = f"the program {program} is not on the path: install it with the packages of your system"
                raise Skip(reason, code=Code.NOT_INSTALLED)
        if not self.environment:
            return Path(sys.executable)
        if not environments.is_installed(self.name):
            reason = f"{self.name} has no environment on this machine: harness tracker install {self.name}"
            raise Skip(reason, code=Code.NOT_INSTALLED)
        return environments.python_of(self.name)

    @property
    def is_here(self) -> bool:
        """Whether its programs and its environment are on this machine."""
        try:
            self.python()
        except Skip:
            return False
        return True
