"""Many runs: what each costs as there are more, in a fresh process and a warm one; storage, queries, a model given back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from harness.settings import at_least
from harness.tracking.session import Reply, Session
from harness.tracking.subject.making import BEST, sha256
from harness.tracking.workloads.bench import Bench, Found, Workload, process_of, seconds_of, until

FRESH = 3
"""Runs that are recorded by a process of their own, the first of which also makes the store."""

TENTHS = 10


@dataclass(frozen=True, kw_only=True)
class Runs(Workload):
    """So many runs, each with ten parameters, eight metrics and a model.

    Attributes:
        n_runs: how many; fewer if the budget is used up, which the clock says.
    """

    n_runs: Annotated[int, at_least(FRESH + TENTHS)]

    def run(self, bench: Bench) -> Found:
        """Record runs, then look for the best and take its model back in a process of its own."""
        keeps_models = _keeps_models(bench)
        fresh = [self._fresh(bench, number, keeps_models) for number in range(FRESH)]
        ids = [run for run, _ in fresh]
        warm, process = self._warm(bench, ids, keeps_models)
        took = bench.taken()
        answers, asked = self._asked(bench, ids)
        clock = {
            "done": len(ids),
            "fresh": [seconds for _, seconds in fresh],
            "warm": _tenths(warm),
            "warm_process": process,
            "bytes": took,
            **asked,
        }
        return Found({"n_runs": self.n_runs, "keeps_models": keeps_models, **answers, **bench.refused}, clock)

    def _fresh(self, bench: Bench, number: int, keeps_models: bool) -> tuple[str, dict[str, Any]]:
        """The run, and the seconds of the whole process and of its parts."""
        with bench.session() as session:
            logged = _logged(bench, session, number, keeps_models)
        return logged.value, {**seconds_of(session.whole), "log": seconds_of(logged), **process_of(session)}

    def _warm(
        self, bench: Bench, ids: list[str], keeps_models: bool
    ) -> tuple[list[Reply], dict[str, dict[str, float]]]:
        """Record what is left, and add the ids. Returns each run, and what the process took beside them."""
        replies = list[Reply]()
        with bench.session() as session:
            is_over = until(bench.budget)
            while len(ids) < self.n_runs and not is_over():
                replies.append(_logged(bench, session, len(ids), keeps_models))
                ids.append(replies[-1].value)
        return replies, process_of(session)

    def _asked(self, bench: Bench, ids: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a process that knows none of the runs finds, and its times: of the first question, and again."""
        into = bench.folder / "restored.bin"
        with bench.session() as session:
            first = bench.has(session, "best", metric="accuracy")
            again = bench.has(session, "best", metric="accuracy")
            listed = bench.has(session, "runs")
            restored = bench.has(session, "restore_model", run=ids[BEST], into=str(into))
        answers = {
            "found_best": first is not None and first.value == ids[BEST],
            "all_listed": listed is not None and sorted(listed.value) == sorted(ids),
            **_same(bench, into),
        }
        times = {"loaded": session.loaded, "opened": session.opened, "query": first, "query_again": again}
        clock = {name: seconds_of(reply) for name, reply in {**times, "listing": listed, "restore": restored}.items()}
        return answers, {name: seconds for name, seconds in clock.items() if seconds}


def _keeps_models(bench: Bench) -> bool:
    """Whether the tool takes a model at all, tried in a store of its own."""
    with bench.session("trial") as session:
        run = session.call("start", name="trial").value
        kept = bench.has(session, "model", run=run, path=str(bench.file("model.bin", b"model")))
        session.call("finish", run=run)
    return kept is not None


def _logged(bench: Bench, session: Session, number: int, keeps_models: bool) -> Reply:
    told = {"params": bench.subject.params(number), "metrics": bench.subject.metrics(number)}
    model = str(bench.file("model.bin", bench.subject.model(number))) if keeps_models else ""
    return session.call("log", name=f"run-{number:05}", model=model, **told)


def _same(bench: Bench, restored: Path) -> dict[str, bool]:
    """Whether a model came back: its bytes, and the bits of its predictions."""
    given = bench.subject.model(BEST)
    is_same = sha256(restored) == sha256(bench.file("given.bin", given))
    predicted = restored.exists() and np.array_equal(
        bench.subject.predicted(restored.read_bytes()), bench.subject.predicted(given)
    )
    return {"restored": is_same, "same_predictions": bool(predicted)}


def _tenths(replies: list[Reply]) -> list[dict[str, float]]:
    """Of each tenth of the runs, in their order: the median run, and the `total` and the `most` seconds by the clock."""
    parts = np.array_split(np.arange(len(replies)), min(TENTHS, len(replies)) or 1)
    return [_summary([replies[one] for one in part]) for part in parts if len(part)]


def _summary(replies: list[Reply]) -> dict[str, float]:
    walls = [reply.wall for reply in replies]
    medians = {
        name: float(np.median([getattr(reply, name) for reply in replies])) for name in ("wall", "cpu", "waited")
    }
    return {name: round(value, 6) for name, value in {**medians, "total": sum(walls), "most": max(walls)}.items()}
