"""A reader of CSV for files and carriers.

pyarrow reads the same numbers to the last bit on every platform, which the checksums of the sets need. The default of
pandas has changed between versions.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from harness.core import DataError

MISSING = ("", "?", " ?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>")
"""Cells that mean "no value"."""


def read_csv(file: Path | IO[bytes], *, header: bool, separator: str = ",") -> pd.DataFrame:
    """All rows and columns. Names stay as they are written, even if repeated or empty.

    Args:
        file: a path (`.gz` is unpacked) or an open binary file; UTF-8 text.
        header: whether the first line holds names; otherwise columns are named f0, f1 ...
        separator: the character between two cells.

    Raises:
        DataError: rows have different numbers of cells, or the text is not UTF-8.
    """
    try:
        table = csv.read_csv(
            file,
            read_options=csv.ReadOptions(autogenerate_column_names=not header, use_threads=False),
            parse_options=csv.ParseOptions(delimiter=separator),
            convert_options=csv.ConvertOptions(null_values=list(MISSING), strings_can_be_null=True),
        )
        frame: pd.DataFrame = table.to_pandas()
    except UnicodeDecodeError as error:
        raise DataError(_not_utf8(file)) from error
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise DataError(f"{_name(file)} is not a table in CSV format: {reason}.") from error
    if any(pa.types.is_binary(kind) for kind in table.schema.types):
        raise DataError(_not_utf8(file))
    return frame


def _not_utf8(file: Path | IO[bytes]) -> str:
    return f"{_name(file)} is not UTF-8 text: save it as UTF-8."


def _name(file: Path | IO[bytes]) -> str:
    return str(file if isinstance(file, Path) else file.name)
