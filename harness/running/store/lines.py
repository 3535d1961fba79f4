"""The lines of a part: their kinds, and how one line is written and read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import orjson

from harness.running.store.columns import plain

LARGEST_WHOLE = 2**53
"""Every whole number up to this one has an exact float64, so that a column of integers may become one of floats."""

RECORD = b'{"kind":"record",'
"""How the line of a record begins."""


def record_line(content: Mapping[str, Any]) -> bytes:
    """The line of a record, without null and empty entries of its mappings.

    Raises:
        ValueError: a value is not finite, is a whole number beyond 2**53, or is of a type that JSON does not have.
    """
    content = {"kind": "record", **content}
    try:
        line = orjson.dumps(content, option=orjson.OPT_STRICT_INTEGER)
        is_doubtful = b"null" in line or b"{}" in line  # null may stand for a float that is not finite
    except TypeError:
        is_doubtful = True
    return (orjson.dumps(plain(_portable(content))) if is_doubtful else line) + b"\n"


def head_line(kind: str, digest: str, content: Mapping[str, Any]) -> bytes:
    """The line of a header or a base spec."""
    return (
        json.dumps({"kind": kind, "digest": digest, **content}, separators=(",", ":"), allow_nan=False).encode() + b"\n"
    )


def parse(line: bytes) -> dict[str, Any]:
    """The content of one complete line of a part. Raises `ValueError` if the line is not valid."""
    try:
        content = orjson.loads(line)
    except ValueError:
        content = json.loads(line)  # accepts lone surrogates, which older tracebacks can hold
    if not isinstance(content, dict) or content.get("kind") not in ("header", "spec", "record"):
        raise ValueError("not a line of a part")
    if content["kind"] != "record" and not isinstance(content.get("digest"), str):
        raise ValueError("a header or a spec without its digest")
    if content["kind"] == "spec" and "spec" not in content:
        raise ValueError("a spec without its content")
    return content


def _portable(value: Any) -> Any:
    """The value, converted to the plain types of JSON."""
    match value:
        case None | bool():
            return value
        case str():
            return value.encode("utf-8", "replace").decode()
        case int() if abs(value) <= LARGEST_WHOLE:
            return int(value)
        case float() if math.isfinite(value):
            return float(value)
        case Mapping():
            return {str(key): _portable(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_portable(entry) for entry in value]
    raise ValueError(f"{value!r} cannot be recorded")
