"""Data sets of openml.org."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from http.client import HTTPException
from typing import Annotated, Any

import pandas as pd

from harness import places
from harness.core import ConfigError, UnavailableError
from harness.settings import Checked, at_least


@dataclass(frozen=True)
class OpenML(Checked):
    """A data set of openml.org, cached after its first use. The target is the last column.

    Attributes:
        data_id: the number of the set, which fixes its version.
        name: the name of the set, given together with `version` instead of `data_id`.
        version: the version that belongs to `name`.
    """

    data_id: Annotated[int, at_least(1)] | None = None
    name: str | None = None
    version: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        by_id = self.data_id is not None and self.name is None and self.version is None
        by_name = self.data_id is None and self.name is not None and self.version is not None
        if not (by_id or by_name):
            raise ConfigError(
                "An OpenML set needs either data_id, or name and version: a name alone may change its meaning."
            )

    def __str__(self) -> str:
        return f"{self.data_id}" if self.data_id is not None else f"{self.name} version {self.version}"

    def read(self) -> pd.DataFrame:
        """All columns, OpenML's default target last. Raises `UnavailableError` if the set is not available."""
        from sklearn.datasets import fetch_openml

        which: dict[str, Any] = {"data_id": self.data_id, "name": self.name}
        if self.version is not None:
            which["version"] = self.version
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # scikit-learn warns at every attempt before the last
                bunch = fetch_openml(**which, as_frame=True, parser="auto", data_home=str(places.cache() / "openml"))
        except (OSError, HTTPException, ValueError) as error:  # URLError and HTTPError are OSErrors
            reason = getattr(error, "reason", error)
            why = str(getattr(reason, "strerror", None) or reason).strip().rstrip(".") or type(error).__name__
            raise UnavailableError(
                f"The OpenML set {self} cannot be had ({why}): "
                "check the id and the network; a set that was fetched once is read from the cache without a network."
            ) from error
        frame: pd.DataFrame = bunch.frame
        last = [name for name in bunch.target_names if name in frame]
        return frame[[*frame.columns.drop(last), *last]]
