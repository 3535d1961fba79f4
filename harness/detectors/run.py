"""A detector at a setting, and the name by which panels and records know it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from harness.core import Code, Skip

DEFAULT = "default"
"""The setting of a detector as its file has it; any other is a rate of false alarms in percent."""


class Run(NamedTuple):
    """A detector at a setting: "default", or the rate of false alarms in percent that it is set to."""

    detector: str
    setting: str

    @classmethod
    def of(cls, name: str) -> Run:
        """From the name that a record gives it, "ddm" or "ddm@5"."""
        detector, _, setting = name.partition("@")
        return cls(detector, setting or DEFAULT)

    @property
    def name(self) -> str:
        """The name in a record."""
        return self.detector if self.setting == DEFAULT else f"{self.detector}@{self.setting}"


def cannot_be_set(panel: Sequence[str]) -> NoReturn:
    """Stands in a spec for the detectors of a panel that has none.

    Raises:
        Skip: always; the calibration has no setting for any of these runs, which are given by name.
    """
    raise Skip(
        f"the calibration of this data set and model has no setting for {' or '.join(panel)}; its record says why",
        code=Code.NO_SETTING,
    )
