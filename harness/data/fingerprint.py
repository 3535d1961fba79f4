"""The checksum of a data set's content."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from harness.core import Floats, Ints

if TYPE_CHECKING:
    from hashlib import _Hash


def checksum(features: pd.DataFrame, target: Ints | Floats, classes: tuple[str, ...]) -> str:
    """The sha256 of the content, in hex: the same on every platform and with every version of pandas and numpy.

    It covers, in this order and each with its length: the number of rows; the name, kind and values of every feature
    (little-endian float64 with a single NaN pattern, or sorted labels and little-endian int64 codes); the target.

    Args:
        features: shape (n_rows, n_features), float64 and `category` columns.
        target: shape (n_rows,), class codes or numbers.
        classes: the class labels by code; empty for regression.
    """
    digest = hashlib.sha256()
    _add(digest, str(len(features)).encode())
    for name in features.columns:
        column = features[name]
        _add(digest, str(name).encode())
        if isinstance(column.dtype, pd.CategoricalDtype):
            _add_labels(
                digest, [str(text) for text in column.cat.categories], column.cat.codes.to_numpy().astype(np.int64)
            )
        else:
            _add_numbers(digest, column.to_numpy(np.float64))
    if classes:
        _add_labels(digest, classes, target.astype(np.int64))
    else:
        _add_numbers(digest, target.astype(np.float64))
    return digest.hexdigest()


def _add(digest: _Hash, part: bytes) -> None:
    digest.update(len(part).to_bytes(8, "little"))
    digest.update(part)


def _add_numbers(digest: _Hash, numbers: Floats) -> None:
    _add(digest, b"numbers")
    one_nan = np.where(np.isnan(numbers), np.nan, numbers)
    _add(digest, one_nan.astype("<f8").tobytes())


def _add_labels(digest: _Hash, labels: list[str] | tuple[str, ...], codes: Ints) -> None:
    _add(digest, b"labels")
    _add(digest, str(len(labels)).encode())
    for text in labels:
        _add(digest, text.encode())
    _add(digest, codes.astype("<i8").tobytes())
