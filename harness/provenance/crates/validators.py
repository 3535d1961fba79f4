"""The validators of RO-Crate and Croissant, in an environment of their own: they ask for other versions of our packages.

They run without a network. The validator of RO-Crates wants to fetch the format's context; it is given the copy that the
package `rocrate` ships.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from harness.core import HarnessError
from harness.tracking import environments

ENVIRONMENT = "validators"
_SCRIPT = Path(__file__).with_name("validating.py")


def problems(results: Path) -> dict[str, list[str]]:
    """What each validator objects to in a folder's descriptions, by the name of the file; nothing if they are valid.

    Args:
        results: the folder that holds them.

    Raises:
        HarnessError: the environment is not there, or a validator broke.
    """
    python = environments.python_of(ENVIRONMENT)
    if not python.exists():
        raise HarnessError("the validators have no environment on this machine: harness crate --install makes it.")
    done = subprocess.run([python, _SCRIPT, results], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise HarnessError(f"the validators broke: {last}")
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found
