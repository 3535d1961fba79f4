"""MOA's detectors in plain Python, variable by variable, with the numbers in Java's order of evaluation.

Read off the Java sources of Waikato/moa (package `moa.classifiers.core.driftdetection`) at the commits named below and checked
against the bytecode of version 2024.07 as CapyMOA 0.15.1 ships it. Slow and literal on purpose. All follow river's protocol.
"""

from __future__ import annotations

import math
from statistics import NormalDist

MAX_VALUE = 1.7976931348623157e308
MIN_VALUE = 5e-324


class Quiet:
    """What every detector of MOA can be asked."""

    drift_detected = False
    warning_detected = False


class DDM(Quiet):
    """`DDM.java`, commit 042d0a2."""

    def __init__(self, minimum: int = 30, warning: float = 2.0, out: float = 3.0) -> None:
        self.minimum, self.warning, self.out = minimum, warning, out
        self.reset()

    def reset(self) -> None:
        self.n, self.p, self.s = 1, 1.0, 0.0
        self.psmin = self.pmin = self.smin = MAX_VALUE

    def update(self, prediction: float) -> None:
        if self.drift_detected:
            self.reset()
        self.p = self.p + (prediction - self.p) / self.n
        self.s = math.sqrt(self.p * (1 - self.p) / self.n)
        self.n += 1
        self.drift_detected = self.warning_detected = False
        if self.n < self.minimum:
            return
        if self.p + self.s <= self.psmin:
            self.pmin, self.smin, self.psmin = self.p, self.s, self.p + self.s
        if self.n > self.minimum and self.p + self.s > self.pmin + self.out * self.smin:
            self.drift_detected = True
        elif self.p + self.s > self.pmin + self.warning * self.smin:
            self.warning_detected = True


class EDDM(Quiet):
    """`EDDM.java`, commit 35df76d."""

    def __init__(self, warning: float = 0.95, out: float = 0.9) -> None:
        self.warning, self.out = warning, out
        self.reset()

    def reset(self) -> None:
        self.n, self.errors, self.d = 1, 0, 0
        self.mean = self.std_temp = self.m2s_max = 0.0

    def update(self, prediction: float) -> None:
        if self.drift_detected:
            self.reset()
        self.drift_detected = False
        self.n += 1
        if prediction != 1.0:
            return
        self.warning_detected = False
        self.errors += 1
        last, self.d = self.d, self.n - 1
        distance, old_mean = self.d - last, self.mean
        self.mean = self.mean + (distance - self.mean) / self.errors
        self.std_temp = self.std_temp + (distance - self.mean) * (distance - old_mean)
        m2s = self.mean + 2 * math.sqrt(self.std_temp / self.errors)
        if m2s > self.m2s_max:
            if self.n > 30:
                self.m2s_max = m2s
            return
        p = m2s / self.m2s_max
        if self.n > 30 and self.errors > 30 and p < self.out:
            self.drift_detected = True
        elif self.n > 30 and self.errors > 30 and p < self.warning:
            self.warning_detected = True


class HDDMA(Quiet):
    """`HDDM_A_Test.java`, commit 3c092b5."""

    def __init__(self, drift: float = 0.001, warning: float = 0.005, two_sided: bool = True) -> None:
        self.drift, self.warning, self.two_sided = drift, warning, two_sided
        self.zero()

    def zero(self) -> None:
        self.n_min = self.n_max = self.total_n = 0
        self.c_min = self.c_max = self.total_c = 0.0

    def update(self, value: float) -> None:
        self.total_n += 1
        self.total_c += value
        if self.n_min == 0:
            self.n_min, self.c_min = self.total_n, self.total_c
        if self.n_max == 0:
            self.n_max, self.c_max = self.total_n, self.total_c
        cut = math.sqrt(1.0 / (2 * self.n_min) * math.log(1.0 / self.drift))
        cut1 = math.sqrt(1.0 / (2 * self.total_n) * math.log(1.0 / self.drift))
        if self.c_min / self.n_min + cut >= self.total_c / self.total_n + cut1:
            self.c_min, self.n_min = self.total_c, self.total_n
        cut = math.sqrt(1.0 / (2 * self.n_max) * math.log(1.0 / self.drift))
        if self.c_max / self.n_max - cut <= self.total_c / self.total_n - cut1:
            self.c_max, self.n_max = self.total_c, self.total_n
        self.drift_detected = self.warning_detected = False
        if self.increased(self.drift):
            self.zero()
            self.drift_detected = True
        elif self.increased(self.warning):
            self.warning_detected = True
        if self.two_sided and self.decreased():
            self.zero()

    def increased(self, confidence: float) -> bool:
        if self.n_min == self.total_n:
            return False
        m = (self.total_n - self.n_min) / self.n_min * (1.0 / self.total_n)
        return self.total_c / self.total_n - self.c_min / self.n_min >= math.sqrt(m / 2 * math.log(2.0 / confidence))

    def decreased(self) -> bool:
        if self.n_max == self.total_n:
            return False
        m = (self.total_n - self.n_max) / self.n_max * (1.0 / self.total_n)
        return self.c_max / self.n_max - self.total_c / self.total_n >= math.sqrt(m / 2 * math.log(2.0 / self.drift))


