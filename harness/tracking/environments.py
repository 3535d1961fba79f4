"""The hash-pinned environment of each tool that needs one, made once in the cache.

An environment is made in a new folder and then renamed into place, so that there is a whole one or none. Its name holds a
digest of the lock and the version of Python: a new lock gives a new environment.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harness import places
from harness.core import ConfigError, HarnessError
from harness.tracking.sandbox import bytes_on_disk

_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--require-hashes", "-r")
_POLL_SECONDS = 0.5

Progress = Callable[[int], None]
"""A function that gets the number of bytes on the disk so far, now and then."""


def lock_of(name: str) -> Path:
    """The lock of a tool. Raises `ConfigError` if it has none."""
    locks = {path.stem: path for path in places.shipped("requirements").glob("*/*.txt")}
    if name not in locks:
        known = ", ".join(sorted(one for one, path in locks.items() if path.parent.name == "trackers"))
        raise ConfigError(
            f"there is no lock for a tracker {name!r}; those with an environment of their own are {known}."
        )
    return locks[name]


def folder_of(name: str) -> Path:
    """Where the environment of a tool is, or would be."""
    lock = lock_of(name)
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    return places.cache() / lock.parent.name / f"{name}-{digest}-{python}"


def is_installed(name: str) -> bool:
    """Whether the environment is there."""
    return python_of(name).exists()


def python_of(name: str) -> Path:
    """The Python of an environment, which may not be there."""
    inside = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    return folder_of(name) / inside


def install(name: str, progress: Progress = lambda _: None) -> Path:
    """Make the environment of a tool unless it is there; an interruption leaves nothing behind.

    Args:
        name: the tool.
        progress: called while packages arrive.

    Returns:
        The folder of the environment.

    Raises:
        ConfigError: the tool has no lock.
        HarnessError: the cache cannot be written to, or pip finds no packages with the pinned hashes.
    """
    folder = folder_of(name)
    if is_installed(name):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-", ignore_cleanup_errors=True)
    except OSError as error:
        raise HarnessError(
            f"the cache folder {folder.parent} cannot be written ({error.strerror}): set {places.CACHE_VARIABLE} to a folder "
            "that can."
        ) from error
    with scratch as path:
        _make(name, Path(path), progress)
        _readdress(Path(path) / "environment", folder)
        _move(Path(path) / "environment", folder)
    return folder


def _make(name: str, scratch: Path, progress: Progress) -> None:
    made = scratch / "environment"
    python = made / python_of(name).relative_to(folder_of(name))
    _run([sys.executable, "-m", "venv", str(made)], name, scratch, progress)
    builders = places.shipped("requirements") / "build.txt"  # for packages that are published as source only
    _run([str(python), *_PIP, str(builders)], name, scratch, progress)
    _run([str(python), *_PIP, str(lock_of(name)), "--no-build-isolation"], name, scratch, progress)


def _run(command: list[str], name: str, scratch: Path, progress: Progress) -> None:
    log = scratch / "log.txt"
    with log.open("wb") as output:
        running = subprocess.Popen(
            command, env={**os.environ, "TMPDIR": str(scratch)}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            while running.poll() is None:
                progress(bytes_on_disk(scratch))
                time.sleep(_POLL_SECONDS)
        finally:
            running.kill()
            running.wait()
    if running.returncode:
        errors = [line for line in log.read_text(errors="replace").splitlines() if line.startswith("ERROR: ")]
        said = errors[-1].removeprefix("ERROR: ").rstrip(".") if errors else "it gave no reason"
        raise HarnessError(
            f"the environment of {name} cannot be made: pip said '{said}'; look whether this machine reaches a package index "
            "that has the pinned packages, and give the same command again."
        )


def _readdress(made: Path, folder: Path) -> None:
    """Let the commands of an environment begin with the Python of the place to which it is moved."""
    for script in (one for one in (made / "bin").glob("*") if one.is_file() and not one.is_symlink()):
        content = script.read_bytes()
        if content.startswith(b"#!"):
            script.write_bytes(content.replace(os.fsencode(made), os.fsencode(folder), 1))


def _move(made: Path, folder: Path) -> None:
    """Rename into place; if another process was faster, what it made stays."""
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
