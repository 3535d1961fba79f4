"""Reasons are codes to programs and sentences to people: no program looks at a sentence.

What is looked for here is the usual shapes only: `in`, `==`, `startswith` and the like, or a regular expression, on something
named `reason`, `why`, `sentence` or `message`, on the field of that name, or on `str(error)`. A sentence that travels under
another name is not seen; tests that reword all of them would notice.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from harness import places
from harness.core import Code

CHECKOUT = places.shipped("conf").parent
PACKAGE = CHECKOUT / "harness"
MODULES = [path for folder in ("harness", "experiments") for path in (CHECKOUT / folder).rglob("*.py")]

MAY_READ_SENTENCES = {
    "harness/running/store/legacy.py",  # records of before there were codes
    "harness/running/store/parsing.py",  # pyarrow says by its message alone which field is of two kinds
    "harness/synthesis/crossed.py",  # scikit-learn says by its message alone that a boosted model is no better than chance
}
SENTENCES = {"reason", "reasons", "why", "sentence", "message"}
ERRORS = {"error", "err", "exc", "exception", "skip", "cause"}
LOOKS = {"startswith", "endswith", "find", "rfind", "index", "count", "search", "match", "fullmatch", "findall"}
LOOKS |= {
    "match_substring",
    "match_substring_regex",
    "match_like",
    "starts_with",
    "ends_with",
    "contains",
    "find_substring",
}


def looks(tree: ast.AST) -> Iterator[ast.AST]:
    """Where a program looks at a sentence."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]):
                if _is_sentence(right) and not _is_sentence(left):
                    yield node
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Constant(value=str() as text)]):
                if text and _is_sentence(left):
                    yield node
            case ast.Call(func=ast.Attribute(value=text, attr=name), args=given) if name in LOOKS:
                if any(map(_is_sentence, [text, *given])):
                    yield node
            case ast.Match(subject=subject) if _is_sentence(subject):
                yield node


def _is_sentence(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name):
            return name in SENTENCES
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name in {"reason", "sentence"}
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)]):
            return name in ERRORS
        case ast.Call(func=ast.Attribute(value=inner, attr="lower" | "strip" | "casefold")):
            return _is_sentence(inner)
    return False


def test_no_program_looks_at_a_sentence() -> None:
    found = {}
    for path in MODULES:
        name = path.relative_to(CHECKOUT).as_posix()
        lines = [node.lineno for node in looks(ast.parse(path.read_text(encoding="utf-8")))]  # type: ignore[attr-defined]
        if lines and name not in MAY_READ_SENTENCES:
            found[name] = lines
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        'x = "cannot be reached" in reason',
        'x = "cannot be reached" not in record.reason',
        'x = WORDS in row["reason"]',
        'x = "no" in str(error)',
        'x = "no" in str(error).lower()',
        'x = record.reason == "no"',
        'x = record.reason.startswith("no")',
        'x = re.search("no", reason)',
        "x = pattern.search(record.reason)",
        'x = pc.match_substring(table["reason"], "no")',
        "match record.reason:\n    case 'no': pass",
    ],
)
def test_looking_is_noticed(line: str) -> None:
    assert list(looks(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["x = reason or 'none'", "x = f'{record.reason}'", "x = 'reason' in columns", "x = reason == ''"]
)
def test_showing_is_not(line: str) -> None:
    assert not list(looks(ast.parse(line)))


def test_whoever_skips_says_a_code() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Skip":
                assert [word.arg for word in node.keywords] == ["code"], f"{path}:{node.lineno}"


def test_every_code_is_used_and_described() -> None:
    described = (CHECKOUT / "docs" / "records.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path.name != "legacy.py"]
    for code in Code:
        assert f"`{code}`" in described, code
        assert any(f"Code.{code.name}" in source for source in sources), code