class Sample:
    """`HDDM_W_Test.SampleInfo`."""

    def __init__(self, ewma: float = -1.0, squares: float = 0.0) -> None:
        self.ewma, self.squares = ewma, squares

    def add(self, value: float, weight: float) -> None:
        rest = 1.0 - weight
        if self.ewma < 0:
            self.ewma, self.squares = value, 1.0
        else:
            self.ewma = weight * value + rest * self.ewma
            self.squares = weight * weight + rest * rest * self.squares


class HDDMW(Quiet):
    """`HDDM_W_Test.java`, commit 3c092b5, the state of one instance kept to itself."""

    def __init__(
        self, drift: float = 0.001, warning: float = 0.005, weight: float = 0.05, two_sided: bool = False
    ) -> None:
        self.drift, self.warning, self.weight, self.two_sided = drift, warning, weight, two_sided
        self.reset()

    def reset(self) -> None:
        self.drift_detected = self.warning_detected = False
        self.total = Sample()
        self.before_up, self.after_up = Sample(), Sample()
        self.before_down, self.after_down = Sample(), Sample()
        self.cut_up, self.cut_down = MAX_VALUE, MIN_VALUE

    def update(self, value: float) -> None:
        self.total.add(value, self.weight)
        bound = self.bound(self.total.squares, self.drift)
        if self.total.ewma + bound < self.cut_up:
            self.cut_up = self.total.ewma + bound
            self.before_up, self.after_up = Sample(self.total.ewma, self.total.squares), Sample()
        else:
            self.after_up.add(value, self.weight)
        if self.increased(self.before_up, self.after_up, self.drift):
            self.reset()
            self.drift_detected = True
        else:
            self.drift_detected = False
            self.warning_detected = self.increased(self.before_up, self.after_up, self.warning)
        bound = self.bound(self.total.squares, self.drift)
        if self.total.ewma - bound > self.cut_down:
            self.cut_down = self.total.ewma - bound
            self.before_down, self.after_down = Sample(self.total.ewma, self.total.squares), Sample()
        else:
            self.after_down.add(value, self.weight)
        if self.two_sided and self.increased(self.after_down, self.before_down, self.drift):
            self.reset()

    def bound(self, squares: float, confidence: float) -> float:
        return math.sqrt(squares * math.log(1.0 / confidence) / 2)

    def increased(self, first: Sample, second: Sample, confidence: float) -> bool:
        if first.ewma < 0 or second.ewma < 0:
            return False
        return second.ewma - first.ewma > self.bound(first.squares + second.squares, confidence)


class ADWIN(Quiet):
    """`ADWIN.java`, commit 8a4116d, within `ADWINChangeDetector`: buckets in one list, the oldest first."""

    def __init__(self, delta: float = 0.002, clock: int = 32, max_buckets: int = 5) -> None:
        self.delta, self.clock, self.max_buckets = delta, clock, max_buckets
        self.buckets: list[tuple[int, float, float]] = []  # rows, sum, squared deviations
        self.time = self.width = 0
        self.total = self.variance = 0.0

    def update(self, value: float) -> None:
        before = self.total / self.width if self.width else math.nan
        cut = self.set_input(value)
        self.drift_detected = cut and self.total / self.width > before

    def set_input(self, value: float) -> bool:
        self.time += 1
        self.insert(value)
        cut = False
        if self.time % self.clock == 0 and self.width > 10:
            while self.finds_cut():
                self.delete_oldest()
                cut = True
        return cut

    def insert(self, value: float) -> None:
        self.width += 1
        if self.width > 1:
            mean = self.total / (self.width - 1)
            self.variance += (self.width - 1) * (value - mean) * (value - mean) / self.width
        self.total += value
        self.buckets.append((1, value, 0.0))
        size = 1
        while True:
            places = [place for place, bucket in enumerate(self.buckets) if bucket[0] == size]
            if len(places) <= self.max_buckets:
                return
            first, second = self.buckets[places[0]], self.buckets.pop(places[1])
            u1, u2 = first[1] / size, second[1] / size
            spread = size * size * (u1 - u2) * (u1 - u2) / (size + size)
            self.buckets[places[0]] = (2 * size, first[1] + second[1], first[2] + second[2] + spread)
            size *= 2

    def delete_oldest(self) -> None:
        n1, total, variance = self.buckets.pop(0)
        self.width -= n1
        self.total -= total
        u1, rest = total / n1, self.total / self.width
        self.variance -= variance + n1 * self.width * (u1 - rest) * (u1 - rest) / (n1 + self.width)

    def finds_cut(self) -> bool:
        n0, n1, u0, u1 = 0, self.width, 0.0, self.total
        for size, total, _ in self.buckets[:-1]:
            n0, n1, u0, u1 = n0 + size, n1 - size, u0 + total, u1 - total
            if n1 > 6 and n0 > 6 and abs(u0 / n0 - u1 / n1) > self.epsilon(n0, n1):
                return True
        return False

    def epsilon(self, n0: int, n1: int) -> float:
        dd = math.log(2 * math.log(self.width) / self.delta)
        m = 1 / (n0 - 5 + 1) + 1 / (n1 - 5 + 1)
        square = 2 * m * (self.variance / self.width) * dd
        if square < 0:
            return math.nan  # rounding has left a negative variance; Java's root of it exceeds nothing
        return math.sqrt(square) + 2 / 3 * dd * m


