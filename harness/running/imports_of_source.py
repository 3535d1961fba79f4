"""What a module imports, read from source: files below its own folder, however far, and the modules of elsewhere."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterator
from importlib.machinery import all_suffixes
from pathlib import Path
from typing import NamedTuple


class Closure(NamedTuple):
    """What a module is made of.

    Attributes:
        files: the sha256 of each file, by its path below the folder from which the module is imported.
        outside: the top-level modules that these files import from elsewhere, sorted.
    """

    files: dict[str, str]
    outside: list[str]


def closure(name: str, file: Path, is_left_out: Callable[[Path], bool]) -> Closure:
    """The module's file and all files that it imports from the same folder, directly or not.

    Args:
        name: the module's dotted name.
        file: its file.
        is_left_out: whether a file that is found counts as imported from elsewhere.
    """
    root = _root(name, file)
    waiting, files, outside = [(name, file)], dict[str, str](), set[str]()
    waiting += [(above, found) for above in _above(name) if (found := _file_of(root, above))]
    known = {found for _, found in waiting}
    while waiting:
        module, path = waiting.pop()
        content = path.read_bytes()
        files[path.relative_to(root).as_posix()] = hashlib.sha256(content).hexdigest()
        for imported in _imports(module, path, content):
            found = _file_of(root, imported)
            if found is None or is_left_out(found):
                outside |= set() if _is_folder(root, imported) else {imported.partition(".")[0]}
            elif found not in known:
                known.add(found)
                waiting.append((imported, found))
    return Closure(dict(sorted(files.items())), sorted(outside))


def _root(name: str, file: Path) -> Path:
    """The folder from which a module is imported."""
    if name == "__main__":
        return file.parent
    depth = name.count(".") + (file.stem == "__init__")
    return file.parents[depth]


def _above(name: str) -> list[str]:
    """The packages that are imported before a module is, from the outermost on."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _imports(module: str, path: Path, content: bytes) -> Iterator[str]:
    """The dotted names that a file may import, anywhere in it; names within a module are among them."""
    if path.suffix != ".py":
        return
    package = module if path.stem == "__init__" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(content)):
        for name in _named(node, package):
            yield from [*_above(name), name]


def _named(node: ast.AST, package: str) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (one.name for one in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            base = ".".join(filter(None, [_upwards(package, level), module])) if level else str(module)
            if base:
                yield base
            yield from (f"{base}.{one.name}" if base else one.name for one in names if one.name != "*")
        case ast.Call(args=[ast.Constant(value=str(name)), *_], func=function):
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if called in ("import_module", "__import__") and name.replace(".", "").isidentifier():
                yield (
                    name.lstrip(".")
                    if not name.startswith(".")
                    else ".".join(filter(None, [package, name.lstrip(".")]))
                )


def _upwards(package: str, level: int) -> str:
    """The package that so many dots mean."""
    parts = package.split(".")
    return ".".join(parts[: len(parts) - level + 1])


def _file_of(root: Path, name: str) -> Path | None:
    """The file of a module below this folder; None if it is none, a name within a module, or a folder without `__init__`."""
    place = root.joinpath(*name.split("."))
    for suffix in all_suffixes():
        for path in (place / f"__init__{suffix}", place.parent / f"{place.name}{suffix}"):
            if path.is_file():
                return path
    return None


def _is_folder(root: Path, name: str) -> bool:
    """Whether the first part of a dotted name is below this folder, so that the whole is not from elsewhere."""
    top = name.partition(".")[0]
    return (root / top).is_dir() or _file_of(root, top) is not None
