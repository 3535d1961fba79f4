"""A detector at a setting, and the name by which panels and records know it."""

from __future__ import annotations

from typing import NamedTuple

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