class PageHinkley(Quiet):
    """`PageHinkleyDM.java`, version 2024.07."""

    def __init__(self, minimum: int = 30, delta: float = 0.005, threshold: float = 50.0, alpha: float = 0.9999) -> None:
        self.minimum, self.delta, self.threshold, self.alpha = minimum, delta, threshold, alpha
        self.reset()

    def reset(self) -> None:
        self.n, self.mean, self.sum = 1, 0.0, 0.0

    def update(self, x: float) -> None:
        if self.drift_detected:
            self.reset()
        self.mean = self.mean + (x - self.mean) / self.n
        self.sum = self.alpha * self.sum + (x - self.mean - self.delta)
        self.n += 1
        self.drift_detected = self.n >= self.minimum and self.sum > self.threshold


class CUSUM(Quiet):
    """`CusumDM.java`, commit 35df76d."""

    def __init__(self, minimum: int = 30, delta: float = 0.005, threshold: float = 50.0) -> None:
        self.minimum, self.delta, self.threshold = minimum, delta, threshold
        self.reset()

    def reset(self) -> None:
        self.n, self.mean, self.sum = 1, 0.0, 0.0

    def update(self, x: float) -> None:
        if self.drift_detected:
            self.reset()
        self.mean = self.mean + (x - self.mean) / self.n
        self.sum = max(0.0, self.sum + x - self.mean - self.delta)
        self.n += 1
        self.drift_detected = self.n >= self.minimum and self.sum > self.threshold


class EWMAChart(Quiet):
    """`EWMAChartDM.java`, commit 35df76d."""

    def __init__(self, minimum: int = 30, weight: float = 0.2) -> None:
        self.minimum, self.weight = minimum, weight
        self.reset()

    def reset(self) -> None:
        self.n, self.sum, self.z = 1.0, 0.0, 0.0

    def update(self, x: float) -> None:
        if self.drift_detected:
            self.reset()
        self.sum += x
        p = self.sum / self.n
        s = math.sqrt(p * (1.0 - p) * self.weight * (1.0 - (1.0 - self.weight) ** (2.0 * self.n)) / (2.0 - self.weight))
        self.n += 1
        self.z += self.weight * (x - self.z)
        limit = 3.97 - 6.56 * p + 48.73 * p**3 - 330.13 * p**5 + 848.18 * p**7
        self.drift_detected = self.n > self.minimum and self.z > p + limit * s
        self.warning_detected = self.n >= self.minimum and not self.drift_detected and self.z > p + 0.5 * limit * s


class STEPD(Quiet):
    """`STEPD.java`, commit 619c3ad."""

    def __init__(self, size: int = 30, drift: float = 0.003, warning: float = 0.05) -> None:
        self.size, self.drift, self.warning = size, drift, warning
        self.reset()

    def reset(self) -> None:
        self.recent: list[int] = []
        self.wrong_older, self.n_older = 0, 0

    def update(self, prediction: float) -> None:
        if self.drift_detected:
            self.reset()
        self.drift_detected = self.warning_detected = False
        if len(self.recent) == self.size:
            self.wrong_older += self.recent.pop(0)
            self.n_older += 1
        self.recent.append(int(prediction))
        if self.n_older < self.size:
            return
        p_value = 2 * (1 - NormalDist().cdf(abs(self.z())))
        self.drift_detected = p_value < self.drift
        self.warning_detected = self.drift <= p_value < self.warning

    def z(self) -> float:
        right_older, right_recent = self.n_older - self.wrong_older, len(self.recent) - sum(self.recent)
        inverted = 1.0 / self.n_older + 1.0 / len(self.recent)
        p = (right_older + right_recent) / (self.n_older + len(self.recent))
        difference = abs(right_older / self.n_older - right_recent / len(self.recent)) - inverted / 2.0
        if p in (0.0, 1.0):
            return -math.inf  # Java divides a negative number by 0
        return difference / math.sqrt(p * (1.0 - p) * inverted)
