"""The sweep's side of a mirror: it starts the mirror's process, never waits for it, and learns whether it broke."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.mirrors.contract import Mirror

_MAIN = "import os, sys; getattr(os, 'nice', int)(19); sys.path[:] = {paths!r}; import harness.mirrors.following as f; f.main()"


@dataclass(frozen=True)
class Job:
    """What a mirror's process is to do: show the records of a study's folder in a tool."""

    mirror: Mirror
    folder: Path


class Follower:
    """A context around a sweep: within, a process of low priority shows the records of a study's folder in a tool.

    It has no part in the sweep: whatever becomes of it, the sweep goes on. It ends by itself, some seconds after the context or
    this process has ended, and no Ctrl-C reaches it.
    """

    def __init__(self, mirror: Mirror, folder: Path) -> None:
        self._job = Job(mirror, folder.resolve())
        self.name = mirror.name
        self.log = self._job.folder / "sweeps" / f"{mirror.name}.log"
        self._broken = ""
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def broken(self) -> str:
        """Why the process has ended early, in one sentence; "" while nothing is known of that."""
        return self._broken

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended, in whatever way."""
        return self._ended.is_set()

    def __enter__(self) -> Self:
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            with self.log.open("wb") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _MAIN.format(paths=[os.path.abspath(path) for path in sys.path])],  # noqa: PTH100
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            self._broken = f"its process cannot be started: {error.strerror}"
            return self
        threading.Thread(target=self._reap, args=(self._process,), daemon=True).start()
        with contextlib.suppress(OSError):  # it has ended already, and has said why
            assert self._process.stdin is not None
            self._process.stdin.write(pickle.dumps(self._job))
            self._process.stdin.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(
                OSError
            ):  # what could not be written, as the process has ended, is tried once more
                self._process.stdin.close()

    def _reap(self, process: subprocess.Popen[bytes]) -> None:
        if process.wait():
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            self._broken = lines[-1] if lines else f"its process ended with code {process.returncode}"
        self._ended.set()
