"""Other processes of this machine that make one thing each, such as the report of a study."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import SpawnContext

from harness.running import threads

ALONE = {"PYTHONSAFEPATH": "1", **dict.fromkeys(threads.VARIABLES, "1")}
"""Variables of a process, and of those that it starts, which look for no module in the current folder and have one thread."""


@contextmanager
def spawning() -> Iterator[SpawnContext]:
    """A context of processes with one thread each, which look for modules where this one does.

    Python would have them look into the current folder first, before they are told where: it may be a stranger's results.
    """
    before = {name: os.environ.get(name) for name in ALONE}
    os.environ.update(ALONE)
    try:
        yield get_context("spawn")
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})
