"""The few numbers of a record that a tool of others shows: one value a name.

A class offers them as a static method, `headline(record: Record) -> Mapping[str, float]`, the number that decides first. Of a
class without it `means` is shown.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from harness.building import locate
from harness.core import ConfigError, Record
from harness.trials.view import spans


def headline(record: Record, spec: Mapping[str, Any]) -> Mapping[str, float]:
    """What the class of a trial names of its record, or the mean of whatever was measured; nothing unless it went well.

    Args:
        record: of the trial.
        spec: the spec of the trial, or its base spec.
    """
    if not record.measurements:
        return {}
    named: Callable[[Record], Mapping[str, float]] = means
    with contextlib.suppress(ModuleNotFoundError, ConfigError):  # the record's class is not there, or not any more
        named = getattr(locate(spec.get("_target_", "")), "headline", means)
    return named(record)


def means(record: Record) -> dict[str, float]:
    """Mean (over folds, say) of everything that was measured or clocked and is a number or a list of numbers."""
    return {one.metric: one.mean for one in spans(record)}
