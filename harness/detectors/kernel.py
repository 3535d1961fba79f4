"""How loops over the rows of a stream are compiled.

A kernel is plain Python until its first call, so importing a detector costs nothing. The machine code is then cached beside
the source, or in the user's cache, and all processes share it. Where neither can be written to, every process compiles for
itself; NUMBA_CACHE_DIR names another place. numba recompiles a kernel when its own module changes, and not when a module that
it calls changes: so let a kernel call kernels of its own module only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

_P = ParamSpec("_P")
_R = TypeVar("_R")


def kernel(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function compiled at its first call, with numpy's rules of division (0 / 0 is NaN, as in Java)."""
    try:
        compiled = njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # numba finds no folder to keep the machine code in
        compiled = njit(error_model="numpy")(function)
    return cast(Callable[_P, _R], compiled)
