"""Bytes of a text file as text, and the encoding that reads a file if the stated one does not."""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from harness.core import ConfigError, DataError
from harness.data.overrides import override

UTF_8 = "utf-8"
_MARKS = {codecs.BOM_UTF8: UTF_8, codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_LIKELY = {
    "cp932": {"kana": 1.0, "ideograph": 0.92},
    "euc_jp": {"kana": 1.0, "ideograph": 0.85},
    "gb18030": {"ideograph": 0.9},
    "euc_kr": {"hangul": 0.95},
    "cp1252": {},
}
"""Encodings in which programs of East Asia and the West write CSV files, and how likely scripts are in them.

Several may decode the same bytes; the one with the most likely text is proposed.
"""

_SIGNS = frozenset(
    "\u20ac\u00a3\u00a5\u00b0\u00b2\u00b3\u00b5\u00a7\u00a0\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2026"
)

_SAMPLE = 1 << 16


def check_encoding(name: str) -> None:
    """Raise `ConfigError` unless a name stands for an encoding of text."""
    try:
        codecs.lookup(name)
        " ".encode(name)
    except (LookupError, ValueError, UnicodeError) as error:
        raise ConfigError(
            f"encoding {name!r} is not known: write utf-8, utf-16, cp1252 (Western Excel), latin-1, cp932 (Japanese "
            f"Excel) or another name that Python knows, for instance {override('encoding', 'cp1252')}."
        ) from error


def decoded(content: bytes, encoding: str, path: Path) -> str:
    """The text of a file, without a byte order mark.

    Raises:
        DataError: the bytes are not text in this encoding. The message proposes one that reads them.
    """
    try:
        text = content.decode("utf-8-sig" if codecs.lookup(encoding).name == UTF_8 else encoding)
    except UnicodeError as error:
        raise DataError(_refusal(content, encoding, path)) from error
    if _is_rather_utf_8(content, codecs.lookup(encoding).name):
        raise DataError(f"{path} is UTF-8 text, not {encoding}: {override('encoding', UTF_8)} reads it.")
    if "\0" in text:
        raise DataError(_refusal(content, encoding, path))
    return text.removeprefix("\ufeff")


def guessed_encoding(content: bytes) -> str | None:
    """The encoding in which the bytes most likely are text; None if they are text in none that is tried."""
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            return name if _decodes(content, name) is not None else None
    if _nul_share(content[:_SAMPLE]) > 0.2:
        halves = {"utf-16-le": content[1:_SAMPLE:2].count(0), "utf-16-be": content[:_SAMPLE:2].count(0)}
        return max(halves, key=lambda name: halves[name])
    if b"\0" in content:
        return None
    if _decodes(content, UTF_8) is not None:
        return UTF_8
    fits = {name: _likelihood(text, name) for name in _LIKELY if (text := _decodes(content, name)) is not None}
    return max(fits, key=lambda name: fits[name]) if fits else None


def _refusal(content: bytes, encoding: str, path: Path) -> str:
    name = "UTF-8" if encoding == UTF_8 else encoding
    if line := _damaged_line(content, encoding):
        return f"{path} is {name} text, but for line {line}, which is damaged: correct it."
    found = guessed_encoding(content)
    text = _decodes(content, found) if found else None
    if found is None or text is None or found == encoding:
        return f"{path} is not {name} text, nor text in another known encoding: save it as a CSV file in UTF-8."
    words = (word.strip('"') for word in text.replace(";", " ").replace(",", " ").split())
    example = next((word for word in words if not word.isascii()), "")
    shown = f" (it then says '{example[:20]}')" if example else ""
    return f"{path} is not {name} text: {override('encoding', found)} reads it{shown}, or save it as UTF-8."


def _damaged_line(content: bytes, encoding: str) -> int:
    """The first line that is no UTF-8, if nearly all other text beyond ASCII is; else 0."""
    if encoding != UTF_8 or b"\0" in content:
        return 0
    text = content.decode(UTF_8, "replace")
    n_damaged, n_beyond = text.count("\ufffd"), sum(not character.isascii() for character in text)
    return text[: text.index("\ufffd")].count("\n") + 1 if 0 < n_damaged < n_beyond / 4 else 0


def _is_rather_utf_8(content: bytes, encoding: str) -> bool:
    """Whether bytes that some encoding can read are UTF-8 all the same. ASCII is the same text in most others."""
    if encoding in (UTF_8, "utf-8-sig", "ascii") or b"\0" in content or _decodes(content, UTF_8) is None:
        return False
    return not content.isascii() or encoding.startswith(("utf-16", "utf-32"))


def _decodes(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeError:
        return None


def _nul_share(content: bytes) -> float:
    return content.count(0) / max(len(content), 1)


def _likelihood(text: str, encoding: str) -> float:
    """How much the text beyond ASCII looks as if people had written it: the mean over its characters, at most 1."""
    sample = text[:_SAMPLE]
    beyond = [at for at, character in enumerate(sample) if ord(character) > 127]
    scores = (_plausibility(sample[at], sample[max(at - 1, 0)] + sample[at + 1 : at + 2], encoding) for at in beyond)
    return sum(scores) / max(len(beyond), 1)


def _plausibility(character: str, neighbours: str, encoding: str) -> float:
    """Letters of the encoding's own languages are likely; controls, private characters and scripts within words are not."""
    script = _script(character)
    if script in ("kana", "hangul", "ideograph"):
        inside_a_word = any(one.isascii() and one.isalpha() for one in neighbours)
        return -0.5 if inside_a_word else _LIKELY[encoding].get(script, 0.2)
    if script == "latin":
        return 0.8 if encoding == "cp1252" else 0.3
    if character in _SIGNS:
        return 0.75
    return -1.0 if unicodedata.category(character).startswith("C") else 0.1


def _script(character: str) -> str:
    if "\u3040" <= character <= "\u30ff" or "\uff01" <= character <= "\uff5e" or "\uffe0" <= character <= "\uffe6":
        return "kana"
    if "\uac00" <= character <= "\ud7a3":
        return "hangul"
    if "\u4e00" <= character <= "\u9fff":
        return "ideograph"
    return "latin" if "\u00c0" <= character <= "\u017f" and character.isalpha() else "other"
