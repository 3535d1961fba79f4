"""Words of a command line, parsed one by one: one that Hydra cannot read is a sentence that says how to write it."""

from __future__ import annotations

import difflib
import math
import shlex
from collections.abc import Sequence

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, Quote, QuotedString, RangeSweep
from hydra.errors import HydraException

from harness.core import ConfigError

MOST_LEVELS = 1_000_000
"""A range with more values is a slip of the finger."""

_UNQUOTED = set("_-/\\+.$%*@?|:,[](){}\"' \t")
"""Beside letters and digits, the characters that a value may have without quotes around all of it."""

_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_TAKES = {
    "range": "range(first,after the last,step) with numbers, such as range(0,5)",
    "choice": "choice(one,two)",
    "glob": "glob(pattern), such as glob(ks_*)",
    "interval": "a list or a range, since an interval has no end of values",
    "int": "int(a number)",
    "float": "float(a number)",
    "bool": "bool(true) or bool(false)",
    "str": "str(one value)",
    "sort": "sort(one,two)",
    "shuffle": "shuffle(one,two)",
    "tag": "tag(a name,choice(one,two))",
}


def parsed(words: Sequence[str], loader: ConfigLoader | None = None) -> list[Override]:
    """The words as Hydra reads them.

    Raises:
        ConfigError: a word that is no override, with the word to write instead; or a range without an end.
    """
    parser = OverridesParser.create(config_loader=loader)
    return [_parsed(word, parser, loader) for word in words]


def _parsed(word: str, parser: OverridesParser, loader: ConfigLoader | None) -> Override:
    try:
        override = parser.parse_override(word)
    except (HydraException, ValueError, ArithmeticError, RecursionError, AssertionError) as error:
        raise ConfigError(_said(word, parser)) from error
    if not override.key_or_group:
        raise ConfigError(f"{_shown(word)} has no key: write key=value, such as seed=3.")
    override.config_loader = loader
    _check_range(override)
    return override


def _check_range(override: Override) -> None:
    swept = override.value() if override.is_range_sweep() else None
    if not isinstance(swept, RangeSweep):
        return
    first, end, step = (float(one) for one in (swept.start, swept.stop, swept.step))
    if not all(map(math.isfinite, (first, end, step))) or step == 0:
        raise ConfigError(f"{override.input_line} has no end: give a step other than 0, such as range(0,5,1).")
    count = math.ceil((end - first) / step)
    if count > MOST_LEVELS:
        raise ConfigError(
            f"{override.input_line} asks for {count:,} values, and {MOST_LEVELS:,} are the most: give fewer."
        )


# ---- what is wrong with a word -------------------------------------------------------------------------------------------


def _said(word: str, parser: OverridesParser) -> str:
    key, equals, value = word.partition("=")
    if not equals and not word.startswith("~"):
        return f"{_shown(word)} is no setting: write key=value, such as seed=3."
    if not _is_key(key, parser):
        return (
            f"{_shown(word)}: {_shown(key)} is no key; keys are names of letters, digits and _ that are joined by dots, "
            "such as dataset.max_rows."
        )
    for closing in _CLOSED_BY.values():
        if value and _is_value(value + closing, parser):
            return f"{_shown(word)} cannot be read: a {closing} is missing; write {shlex.quote(word + closing)}."
    function, bracket, _ = value.partition("(")
    if bracket and function.isidentifier():
        return f"{_shown(word)} {_of_function(function, parser)}"
    return f"{_shown(word)} cannot be read: {_why(value)}; {_remedy(key, value, parser)}"


def _is_key(key: str, parser: OverridesParser) -> bool:
    try:
        parser.parse_override(f"{key}=1")
    except (HydraException, ValueError, AssertionError):
        return False
    return True


def _of_function(name: str, parser: OverridesParser) -> str:
    known = sorted(parser.functions.functions)
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]}(...)?" if close else f"there are: {', '.join(known)}."
        return f"cannot be read: there is no function {name!r}; {hint}"
    return f"cannot be read: write {_TAKES.get(name, 'its arguments otherwise')}."


def _why(value: str) -> str:
    """What stands in the way, as far as can be told from the characters."""
    quote, waiting = "", []
    for character, before in zip(value, f" {value}", strict=False):
        if quote:
            quote = "" if character == quote and before != "\\" else quote
        elif character in "'\"":
            quote = character
        elif character in _CLOSED_BY:
            waiting.append(character)
        elif character in _CLOSED_BY.values() and (not waiting or _CLOSED_BY[waiting.pop()] != character):
            return f"{character} closes nothing"
    if quote:
        return f"the quote {quote} is not closed"
    if waiting:
        return f"{waiting[-1]} is not closed by {_CLOSED_BY[waiting[-1]]}"
    odd = sorted({one for one in value if not (one in _UNQUOTED or (one.isascii() and one.isalnum()))})
    return (
        f"{' '.join(map(_shown, odd))} may stand in quotes only"
        if odd
        else "commas, colons or brackets are out of place"
    )


def _remedy(key: str, value: str, parser: OverridesParser) -> str:
    """The words to write instead, as a shell needs them."""
    if not value.isprintable():
        return "take line breaks and other characters without a picture out."
    as_text = _in_quotes(value, parser)
    members = value[1:-1].split(",") if value[:1] + value[-1:] == "[]" else value.split(",")
    one_by_one = ",".join(one if _is_value(one, parser) else _in_quotes(one, parser) for one in members)
    as_list = f"[{one_by_one}]" if value.startswith("[") else one_by_one
    ways = [f"if it is meant as text, write {shlex.quote(f'{key}={as_text}')}"] if as_text else []
    if len(members) > 1 and value[:1] not in "{(" and "" not in members and _is_value(as_list, parser):
        ways.append(f"if as several values, {shlex.quote(f'{key}={as_list}')}")
    return "; ".join(ways) or "put text into quotes."


def _in_quotes(text: str, parser: OverridesParser) -> str:
    """The text as the grammar of overrides quotes it; "" if it cannot."""
    quoted = (QuotedString(text, quote).with_quotes() for quote in (Quote.double, Quote.single))
    return next((one for one in quoted if _is_value(one, parser)), "")


def _is_value(text: str, parser: OverridesParser) -> bool:
    try:
        parser.parse_override(f"key={text}")
    except (HydraException, ValueError, AssertionError):
        return False
    return bool(text)


def _shown(text: str) -> str:
    """Printable on one line."""
    return text if text.isprintable() and text.strip() == text and text else repr(text)
