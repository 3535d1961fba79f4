"""Sweeps without workers of their own, for tests in this process that are about something else.

A worker that measures models spends four seconds on imports. The stand-ins have the executor `local` run its orders where the
sweep runs; a trial with limits goes to a worker as ever. Commands that a copy of a warm Python runs have them too
(`warm_python.py`). Tests of executors, of sweeps without the fixture `in_this_process` and of commands in a Python of their own
show that workers do the same.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any

from harness.running.executors import Local
from harness.running.limits import NO_LIMITS
from harness.running.worker import Order, forget, run_order

_submit, _exit = Local.submit, Local.__exit__


def submit(self: Local, order: Order) -> Future[None]:
    """The future of an order, which has ended."""
    if order.limits != NO_LIMITS:
        return _submit(self, order)
    answer = Future[None]()
    try:
        run_order(order)
    except Exception as error:
        answer.set_exception(error)
    else:
        answer.set_result(None)
    return answer


def leave(
    self: Local, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> None:
    """As workers end: parts are closed, and memos are gone."""
    forget()
    _exit(self, kind, error, trace)


STAND_INS: dict[str, Callable[..., Any]] = {"submit": submit, "__exit__": leave}
"""Methods of `Local` by name."""
