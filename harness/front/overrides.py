"""The words of a command line, as a call gives them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.core import ConfigError
from harness.planning.level_names import check_own_levels


def words_of(
    overrides: Sequence[str], *, results: str | Path | None = None, workers: int | None = None
) -> tuple[str, ...]:
    """The overrides, followed by those that a call has arguments of its own for.

    Raises:
        ConfigError: one of them is no override.
    """
    for word in overrides:
        if not isinstance(word, str):
            raise ConfigError(f"{word!r} is no override: give text, such as 'dataset=wine'.")
        if word.startswith("-"):
            raise ConfigError(
                f"{word} is a flag of the command line: give overrides such as 'dataset=wine', and config_dir=... for a "
                "folder of your own."
            )
    named = [] if results is None else [f"results={_quoted(str(results))}"]
    return (*overrides, *named, *([] if workers is None else [f"workers={workers}"]))


def folder_of(config_dir: str | Path | None) -> Path | None:
    """The folder, absolute. Raises `ConfigError` if it is not there, or a level in it has a name that means two things."""
    if config_dir is None:
        return None
    if not isinstance(config_dir, str | Path) or not str(config_dir):
        raise ConfigError(f"config_dir is {config_dir!r}: give the path of a folder.")
    folder = Path(config_dir).expanduser().resolve()
    if not folder.is_dir():
        raise ConfigError(f"config_dir={config_dir}: there is no folder {folder}.")
    check_own_levels([folder])
    return folder


def command_of(words: Sequence[str], config_dir: Path | None, *, many: bool) -> tuple[str, ...]:
    """What would ask for the same after `harness run`, which records keep."""
    own = () if config_dir is None else ("--config-dir", str(config_dir))
    return (*(("-m",) if many else ()), *own, *words)


def _quoted(text: str) -> str:
    """As the grammar of overrides quotes a text of any characters."""
    return "'" + text.replace("'", "\\'") + "'"
