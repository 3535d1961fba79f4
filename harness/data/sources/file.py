"""A user's own file."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd

from harness.core import DataError
from harness.data.columns import UnusableColumnError
from harness.data.names import as_texts
from harness.data.numerals import Convention
from harness.data.overrides import NAMED, override
from harness.data.sources import texts
from harness.data.sources.csv import MISSING, Layout, read_cells, read_csv, without_hint
from harness.data.sources.decoding import UTF_8, check_encoding, decoded, guessed_encoding
from harness.data.sources.source import Reading
from harness.settings import Bound, Checked, require

_PARQUET = (".parquet", ".pq")
_TEXT = (".csv", ".tsv", ".txt")
_CSV = (*_TEXT, *(f"{one}.gz" for one in _TEXT))
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

_SEPARATES = Bound(
    f"one character that is in no number or word and is no quote (as in {override('separator', ';')} or "
    f"{override('separator', chr(9))})",
    lambda text: len(text) == 1 and text.isascii() and not text.isalnum() and text not in "\"'\n\r\0.+-_",
)
_NAMES_A_FILE = Bound("the name of a file", lambda text: bool(text.strip()) and "\0" not in text)


@dataclass(frozen=True)
class File(Checked):
    """A text file of rows with a header line (`.csv`, `.tsv`, `.txt`, also with `.gz`) or a Parquet file (`.parquet`, `.pq`).

    Attributes:
        path: the file. A relative path starts at the current folder; `~` is the home folder.
        separator: the character between two cells of a text file; `tab` is a tab.
        decimal: the character before the decimals of numbers: `.` or `,`.
        thousands: the character between groups of digits: `.`, `,`, `space` (of any width) or `apostrophe`; None for nothing.
        encoding: the encoding of a text file, by a name that Python knows.
        missing: the cells that mean "no value", beside empty ones; None for the usual ones (`MISSING`) in a text file and for
            none in a Parquet file.
        numbers: columns of text that are numbers with a unit, a currency or a per cent sign, or with leading zeros.
    """

    path: Annotated[str, _NAMES_A_FILE]
    separator: Annotated[str, _SEPARATES] = ","
    decimal: Literal[".", ","] = "."
    thousands: Literal[".", ",", " ", "'"] | None = None
    encoding: str = UTF_8
    missing: Sequence[str] | None = None
    numbers: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Replace words by the characters that they name, and lists by tuples of texts; then check all settings."""
        for setting in ("separator", "thousands"):
            value = getattr(self, setting)
            if isinstance(value, str):
                object.__setattr__(self, setting, {**NAMED, r"\t": "\t", "\u2019": "'"}.get(value, value))
        for setting in ("missing", "numbers"):
            object.__setattr__(self, setting, as_texts(getattr(self, setting)))
        super().__post_init__()
        check_encoding(self.encoding)
        require(self, "thousands", Bound("another character than decimal", lambda mark: mark != self.decimal))

    @property
    def name(self) -> str:
        """What messages about settings call it: its path as it is written."""
        return self.path if isinstance(self.path, str) and self.path.strip() else "dataset=file"

    @property
    def location(self) -> Path:
        """The absolute path."""
        return Path(self.path).expanduser().resolve()

    @property
    def convention(self) -> Convention:
        """How numbers are written, units apart."""
        return Convention(self.decimal, self.thousands)

    @property
    def is_text(self) -> bool:
        """Whether the file holds text rather than Parquet."""
        return self.path.lower().endswith(_CSV)

    @property
    def has_known_extension(self) -> bool:
        """Whether the file's name says that it is one that can be read."""
        return self.path.lower().endswith((*_CSV, *_PARQUET))

    def stamp(self) -> str:
        """The path, the size and the time of the last change."""
        status = self._existing().stat()
        return f"{self.location}:{status.st_size}:{status.st_mtime_ns}"

    def read(self) -> pd.DataFrame:
        """All columns. Raises `DataError` if the file is missing, empty, of an unknown kind or unreadable."""
        return self.reading().frame

    def reading(self) -> Reading:
        """All columns, and how their cells were written. Raises `DataError` as `read` does."""
        path = self._existing()
        if path.stat().st_size == 0:
            raise DataError(f"The file {path} is empty.")
        frame, cells = self._text(path) if self.is_text else (self._parquet(path), None)
        missing = self.missing if self.missing is not None else MISSING if self.is_text else ()
        try:
            read = texts.typed(frame, cells, texts.Habits(self.convention, missing, self.numbers))
        except UnusableColumnError as error:
            raise DataError(f"{path}: {error}.") from error
        return (
            read if self.separator == ";" else replace(read, grouped={})
        )  # points group digits where commas are decimal

    def remedies(self, columns: Mapping[str, Sequence[Convention]]) -> Sequence[str]:
        """The settings that read columns of numbers written as text, one way each; nothing if the present ones do."""
        n_ways = max(map(len, columns.values()))
        return [" ".join(words) for way in range(n_ways) if (words := self._remedy(columns, way))]

    def _remedy(self, columns: Mapping[str, Sequence[Convention]], way: int) -> list[str]:
        found = {name: conventions[min(way, len(conventions) - 1)] for name, conventions in columns.items()}
        first = next(iter(found.values()))
        words = [override("decimal", first.decimal)] if first.decimal != self.decimal else []
        if first.thousands not in (None, self.thousands):
            words.append(override("thousands", first.thousands))
        typed = not self.is_text and not words  # the file says that it is text, and no convention speaks against it
        numbers = [name for name, one in found.items() if one.unit or typed]
        return [*words, override("numbers", [*self.numbers, *numbers])] if numbers else words

    def guessed_encoding(self) -> str | None:
        """The encoding in which a text file most likely is written. Raises `DataError` if it cannot be read."""
        return guessed_encoding(self._content())

    def text(self) -> str:
        """The text of a text file. Raises `DataError` if its encoding is another one, or it cannot be read."""
        return decoded(self._content(), self.encoding, self.location)

    def _content(self) -> bytes:
        path = self._existing()
        try:
            content = path.read_bytes()
            content = gzip.decompress(content) if path.name.lower().endswith(".gz") else content
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{path} is not a table in CSV format: {_first_line(error)}.") from error
        if content.startswith(_WORKBOOK):
            raise DataError(f"{path} is a workbook of a spreadsheet, whatever its name: save it as CSV.")
        return content

    def _text(self, path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
        text = self.text()
        if not text.strip():
            raise DataError(f"The file {path} is empty.")
        content = without_hint(text, self.separator).encode()
        missing = MISSING if self.missing is None else self.missing
        layout = Layout(self.separator, self.decimal, [*missing, *(f" {one}" for one in missing)])
        frame = read_csv(content, str(path), layout)
        return frame, read_cells(content, str(path), layout, [str(name) for name in frame.columns])

    def _parquet(self, path: Path) -> pd.DataFrame:
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError, TypeError, KeyError, NotImplementedError) as error:  # pyarrow's errors among them
            raise DataError(f"The file {path} is not a readable Parquet file: {_first_line(error)}.") from error

    def _existing(self) -> Path:
        path = self.location
        if not self.has_known_extension:
            known = ", ".join((*_CSV, *_PARQUET))
            raise DataError(f"The file {path} has an unknown extension: use one of {known}.")
        if not path.is_file():
            raise DataError(
                f"There is no file {path}: check dataset.path (relative paths start at the current folder)."
            )
        return path


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
