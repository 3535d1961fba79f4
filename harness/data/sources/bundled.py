"""Sets that come with scikit-learn and with river."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pandas as pd


@dataclass(frozen=True)
class Bundled:
    """A set bundled with scikit-learn. Its target is in the column `target`, by class name where it has names.

    Attributes:
        loader: the function of `sklearn.datasets`, `load_iris` for instance.
        options: further arguments of that function.
    """

    loader: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", dict(self.options))

    def read(self) -> pd.DataFrame:
        """All columns, `target` last."""
        from sklearn import datasets

        bunch = getattr(datasets, self.loader)(as_frame=True, **self.options)
        frame = cast(pd.DataFrame, bunch.frame)
        if "target_names" in bunch:
            frame["target"] = bunch.target_names[frame["target"]]
        return frame


@dataclass(frozen=True)
class River:
    """A set bundled with river. Its target is in the column `target`.

    Attributes:
        dataset: the class of `river.datasets`, `Phishing` for instance.
    """

    dataset: str

    def read(self) -> pd.DataFrame:
        """All columns, `target` last."""
        from river import datasets

        rows = getattr(datasets, self.dataset)()
        return pd.DataFrame([{**features, "target": target} for features, target in rows])
