"""A book made equal to the store: all of it at once, or what is new while a sweep runs.

Whoever writes reads the store first, after all others have stopped writing. So nobody puts an older record in the place of a
newer one, and whoever completes a book last leaves in it what the store holds.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from harness.core import Status
from harness.mirrors.contract import Book
from harness.mirrors.fresh import Fresh
from harness.mirrors.shown import Run, runs_of
from harness.running import store
from harness.running.store.strangers import sifted

AT_ONCE = 500
"""Runs of one transaction."""


class Completed(NamedTuple):
    """What a completion did: how many runs there are now, how many were put, how many dropped."""

    shown: int
    put: int
    dropped: int


def complete(book: Book, folder: Path) -> Completed:
    """Show each current record of the store once, and nothing else.

    Args:
        book: the study's runs in a tool.
        folder: the study's folder.

    Raises:
        HarnessError: the store is damaged, or the tool refuses.
    """
    put, kept = 0, set[str]()
    with book.writing():
        stored = sifted(folder, store.read(folder)).stored.current()
        known = book.known()
        for some in _in_batches(runs_of(stored)):
            new = [run for run in some if known.get(run.trial_id) != run.mark]
            book.put(new)
            put += len(new)
            kept |= {run.trial_id for run in some}
        gone = known.keys() - kept
        book.drop(gone)
        book.describe()
    return Completed(len(kept), put, len(gone))


def follow_up(book: Book, fresh: Fresh) -> int:
    """Show what was appended since the last look, as far as it does not give way to what is shown; how many runs were put.

    A record that is ok gives way to a newer one that is, any other to every newer one. The next completion settles what
    two processes wrote at the same time.
    """
    put = 0
    with book.writing():
        for some in _in_batches(fresh()):
            newest: dict[str, Run] = {}
            known = book.known([run.trial_id for run in some])
            for run in some:
                before = newest[run.trial_id].mark if run.trial_id in newest else known.get(run.trial_id, "")
                if run.status is Status.OK or not before.startswith(f"{Status.OK} "):
                    newest[run.trial_id] = run
            new = [run for run in newest.values() if known.get(run.trial_id) != run.mark]
            book.put(new)
            put += len(new)
    return put


def _in_batches(runs: Iterable[Run]) -> Iterable[list[Run]]:
    all_of_them = iter(runs)
    while some := list(itertools.islice(all_of_them, AT_ONCE)):
        yield some
