"""KS: the two-sample Kolmogorov-Smirnov test of each numeric column, window against reference.

The reference cuts a column into cells (`harness.detectors.rank_cells`). Between two knots the reference's distribution function
is constant, so the largest distance is at the end of a cell. Counts per cell therefore give the exact statistic, ties or not.
They are whole numbers, so the statistic does not depend on how a stream was cut into scans.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple

import numpy as np

from harness.core import Floats, Ints
from harness.detectors.contract import Knob
from harness.detectors.kernel import kernel
from harness.detectors.ks_distribution import Method, p_values
from harness.detectors.rank_cells import RankCells
from harness.detectors.rules import Rule, WindowFindings, by_p_value
from harness.detectors.windows import Mask, WindowTest
from harness.settings import at_least, at_most

COUNTING = 16
"""Counting a window afresh costs about as much as carrying a tree over window / 16 rows; both give the same numbers."""


class Distances(NamedTuple):
    """The statistics of windows, D = numerator / (n m), each of shape (n_tests, n_columns).

    Attributes:
        numerators: whole numbers.
        sizes: m, how many of the window's values are not missing.
    """

    numerators: Ints
    sizes: Ints


@dataclass(frozen=True)
class Sample:
    """Reference rows, ready for the test.

    Attributes:
        columns: shape (n_columns,), the columns of the stream that are tested.
        cells: cut at the reference's values.
        sizes: n, shape (n_columns,), how many of those are not missing.
    """

    columns: Ints
    cells: RankCells
    sizes: Ints

    @classmethod
    def of(cls, rows: Floats, columns: Ints) -> Sample:
        """The reference rows, shape (n_rows, n_columns), of the columns of that number."""
        cells = RankCells.at(rows)
        return cls(columns, cells, cells.counts.sum(axis=1))

    def distances(self, rows: Floats, ends: Ints, *, window: int, step: int) -> Distances:
        """The statistic of each window, exact whatever the ties.

        Args:
            rows: shape (n_rows, n_features), all columns of the stream.
            ends: shape (n_tests,), the last rows of the windows, `step` apart.
            window: rows in a window.
            step: rows from one test to the next.
        """
        shape = len(ends), len(self.columns)
        found = Distances(np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int64))
        if len(ends):
            placed = self.cells.place(rows, self.columns)
            measure = _slide if step * COUNTING < window else _count
            measure(placed, self.cells.n_knots, self.cells.counts, self.sizes, ends, window, *found)
        return found


@dataclass(frozen=True, kw_only=True)
class KS(WindowTest):
    """Kolmogorov-Smirnov test of every numeric column; missing values are left out.

    The statistic is exact and equals `scipy.stats.ks_2samp`'s. Sliding windows follow the idea of dos Reis et al. 2016, doi
    10.1145/2939672.2939836, with a segment tree in place of a treap, since here the reference stays the same. A window that has
    no value in a column, or only missing ones, gives p = NaN there, which no rule counts.

    Attributes:
        level: at which a window (bonferroni, bh) or a column (share, any) is significant.
        rule: how the columns count together, see `harness.detectors.rules`.
        share: of the columns, for the rule share.
        method: of the p-value, exact or asymptotic.
    """

    knob: ClassVar[Knob | None] = Knob("level", loosest=1.0, strictest=1e-15, logarithmic=True)

    name: str = "ks"
    level: Annotated[float, at_least(0), at_most(1)] = 0.05
    rule: Rule = "bonferroni"
    share: Annotated[float, at_least(0), at_most(1)] = 0.5
    method: Method = "exact"

    def _readable(self) -> str:
        return "it reads numeric columns with values"

    def _reads(self, nominal: Mask) -> Mask:
        return ~nominal

    def _fit(self, rows: Floats, columns: Ints, nominal: Mask, rng: np.random.Generator | None) -> Sample:  # noqa: ARG002
        return Sample.of(rows, columns)

    def _test(self, reference: Sample, rows: Floats, ends: Ints) -> WindowFindings:
        found = reference.distances(rows, ends, window=self.window, step=self.step)
        p = p_values(found.numerators, reference.sizes, found.sizes, self.method)
        return by_p_value(p, rule=self.rule, level=self.level, share=self.share)


@kernel
def _count(
    placed: Ints, knots: Ints, counts: Ints, own_sizes: Ints, ends: Ints, window: int, numerators: Ints, sizes: Ints
) -> None:
    """For each window n m D from its counts per cell; the numerators and the sizes m have shape (n_tests, n_columns)."""
    inside = np.empty(2 * counts.shape[1], dtype=np.int64)
    for column in range(len(placed)):
        for test in range(len(ends)):
            inside[:] = 0
            m = 0
            for row in range(ends[test] - window + 1, ends[test] + 1):
                cell = placed[column, row]
                if cell >= 0:
                    inside[cell] += 1
                    m += 1
            difference, largest = 0, 0
            for knot in range(knots[column] + 1):
                difference -= inside[2 * knot] * own_sizes[column]
                largest = max(largest, abs(difference))
                difference += counts[column, knot] * m - inside[2 * knot + 1] * own_sizes[column]
                largest = max(largest, abs(difference))
            numerators[test, column], sizes[test, column] = largest, m


@kernel
def _set_leaf(leaf: int, base: int, inside: Ints, count: int, n: int, m: int, tree: Ints) -> None:
    """A leaf is a gap and the knot above it: the change of the difference over both, its highest and its lowest."""
    gap = -inside[2 * leaf] * n
    both = gap + count * m - inside[2 * leaf + 1] * n
    node = base + leaf
    tree[node, 0], tree[node, 1], tree[node, 2] = both, max(gap, both), min(gap, both)


@kernel
def _join(node: int, tree: Ints) -> None:
    left, right = 2 * node, 2 * node + 1
    change = tree[left, 0]
    tree[node, 0] = change + tree[right, 0]
    tree[node, 1] = max(tree[left, 1], change + tree[right, 1])
    tree[node, 2] = min(tree[left, 2], change + tree[right, 2])


@kernel
def _slide(
    placed: Ints, knots: Ints, counts: Ints, own_sizes: Ints, ends: Ints, window: int, numerators: Ints, sizes: Ints
) -> None:
    """As `_count`, but a segment tree follows the window: a row that comes or goes changes one leaf and its ancestors."""
    base = 1
    while base < counts.shape[1]:
        base *= 2
    start = ends[0] - window + 1
    for column in range(len(placed)):
        n = own_sizes[column]
        inside = np.zeros(2 * counts.shape[1], dtype=np.int64)
        tree = np.zeros((2 * base, 3), dtype=np.int64)
        m, m_in_tree, test = 0, -1, 0
        for row in range(start, ends[-1] + 1):
            came = placed[column, row]
            went = placed[column, row - window] if row - window >= start else -1
            if came >= 0:
                inside[came] += 1
                m += 1
            if went >= 0:
                inside[went] -= 1
                m -= 1
            if row < ends[0]:
                continue
            if m != m_in_tree:  # every leaf depends on m, which changes when a missing value comes or goes
                for leaf in range(knots[column] + 1):
                    _set_leaf(leaf, base, inside, counts[column, leaf], n, m, tree)
                for node in range(base - 1, 0, -1):
                    _join(node, tree)
                m_in_tree = m
            elif came != went:
                for cell in (came, went):
                    leaf = cell // 2
                    _set_leaf(leaf, base, inside, counts[column, leaf], n, m, tree)
                    node = (base + leaf) // 2
                    while node:
                        _join(node, tree)
                        node //= 2
            if row == ends[test]:
                numerators[test, column], sizes[test, column] = max(tree[1, 1], -tree[1, 2]), m
                test += 1
