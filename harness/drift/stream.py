"""What every stream offers, be it staged, recorded from a running system, or a data set in its own order.

None means "not known", which is not the same as empty: with `truth == ()` it is known that nothing happened, with
`truth is None` it is not known whether anything did.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from harness.core import Code, Floats, Ints, UnreadableError
from harness.drift.population import Rows
from harness.drift.profiles import Interval

Times = slice | Ints
"""Some times of a stream, counted from 0: a slice, or their numbers."""

ALL = slice(None)


class Judge(Protocol):
    """A model whose answers are compared with the truth, such as `Answers`."""

    def judge(self, rows: Rows) -> Floats:
        """1.0 where the model is wrong about these rows, else 0.0, shape (n,)."""
        ...


class Stream(Protocol):
    """Rows that a deployed model meets, one at each time, and what is known about them.

    Labels stand beside the rows. When a monitor gets to know them is decided outside of the stream.
    """

    @property
    def n_rows(self) -> int:
        """The number of rows, which is the number of times."""
        ...

    @property
    def rows_per_month(self) -> int:
        """M, the rows of a month: the unit of delays. A stream need not end with a month."""
        ...

    @property
    def truth(self) -> tuple[Interval, ...] | None:
        """The events that a monitor should report, in time order; () if there are none, None if they are not known."""
        ...

    @property
    def touched(self) -> Ints | None:
        """Ascending indices of the features that the drift changes directly; none of them, or None if they are not known."""
        ...

    def rows(self, times: Times = ALL) -> Rows:
        """The rows of these times, with their labels."""
        ...

    def errors(self, judge: Judge, times: Times = ALL) -> Floats:
        """1.0 where the model is wrong about the rows of these times and 0.0 where it is right, shape (n_times,)."""
        ...

    def reference(self) -> Rows:
        """Rows from before the stream, which tests on rows compare with."""
        ...

    def adapt_rows(self, times: Times = ALL) -> Rows:
        """The rows that a model may learn from once these times have passed, one for each time.

        A staged stream draws them apart from the scored rows, so that nothing learned is ever scored again. Where there are no
        others they are the scored rows themselves: learned from after they were scored.
        """
        ...


def onset_signal(stream: Stream) -> Floats:
    """What an oracle reads: 1.0 at the first row of each event, else 0.0, shape (n_rows,).

    Raises:
        UnreadableError: the truth about the stream is not known.
    """
    if stream.truth is None:
        raise UnreadableError(
            "the truth about this stream is not known, so that no detector can read it", code=Code.NO_TRUTH
        )
    signal = np.zeros(stream.n_rows)
    signal[[event.start for event in stream.truth]] = 1.0
    return signal
