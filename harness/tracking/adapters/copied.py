"""What several adapters share: a store that is a plain folder travels by being copied."""

from __future__ import annotations

import shutil

from harness.tracking.contract import Tracker, ours


class Copied(Tracker):
    """A tool that has nothing for sharing, and whose store is a folder."""

    @ours
    def push(self, remote: str) -> None:
        shutil.copytree(self.folder, remote, dirs_exist_ok=True)

    @ours
    def fetch(self, remote: str) -> None:
        shutil.copytree(remote, self.folder, dirs_exist_ok=True)
