"""Groups of methods that no test tells apart: the bars of a critical-difference diagram."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from harness.errors import ConfigError

MOST_GROUPS = 10_000
"""More groups than that are no picture of anything, and there can be 3^(n/3) of n methods."""


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

    Raises:
        ConfigError: another shape, or more than `MOST_GROUPS` groups.

    Source: Bron and Kerbosch (1973), doi 10.1145/362342.362367, branching as Tomita, Tanaka and Takahashi (2006), doi
    10.1016/j.tcs.2006.06.015, do.
    """
    if np.shape(alike) != (len(names), len(names)):
        raise ConfigError(
            f"alike has shape {np.shape(alike)}: give one row and one column for each of {len(names)} methods"
        )
    neighbours = [{int(j) for j in np.flatnonzero(row) if j != i} for i, row in enumerate(np.asarray(alike))]
    found = list(islice(_largest(neighbours), MOST_GROUPS + 1))
    if len(found) > MOST_GROUPS:
        raise ConfigError(f"the methods form more than {MOST_GROUPS} groups: compare fewer methods, or show a table")
    ordered = sorted(sorted(group) for group in found if len(group) > 1)
    return tuple(tuple(names[i] for i in group) for group in ordered)


def _largest(neighbours: list[set[int]]) -> Iterator[set[int]]:
    """All largest groups. An entry of the stack has the members chosen, those that may join, and those listed already."""
    stack: list[tuple[set[int], set[int], set[int]]] = [(set(), set(range(len(neighbours))), set())]
    while stack:
        chosen, open_, closed = stack.pop()
        if not open_ and not closed:
            yield chosen
        if not open_:
            continue
        # Every largest group has the pivot or one that is unlike it. So alike methods make no branches.
        pivot = max(open_ | closed, key=lambda member: len(open_ & neighbours[member]))
        for member in sorted(open_ - neighbours[pivot]):
            near = neighbours[member]
            stack.append((chosen | {member}, open_ & near, closed & near))
            open_, closed = open_ - {member}, closed | {member}
