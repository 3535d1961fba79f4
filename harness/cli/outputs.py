"""Files that a command writes: never over what it reads, and told where programs do not read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.core import ConfigError


def check_outputs(outs: Sequence[Path], file: str) -> None:
    """Raise `ConfigError` if one of the outputs is the file that is read."""
    for out in outs:
        if out.is_file() and Path(file).is_file() and out.samefile(file):
            raise ConfigError(f"--out {out} is the file that is read, and would be lost; give it another name.")


def tell(paths: Iterable[Path], *, is_json: bool) -> None:
    """Say what was written; on the error stream, if the output holds JSON for programs."""
    for path in paths:
        print(f"wrote {path}", file=sys.stderr if is_json else sys.stdout)
