"""Groups of methods that no test tells apart: the bars of a critical-difference diagram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def cliques(names: Sequence[str], alike: NDArray[np.bool_]) -> tuple[tuple[str, ...], ...]:
    """The largest groups of two or more methods in which every pair is alike. A group within another is left out.

    Under Nemenyi's test each group consists of neighbours in the ranking. Under pairwise tests two methods may be alike
    although a method between them differs from both. So a diagram should mark the members of a group, not all methods under
    a bar.

    Args:
        names: the methods, best first.
        alike: shape (n_methods, n_methods), symmetric: whether two methods are not told apart.

    Returns:
        The groups, sorted by the places of their members, and members in the order of `names`.

    Source: Bron and Kerbosch (1973), doi 10.1145/362342.362367.
    """
    neighbours = [{int(j) for j in np.flatnonzero(row) if j != i} for i, row in enumerate(alike)]
    found = [sorted(group) for group in _largest(set(), set(range(len(names))), set(), neighbours) if len(group) > 1]
    return tuple(tuple(names[i] for i in group) for group in sorted(found))


def _largest(chosen: set[int], open_: set[int], closed: set[int], neighbours: list[set[int]]) -> list[set[int]]:
    """All largest groups that extend `chosen`. `closed` holds the members whose groups are already listed."""
    if not open_:
        return [] if closed else [chosen]
    groups, open_, closed = [], set(open_), set(closed)
    for member in sorted(open_):
        near = neighbours[member]
        groups += _largest(chosen | {member}, open_ & near, closed & near, neighbours)
        open_.remove(member)
        closed.add(member)
    return groups
