"""Git LFS: Git, with models and data in a store beside it, and pointers to them in the commits."""

from __future__ import annotations

from pathlib import Path

from harness.tracking.adapters.git import Git


class GitLfs(Git):
    """One repository whose models and data are kept by LFS."""

    def set_up(self) -> None:
        """Let LFS have the files with many bytes."""
        self.git("lfs", "install", "--local")
        self.git("lfs", "track", "model.bin", "data.csv")
        self.git("add", ".gitattributes")

    def restore(self, what: str, into: str) -> None:
        """Write a file of a commit, or the object to which a pointer leads, into a file."""
        pointer = self.git("cat-file", "blob", what)
        Path(into).write_bytes(self.git("lfs", "smudge", given=pointer))

    def push(self, remote: str) -> None:
        """Send commits and tags, and the store of LFS."""
        super().push(remote)
        self.git("lfs", "push", "--all", Path(remote).as_uri())

    def fetch(self, remote: str) -> None:
        """Bring commits and tags, and the store of LFS."""
        super().fetch(remote)
        self.git("lfs", "fetch", "--all", Path(remote).as_uri())


TRACKER = GitLfs
