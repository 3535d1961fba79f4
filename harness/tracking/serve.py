"""The loop in a tool's environment: `python -I serve.py <adapter file> <folder> <interface>`.

It reads one JSON object a line from standard input, `{"call": name, "with": arguments}`, and answers each by one line on
the standard output: `value`, or `cannot` with `code`, or `error`; with the seconds that the call took (`wall`), those that
this process and its children computed (`cpu`), and the stand-ins that ran (`ours`). The first line tells what it took to
load the adapter and to open the store. The end of the input closes the store. What the tool prints goes to the error stream.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

PACKAGE = Path(__file__).resolve().parents[1]


def main(adapter: str, folder: str, interface: str) -> None:
    """Serve one adapter until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    find_harness()
    made: dict[str, Any] = {}

    def load() -> None:
        made["module"] = load_file("adapter", Path(adapter))
        made["tracker"] = made["module"].TRACKER(Path(folder), interface)

    loaded = timed(load)
    opened = timed(lambda: made["tracker"].open()) if "value" in loaded else loaded
    say(answers, {**opened, "load": {"wall": loaded["wall"], "cpu": loaded["cpu"]}})
    for line in sys.stdin:
        asked = json.loads(line)
        say(answers, timed(lambda asked=asked: getattr(made["tracker"], asked["call"])(**asked["with"])))  # type: ignore[misc]
    say(answers, timed(lambda: made["tracker"].close()))


def find_harness() -> None:
    """Let `harness` be imported from where this file is, and nothing else that may be installed beside it."""
    if "harness" not in sys.modules:
        specification = importlib.util.spec_from_file_location(
            "harness", PACKAGE / "__init__.py", submodule_search_locations=[str(PACKAGE)]
        )
        assert specification is not None
        assert specification.loader is not None
        sys.modules["harness"] = module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)


def load_file(name: str, path: Path) -> ModuleType:
    """The module of a file, wherever it is."""
    specification = importlib.util.spec_from_file_location(name, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


def timed(call: Callable[[], Any]) -> dict[str, Any]:
    """The answer of a call, with its times."""
    from harness.tracking.contract import Cannot, stand_ins

    cpu, wall = cpu_seconds(), time.perf_counter()
    try:
        answer: dict[str, Any] = {"value": call()}
    except Cannot as cannot:
        answer = {"cannot": cannot.reason, "code": cannot.code}
    except BaseException as error:  # a tool may call sys.exit
        answer = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
    return {**answer, "wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu, "ours": stand_ins()}


def cpu_seconds() -> float:
    """What this process and the children that have ended computed."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def say(answers: TextIO, answer: dict[str, Any]) -> None:
    """Write one line; an answer that JSON cannot hold becomes an error."""
    try:
        line = json.dumps(answer)
    except (TypeError, ValueError) as error:
        line = json.dumps({**answer, "value": None, "error": f"{type(error).__name__}: {error}", "trace": ""})
    answers.write(line + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.path[:] = [path for path in sys.path if path and Path(path).resolve() != Path(__file__).resolve().parent]
    main(*sys.argv[1:])
