"""A study of somebody's own with a register, and records of it, in a folder."""

from __future__ import annotations

from pathlib import Path

from harness import places
from harness.core import Record, Status
from harness.running import store
from harness.running.provenance import header
from harness.running.publishing import publish

CLAIMS = """\
study: depth
source: {doi: none, title: Ours}
level: {alpha: 0.05, contrasts: 1}
claims:
  M1:
    statement: Tall trees are better than flat ones.
    place: our plan
    contrasts:
      - {id: M1.tall-flat, statement: tall − flat, of: difference, with: {first: tall}, test: mean, unit: points, region: 1}
    dimensions:
      metric: {role: analysis, registered: accuracy, levels: {accuracy: what users see, recall: classes weigh alike}}
      summary: {role: analysis, registered: mean, levels: {mean: usual, trimmed: no set decides alone}}
      second: {role: question, registered: flat, levels: {flat: what is said, tall: itself}}
    fewer: an example
  M2: {statement: People like trees., place: our plan, untestable: it takes people}
"""
OFFERS = """\
import pandas as pd

from harness.analysis.frame import trial_frame
from harness.analysis.query import OK, where
from harness.claims.offers import Counted, Offered


def cells(evidence):
    return trial_frame(evidence.stored).groupby(["dataset", "model"])[["accuracy", "recall"]].mean()


def difference(cube, *, first, second, metric):
    table = 100 * cube[metric].unstack("model")
    return Counted(table[first] - table[second], pd.Series(2, index=table.index))


def rests_on(cube, *, first, second, metric):
    return OK & where(model=(first, second))


CONTRASTS = {"difference": Offered(difference, rests_on)}
"""
REMARK = "Trees were pruned, [so] tall ones are not as tall as they seem."
REPORT = """\
from harness.report.writing import Report


def report(evidence):
    return Report([], [], evidence.numbers)
"""


def study(folder: Path) -> Path:
    """The folder of somebody's own, with the study `depth` in it."""
    home = folder / "mine" / "experiments" / "depth"
    home.mkdir(parents=True)
    for name, text in (("claims.yaml", CLAIMS), ("claims.py", OFFERS), ("__init__.py", REPORT)):
        (home / name).write_text(text, encoding="utf-8")
    return folder / "mine"


def remark(folder: Path, written: str = f"M1: {REMARK}") -> None:
    """Write what is said afterwards of the claims of the study `depth`."""
    (folder / "mine" / "experiments" / "depth" / "remarks.yaml").write_text(f"{written}\n", encoding="utf-8")


def records(folder: Path, tall: float = 0.9, *, tier: str = "part", sets: str = "set", ids: str = "") -> Path:
    """The folder of results with records of ten data sets at a tier; published, if that is a tier that is.

    Args:
        folder: where results are.
        tall: the accuracy of tall trees on the first set.
        tier: the records' tier.
        sets: what the names of the data sets begin with.
        ids: the tier whose ids the trials have; their own unless it is given.
    """
    place = places.study_folder(folder / "results", tier, "depth")
    writer = store.PartWriter(place, header())
    for number in range(10):
        for model, accuracy in (("flat", 0.5 + 0.01 * number), ("tall", tall + 0.012 * number)):
            factors = {"dataset": f"{sets}{number}", "model": model, "seed": 0}
            measured = {"accuracy": [accuracy], "recall": [accuracy - 0.2]}
            name = _id(ids or tier, number, model)
            record = Record(name, "depth", Status.OK, factors, "", "", measured, {"seconds": 1.0})
            writer.append(record, {"made": "up"}, {})
    writer.close()
    publish(place, [_id(ids or tier, number, model) for number in range(10) for model in ("flat", "tall")])
    return folder / "results"


def _id(tier: str, number: int, model: str) -> str:
    """The id of a made trial; no two tiers share one."""
    return f"{number}{model == 'tall':d}{len(tier):x}".rjust(64, "0")
