"""The interface of a mirror: a tool of others in which the records of a study are shown, while they are made or later."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:  # a sweep without a mirror need not know how records are shown
    from harness.mirrors.shown import Run


class Book(Protocol):
    """The runs of one study in a tool. It may be held by several processes at once."""

    def writing(self) -> AbstractContextManager[object]:
        """A context in which no other process writes runs of this tool. What is read of the store within is the newest."""
        ...

    def known(self, trial_ids: Collection[str] | None = None) -> Mapping[str, str]:
        """The `Run.mark` of each run that the tool shows, by trial id: of all of them, or of these."""
        ...

    def put(self, runs: Sequence[Run]) -> None:
        """Show these runs, each in the place of an earlier one of its trial. If this is killed, each is there once or not."""
        ...

    def drop(self, trial_ids: Collection[str]) -> None:
        """Show these runs no longer."""
        ...

    def describe(self) -> None:
        """Say of all runs what they are, and which columns are worth a look."""
        ...

    def close(self) -> None:
        """Release what is open."""
        ...


class Mirror(Protocol):
    """A tool, as configured."""

    name: ClassVar[str]
    """As it is chosen: `mirror=<name>`."""

    def check(self, folder: Path) -> None:
        """Raise `ConfigError` if the records of this study's folder cannot be shown: a package is missing, another's file."""
        ...

    def where(self, folder: Path) -> str:
        """How to look at the records of this study's folder, in one line."""
        ...

    def open(self, folder: Path) -> Book:
        """The runs of this study's folder; made if there are none yet. Raises `HarnessError` if the tool refuses."""
        ...
