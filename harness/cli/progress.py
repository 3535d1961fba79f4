"""Progress bars with an ETA, shown only at a terminal or in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from types import TracebackType
from typing import Self, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import (
    track as rich_track,
)

from harness.core import Status
from harness.data.carriers import Carrier
from harness.data.download import fetch
from harness.running.sweep import Summary

T = TypeVar("T")


def is_watched(console: Console) -> bool:
    """Whether bars can be shown: at a terminal, or in a notebook with ipywidgets."""
    return console.is_terminal or (console.is_jupyter and find_spec("ipywidgets") is not None)


def track(items: Iterable[T], what: str, total: int) -> Iterable[T]:
    """The items, with a temporary bar where bars can be shown."""
    console = Console(stderr=True)
    quiet = not is_watched(console)
    return rich_track(items, description=what, total=total, console=console, disable=quiet, transient=True)


def fetch_with_progress(carriers: Sequence[Carrier]) -> None:
    """Download carriers into the cache, with a bar where bars can be shown. Raises `DataError`."""
    if not carriers:
        return
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    total = int(sum(carrier.megabytes for carrier in carriers) * 1e6)
    with Progress(*columns, console=console, disable=not is_watched(console), transient=True) as progress:
        bar = progress.add_task("fetching data", total=total)
        fetch(carriers, lambda arrived: progress.update(bar, completed=min(arrived, total)))


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[bool], None]]:
    """A temporary bar where bars can be shown; what is given is called with whether one more has begun."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not is_watched(console), transient=True) as progress:
        bar = progress.add_task(what, total=total)
        yield lambda has_begun: progress.advance(bar, 1 if has_begun else 0)


@contextmanager
def growing(what: str) -> Iterator[Callable[[int], None]]:
    """A temporary line of what there is so far, where bars can be shown; what is given is called with the bytes."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), TextColumn("{task.fields[size]} on the disk"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not is_watched(console), transient=True) as progress:
        line = progress.add_task(what, total=None, size="0 MB")
        yield lambda arrived: progress.update(line, size=f"{arrived / 1e6:,.0f} MB")


class Bar:
    """The bar over a sweep: done of planned, failed, skipped, rate and time left."""

    def __init__(self, total: int) -> None:
        console = Console(stderr=True)
        self.progress = Progress(
            TextColumn("trials"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]} failed, {task.fields[skipped]} skipped"),
            TextColumn("{task.fields[rate]:.1f}/s"),
            TimeElapsedColumn(),
            TextColumn("ETA"),
            TimeRemainingColumn(),
            console=console,
            disable=not is_watched(console),
            speed_estimate_period=300,
        )
        self.task = self.progress.add_task("trials", total=total, failed=0, skipped=0, rate=0.0)

    def show(self, summary: Summary) -> None:
        """Bring the bar up to date."""
        self.progress.update(
            self.task,
            total=summary.planned,
            completed=summary.known + sum(summary.ended.values()),
            failed=summary.ended[Status.FAILED],
            skipped=summary.ended[Status.SKIPPED],
            rate=self.progress.tasks[0].speed or 0.0,
        )

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()
