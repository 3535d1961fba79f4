"""The lines of a part: what each kind of them looks like, written and read one at a time."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import orjson

from harness.running.store.columns import plain

LARGEST_WHOLE = 2**53
"""Up to here every whole number is a float64 too, so that a column may change from one to the other."""

RECORD = b'{"kind":"record",'
"""How the line of a record begins."""


def record_line(content: Mapping[str, Any]) -> bytes:
    """A record as a line, without what is null or empty in its mappings.

    Raises:
        ValueError: a value is not finite, a whole number beyond 2**53, or nothing that JSON knows.
    """
    content = {"kind": "record", **content}
    try:
        line = orjson.dumps(content, option=orjson.OPT_STRICT_INTEGER)
        is_doubtful = b"null" in line or b"{}" in line  # null may have been a float that is not finite
    except TypeError:
        is_doubtful = True
    return (orjson.dumps(plain(_portable(content))) if is_doubtful else line) + b"\n"


def head_line(kind: str, digest: str, content: Mapping[str, Any]) -> bytes:
    """A header or a base spec as a line."""
    return (
        json.dumps({"kind": kind, "digest": digest, **content}, separators=(",", ":"), allow_nan=False).encode() + b"\n"
    )


def parse(line: bytes) -> dict[str, Any]:
    """One whole line of a part. Raises `ValueError` if it is none."""
    try:
        content = orjson.loads(line)
    except ValueError:
        content = json.loads(line)  # knows halves of surrogate pairs, which older tracebacks can hold
    if not isinstance(content, dict) or content.get("kind") not in ("header", "spec", "record"):
        raise ValueError("not a line of a part")
    if content["kind"] != "record" and not isinstance(content.get("digest"), str):
        raise ValueError("a header or a spec without its digest")
    if content["kind"] == "spec" and "spec" not in content:
        raise ValueError("a spec without its content")
    return content


def _portable(value: Any) -> Any:
    """The value in the plain types of JSON."""
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
