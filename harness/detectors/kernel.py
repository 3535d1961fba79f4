"""How loops over the rows of a stream are compiled.

A kernel is plain Python until its first call, so importing a detector costs nothing; the machine code is then kept
beside the source and shared by all processes. numba notices a change of the module that holds a kernel only: let a
kernel call kernels of its own module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

_P = ParamSpec("_P")
_R = TypeVar("_R")


def kernel(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function compiled at its first call, with numpy's rules of division (0 / 0 is NaN, as in Java)."""
    return cast(Callable[_P, _R], njit(cache=True, error_model="numpy")(function))
