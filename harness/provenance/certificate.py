"""The certificate of a verification: what was checked of which records, by which code and machine, and what that excludes.

It has the form of an in-toto statement (v1), whose subjects are the records of the studies and whose predicate is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.core import HarnessError
from harness.provenance import manifest
from harness.provenance.checking import Check
from harness.provenance.digests import root_of
from harness.provenance.manifest import Manifest
from harness.provenance.replaying import Answer, Replayed
from harness.provenance.sampling import Sample, Stratum
from harness.provenance.verifying import ALWAYS, clean_bound
from harness.running import files
from harness.running.provenance import header

NAME = "certificate.json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://mlops-harness/verification/v2"


def certificate(
    checks: Sequence[Check], found: Mapping[str, Manifest], replayed: Sequence[Replayed], sample: Sample
) -> dict[str, Any]:
    """What was found.

    Args:
        checks: of all studies.
        found: what each study holds.
        replayed: the trials of the sample that were run again.
        sample: what they were drawn from.
    """
    machine = {name: value for name, value in header().items() if name not in ("command", "schema", "protocol")}
    roots = {study: each.root for study, each in sorted(found.items())}
    return {
        "_type": _STATEMENT,
        "subject": [
            {"name": f"results/{study}/{manifest.NAME}", "digest": {"sha256": each.sha256}}
            for study, each in sorted(found.items())
        ],
        "predicateType": _PREDICATE,
        "predicate": {
            "root": root_of(roots),
            "roots": roots,
            "verified": datetime.now(UTC).isoformat(timespec="seconds"),
            "by": machine,
            "passes": all(check.passes for check in checks) and all(one.answer is Answer.SAME for one in replayed),
            "checks": [
                {
                    "name": check.name,
                    "study": check.study,
                    "proves": check.proves if check.n else "nothing: there was nothing to look at",
                    "looked_at": check.n,
                    "faults": list(check.faults),
                    "seconds": round(check.seconds, 1),
                }
                for check in checks
            ],
            "replay": _replays(replayed, sample),
        },
    }


def _replays(replayed: Sequence[Replayed], sample: Sample) -> dict[str, Any]:
    trials = [
        {"trial_id": one.record.trial_id, "study": one.record.study, "core": one.core, "answer": str(one.answer)}
        for one in replayed
    ]
    sizes = {one.study: _size(one) for one in sample.strata}
    return {
        "seed": sample.seed,
        "cores": list(sample.cores),
        "trusted": list(sample.trusted),
        "studies": {study: {**size, **_excluded(study, size, trials)} for study, size in sizes.items()},
        "trials": trials,
    }


def _size(one: Stratum) -> dict[str, Any]:
    return {"records": one.n_records, "here": len(one.here), "elsewhere": dict(one.elsewhere)}


def _excluded(study: str, size: Mapping[str, Any], trials: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the replays of a study exclude, as a share of its records that can be run here, and in words."""
    given = [str(one["answer"]) for one in trials if one["study"] == study]
    answers = {str(answer): given.count(answer) for answer in Answer if answer in given}
    n, share = len(given), None
    others = size["records"] - size["here"]
    if not n:
        says = f"{study}: none of {size['records']:,} records was run again, and nothing is excluded."
    elif answers.get(Answer.SAME) != n:
        says = f"{study}: not every trial was the same, and nothing is excluded."
    else:
        share = clean_bound(n) if n < size["here"] else 0.0
        says = f"{study}: {n} random trials of {size['here']:,} were the same" + (
            f", so that more than {100 * share:.2g} % wrong ones are excluded at 95 %." if share else ", which are all."
        )
        says += f" Of {others:,} others nothing is said." if others else ""
    says += "".join(
        f" {count:,} cannot be run here: {why.removesuffix('.')}." for why, count in size["elsewhere"].items()
    )
    return {"answers": answers, "excluded_share": share, "says": says}


def sentences(replayed: Sequence[Replayed], sample: Sample) -> list[str]:
    """What the replays exclude, a sentence a study."""
    return [one["says"] for one in _replays(replayed, sample)["studies"].values()]


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write a certificate."""
    files.write_json(path, content)


def read(path: Path) -> dict[str, Any]:
    """A certificate, whose summaries have to follow from its checks and replays, and its root from those of studies.

    It is not signed: who invents checks and replays can write one, and it is worth what is known of its maker.

    Raises:
        HarnessError: it is none, or its summary says other than its checks and replays.
    """
    try:
        found: dict[str, Any] = files.read_json(path, dict, absent={}, advice="ask for it again")
        said = found["predicate"]
        follows = _follows(found) and (found["_type"], found["predicateType"]) == (_STATEMENT, _PREDICATE)
        answers = {one["answer"] for one in said["replay"]["trials"]}
        passes = not any(check["faults"] for check in said["checks"]) and answers <= {str(Answer.SAME)}
    except (HarnessError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise HarnessError(f"{path} is no certificate of this harness.") from error
    if said["passes"] is not passes or not follows:
        raise HarnessError(f"{path} says other than its own checks and replays: it was edited.")
    return found


def _follows(found: Mapping[str, Any]) -> bool:
    """Whether summaries follow from trials, subjects and root from studies, and no check is lacking."""
    said = found["predicate"]
    replays, roots = said["replay"], said["roots"]
    sizes = {
        study: {**{name: int(one[name]) for name in ("records", "here")}, "elsewhere": dict(one["elsewhere"])}
        for study, one in replays["studies"].items()
    }
    int(replays["seed"]), list(replays["cores"]), list(replays["trusted"])
    done = {(check["name"], check["study"]) for check in said["checks"]}
    return bool(
        replays["studies"]
        == {study: {**size, **_excluded(study, size, replays["trials"])} for study, size in sizes.items()}
        and {str(one["study"]) for one in replays["trials"]} <= set(sizes)
        and said["root"] == root_of(roots)
        and [one["name"] for one in found["subject"]] == [f"results/{study}/{manifest.NAME}" for study in sorted(roots)]
        and {(name, study) for name in ALWAYS for study in roots} | {("root", "")} <= done
    )
