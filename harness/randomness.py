"""Named streams of random numbers.

Every draw in the harness comes from a stream named by what it is for: `stream(seed, "folds")`,
`stream(seed, "model", "tree", 3)`. A stream depends on its own name and the seed alone, so that adding a
method, a scenario or a fold never moves the draws of another.
"""

from __future__ import annotations

import hashlib

import numpy as np

_WORD = np.dtype("<u4")


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """A generator for one purpose.

    Args:
        seed: the seed of the trial, 0 or more.
        purpose: what the numbers are for, from the general to the particular.

    Returns:
        A PCG64 generator seeded by (seed, sha256 of the purpose) through `numpy.random.SeedSequence`.
    """
    name = "\x1f".join(f"{type(part).__name__}:{part}" for part in purpose)
    words = np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], dtype=_WORD)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *map(int, words)])))


def stream_integer(seed: int, *purpose: str | int) -> int:
    """An integer in [0, 2**31) for libraries that take a `random_state`, from the stream of that name."""
    return int(stream(seed, *purpose).integers(2**31))
