"""What is recorded of a study, as a frame."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from harness import places
from harness.analysis.frame import record_frame
from harness.core import ConfigError
from harness.report.tiers import require_tier
from harness.running import store
from harness.settings import check_arguments


def records(
    study: str, *, tier: str = places.STANDARD_TIER, results: str | Path = "results", folds: bool = False
) -> pd.DataFrame:
    """All records of a study: one row a trial, whether it went well or not.

    >>> import harness
    >>> trials = harness.records("synthesis", tier="adhoc")
    >>> trials.loc[trials["status"] == "ok", ["dataset", "model", "accuracy"]]
      dataset model  accuracy
    ...

    Columns are `trial_id`, `study`, `status`, `code` and `reason` (why a trial failed or was skipped), for the synthesis
    study `method` ("bagging:tree", "stacking"), then every factor, every measurement and every clock value under its own
    name; a measurement that is named as a factor is takes `_measured` behind its name. A list has become its mean (median, for
    clock values) over folds, without folds where it is undefined; mappings, such as the alarms of each detector, are left out.
    Factors that a trial does not have, and measurements that it did not make, are missing values. Stale records (of another
    protocol, or of data that have changed since) are left out, as in reports.

    Args:
        study: its name, such as "synthesis".
        tier: whose records: "standard" (the published ones), "smoke", "full", or "adhoc" for those of your own trials.
        results: the folder of all results.
        folds: whether to add a column `<name>_folds` with a tuple of all values beside each mean.

    Raises:
        HarnessError: there are no such records, or no such tier, or a file is damaged.
    """
    check_arguments(records, {"study": study, "tier": tier, "results": results, "folds": folds})
    folder = places.study_folder(Path(results), tier, study)
    if not store.exists(folder):
        require_tier(tier, Path(results))
        raise ConfigError(f"there are no records in {folder}; {_known(Path(results), tier)}")
    return record_frame(store.read(folder).current(), folds=folds)


def _known(results: Path, tier: str) -> str:
    parent = places.study_folder(results, tier, "any").parent
    known = sorted(path.name for path in parent.glob("*") if store.exists(path)) if parent.is_dir() else []
    return f"at tier={tier} there are: {', '.join(known)}." if known else f"there are none at all at tier={tier}."
