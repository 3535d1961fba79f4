"""A detector at a setting, and the name by which panels and records know it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from harness.core import Code, Floats, Skip

DEFAULT = "default"
"""The setting of a detector as its file has it; any other is a rate of false alarms in percent."""

BAND = (0.6, 1.4)
"""A setting gives the rate that was wanted if it realises 0.6 to 1.4 times as much: 3 to 7 % for 5 %."""

_ROUNDING = 1e-9


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

    @property
    def rate(self) -> float | None:
        """The share of drift-free streams with an alarm that it is set to; None at its default."""
        return None if self.setting == DEFAULT else float(self.setting) / 100


def in_band(rate: float, realised: float | Floats) -> NDArray[np.bool_]:
    """Whether a setting for this rate of false alarms gives it, to judge by the shares of fresh streams with an alarm.

    Args:
        rate: wanted, in (0, 1).
        realised: a share, or an array of them. NaN is out of the band.

    Returns:
        A truth value for each share.
    """
    least, most = (end * rate for end in BAND)
    shares = np.asarray(realised, dtype=np.float64)
    return np.asarray((shares >= least - _ROUNDING) & (shares <= most + _ROUNDING))


def cannot_be_set(panel: Sequence[str]) -> NoReturn:
    """Stands in a spec for the detectors of a panel that has none.

    Raises:
        Skip: always; the calibration has no setting for any of these runs, which are given by name.
    """
    raise Skip(
        f"the calibration of this data set and model has no setting for {' or '.join(panel)}; its record says why",
        code=Code.NO_SETTING,
    )
