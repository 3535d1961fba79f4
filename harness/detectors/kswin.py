"""KSWIN: a window's newest rows differ from a sample of its older ones by the Kolmogorov-Smirnov test."""

from __future__ import annotations

import random
import warnings
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from harness.core import ConfigError, Floats, Ints
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import at_least, at_most, require

Numbers = tuple[int, int]
"""Rows since the last alarm, and words of the generator that are used up."""

N_WORDS = 624
"""Size of the Mersenne Twister's state."""
LAG = 397
"""Words between one and the distant one that is mixed into it."""


@dataclass(frozen=True, kw_only=True)
class KSWIN(ErrorDetector):
    """Kolmogorov-Smirnov windowing, as river 0.26 has it, with the same random numbers for the same seed.

    Raab et al. 2020, doi 10.1016/j.neucom.2019.11.111. The test is the exact two-sided one, repeated at every row.
    After an alarm the window starts empty and the generator is seeded anew with the same seed. So no alarm follows within
    `window_size` rows.

    Attributes:
        alpha: level of one test.
        window_size: rows of the window.
        stat_size: rows at its end that are compared with as many drawn from the rest.
        seed: of the draws, as river takes it; None takes one from `rng` at the start.
    """

    domain: ClassVar[Domain] = Domain.REAL
    knob: ClassVar[Knob | None] = Knob("alpha", loosest=1.0, strictest=1e-18, logarithmic=True)
    nested: ClassVar[bool] = True

    name: str = "kswin"
    alpha: Annotated[float, at_least(0), at_most(1)] = 0.005
    window_size: Annotated[int, at_least(2)] = 100
    stat_size: int = 30
    seed: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self, "stat_size", at_least(1), at_most(self.window_size // 2))  # as many older rows are drawn

    def begin(
        self,
        reference: Floats | None,  # noqa: ARG002 - the window is its own reference
        rng: np.random.Generator | None,
    ) -> State:
        """An empty window and a seeded generator.

        Raises:
            ConfigError: there is neither a seed nor `rng`.
        """
        if self.seed is not None:
            return self._seeded(self.seed)
        if rng is None:
            raise ConfigError("KSWIN draws rows: give start() a random generator (rng), or KSWIN a seed")
        return self._seeded(int(rng.integers(2**31)))

    def fresh(self) -> State:
        """As `begin` without a generator."""
        return self.begin(None, None)

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry window and generator on."""
        critical = critical_distance(self.stat_size, float(self.alpha))
        struck_off = _strikes_off(self.window_size - self.stat_size, self.stat_size)
        are_binary = _are_binary(errors) and _are_binary(state.arrays[0])
        state.numbers = _scan(
            errors, marks, state.numbers, state.arrays, self.stat_size, struck_off, critical, are_binary
        )

    def _seeded(self, seed: int) -> State:
        words = np.array(random.Random(seed).getstate()[1][:N_WORDS], dtype=np.int64)
        window, ranked, signs = np.zeros(self.window_size), *np.zeros((2, self.window_size), dtype=np.int64)
        slots, chosen = np.zeros(self.window_size, dtype=np.int64), np.zeros(self.stat_size, dtype=np.int64)
        return State((0, N_WORDS), (window, ranked, signs, slots, chosen, words.copy(), np.empty_like(words), words))


@lru_cache(maxsize=256)
def critical_distance(n: int, alpha: float) -> int:
    """The smallest n D at which two samples of size n differ (p <= alpha, exact, and D > 0.1), or n + 1 if none does."""
    first = np.arange(n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)  # "auto" may fall back to the asymptotic p-value
        for distance in range(1, n + 1):
            test = ks_2samp(first, first + distance - 0.5, method="auto")  # steps that reach exactly this distance
            if test.pvalue <= alpha and test.statistic > 0.1:
                return distance
    return n + 1


def _strikes_off(n_older: int, n_drawn: int) -> bool:
    """Whether `random.sample` removes what it has drawn from a list; otherwise it draws again when it meets a row twice."""
    return n_older <= 21 + (4 ** ceil(log(n_drawn * 3, 4)) if n_drawn > 5 else 0)


@kernel
def _twisted(word: int, following: int, distant: int) -> int:
    y = (word & 0x80000000) | (following & 0x7FFFFFFF)
    return distant ^ (y >> 1) ^ ((y & 1) * 0x9908B0DF)


@kernel
def _refill(words: Ints, tempered: Ints) -> None:
    """The next words of MT19937 (Matsumoto and Nishimura 1998, doi 10.1145/272991.272995), as state and as output."""
    gap = N_WORDS - LAG
    for i in range(gap):
        words[i] = _twisted(words[i], words[i + 1], words[i + LAG])
    for i in range(gap, N_WORDS - 1):
        words[i] = _twisted(words[i], words[i + 1], words[i - gap])
    words[-1] = _twisted(words[-1], words[0], words[LAG - 1])
    for i in range(N_WORDS):
        y = words[i] ^ (words[i] >> 11)
        y ^= (y << 7) & 0x9D2C5680
        y ^= (y << 15) & 0xEFC60000
        tempered[i] = y ^ (y >> 18)


@kernel
def _strike_off(slots: Ints, chosen: Ints, limit: int, words: Ints, tempered: Ints, used: int) -> int:
    """Choose from the first `limit` slots as `random.sample` does from few: a slot is replaced by the last one left.

    A word gives a number below the next power of two; one that is too large is passed over. No processor can foresee that, so
    that here the next number overwrites it and nothing is jumped over. Returns the words used up now.
    """
    bits, n_chosen, left = 32, 0, limit
    while left < 1 << (bits - 1):
        bits -= 1
    while n_chosen < len(chosen):
        if used == N_WORDS:
            _refill(words, tempered)
            used = 0
        chosen[n_chosen] = tempered[used] >> (32 - bits)
        used += 1
        taken = int(chosen[n_chosen] < left)
        n_chosen += taken
        left -= taken
        bits -= int(left < 1 << (bits - 1))
    for i in range(len(chosen)):
        number = chosen[i]
        chosen[i] = slots[number]
        slots[number] = slots[limit - i - 1]
    return used


@kernel
def _choose_again(slots: Ints, chosen: Ints, limit: int, words: Ints, tempered: Ints, used: int) -> int:
    """Choose as `random.sample` does from many: a slot that has been chosen already is passed over."""
    bits, n_chosen = 32, 0
    while limit < 1 << (bits - 1):
        bits -= 1
    while n_chosen < len(chosen):
        if used == N_WORDS:
            _refill(words, tempered)
            used = 0
        number = tempered[used] >> (32 - bits)
        used += 1
        if number < limit and slots[number] >= 0:
            chosen[n_chosen] = slots[number]
            slots[number] = -1
            n_chosen += 1
    return used


@kernel
def _distance(window: Floats, ranked: Ints, signs: Ints) -> int:
    """The largest difference of two empirical distributions, times their size; `signs` are 1, -1 or, in neither, 0."""
    height, largest = 0, 0
    last = len(ranked) - 1
    for rank in range(last):
        height += signs[ranked[rank]]
        if window[ranked[rank]] != window[ranked[rank + 1]]:  # between equal values there is no step to look at
            largest = max(largest, abs(height))
    return largest


@kernel
def _rank(window: Floats, ranked: Ints, n_ranked: int, slot: int) -> None:
    """Put a slot into the order of values, of which `n_ranked` are there."""
    rank = n_ranked
    while rank > 0 and window[ranked[rank - 1]] > window[slot]:
        ranked[rank] = ranked[rank - 1]
        rank -= 1
    ranked[rank] = slot


@kernel
def _unrank(ranked: Ints, slot: int) -> None:
    rank = 0
    while ranked[rank] != slot:
        rank += 1
    for later in range(rank + 1, len(ranked)):
        ranked[later - 1] = ranked[later]


def _are_binary(values: Floats) -> bool:
    return bool(((values == 0.0) | (values == 1.0)).all())


@kernel
def _difference_of_ones(window: Floats, chosen: Ints, slot: int, n_recent: int) -> int:
    """What `_distance` is where values are 0 or 1 and the only step is between them: no value has to be ranked."""
    difference = 0.0
    for drawn in chosen:
        difference += window[drawn]
    for age in range(n_recent):
        difference -= window[slot - age]  # a slot below 0 counts from the end
    return int(abs(difference))


@kernel
def _scan(
    errors: Floats,
    marks: Marks,
    numbers: Numbers,
    arrays: tuple[NDArray[Any], ...],
    n_recent: int,
    struck_off: bool,
    critical: int,
    are_binary: bool,
) -> Numbers:
    n, used = numbers
    window, ranked, signs, slots, chosen, words, tempered, seeded = arrays
    size = len(window)
    if not are_binary:  # rows before these may have been, and are not ranked then
        for known in range(min(n, size)):
            _rank(window, ranked, known, known)
    for row in range(len(errors)):
        slot = n % size
        if n >= size and not are_binary:
            _unrank(ranked, slot)
        window[slot] = errors[row]
        if not are_binary:
            _rank(window, ranked, min(n, size - 1), slot)
        n += 1
        if n < size:
            continue
        oldest, n_older = n % size, size - n_recent
        for age in range(n_older):
            slots[age] = oldest + age - (size if oldest + age >= size else 0)
        if struck_off:
            used = _strike_off(slots, chosen, n_older, words, tempered, used)
        else:
            used = _choose_again(slots, chosen, n_older, words, tempered, used)
        if are_binary:
            distance = _difference_of_ones(window, chosen, slot, n_recent)
        else:
            signs[:] = 0
            for drawn in chosen:
                signs[drawn] = 1
            for age in range(n_recent):
                signs[slot - age] = -1
            distance = _distance(window, ranked, signs)
        if distance >= critical:
            marks[row] = ALARM
            n, used = 0, N_WORDS
            words[:] = seeded
    return n, used
