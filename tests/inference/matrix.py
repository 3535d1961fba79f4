"""The degenerate matrix: each public function x each input of each of its arguments, and what may come of it."""

from __future__ import annotations

import inspect
import math
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from harness.errors import HarnessError


@dataclass(frozen=True)
class Signature:
    """How a function is tried: with good arguments, of which one at a time is replaced.

    Attributes:
        function: what is called.
        good: arguments of a call that works.
        inputs: by argument what makes the inputs that replace it.
        nan: why its NaN needs no note; "" if it does.
    """

    function: Callable[..., Any]
    good: Mapping[str, Any]
    inputs: Mapping[str, Callable[[], Mapping[str, Any]]]
    nan: str = ""


class Cell(NamedTuple):
    """One call of the matrix."""

    argument: str
    name: str
    arguments: dict[str, Any]


def cells(signature: Signature) -> Iterator[Cell]:
    """All calls of one function."""
    for argument, make in signature.inputs.items():
        for name, value in make().items():
            yield Cell(argument, name, {**signature.good, argument: value})


def public_functions(*packages: ModuleType) -> set[str]:
    """All functions and methods without an underscore that the packages define, such as "harness.inference.mean.mean"."""
    found = set()
    for package in packages:
        paths = getattr(package, "__path__", None)
        names = [each.name for each in pkgutil.walk_packages(paths, package.__name__ + ".")] if paths else []
        for module in (package, *map(import_module, names)):
            found |= {f"{module.__name__}.{name}" for name in _of_module(module)}
    return found


def _of_module(module: ModuleType) -> Iterator[str]:
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(value) or hasattr(value, "__wrapped__"):
            yield name
        if inspect.isclass(value):
            methods = [each for each, method in vars(value).items() if inspect.isfunction(method)]
            yield from (f"{name}.{each}" for each in methods if not each.startswith("_"))


def fault(signature: Signature, cell: Cell) -> str:
    """What is wrong with the outcome of a call; "" if it is a result without a bare NaN, or one sentence of ours."""
    try:
        result = signature.function(**cell.arguments)
    except HarnessError as error:
        message = str(error)
        return "" if _is_sentence(message) else f"no sentence: {message!r}"
    except Exception as error:  # whatever else it is, it is the finding
        return f"{type(error).__name__}: {error}"
    bare = [] if signature.nan else unexplained(result)
    return f"bare NaN at {', '.join(bare)}" if bare else ""


def faults(signature: Signature) -> list[str]:
    """Every fault of one function, with the call that shows it."""
    found = ((cell, fault(signature, cell)) for cell in cells(signature))
    return [f"{cell.argument} = {cell.name}: {problem}" for cell, problem in found if problem]


def unexplained(result: Any, explained: bool = False, path: str = "") -> list[str]:
    """Where a result holds a NaN without a note on it or on what holds it."""
    if is_dataclass(result) and not isinstance(result, type):
        noted = explained or bool(getattr(result, "note", ""))
        return [at for f in fields(result) for at in unexplained(getattr(result, f.name), noted, f"{path}.{f.name}")]
    if isinstance(result, pd.DataFrame):
        return [at for row in result.to_dict("records") for at in unexplained(row, explained, path)]
    if hasattr(result, "_asdict"):
        noted = explained or bool(getattr(result, "note", ""))
        return [at for name, each in result._asdict().items() for at in unexplained(each, noted, f"{path}.{name}")]
    if isinstance(result, Mapping):
        noted = explained or bool(result.get("note", ""))
        return [at for name, each in result.items() for at in unexplained(each, noted, f"{path}.{name}")]
    if isinstance(result, tuple | list | np.ndarray):
        return [at for i, each in enumerate(result) for at in unexplained(each, explained, f"{path}[{i}]")]
    return [path or "result"] if isinstance(result, float) and math.isnan(result) and not explained else []


def _is_sentence(message: str) -> bool:
    return bool(message.strip()) and "\n" not in message and len(message) <= 1200 and "Traceback" not in message
