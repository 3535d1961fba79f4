"""What tests of planning share: Hydra's loader of what comes along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.planning.hydra_session import loading


@pytest.fixture(scope="module")
def loader() -> Iterator[Any]:
    with loading() as found:
        yield found
