"""A check of results: what it proves, how many things it has looked at, and what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.core import HarnessError

PROVES = {
    "digests": "since digests.json was written no record was changed, and no file of records, tables, figures and numbers",
    "history": "digests.json is that of the last commit; of those before it `git log` tells",
    "ids": "each id is that of the settings beside it; of measurements it says nothing",
    "labels": "the accuracies of every fold are those of the labels, where labels were published",
    "tables": "tables, captions and numbers are what today's code makes of the records; figures are not looked at",
    "figures": "tables, captions, numbers and figures are what today's code makes of the records",
    "root": "records and files are those that the given root was taken of",
    "sample": "the trials that the certificate names are those that its seed draws; whether they were run it does not say",
}
"""What follows if a check passes."""


@dataclass(frozen=True)
class Check:
    """One check of one study.

    Attributes:
        name: for programs.
        study: "" if of all.
        proves: what follows if it passes.
        n: how many things were looked at.
        faults: what is wrong, a sentence each; none if it passes.
        seconds: by the clock.
    """

    name: str
    study: str
    proves: str
    n: int
    faults: Sequence[str]
    seconds: float

    @property
    def passes(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


Faults = tuple[int, list[str]]
"""How many things a check has looked at, and what is wrong."""


def checked(name: str, study: str, check: Callable[[], Faults]) -> Check:
    """Do a check. What damaged results raise is a fault."""
    start = time.monotonic()
    try:
        n, faults = check()
    except HarnessError as error:
        n, faults = 0, [str(error)]
    except Exception as error:  # what damaged results raise, nobody can list
        n, faults = 0, [f"the results are not as the harness writes them ({type(error).__name__}: {error})."]
    return Check(name, study, PROVES[name], n, faults, time.monotonic() - start)
