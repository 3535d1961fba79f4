"""The process that runs trials again: `python -m harness.provenance.worker`, with one trial a line on its input.

It answers with one line of its core, and one for each trial. Whatever trials print goes to its error output.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from harness.building import build
from harness.memo import Memo
from harness.provenance import cores
from harness.running import predictions, threads
from harness.running.execute import execute
from harness.running.identity import PlannedTrial


def main() -> None:
    """Run all trials that are given, and write what they measure."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    threads.pin_to_one()
    np.ones((2, 2)) @ np.ones((2, 2))
    _say(answers, {"core": cores.of_libraries(threadpool_info())})
    memo = Memo()
    for line in sys.stdin.readlines():  # all of it first: who writes it reads no answer meanwhile
        given = json.loads(line)
        done = execute(PlannedTrial(given["study"], given["spec"], given["checksum"]), build, memo)
        record = done.record
        told = {"status": str(record.status), "code": record.code, "predictions": predictions.digest(done.predictions)}
        _say(answers, told | {"measurements": record.measurements})


def _say(answers: Any, told: Any) -> None:
    answers.write(json.dumps(told) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
