"""One thread for BLAS and OpenMP in a trial's process. More would change the last bits, and workers would compete for cores."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController, threadpool_limits

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_seen = 0


@contextmanager
def lent() -> Iterator[None]:
    """Afterwards the threads of this process are as before, whatever was pinned meanwhile; new libraries get as many."""
    global _seen
    before = {one.filepath: one.num_threads for one in ThreadpoolController().lib_controllers}
    variables = {name: os.environ.get(name) for name in VARIABLES}
    try:
        yield
    finally:
        for name, value in variables.items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})
        usual = max(before.values(), default=os.cpu_count() or 1)
        for one in ThreadpoolController().lib_controllers:
            one.set_num_threads(before.get(one.filepath, usual))
        _seen = 0


def inherit_one() -> None:
    """Make the processes that are started from now on load their libraries with one thread."""
    os.environ.update(dict.fromkeys(VARIABLES, "1"))


def pin_to_one() -> None:
    """Set every loaded library to one thread. New ones are looked for only if modules were imported since the last call."""
    global _seen
    if len(sys.modules) != _seen:
        threadpool_limits(limits=1)
        _seen = len(sys.modules)
