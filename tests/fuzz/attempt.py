"""Commands run in this process as far as the point where trials, downloads or reports would begin."""

from __future__ import annotations

import contextlib
import copy
import io
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser

from harness import places
from harness.cli import check, data, main, paper, report
from harness.planning import one_trial, preparation, sweeps

LONGEST = 20.0
"""Seconds of computing that a command may take until its work would begin."""


class Accepted(BaseException):
    """The command would have gone on to do its work."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self.folder = folder


@dataclass(frozen=True)
class Answer:
    """How a command ended: its exit code (None if it was accepted) and what it said."""

    code: int | None
    said: str
    folder: Path | None = None
    crash: str = ""


def attempt(words: Sequence[str], folder: Path) -> Answer:
    """What becomes of `harness WORDS` called in a folder."""
    output, errors = io.StringIO(), io.StringIO()
    before, path, argv = Path.cwd(), list(sys.path), list(sys.argv)
    os.chdir(folder)
    code: int | None = None
    crash, accepted = "", None
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors), _logging_to(errors), _limited():
            code = main.main(list(words))
    except Accepted as one:
        accepted = one
    except SystemExit as one:
        code = one.code if isinstance(one.code, int) else 1
    except Exception as error:
        crash = f"{type(error).__name__}: {error}"
    finally:
        os.chdir(before)
        sys.path[:], sys.argv[:] = path, argv
        GlobalHydra.instance().clear()
    if accepted:
        return Answer(None, output.getvalue() + errors.getvalue(), accepted.folder)
    said = errors.getvalue() or output.getvalue()
    return Answer(code, said, crash=crash)


@contextlib.contextmanager
def _logging_to(stream: io.StringIO) -> Iterator[None]:
    """The harness's log goes to the errors of the attempt."""
    logger = logging.getLogger("harness")
    handlers = logger.handlers
    logger.handlers = [logging.StreamHandler(stream)]
    try:
        yield
    finally:
        logger.handlers = handlers


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Break off what takes endless time or memory."""

    def interrupt(*_: Any) -> None:
        raise RuntimeError(f"it takes more than {LONGEST:g} seconds of computing")

    before = signal.signal(signal.SIGPROF, interrupt)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


# ---- stand-ins -------------------------------------------------------------------------------------------------------------


def _one_trial(order: Any, *_: Any, **__: Any) -> None:
    """Stands for what would record a trial; all that is checked before is over by then."""
    raise Accepted(order.folder)


def _alone(_trial: Any, folder: Path, *_: Any, **__: Any) -> None:
    raise Accepted(folder)


def _sweep(planned: Any, folder: Path, *_: Any, **asked: Any) -> None:
    """Stands for a sweep that has nothing recorded: its trials are checked and prepared, and would be handed out now."""
    for step in ("check", "prepare"):
        if step in asked:
            asked[step](planned)
    raise Accepted(folder)


def _goes_on(*_: Any, **__: Any) -> None:
    raise Accepted


STAND_INS: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (one_trial, "Recorder", _one_trial),
    (one_trial, "run_alone", _alone),
    (sweeps, "run_sweep", _sweep),
    (preparation, "warm", lambda _: None),
    (preparation, "absent", lambda _: []),
    (report, "_write", _goes_on),
    (paper, "collect", _goes_on),
    (check, "check_all", _goes_on),
    (data, "_show", _goes_on),
    (data, "_fetch", _goes_on),
    (data, "_check", _goes_on),
)


@contextlib.contextmanager
def stubbed() -> Iterator[None]:
    """Within, no command does its work, and Hydra composes equal choices once."""
    with contextlib.ExitStack() as stack:
        for module, name, instead in STAND_INS:
            stack.enter_context(mock.patch.object(module, name, instead, create=True))
        stack.enter_context(mock.patch.object(ConfigLoaderImpl, "_load_configuration_impl", _remembered()))
        stack.enter_context(mock.patch.dict(os.environ, {"COLUMNS": "4000", "NO_COLOR": "1"}))
        yield


def _remembered() -> Callable[..., Any]:
    """Hydra's composition, with the choices of groups composed once and the settings applied by Hydra to a copy."""
    compose, known = ConfigLoaderImpl._load_configuration_impl, {}

    def load(self: Any, config_name: str, overrides: list[str], run_mode: Any, **options: Any) -> Any:
        paths = [element.path for element in self.config_search_path.get_path()]
        shipped = all(
            "pkg:" in one or "structured:" in one or one.endswith(str(places.shipped("conf"))) for one in paths
        )
        if not shipped:
            return compose(self, config_name, overrides, run_mode, **options)
        read = OverridesParser.create().parse_overrides(list(overrides))
        self.validate_sweep_overrides_legal(overrides=read, run_mode=run_mode, from_shell=True)
        settings = [one for one in read if _is_setting(one, self)]
        choices = [one.input_line for one in read if one not in settings]
        key = (config_name, tuple(choices), run_mode)
        if key not in known:
            known[key] = compose(self, config_name, choices, run_mode, **options)
        config = copy.deepcopy(known[key])
        self._apply_overrides_to_config([one for one in settings if not one.is_sweep_override()], config)
        config.hydra.overrides.task = [one.input_line for one in read if not one.is_hydra_override()]
        return config

    return load


def _is_setting(override: Any, loader: Any) -> bool:
    if override.is_hydra_override() or override.package is not None:
        return False
    return not loader.repository.group_exists(override.key_or_group) or isinstance(override.value(), dict)
