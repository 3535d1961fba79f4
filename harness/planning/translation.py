"""What Hydra and OmegaConf refuse, as errors of ours: one sentence that says what, where and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf.errors import OmegaConfBaseException

from harness.core import ConfigError
from harness.planning import levels


@contextmanager
def in_sentences() -> Iterator[None]:
    """Within, what Hydra and OmegaConf refuse is raised as a `ConfigError`."""
    try:
        yield
    except (HydraException, OmegaConfBaseException) as error:
        raise in_a_sentence(error) from error


def in_a_sentence(error: Exception) -> ConfigError:
    """What Hydra or OmegaConf refused, as an error of ours."""
    if isinstance(error, MissingConfigException) and error.missing_cfg_file and error.options:
        group, _, name = error.missing_cfg_file.rpartition("/")
        return ConfigError(f"there is no {group} {name!r}; {levels.hint(name, error.options)}")
    if isinstance(error, OverrideParseException):
        return ConfigError(f"{error.override} cannot be read: {str(error.message).partition(chr(10))[0]}.")
    return ConfigError(" ".join(str(error).split()))
