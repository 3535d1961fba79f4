"""The claims of all studies as plain results: what the commands show, and other programs read."""

from __future__ import annotations

import contextlib
import difflib
import os
import queue
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from harness import places
from harness.core import ConfigError
from harness.report.claim_json import all_as_json
from harness.report.confirmed import in_words
from harness.report.judging import judged
from harness.report.registers import claims_of, with_registers
from harness.report.studies import evidence_of
from harness.running import store
from harness.running.processes import spawning
from harness.running.raised_errors import told
from harness.running.store.strangers import sifted


@dataclass(frozen=True)
class Asked:
    """Where the records of claims are.

    Attributes:
        results: the folder of all results.
        tier: of which tier.
        own: a user's folders.
    """

    results: Path
    tier: str
    own: tuple[Path, ...] = ()


class Results(NamedTuple):
    """The claims of one study.

    Attributes:
        study: its name.
        says: what the records say of the register.
        is_flagged: whether that may change a verdict.
        claims: as `harness.report.claim_json.as_json` gives them.
        confirmed: what is confirmed and what is not, in a sentence; "" if nothing is measured.
    """

    study: str
    says: str
    is_flagged: bool
    claims: tuple[Mapping[str, Any], ...]
    confirmed: str = ""


def results_of(
    study: str, asked: Asked, only: Sequence[str] = (), tell: Callable[[str], None] = lambda _: None
) -> Results:
    """The claims of one study.

    Raises:
        HarnessError: the study has no register, or no records of this tier.
    """
    folder = places.study_folder(asked.results, asked.tier, study)
    tell("records")
    found = sifted(folder, store.read(folder)).stored if store.exists(folder) else None
    stored = found.current() if found else None
    if stored is None or not len(stored):
        has = "no records" if not found else "only stale records (`harness status` says why)"
        command = f"harness run -m experiment={study} tier={asked.tier}"
        raise ConfigError(f"{study} has {has} of the tier {asked.tier!r} in {asked.results}: {command}")
    evidence = evidence_of(folder, stored, asked.tier, asked.own)
    evidence.check()
    with told(asked.own):
        answer = judged(study, evidence, asked.own, only=only, tell=tell)
    freeze = answer.freeze
    claims = tuple(all_as_json(answer))
    return Results(study, freeze.in_words(), freeze.is_flagged, claims, in_words(answer.confirmations))


def unrecorded(study: str, own: Sequence[Path] = ()) -> Results:
    """The claims of a study without records: nothing is tested, and why some never will be."""
    asked = claims_of(study, own)
    claims: tuple[dict[str, Any], ...] = tuple(
        {
            "id": entry.id,
            "statement": entry.statement,
            "place": entry.place,
            "verdict": "not testable by software" if entry.untestable else "not tested",
            "remark": asked.remarks.get(entry.id),
            "estimate": None,
            "specifications": 0,
            "neighbours": 0,
            "neighbours_kept": 0,
            "hangs_on": "",
            "contrasts": [],
            "curve": None,
            "replication": None,
            "confirmation": None,
            "questions": [],
            "scopes": [],
            "why": entry.untestable or entry.untested or None,
        }
        for entry in asked.register.entries
    )
    return Results(study, "There are no records.", False, claims)


def every_result(
    studies: Sequence[str], asked: Asked, tell: Callable[[str], None] = lambda _: None
) -> Iterator[Results]:
    """The claims of several studies, each in a process of its own if there are several and the machine has the cores.

    Args:
        studies: with a register.
        asked: where their records are.
        tell: called with what is done next: "records", "cells", or a claim's id.
    """
    recorded = [one for one in studies if store.exists(places.study_folder(asked.results, asked.tier, one))]
    n_processes = min(len(recorded), os.cpu_count() or 1)
    if n_processes < 2:
        for study in studies:
            yield results_of(study, asked, tell=tell) if study in recorded else unrecorded(study, asked.own)
        return
    with (
        spawning() as context,
        context.Manager() as manager,
        ProcessPoolExecutor(n_processes, mp_context=context) as pool,
    ):
        told = manager.Queue()
        waiting = {study: pool.submit(_told, study, asked, told) for study in recorded}
        while not all(one.done() for one in waiting.values()):
            with contextlib.suppress(queue.Empty):
                tell(told.get(timeout=0.2))
        for study in studies:
            yield waiting[study].result() if study in waiting else unrecorded(study, asked.own)


def _told(study: str, asked: Asked, told: queue.Queue[str]) -> Results:
    """The claims of a study, in another process that says what it does next."""
    return results_of(study, asked, tell=told.put)


def n_claims(studies: Sequence[str], own: Sequence[Path] = ()) -> int:
    """The number of claims of these studies."""
    return sum(len(claims_of(study, own).register.entries) for study in studies)


def study_with(claim: str, own: Sequence[Path] = ()) -> tuple[str, str]:
    """The study that has this claim, and the claim's id as its register writes it.

    Raises:
        ConfigError: no study has it.
    """
    known = {entry.id: study for study in with_registers(own) for entry in claims_of(study, own).register.entries}
    found = next((name for name in known if name.lower() == claim.lower()), None)
    if found is None:
        close = difflib.get_close_matches(claim.upper(), known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}."
        raise ConfigError(f"there is no claim {claim!r}; {hint}")
    return known[found], found
