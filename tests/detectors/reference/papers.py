"""Detectors in plain Python as their papers define them, recomputed from the whole history where that is possible.

All follow river's protocol. Slow and literal on purpose; `errors` holds what was read since the last alarm.
"""

from __future__ import annotations

import math
from statistics import NormalDist


class Restarting:
    """A detector that forgets everything at the row after an alarm."""

    def __init__(self) -> None:
        self.drift_detected = self.warning_detected = False
        self.restart()

    def restart(self) -> None:
        self.errors: list[float] = []

    def update(self, x: float) -> None:
        if self.drift_detected:
            self.restart()
        self.errors.append(float(x))
        self.drift_detected, self.warning_detected = self.judged()

    def judged(self) -> tuple[bool, bool]:
        raise NotImplementedError


class DDM(Restarting):
    """Gama et al. 2004, section 3: warn at p_min + 2 s_min and drift at p_min + 3 s_min, both with >=, from 30 examples on."""

    def __init__(self, minimum: int = 30, warning: float = 2.0, drift: float = 3.0) -> None:
        self.minimum, self.warning, self.drift = minimum, warning, drift
        super().__init__()

    def judged(self) -> tuple[bool, bool]:
        levels = []
        for n in range(self.minimum, len(self.errors) + 1):
            p = sum(self.errors[:n]) / n
            levels.append((p, math.sqrt(p * (1 - p) / n)))
        if not levels:
            return False, False
        p_min, s_min = min(levels, key=sum)  # the first of equal ones
        p, s = levels[-1]
        drifted = p + s >= p_min + self.drift * s_min
        return drifted, not drifted and p + s >= p_min + self.warning * s_min


class ECDD(Restarting):
    """Ross et al. 2012, sections 3 and 4: p_t = t / (t + 1) p_{t-1} + x_t / (t + 1), and the limit for a run length."""

    def __init__(self, run_length: int = 400, weight: float = 0.2, minimum: int = 30, scale: float = 1.0) -> None:
        self.run_length, self.weight, self.minimum, self.scale = run_length, weight, minimum, scale
        super().__init__()

    def judged(self) -> tuple[bool, bool]:
        p = z = 0.0
        for t, x in enumerate(self.errors, start=1):
            p = t / (t + 1) * p + x / (t + 1)
            z = (1 - self.weight) * z + self.weight * x
        t = len(self.errors)
        variance = p * (1 - p) * self.weight / (2 - self.weight) * (1 - (1 - self.weight) ** (2 * t))
        limit = self.scale * self.limit(p) * math.sqrt(variance)
        drifted = t >= self.minimum and z > p + limit
        return drifted, t >= self.minimum - 1 and not drifted and z > p + 0.5 * limit

    def limit(self, p: float) -> float:
        if self.run_length == 100:
            return 2.76 - 6.23 * p + 18.12 * p**3 - 312.45 * p**5 + 1002.18 * p**7
        if self.run_length == 400:
            return 3.97 - 6.56 * p + 48.73 * p**3 - 330.13 * p**5 + 848.18 * p**7
        return 1.17 + 7.56 * p - 21.24 * p**3 + 112.12 * p**5 - 987.23 * p**7


class STEPD(Restarting):
    """Nishida and Yamauchi 2007, section 3: H1 is that the W recent examples have a lower accuracy than the older."""

    def __init__(self, size: int = 30, drift: float = 0.003, warning: float = 0.05) -> None:
        self.size, self.drift, self.warning = size, drift, warning
        super().__init__()

    def judged(self) -> tuple[bool, bool]:
        if len(self.errors) < 2 * self.size:
            return False, False
        older, recent = self.errors[: -self.size], self.errors[-self.size :]
        n_o, n_r, r_o, r_r = len(older), len(recent), older.count(0.0), recent.count(0.0)
        if r_o / n_o <= r_r / n_r:
            return False, False
        p = (r_o + r_r) / (n_o + n_r)
        t = abs(r_o / n_o - r_r / n_r) - 0.5 * (1 / n_o + 1 / n_r)
        p_value = 1 - NormalDist().cdf(t / math.sqrt(p * (1 - p) * (1 / n_o + 1 / n_r)))
        return p_value < self.drift, self.drift <= p_value < self.warning


class CUSUM(Restarting):
    """Page 1954: S_n = max(0, S_{n-1} + x_n - target - tolerance) with a known target."""

    def __init__(self, target: float, tolerance: float, threshold: float) -> None:
        self.target, self.tolerance, self.threshold = target, tolerance, threshold
        super().__init__()

    def judged(self) -> tuple[bool, bool]:
        total = 0.0
        for x in self.errors:
            total = max(0.0, total + x - self.target - self.tolerance)
        return total > self.threshold, False


class RDDM:
    """Barros et al. 2017, algorithm 1, with the stored predictions as a list instead of a ring.

    Where the pseudo-code leaves room (what is stored after which alarm) it follows the authors' own `RDDM.java`
    (Waikato/moa, commit 042d0a2).
    """

    def __init__(
        self,
        minimum: int = 129,
        warning: float = 1.773,
        drift: float = 2.258,
        max_concept: int = 40_000,
        min_concept: int = 7_000,
        warn_limit: int = 1_400,
    ) -> None:
        self.minimum, self.warning, self.drift = minimum, warning, drift
        self.max_concept, self.min_concept, self.warn_limit = max_concept, min_concept, warn_limit
        self.drift_detected = self.warning_detected = self.recalculate = False
        self.stored: list[float] = []
        self.seen = 0
        self.first_warning: int | None = None  # number of the example
        self.zero(forget_minimum=True)

    def zero(self, *, forget_minimum: bool) -> None:
        self.n, self.p = 0, 0.0
        if forget_minimum:
            self.p_min = self.s_min = math.inf

    def update(self, x: float) -> None:
        if self.recalculate:
            self.count_again()
        self.drift_detected = self.warning_detected = self.recalculate = False
        self.seen += 1
        self.stored = [*self.stored, float(x)][-self.min_concept :]
        self.count(x)
        if self.n < self.minimum:
            return
        self.keep_minimum()
        level = self.p + self.deviation()
        if level > self.p_min + self.drift * self.s_min:
            self.alarm(keep_since_warning=self.first_warning is not None)
        elif level > self.p_min + self.warning * self.s_min:
            if self.first_warning is not None and self.first_warning + self.warn_limit <= self.seen:
                self.alarm(keep_since_warning=False)
            else:
                self.warning_detected = True
                if self.first_warning is None:
                    self.first_warning = self.seen
        else:
            self.first_warning = None
        if not self.drift_detected and not self.warning_detected and self.n >= self.max_concept:
            self.recalculate = True

    def alarm(self, *, keep_since_warning: bool) -> None:
        self.drift_detected = self.recalculate = True
        if not keep_since_warning:
            self.stored = self.stored[-1:]
        elif self.first_warning is not None:
            self.stored = self.stored[-(self.seen - self.first_warning + 1) :]

    def count_again(self) -> None:
        self.zero(forget_minimum=self.drift_detected)
        for x in self.stored:
            self.count(x)
            if self.drift_detected and self.n > self.minimum:
                self.keep_minimum()
        self.first_warning = None

    def count(self, x: float) -> None:
        self.n += 1
        self.p += (x - self.p) / self.n

    def deviation(self) -> float:
        return math.sqrt(self.p * (1 - self.p) / self.n)

    def keep_minimum(self) -> None:
        if self.p + self.deviation() < self.p_min + self.s_min:
            self.p_min, self.s_min = self.p, self.deviation()
