"""Every number that a sentence of the paper uses, as it is printed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harness.analysis.claims import claim_verdict
from harness.analysis.inference.estimate import Estimate
from harness.analysis.inference.planning import minimal_detectable_difference
from harness.analysis.synthesis.inventory import machine
from harness.analysis.synthesis.study import Study
from harness.analysis.table import number_text
from harness.core import PROTOCOL_VERSION, Status


def numbers(study: Study, verdicts: pd.DataFrame) -> dict[str, str]:
    """Texts by key: the size of the study, the accuracy of every method, and every claim with its verdict."""
    n_primary = int((verdicts["family"] == "primary").sum())
    return {**_sizes(study, n_primary), **_accuracies(study), **_claims(verdicts)}


def _sizes(study: Study, n_primary: int) -> dict[str, str]:
    stored, main = study.evidence.stored, study.main
    statuses = stored.table["status"].to_pylist()
    return {
        "tier": study.evidence.tier,
        "protocol": str(PROTOCOL_VERSION),
        "trials": f"{len(statuses):,}",
        **{f"trials.{status}": f"{statuses.count(status):,}" for status in Status},
        "sets": str(main["dataset"].nunique()),
        "sets.regression": str(study.regression["dataset"].nunique()),
        "seeds": str(main["seed"].nunique()),
        "folds": _levels(main["n_folds"]),
        "folds.inner": _levels(main["inner_folds"]),
        "noise.levels": _percents(study.levels("label_noise")[1:]),
        "sizes.levels": _percents(study.levels("train_size")[:-1]),
        "rows.least": f"{(main['n_train'] + main['n_test']).min():.0f}",
        "rows.most": f"{(main['n_train'] + main['n_test']).max():.0f}",
        "region": f"{study.design.region:g}",
        "machine": machine(study),
        "detectable": _detectable(study, 0.05),
        "detectable.first": _detectable(study, 0.05 / max(n_primary, 1)),
        "primary": str(n_primary),
        "revisions": ", ".join(sorted({str(header["revision"])[:12] for header in stored.headers.values()})),
    }


def _levels(column: pd.Series[float]) -> str:
    return ", ".join(f"{level:g}" for level in sorted(column.unique()))


def _percents(levels: list[float]) -> str:
    return ", ".join(f"{100 * level:g}" for level in levels) + " %" if levels else "none"


def _detectable(study: Study, alpha: float) -> str:
    """The difference between stacking and boosting that a study like this finds with 80 % power, in points."""
    differences = study.contrast(study.design.stacking, study.design.boosting)
    differences = differences[np.isfinite(differences)]
    if len(differences) < 2:
        return "not known"
    return number_text(
        minimal_detectable_difference(len(differences), sd=float(differences.std(ddof=1)), alpha=alpha).estimate, 1
    )


def _accuracies(study: Study) -> dict[str, str]:
    found = {}
    for method in study.methods:
        one = study.mean("accuracy", method)
        found[f"accuracy.{method}"] = number_text(one.estimate, 1)
        found[f"accuracy.{method}.interval"] = _interval(one, 1)
    return found


def _claims(verdicts: pd.DataFrame) -> dict[str, str]:
    deciding = verdicts[verdicts["family"].isin(["primary", "secondary"])]
    by_claim = {str(claim): claim_verdict(list(rows["verdict"])) for claim, rows in deciding.groupby("claim")}
    found = {f"verdict.{claim}": verdict for claim, verdict in by_claim.items()}
    for name in ("supported", "refuted", "inconclusive"):
        members = [claim for claim, verdict in by_claim.items() if verdict == name]
        found[f"claims.{name}"] = str(len(members))
        found[f"claims.{name}.list"] = ", ".join(sorted(members, key=lambda claim: int(claim[1:]))) or "none"
    found["claims"] = str(len(by_claim))
    found["contrasts"] = str(len(verdicts))
    for claim, rows in verdicts.groupby("claim"):
        for place, row in enumerate(rows.to_dict("records"), start=1):
            key = f"claim.{claim}.{place}"
            found[key] = number_text(row["estimate"], 2, signed=True)
            found[f"{key}.interval"] = f"{number_text(row['low'], 2)} to {number_text(row['high'], 2)}"
            found[f"{key}.verdict"] = row["verdict"]
            found[f"{key}.n"] = str(row["n"])
    return found


def _interval(one: Estimate, decimals: int) -> str:
    return f"{number_text(one.interval.low, decimals)} to {number_text(one.interval.high, decimals)}"
