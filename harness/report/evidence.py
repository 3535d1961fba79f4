"""What a study's report is made of: its records, and the printed names of what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.analysis.query import of_status
from harness.core import PROTOCOL_VERSION, HarnessError, Ints, Status
from harness.report.freezing import Frozen
from harness.report.numbers import Number, declared, found, given
from harness.running.store import Stored


@dataclass(frozen=True)
class Evidence:
    """What a report is made of.

    Attributes:
        stored: the study's records.
        tier: the tier that they are of.
        titles: printed names of levels, by group: titles["model"]["tree"].
        dependent_sets: data sets that are part of another and must not count as a replicate of their own.
        labels: predicted class codes by trial id, rows in the order of the data set.
        frozen: the digests of the register of claims that stand in the plan of these records, by part; empty if none does.
        committed: what `frozen.json` holds beside these records; None if there is none.
        estimates: of registered contrasts by id, as they were written before; empty if none were.
        again: by tier, what is published of the replication and of the confirmation. Their records are in no other place.
        unbalanced_sets: data sets without which the estimates of fresh ones are shown as well.
    """

    stored: Stored
    tier: str
    titles: Mapping[str, Mapping[str, str]]
    dependent_sets: frozenset[str] = frozenset()
    labels: Mapping[str, Ints] = field(default_factory=dict)
    frozen: Mapping[str, str] = field(default_factory=dict)
    committed: Frozen | None = None
    estimates: Mapping[str, float | None] = field(default_factory=dict)
    again: Mapping[str, Evidence] = field(default_factory=dict)
    unbalanced_sets: frozenset[str] = frozenset()

    @property
    def has_results(self) -> bool:
        """Whether any trial has ended well."""
        return Status.OK in self.stored.table["status"].unique().to_pylist()

    def check(self) -> None:
        """Refuse a report of nothing.

        Raises:
            HarnessError: no trial has ended well.
        """
        if not self.has_results:
            raise HarnessError("no trial of this study has ended well yet; `harness status` says what became of them.")

    @property
    def machine(self) -> str:
        """Python, packages and processor of the records, in one sentence for each kind there is."""
        sentences = {
            "Python {}, numpy {}, scikit-learn {}, scipy {}, on {}.".format(
                header["python"],
                *(header["packages"][name] for name in ("numpy", "scikit-learn", "scipy")),
                header["cpu"],
            )
            for header in self.stored.headers.values()
        }
        return " ".join(sorted(sentences))

    @property
    def numbers(self) -> dict[str, Number]:
        """What every study has for the paper: tier, protocol, trials by status, machine and revisions of the code."""
        statuses = self.stored.table["status"].to_pylist()
        headers = self.stored.headers.values()
        by = "harness.report.evidence.Evidence.numbers"
        return {
            "tier": Number.of_words(self.tier, given("tier")),
            "protocol": Number.of_count(PROTOCOL_VERSION, declared("harness.core.PROTOCOL_VERSION")),
            "trials": Number.of_count(len(statuses), found(by), grouped=True),
            **{
                f"trials.{status}": Number.of_count(statuses.count(status), found(by, of_status(status)), grouped=True)
                for status in Status
            },
            "machine": Number.of_words(self.machine, found(by)),
            "processors": Number.of_list(sorted({str(header["cpu"]) for header in headers}), found(by)),
            "revisions": Number.of_list(sorted({str(header["revision"])[:12] for header in headers}), found(by)),
        }
