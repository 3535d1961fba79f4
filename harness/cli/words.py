"""Reading the `key=value` words of the commands that are not Hydra's, and folders of a user's own."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from harness.core import ConfigError
from harness.planning.level_names import check_own_levels


class Parser(argparse.ArgumentParser):
    """A parser that takes no abbreviations, and whose errors are ours."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does, but a flag that nobody knows is said before a word that is lacking."""
        words = [str(word) for word in (sys.argv[1:] if args is None else args)]
        flags = [word for word in words[: words.index("--") if "--" in words else None] if word.startswith("--")]
        if not self._subparsers:
            for flag in (word for word in flags if word.partition("=")[0] not in self._option_string_actions):
                self.error(f"unrecognized arguments: {flag}")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Raise `ConfigError` instead of printing the usage."""
        raise ConfigError(f"{self.prog}: {message}; `{self.prog} --help` shows what it takes.")


def read_settings(
    program: str, description: str, argv: Sequence[str], *, defaults: Mapping[str, str], examples: str = ""
) -> dict[str, str]:
    """The settings of a command.

    Args:
        program: as it is called, for its help.
        description: what it does.
        argv: the words after the command.
        defaults: its settings with their default values.
        examples: shown at the end of its help.

    Raises:
        ConfigError: a word that is not one of these settings.
    """
    parser = settings_parser(program, description, defaults=defaults, examples=examples)
    return settings_of(parser.parse_args(argv).settings, program, defaults)


def settings_parser(
    program: str, description: str, *, defaults: Mapping[str, str], examples: str = ""
) -> argparse.ArgumentParser:
    """A parser of settings, for a command to add its own flags; see `settings_of`."""
    parser = Parser(
        prog=program,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help=_listed(defaults))
    return parser


def settings_of(words: Sequence[str], program: str, defaults: Mapping[str, str]) -> dict[str, str]:
    """The settings that these words give, and the defaults of all others. Raises `ConfigError` for any other word."""
    settings = dict(defaults)
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in settings:
            raise ConfigError(f"{program}: cannot read {word!r}; settings are {_listed(defaults)}.")
        if not value and defaults[key]:
            raise ConfigError(f"{program}: {word} gives no value; write for instance {key}={defaults[key]}.")
        settings[key] = value
    return settings


def parted(words: Sequence[str], program: str, defaults: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The settings that some of these words give, as of `settings_of`, and all other words, in order."""
    given = [word for word in words if word.partition("=")[0] in defaults]
    return settings_of(given, program, defaults), [word for word in words if word not in given]


def _listed(defaults: Mapping[str, str]) -> str:
    return ", ".join(f"{key}=" for key in defaults)


# ---- folders of a user's own -------------------------------------------------------------------------------------------


def add_config_dir(parser: argparse.ArgumentParser, what: str) -> None:
    """Let a command take `--config-dir`, as often as wanted; `what` says what is looked for there."""
    parser.add_argument("--config-dir", "-cd", action="append", type=Path, default=[], metavar="DIR", help=what)


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Let a command take `--trust`, as often as wanted."""
    said = "a package, module or class that may be built, besides those in --config-dir; may be given again"
    parser.add_argument("--trust", action="append", default=[], metavar="NAME", help=said)


def opened(folders: Iterable[Path]) -> list[Path]:
    """Folders of a user's own, whose modules can be imported from now on.

    Raises:
        ConfigError: there is no such folder.
    """
    found = []
    for folder in folders:
        if not folder.is_dir():
            raise ConfigError(f"--config-dir {folder}: there is no such folder.")
        found.append(folder.resolve())
    sys.path[:0] = [str(folder) for folder in found if str(folder) not in sys.path]
    return found


def trusted(named: Iterable[str], own: Iterable[Path]) -> list[str]:
    """What of a user's own may be built: what `--trust` names, and the modules that are in the folders of `--config-dir`."""
    paths = (
        path for folder in own for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    )
    return [*named, *sorted({path.stem for path in paths if _is_from(path)})]


def _is_from(path: Path) -> bool:
    """Whether the module of this name would be taken from this path, and not from elsewhere."""
    if path.stem in sys.stdlib_module_names or path.stem in ("harness", "experiments"):
        return False
    found = importlib.util.find_spec(path.stem) if path.stem.isidentifier() else None
    origin = path / "__init__.py" if path.is_dir() else path
    return found is not None and found.origin is not None and Path(found.origin).resolve() == origin.resolve()


def checked(folders: Iterable[Path]) -> list[Path]:
    """Opened folders of a user's own, none of whose levels has a name that means two things, or nothing.

    Raises:
        ConfigError: there is no such folder, or such a level is in it.
    """
    found = opened(folders)
    check_own_levels(found)
    return found
