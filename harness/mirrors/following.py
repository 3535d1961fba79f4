"""The process of a mirror: it follows the parts of a store until the sweep ends, then completes what is shown, and ends."""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time

from harness.core import HarnessError
from harness.mirrors.completing import complete, follow_up
from harness.mirrors.fresh import Fresh
from harness.mirrors.process import Job

LOOK_EVERY_SECONDS = 1.0
SETTLE_SECONDS = 1.0
"""After the end of a sweep: the workers of one that was killed end within half a second."""


def main() -> None:
    """Do the job that the standard input holds. The sweep ends when that is closed, as it is when its process is killed.

    The last line on the error stream says in one sentence why it could not be done.
    """
    job: Job = pickle.load(sys.stdin.buffer)
    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=(ended,), daemon=True).start()
    try:
        follow(job, ended)
    except HarnessError as error:
        sys.exit(" ".join(str(error).split()))
    except Exception as error:
        sys.exit(f"{job.mirror.name} failed: {type(error).__name__}: {' '.join(str(error).split())}")


def follow(job: Job, ended: threading.Event) -> None:
    """Show what there is, what is appended until the event is set, and in the end all of it.

    Raises:
        HarnessError: the store is damaged, or the tool refuses.
    """
    fresh = Fresh(job.folder)  # made before the store is read, so that no record is missed
    book = job.mirror.open(job.folder)
    try:
        complete(book, job.folder)
        while not ended.wait(LOOK_EVERY_SECONDS):
            follow_up(book, fresh)
        time.sleep(SETTLE_SECONDS)
        complete(book, job.folder)
    finally:
        book.close()


def _wait_for_end(ended: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1):  # not by the file's own method, whose lock would keep Python from ending
        pass
    ended.set()
