"""One thread for BLAS and OpenMP in a trial's process. More would change the last bits, and workers would compete for cores."""

from __future__ import annotations

import os
import sys

from threadpoolctl import threadpool_limits

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

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
