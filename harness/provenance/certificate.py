"""The certificate of a verification: what was checked of which records, by which code and machine, and what that excludes.

It has the form of an in-toto statement (v1), whose subjects are the records of the studies and whose predicate is ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.core import HarnessError
from harness.provenance.checking import Check
from harness.provenance.digests import root_of
from harness.provenance.replaying import Answer, Replayed
from harness.provenance.verifying import clean_bound
from harness.running import files
from harness.running.provenance import header

NAME = "certificate.json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://mlops-harness/verification/v1"


def certificate(
    checks: Sequence[Check], roots: Mapping[str, str], root: str, replayed: Sequence[Replayed], seed: int
) -> dict[str, Any]:
    """What was found.

    Args:
        checks: of all studies.
        roots: of each study.
        root: of all of them.
        replayed: trials that were run again, drawn at random by the seed.
        seed: of the sample.
    """
    machine = {name: value for name, value in header().items() if name not in ("command", "schema", "protocol")}
    return {
        "_type": _STATEMENT,
        "subject": [
            {"name": f"results/{study}", "digest": {"sha256": digest}} for study, digest in sorted(roots.items())
        ],
        "predicateType": _PREDICATE,
        "predicate": {
            "root": root,
            "verified": datetime.now(UTC).isoformat(timespec="seconds"),
            "by": machine,
            "passes": all(check.passes for check in checks) and all(one.answer is Answer.SAME for one in replayed),
            "checks": [
                {
                    "name": check.name,
                    "study": check.study,
                    "proves": check.proves,
                    "looked_at": check.n,
                    "faults": list(check.faults),
                    "seconds": round(check.seconds, 1),
                }
                for check in checks
            ],
            "replay": _replays(replayed, seed),
        },
    }


def _replays(replayed: Sequence[Replayed], seed: int) -> dict[str, Any]:
    answers = {str(answer): sum(one.answer is answer for one in replayed) for answer in Answer}
    return {
        "answers": answers,
        "seed": seed,
        "trials": [
            {"trial_id": one.record.trial_id, "study": one.record.study, "core": one.core, "answer": str(one.answer)}
            for one in replayed
        ],
        **_excluded(answers),
    }


def _excluded(answers: Mapping[str, int]) -> dict[str, Any]:
    """What these answers exclude, as a share and in words."""
    same, n = answers[str(Answer.SAME)], sum(answers.values())
    if not n:
        return {"excluded_share": None, "says": "Nothing is excluded: no trial was run again."}
    if same < n:
        return {"excluded_share": None, "says": "Nothing is excluded: not every trial was the same."}
    return {"excluded_share": clean_bound(n), "says": bound_in_words(n)}


def bound_in_words(n: int) -> str:
    """What n clean replays of a random sample exclude."""
    return f"{n} random trials were the same: that more than {100 * clean_bound(n):.2g} % of all differ is excluded at 95 %."


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write a certificate."""
    files.write_json(path, content)


def read(path: Path) -> dict[str, Any]:
    """A certificate, whose summary has to follow from its checks, and its root from its subjects.

    It is not signed: who invents checks and replays can write one, and it is worth what is known of its maker.

    Raises:
        HarnessError: it is none, or its summary says other than its checks and replays.
    """
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        said = found["predicate"]
        answers = said["replay"]["answers"]
        trials = said["replay"]["trials"]
        counted = {str(name): sum(one["answer"] == name for one in trials) for name in Answer}
        names = {str(one["name"]).removeprefix("results/"): str(one["digest"]["sha256"]) for one in found["subject"]}
        excluded = {name: said["replay"][name] for name in ("excluded_share", "says")}
        follows = excluded == _excluded(counted) and said["root"] == root_of(names)
        passes = not any(check["faults"] for check in said["checks"]) and {one["answer"] for one in trials} <= {
            str(Answer.SAME)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise HarnessError(f"{path} is no certificate of this harness.") from error
    if counted != answers or said["passes"] is not passes or not follows:
        raise HarnessError(f"{path} says other than its own checks and replays: it was edited.")
    return found
