"""Reading the `key=value` words of the commands that are not Hydra's."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from harness.core import ConfigError


def read_settings(
    program: str, description: str, argv: Sequence[str], *, defaults: Mapping[str, str], examples: str = ""
) -> dict[str, str]:
    """The settings of a command.

    Args:
        program: as it is called, for its help.
        description: what it does.
        argv: the words after the command.
        defaults: its settings and their values where the command line is silent.
        examples: shown at the end of its help.

    Raises:
        ConfigError: a word that is not one of these settings.
    """
    parser = argparse.ArgumentParser(
        prog=program,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = ", ".join(f"{key}=" for key in defaults)
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help=known)
    settings = dict(defaults)
    for word in parser.parse_args(argv).settings:
        key, equals, value = word.partition("=")
        if not equals or key not in settings:
            raise ConfigError(f"{program}: cannot read {word!r}; settings are {known}.")
        settings[key] = value
    return settings
