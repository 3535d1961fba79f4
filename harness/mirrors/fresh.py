"""The runs of records that were appended to a store since the last look, from the lines of its parts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.core import Record, Status
from harness.mirrors.shown import Run, run_of
from harness.running import store
from harness.running.new_records import Tail
from harness.running.store.lines import parse


class Fresh:
    """A reader of new runs. What is appended between two looks is met at the second."""

    def __init__(self, folder: Path) -> None:
        """The runs that are appended to this study's folder from now on."""
        self._folder, self._tail = folder, Tail(folder)
        self._specs: dict[str, Any] = {}
        self._headers: dict[Path, Mapping[str, Any]] = {}

    def __call__(self) -> Iterator[Run]:
        """The runs since the last call, in the order of each part."""
        for part, line in self._tail.lines():
            content = parse(line)
            match content["kind"]:
                case "spec":
                    self._specs[content["digest"]] = content["spec"]
                case "header":
                    self._headers[part] = content
                case _:
                    with contextlib.suppress(FileNotFoundError):  # merged meanwhile: the completion in the end shows it
                        yield self._run(part, content)

    def _run(self, part: Path, content: dict[str, Any]) -> Run:
        fields = {name: value for name, value in content.items() if name != "kind"}
        record = Record(**{**fields, "status": Status(fields["status"])})
        if record.spec not in self._specs:  # it was written before this reader was made
            self._specs |= store.base_specs(self._folder)
        return run_of(record, self._specs[record.spec], self._header(part))

    def _header(self, part: Path) -> Mapping[str, Any]:
        if part not in self._headers:
            with part.open("rb") as file:
                self._headers[part] = parse(file.readline())
        return self._headers[part]
