"""The outcomes of a study's trials, counted by status and code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa


def outcome_rows(table: pa.Table, words: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """A row for each status and code, with how many trials ended so.

    Args:
        table: of `Stored`; its columns status, code and reason are read.
        words: by code what is shown as the reason, in the order of the rows. Of other codes, which follow in the order of the
            alphabet, the commonest sentence is shown.

    Returns:
        Mappings with `status`, `code`, `reason` and `trials`, sorted by status.
    """
    words = words or {}
    sentences: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    columns = (table[name].to_pylist() for name in ("status", "code", "reason"))
    for status, code, reason in zip(*columns, strict=True):
        sentences[status, code][reason] += 1
    place = {code: number for number, code in enumerate(words)}
    order = sorted(sentences, key=lambda key: (key[0], place.get(key[1], len(place)), key[1]))
    return [
        {"status": status, "code": code, "reason": words.get(code) or _commonest(found), "trials": found.total()}
        for status, code in order
        for found in [sentences[status, code]]
    ]


def _commonest(found: Counter[str]) -> str:
    """The commonest entry; of equals the first by the alphabet, so that the order of records does not matter."""
    return min(found, key=lambda sentence: (-found[sentence], sentence))
