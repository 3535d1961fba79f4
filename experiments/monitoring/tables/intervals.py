"""How often policies change the model in half a year, and after how long again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from experiments.monitoring.answers.choices import DRIFTS
from experiments.monitoring.cube import Where
from experiments.monitoring.record_queries import lived, named, of_part
from experiments.monitoring.study import Study
from experiments.monitoring.tables.rows import nothing
from harness.report.table import Column, Key, Table
from harness.scoring.flat import Bools
from harness.trials.closed_loop.record import PERIODS

CELL = ("dataset", "model", "scenario")


def intervals_table(study: Study) -> Table:
    """How many retrains there are in half a year, and how long it is from one to the next."""
    wholes = {"paying": study.paying, "whatever": study.drifts._replace(groups=DRIFTS["whatever"])}
    titles = {"paying": "learnable, can be had back", "whatever": "with and without a drift"}
    rows, records = [], {}
    for place, where in wholes.items():
        for entry in [one for one in study.living(study.design.named, where) if one != "never"]:
            rows.append({"place": place, "place_title": titles[place], **_spread(study, entry, where)})
            records[place, entry] = lived(study.cube, [entry], where)
    caption = (
        "How often models are changed in half a year, and after how long again, labels at once: shares of streams in percent, "
        "and quartiles of the months from one change to the next; means over data sets."
    )
    if not rows:
        return nothing("intervals", caption)
    return Table(
        "intervals",
        caption,
        pd.DataFrame(rows),
        [
            named("streams", "place_title"),
            named("policy", "title"),
            *(Column(name, name, 0) for name in ("none", "one", "two", "more")),
            Column("lower quartile", "lower", 2),
            Column("median", "median", 2),
            Column("upper quartile", "upper", 2),
            Column("intervals", "intervals", 0),
            Column("sets", "n", 0),
        ],
        [
            "A stream has one event at most, so that these are intervals at one drift in half a year. Only streams with two "
            "changes or more have one, and none is longer than half a year: they are shorter than half a year over the mean "
            "number of retrains."
        ],
        keys=[Key(("place", "entry"), records)],
        where=of_part(study.cube, study.drifts.part),
    )


def _spread(study: Study, entry: str, where: Where) -> dict[str, Any]:
    life = study.recorded.life(where.delay, entry)
    life_of = study.streams(where)[life.stream]
    changed = np.diff(life.served[life_of], axis=1) > 0
    streams = study.recorded.streams.iloc[life.stream[life_of]]
    number = changed.sum(axis=1)
    levels = {"none": number == 0, "one": number == 1, "two": number == 2, "more": number > 2}
    of_cell = pd.DataFrame(levels).groupby([streams[name].to_numpy() for name in CELL]).mean()
    shares = 100 * of_cell.groupby(level=0).mean()
    months = _months_between(changed)
    by_set = months.groupby(streams["dataset"].to_numpy()[months.index])
    quartiles = {name: by_set.quantile(at).mean() for name, at in (("lower", 0.25), ("median", 0.5), ("upper", 0.75))}
    return {
        "entry": entry,
        "title": study.title(entry),
        **{str(name): share for name, share in shares.mean().items()},
        **quartiles,
        "intervals": len(months),
        "n": len(shares),
    }


def _months_between(changed: Bools) -> pd.Series[Any]:
    """The months from each change of a model to the next of its stream, by the row of the stream."""
    stream, week = np.nonzero(changed)
    same = np.diff(stream) == 0
    return pd.Series(np.diff(week)[same] / PERIODS, index=stream[1:][same], dtype=np.float64)
