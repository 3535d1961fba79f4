"""Data sets bundled with scikit-learn and with river."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pandas as pd

from harness.core import ConfigError
from harness.settings import Checked


@dataclass(frozen=True)
class Bundled(Checked):
    """A data set bundled with scikit-learn. The column `target` has the target, by class name if classes have names.

    Attributes:
        loader: the function of `sklearn.datasets`, for instance `load_iris`.
        options: further arguments of that function.
    """

    loader: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "options", dict(self.options))

    def read(self) -> pd.DataFrame:
        """All columns, `target` last. Raises `ConfigError` if there is no such loader."""
        from sklearn import datasets

        loaders = [name for name in dir(datasets) if name.startswith("load_")]
        if self.loader not in loaders:
            raise ConfigError(
                f"there is no loader {self.loader!r} in sklearn.datasets; there are: {', '.join(loaders)}."
            )
        bunch = getattr(datasets, self.loader)(as_frame=True, **self.options)
        frame = cast(pd.DataFrame, bunch.frame)
        if "target_names" in bunch:
            frame["target"] = bunch.target_names[frame["target"]]
        return frame


@dataclass(frozen=True)
class River(Checked):
    """A data set bundled with river. The column `target` has the target.

    Attributes:
        dataset: the class of `river.datasets`, for instance `Phishing`.
    """

    dataset: str

    def read(self) -> pd.DataFrame:
        """All columns, `target` last. Raises `ConfigError` if there is no such data set."""
        from river import datasets

        known = [name for name in datasets.__all__ if name != "base"]
        if self.dataset not in known:
            raise ConfigError(f"there is no {self.dataset!r} in river.datasets; there are: {', '.join(known)}.")
        rows = getattr(datasets, self.dataset)()
        return pd.DataFrame([{**features, "target": target} for features, target in rows])
