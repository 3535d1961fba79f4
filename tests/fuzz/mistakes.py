"""A mistake, and the pieces of which operators make it: misspelt words, values of every kind."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.fuzz.surface import Command, Kind

BASE = ("dataset=iris", "model=tree")
WITHOUT_MODEL = {"tracking"}
"""Trials that read no model, so that naming one is a mistake of its own."""

PREFIXES = ("", "+", "++", "~")


@dataclass(frozen=True)
class Mistake:
    """A command line with something wrong in it.

    Attributes:
        words: of the command line.
        about: one of these has to be named by what is said.
        operator: how it was made.
        surely: whether a strict reading refuses it; None if only an error has to be a sentence.
        before: makes files in the folder.
    """

    words: tuple[str, ...]
    about: tuple[str, ...]
    operator: str
    surely: bool | None = True
    before: Callable[[Path], None] | None = None


class Drawing:
    """What all operators draw from: what can be said, and a source of random numbers."""

    def __init__(
        self, kinds: Sequence[Kind], groups: Mapping[str, list[str]], commands: Sequence[Command], seed: int
    ) -> None:
        self.kinds, self.groups, self.commands = list(kinds), groups, list(commands)
        self.rng = random.Random(seed)
        self.files = 0

    def _base(self) -> tuple[Kind, list[str]]:
        kind = self.rng.choice(self.kinds)
        words = ["run", f"trial={kind.trial}", *(BASE[:1] if kind.trial in WITHOUT_MODEL else BASE)]
        return kind, words

    def _with(self, words: list[str], word: str) -> tuple[str, ...]:
        at = self.rng.randrange(2, len(words) + 1)
        return (*words[:at], word, *words[at:])

    def _invented(self) -> str:
        return "".join(self.rng.choices(string.ascii_lowercase, k=self.rng.randrange(3, 9)))


def misspelt(word: str, rng: random.Random) -> str:
    """The word with a letter dropped, doubled, swapped or changed."""
    at = rng.randrange(len(word))
    ways = [
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
        word[:at] + rng.choice(string.ascii_lowercase) + word[at + 1 :],
    ]
    return rng.choice(ways)


def written(value: Any) -> str:
    """A value as a word of a command line gives it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, str) and (
        value == "" or not all(one.isalnum() or one in "_-./" for one in value) or _reads_otherwise(value)
    ):
        return '"' + value.replace('"', '\\"') + '"'
    return repr(value) if isinstance(value, float) else str(value)


def _reads_otherwise(text: str) -> bool:
    return not isinstance(yaml.safe_load(text), str) or text.lower() in ("nan", "inf", "null", "true", "false")


def values(rng: random.Random) -> list[tuple[str, Any]]:
    """Values of every kind, as text of a command line and as what it means."""
    number = rng.randrange(2, 50)
    return [
        *((text, text) for text in ("abc", "yes", "no", "off", "on", "None")),
        *((f"'{text}'", text) for text in (str(number), "true", "false", "0.5", "1e3", "null")),
        *((text, float(text)) for text in ("nan", "inf", "-inf", "1e308", "-0.5", "1.5", "0.0", "2.0")),
        *((text, int(text)) for text in ("-1", "0", "-1000000", "1000000000000000000000", "1")),
        ("true", True), ("false", False), ("null", None), ("[]", []), ("{}", {}),
        (f"[{number}]", [number]), ("[a,a]", ["a", "a"]), ("[null]", [None]), ("[[1]]", [[1]]), ("{a:1}", {"a": 1}), ('""', ""),
        ("1_000", 1000), ("0x10", "0x10"), ("5%", "5%"),
    ]  # fmt: skip
