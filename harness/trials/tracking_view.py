"""What is shown of a trial of the tracking study: grades of probes, or answers and times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.core import Record
from harness.trials.view import Column, Grid, Row, Shown


def shown(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]:  # noqa: ARG001 - as every view
    """The probes with their grades if there were any, else all that was measured and clocked, a line each."""
    if not record.measurements:
        return []
    probes = record.measurements.get("probes")
    return [_graded(probes)] if probes else [_all(record)]


def _graded(probes: Mapping[str, Any]) -> Grid:
    """A line each, and one more of the second time if a probe was executed again with our code."""
    heads = (Column("probe"), Column("grade"), Column("lines of ours", align="right"), Column("evidence"))
    looks = [(name, look) for name, one in probes.items() for look in (one, one.get("helped")) if look]
    rows = [Row((name, one["grade"], str(one.get("lines") or ""), one["evidence"])) for name, one in looks]
    return Grid(heads, tuple(rows))


def _all(record: Record) -> Grid:
    found = [*_leaves(record.measurements), *_leaves(record.clock)]
    return Grid((Column("measured"), Column("value")), tuple(Row((name, _text(value))) for name, value in found))


def _leaves(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in node.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{name} ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for key in value[0]:
                yield f"{path}{name} {key}", [one.get(key) for one in value]
        else:
            yield f"{path}{name}", value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "  ".join(map(_text, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
