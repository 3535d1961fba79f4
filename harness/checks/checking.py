"""All checks of what is in a user's folders, one level after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from harness.checks import action, dataset, detector, levels, model, policy, scenario, study, synthesis
from harness.checks.check import Finding, Suite, Verdict, tried
from harness.checks.levels import Level
from harness.checks.own import STUDY, Found
from harness.core import ROWS_PER_MONTH, ConfigError
from harness.planning.composition import Composing, composing, is_whole, resolved
from harness.planning.entry_panel import policy_node
from harness.running import threads

SUITES: Mapping[str, Suite[Any]] = {
    "dataset": dataset.SUITE,
    "model": model.SUITE,
    "synthesis": synthesis.SUITE,
    "detector": detector.SUITE,
    "scenario": scenario.SUITE,
    "policy": policy.SUITE,
    "action": action.SUITE,
    STUDY: study.SUITE,
}

SMALL_POOL = "pool=[tree_depth3,nb]", "model=tree_depth3"
"""What a way to combine models is given to combine."""


@dataclass(frozen=True)
class Checked:
    """What became of one level.

    Attributes:
        found: the level.
        findings: one a check, in their order.
        facts: what is worth printing beside it; "" for nothing.
    """

    found: Found
    findings: Sequence[Finding]
    facts: str = ""

    @property
    def failed(self) -> list[Finding]:
        """The findings that failed."""
        return self.of(Verdict.FAILED)

    def of(self, verdict: Verdict) -> list[Finding]:
        """The findings of one verdict."""
        return [finding for finding in self.findings if finding.verdict is verdict]


def check_all(wanted: Sequence[Found], own: Sequence[Path], results: Path) -> Iterator[Checked]:
    """Check one level after the other; each comes as soon as it is checked.

    Args:
        wanted: what to check.
        own: the user's folders.
        results: where records of studies may be.
    """
    threads.pin_to_one()
    with composing(own) as composed:
        for found in wanted:
            yield _check(found, composed, own, results)


def _check(found: Found, composed: Composing, own: Sequence[Path], results: Path) -> Checked:
    if found.group == STUDY:
        has_sweep = found.path.suffix == ".yaml"
        node: Any = study.Subject(found.name, has_sweep, own, composed, results)
        return _tried(found, node, [], own)
    read: list[Level] = []
    first = [tried(_given(_it_can_be_read, found, composed, read), None, own)]
    if not read:
        return Checked(found, first)
    if not read[0].node:
        return Checked(found, [Finding("it can be read", Verdict.SKIPPED, "it leaves something to the command line")])
    first += [tried(check, read[0], own) for check in levels.CHECKS]
    return _tried(found, read[0].node, first, own)


def _tried(found: Found, node: Any, first: list[Finding], own: Sequence[Path]) -> Checked:
    """The findings of the suite behind the first ones; no further than making it, if that fails."""
    suite, subjects = SUITES[found.group], []

    def it_can_be_made(_: None) -> None:
        subjects.append(suite.make(node))

    first = [*first, tried(it_can_be_made, None, own)]
    if not subjects:
        return Checked(found, first)
    findings = [tried(check, subjects[0], own) for check in suite.checks]
    facts: list[str] = []
    tried(lambda subject: facts.append(suite.facts(subject)), subjects[0], own)
    return Checked(found, [*first, *findings], "".join(facts))


def _given(check: Any, *arguments: Any) -> Any:
    """A check with its first arguments given, under its own name."""
    named: Any = partial(check, *arguments)
    named.__name__ = check.__name__.lstrip("_")
    return named


def _it_can_be_read(found: Found, composed: Composing, read: list[Level], _: None) -> None:
    """Put the level into `read`, its interpolations resolved as a trial would have them."""
    if not is_whole(found.path):
        read.append(Level(found.group, found.path, {}))
        return
    if found.group == "synthesis":
        node = composed.trial("trial=synthesis", "dataset=iris", f"synthesis={found.name}", *SMALL_POOL).spec[
            "synthesis"
        ]
        if not isinstance(node, Mapping):
            raise ConfigError(f"{found.path} describes no way to combine models.")
    elif found.group == "policy":
        node = policy_node(found.name, ROWS_PER_MONTH)
    else:
        node = resolved(found.path, rows_per_month=ROWS_PER_MONTH)
    read.append(Level(found.group, found.path, node))
