"""What tests of reports share: a study of one test is not that of the next."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """What one test imports as a study, the next may have from elsewhere."""
    yield
    for name in [name for name in sys.modules if name.startswith("experiments.depth")]:
        del sys.modules[name]
