"""What trials have cost, as far as their records tell."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_BYTES = "bytes"
_BY_THE_CLOCK = ("began", "wall", "with_start")
"""Times of the tracking study that are not of CPU: a moment since 1970, and seconds in which it may have waited."""

_CPU = "cpu"


def cpu_seconds(table: pa.Table) -> float | None:
    """The seconds of CPU that the clocks of these records hold; None if they hold none.

    Trials of one sweep share fits, which stand in the clock of the first alone, so that trials run alone cost more.
    """
    clock = table["clock"].combine_chunks()
    if isinstance(clock, pa.ChunkedArray):
        clock = pa.concat_arrays(clock.chunks)
    if not pa.types.is_struct(clock.type):
        return None
    names = [field.name for field in clock.type if _BYTES not in field.name and field.name not in _BY_THE_CLOCK]
    sums = [_sum(clock.field(clock.type.get_field_index(name))) for name in names]
    found = [each for each in sums if each is not None]
    return float(sum(found)) if found else None


def _sum(column: pa.Array) -> float | None:
    while pa.types.is_list(column.type):
        column = column.flatten()
    if pa.types.is_struct(column.type) and (place := column.type.get_field_index(_CPU)) >= 0:
        column = column.field(place)
    return pc.sum(column).as_py() if pa.types.is_floating(column.type) else None


def in_words(seconds: float | None) -> str:
    """A time for people."""
    if seconds is None:
        return "not recorded"
    if seconds < 100:
        return f"{seconds:.2g} s of CPU"
    return f"{seconds / 60:.0f} min of CPU" if seconds < 6000 else f"{seconds / 3600:.1f} h of CPU"
