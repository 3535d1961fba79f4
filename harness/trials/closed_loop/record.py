"""A closed loop as a record has it, and read back: banks and paths in parts per million, models as short texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.core import DataError, Floats
from harness.policies.bank import Bank
from harness.policies.run import Run
from harness.policies.world import Averaged, Model, Recipe

MILLION = 1_000_000

PERIODS = 4
"""Of a month."""


def late_periods(label_delay: int, rows_per_month: int) -> int:
    """The periods by which labels are late, rounded up."""
    return -(-label_delay * PERIODS // rows_per_month)


def in_millionths(losses: Floats) -> list[int]:
    """Losses as whole parts per million."""
    found: list[int] = np.rint(np.asarray(losses) * MILLION).astype(np.int64).tolist()
    return found


# ---- banks -----------------------------------------------------------------------------------------------------------


def triangle(losses: Floats) -> list[int]:
    """The losses of a bank from each point on, row after row, in parts per million; -1 where a point is not feasible."""
    upper = np.triu_indices(len(losses))
    return in_millionths(np.where(np.isnan(losses[upper]), -1 / MILLION, losses[upper]))


def bank(recorded: Sequence[int]) -> Bank:
    """The bank whose `triangle` was recorded.

    Raises:
        DataError: these are not as many numbers as a triangle has.
    """
    size = int((np.sqrt(8 * len(recorded) + 1) - 1) / 2)
    if size * (size + 1) // 2 != len(recorded):
        raise DataError(f"a bank holds 1, 3, 6, 10 ... losses, not {len(recorded)}: the record is not whole.")
    losses = np.full((size, size), np.nan)
    values = np.array(recorded, dtype=np.float64)
    losses[np.triu_indices(size)] = np.where(values < 0, np.nan, values / MILLION)
    return Bank(losses)


# ---- runs ------------------------------------------------------------------------------------------------------------


def text_of(model: Model) -> str:
    """A model in a few letters.

    "675:300" learned the newest 300 labelled rows of before row 675, "675:all" all of them, "675:300c" as a challenger;
    "0:300|platt@675:300" is recalibrated; models joined by "+" are averaged.
    """
    if isinstance(model, Recipe):
        return f"{model.until}:{'all' if model.n_rows is None else model.n_rows}{'c' if model.is_challenger else ''}"
    if isinstance(model, Averaged):
        return "+".join(map(text_of, model.members))
    return f"{text_of(model.base)}|{model.how}@{model.until}:{model.n_rows}"


def run_as_recorded(run: Run, *, window: int | None) -> dict[str, Any]:
    """A run without what banks tell.

    Args:
        run: of a policy.
        window: the rows of the bank that gives its path; None if none does, so that the path is recorded.
    """
    recorded = {
        "asked": list(run.asked),
        "outcomes": [str(fate) for fate in run.outcomes],
        "alarms": [int(row) for row in run.alarms],
        "points": list(run.points),
        "served": [text_of(service.model) for service in run.served[1:]],
        "churn": [round(share, 4) for share in run.churn],
    }
    path = {"path": in_millionths(run.path)} if window is None else {"window": window}
    return {**{key: value for key, value in recorded.items() if value}, **path}


def window_of(run: Run, windows: Sequence[int], *, step: int, late_periods: int) -> int | None:
    """The rows of the bank from which the path of a run can be read; None if there is no such bank.

    A bank holds models of the newest rows, each put into service as soon as it can be. Without any retrain every bank will do.

    Args:
        run: of a policy.
        windows: the rows of each bank.
        step: rows of a period.
        late_periods: by which labels, and models in training, are late.
    """
    served = run.served[1:]
    plain = [
        model.n_rows
        for point, model in served
        if isinstance(model, Recipe) and not model.is_challenger and model.until == (point - late_periods) * step
    ]
    used = set(plain) or set(windows[:1])
    return used.pop() if len(plain) == len(served) and len(used) == 1 and used <= set(windows) else None


def path_of(record: Mapping[str, Any], delay: str, entry: str, late_periods: int) -> Floats:
    """The expected loss of each period under an entry, shape (n_periods,), as measurements of a record tell it."""
    run = record["runs"][delay][entry]
    if run.get("path"):
        return np.array(run["path"]) / MILLION
    of_window = bank(record["banks"][str(run["window"])])
    return (of_window.late(late_periods) if late_periods else of_window).path(run.get("points") or [])
