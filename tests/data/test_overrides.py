"""A setting as a word of a command line survives the shell and Hydra, and what people write is read."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st

from harness.core import ConfigError
from harness.data.overrides import NAMED, override, setting_of

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).filter(
    lambda text: text not in NAMED.values() and text not in NAMED
)


@given(texts, st.lists(texts, max_size=3))
def test_hydra_and_we_read_what_is_pasted(text: str, names: list[str]) -> None:
    one, several = (shlex.split(override(*setting)) for setting in (("target", text), ("drop", names)))
    read = [override.value() for override in OverridesParser.create().parse_overrides([*one, *several])]
    assert str(read[0]) == text
    assert [str(name) for name in read[1]] == names
    assert setting_of(*one) == ("target", text)
    assert setting_of(*several) == ("drop", names)


@pytest.mark.parametrize(
    ("word", "setting"),
    [
        ("decimal=,", ("decimal", ",")),
        ('dataset.decimal=","', ("decimal", ",")),
        ("separator=;", ("separator", ";")),
        ("separator= ", ("separator", " ")),
        ("missing=[NA, n/a]", ("missing", ["NA", "n/a"])),
        ("missing=[]", ("missing", [])),
        ("drop=['a b',c]", ("drop", ["a b", "c"])),
        ("target=2", ("target", "2")),
        ("max_rows=20", ("max_rows", 20)),
        ("thousands=null", ("thousands", None)),
    ],
)
def test_words_without_quotes_are_read(word: str, setting: tuple[str, Any]) -> None:
    assert setting_of(word) == setting


@pytest.mark.parametrize("word", ["drop=[a", 'drop=["a]', "drop=[a'b]"])
def test_a_list_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(ConfigError, match=r"is no list: write 'dataset\.drop=\[a,\"b c\"\]'"):
        setting_of(word)
