"""What policies and actions may answer: each answer as it is, or an `AnswerError` that says what it has to be.

A model is of rows whose labels are known in the period in which it is ready, whoever orders it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.errors import AnswerError
from harness.policies.contract import Order
from harness.policies.now import Now
from harness.policies.world import WAYS, Averaged, Model, Recalibrated, Recipe, newest


def truth_value(answer: Any, who: str, what: str) -> bool:
    """A yes or no. `who` did `what` with it, such as "the policy of ddm decided" and "decide".

    Raises:
        AnswerError: it is neither True nor False.
    """
    if not isinstance(answer, bool | np.bool_):
        raise AnswerError(f"{who} {answer!r}: {what} has to return True or False.")
    return bool(answer)


def alarm_row(row: Any, entry: str, now: Now) -> int:
    """The row at which it was known that the policy of an entry would act.

    Raises:
        AnswerError: it is no row of before, nor the one that comes next.
    """
    if not _is_whole(row) or not 0 <= row <= now.row:
        raise AnswerError(
            f"the policy of {entry} alarmed at row {row!r}: alarmed_at has to return a whole number from 0 to {now.row}, the "
            "row that comes next."
        )
    return int(row)


def ordered(order: Any, entry: str, now: Now) -> Order:
    """An order of an action of an entry.

    Raises:
        AnswerError: it is of no model that can be had, or of a time that is over.
    """
    is_order = isinstance(order, Order)
    why = _fault(order.model) if is_order else _NO_MODEL
    if why:
        raise AnswerError(f"the action of {entry} ordered {order.model if is_order else order!r}: {why}.")
    if not _is_whole(order.ready) or order.ready < now.period:
        raise AnswerError(
            f"the action of {entry} ordered a model in period {now.period} that was ready in {order.ready}: the period in "
            "which its rows are there is a whole number, that of this period or of a later one."
        )
    _refuse_unknown(order.model, f"the action of {entry} ordered", now, order.ready)
    return order  # type: ignore[no-any-return]


def accepted(model: Any, entry: str, now: Now, ready: int) -> Model | None:
    """The model that an action of an entry puts into service, trained on what was known in period `ready`; None for none.

    Raises:
        AnswerError: it cannot be had.
    """
    if model is None:
        return None
    if why := _fault(model):
        raise AnswerError(f"the action of {entry} accepted {model!r}: {why}.")
    _refuse_unknown(model, f"the action of {entry} accepted", now, ready)
    return model  # type: ignore[no-any-return]


def _refuse_unknown(model: Model, who_did: str, now: Now, ready: int) -> None:
    known = max(0, now.until(ready))
    if newest(model) > known:
        raise AnswerError(
            f"{who_did} a model that learned from rows up to {newest(model)}, trained in period {ready}: labels are known "
            f"up to {known} by then."
        )


# ---- models ----------------------------------------------------------------------------------------------------------

_NO_MODEL = (
    f"an order is of a Recipe, Recalibrated or Averaged (of {Recipe.__module__}) and of the period in which its rows are "
    "there"
)


def _fault(model: Any) -> str:
    """Why this is no model as `harness.policies.world` has them; "" if it is one."""
    if isinstance(model, Recipe):
        return _fault_of_recipe(model)
    if isinstance(model, Recalibrated):
        return _fault_of_recalibrated(model)
    return _fault_of_average(model) if isinstance(model, Averaged) else _NO_MODEL


def _fault_of_recipe(model: Recipe) -> str:
    if model.is_challenger not in (True, False):
        return "is_challenger is True or False"
    return _fault_of_numbers(model.until, 1 if model.n_rows is None else model.n_rows)


def _fault_of_recalibrated(model: Recalibrated) -> str:
    if isinstance(model.base, Recalibrated):
        return "the base of a recalibrated model is none itself"
    if model.how not in WAYS:
        return f"a model is recalibrated by {', '.join(WAYS[:-1])} or {WAYS[-1]}"
    return _fault_of_numbers(model.until, model.n_rows) or _fault(model.base)


def _fault_of_average(model: Averaged) -> str:
    if not isinstance(model.members, tuple) or len(model.members) < 2:
        return "an average has a tuple of two members or more"
    if any(isinstance(member, Averaged) for member in model.members):
        return "no member of an average is one itself"
    return next(filter(None, map(_fault, model.members)), "")


def _fault_of_numbers(until: Any, n_rows: Any) -> str:
    is_so = _is_whole(until) and until >= 0 and _is_whole(n_rows) and n_rows >= 1
    return "" if is_so else "until is a whole row of 0 or more, and n_rows a whole number of 1 or more"


def _is_whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)
