"""A trial that measures nothing, so that what is left is the sweep's own time."""

from __future__ import annotations

from typing import Any

from harness.core import Outcome
from harness.memo import Memo


class Empty:
    """Takes the settings of a synthesis trial."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings

    def run(self, memo: Memo) -> Outcome:  # noqa: ARG002
        """Nothing."""
        return Outcome({"nothing": [0.0]})
