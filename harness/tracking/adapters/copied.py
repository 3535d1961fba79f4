"""What several adapters share: a store that is a plain folder travels by being copied, and packages are listed by Python."""

from __future__ import annotations

import shutil
from importlib.metadata import distributions

from harness.tracking.contract import Tracker, ours


class Copied(Tracker):
    """A tool that has nothing for sharing, and whose store is a folder."""

    @ours
    def push(self, remote: str) -> None:
        shutil.copytree(self.folder, remote, dirs_exist_ok=True)

    @ours
    def fetch(self, remote: str) -> None:
        shutil.copytree(remote, self.folder, dirs_exist_ok=True)


@ours
def installed() -> list[str]:
    """Which packages are installed now, as `name==version`, for tools that do not look."""
    return sorted(f"{one.metadata['Name']}=={one.version}" for one in distributions())
