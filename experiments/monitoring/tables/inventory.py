"""What the study is made of: streams by scenario, trials that were skipped, and entries that could not live."""

from __future__ import annotations

import pandas as pd

from experiments.monitoring.record_queries import of_part
from experiments.monitoring.study import Study
from harness.analysis.query import EVERYTHING, OK
from harness.core import Status
from harness.report.table import Basis, Column, Key, Table


def trials_table(study: Study) -> Table:
    """Trials by part of the design, and what became of them."""
    streams = study.recorded.streams
    rows = [
        {
            "part": part,
            "datasets": some["dataset"].nunique(),
            "models": some["model"].nunique(),
            "scenarios": some["scenario"].nunique(),
            "seeds": some["seed"].nunique(),
            "streams": len(some),
            "entries": len(study.cube.parts[str(part)].entries),
        }
        for part, some in streams.groupby("part", sort=False)
    ]
    statuses = study.evidence.stored.table["status"].to_pylist()
    notes = [
        f"{statuses.count(Status.SKIPPED)} trials made no sense and were skipped, most for a harm that cannot be reached; "
        f"{statuses.count(Status.FAILED)} failed.",
        f"{study.recorded.n_left_out} streams of another length are left out." if study.recorded.n_left_out else "",
        study.absent,
    ]
    counted = [Column(name, name, 0) for name in ("datasets", "models", "scenarios", "seeds", "streams", "entries")]
    return Table(
        "trials",
        "The streams by part of the design, and how many entries lived on some of them.",
        pd.DataFrame(rows),
        [Column("part", "part", basis=Basis.DESIGN), *counted],
        notes,
        keys=[Key(("part",), {(row["part"],): of_part(study.cube, str(row["part"])) for row in rows})],
        where=EVERYTHING,
    )


def unable_table(study: Study) -> Table:
    """Entries that could not live on some streams, by reason."""
    unable = study.recorded.unable
    streams = study.recorded.streams.iloc[unable["stream"].to_numpy(dtype=int)].reset_index(drop=True)
    known = unable.assign(model=streams["model"].to_numpy(), dataset=streams["dataset"].to_numpy())
    frame = (
        known.groupby(["entry", "model", "code"])
        .agg(streams=("stream", "size"), datasets=("dataset", "nunique"))
        .reset_index()
    )
    frame["title"] = frame["entry"].map(study.title)
    frame["model_title"] = frame["model"].map(study.model_title)
    return Table(
        "unable",
        "Entries that could not live on some streams, and why: the code of the reason, and how many streams and data sets.",
        frame,
        [
            Column("policy", "title", basis=Basis.DESIGN),
            Column("model", "model_title", basis=Basis.DESIGN),
            Column("code", "code", basis=Basis.DESIGN),
            Column("streams", "streams", 0),
            Column("data sets", "datasets", 0),
        ],
        ["Such an entry is in no mean of these streams, and compared with others on streams that both have."],
        keys=[
            Key(
                ("entry", "model", "code"),
                {tuple(row): OK for row in frame[["entry", "model", "code"]].itertuples(index=False)},
            )
        ],
        where=OK,
    )
