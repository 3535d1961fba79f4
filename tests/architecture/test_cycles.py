"""No module of the package needs itself, not even for a type."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

grimp = pytest.importorskip("grimp")  # comes with import-linter


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle, or none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_no_module_imports_itself_through_others_not_even_for_a_type() -> None:
    package = grimp.build_graph("harness", exclude_type_checking_imports=False, cache_dir=None)
    imports = {module: package.find_modules_directly_imported_by(module) for module in package.modules}
    assert len(imports) > 200
    assert cycle(imports) == []


def test_a_circle_would_be_found() -> None:
    assert set(cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}
