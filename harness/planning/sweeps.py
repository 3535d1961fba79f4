"""Sweeps from the words of `harness run -m`, each with its own composition and all of its trials."""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig, OmegaConf

from harness.building import CODE, build
from harness.core import ConfigError
from harness.data.download import fetch
from harness.mirrors import Follower
from harness.planning.freeze import digests_for
from harness.planning.grammar import parsed
from harness.planning.grids import APART, Asked, Grid, apart, asks_for_all, grids, plain
from harness.planning.hydra_session import own_folders
from harness.planning.levels import hint
from harness.planning.made_once import in_order, make_all
from harness.planning.order import Intent, check_before, check_planned
from harness.planning.planner import Planner
from harness.planning.preparation import Fetch, prepare
from harness.planning.run_settings import check_sweep_settings, executor_of, limits_of, mirror_of, study_folder
from harness.planning.unread_keys import (
    OF_A_SWEEP,
    combinations,
    given_by,
    given_by_files,
    given_by_grid,
    refuse_unread,
)
from harness.running.identity import PlannedTrial
from harness.running.publishing import publish
from harness.running.sweep import Summary, run_sweep

Choices = Iterator[tuple[str, ...]]
Watch = Callable[[Choices, int], Iterable[tuple[str, ...]]]
"""A function that passes on a number of choices, and may show progress."""


class Wanted(NamedTuple):
    """One sweep of a command line, whose trials have not been planned yet.

    Attributes:
        asked: its words and its own composition.
        grids: the grids of overrides.
        planner: plans their trials.
        own: folders of a user's own.
    """

    asked: Asked
    grids: list[Grid]
    planner: Planner
    own: tuple[Path, ...] = ()

    @property
    def roots(self) -> tuple[str, ...]:
        """Where this sweep begins to read keys."""
        return (*OF_A_SWEEP, f"design.{self.asked.config.tier.name}")

    @property
    def design(self) -> Any:
        """What the design and its levels say, unresolved."""
        nodes = {key: self.asked.config._get_node(key) for key in ("design", "levels") if key in self.asked.config}
        return {key: OmegaConf.to_container(node, resolve=False) for key, node in nodes.items()}


@dataclass(frozen=True)
class Sweep:
    """One sweep of a command line.

    Attributes:
        config: the sweep's own composition, without swept keys.
        trials: the trials that it asks for.
        own: folders of a user's own, in which the study may have its register of claims.
        is_whole: whether it is all of its design, so that its tier may be published.
        remarks: what is to be said before it runs: that a register is not frozen, or that a tier comes too early; where it is
            mirrored.
    """

    config: DictConfig
    trials: list[PlannedTrial]
    own: tuple[Path, ...] = ()
    is_whole: bool = False
    remarks: tuple[str, ...] = ()


def wanted(words: Sequence[str], loader: ConfigLoader) -> list[Wanted]:
    """The sweeps that the words of a command line ask for, one for each experiment, tier ...

    Raises:
        ConfigError: no trial of any sweep reads a key that the words give, or no trial of a sweep a key of its design; a sweep
            has no design for its tier, or a setting of how trials are run makes no sense.
    """
    sweeps = [
        Wanted(one, grids(one, loader), Planner(one.config, loader), own_folders(loader))
        for one in apart(words, loader)
    ]
    for sweep in sweeps:
        check_sweep_settings(sweep.asked.config)
    of_all = (content for sweep in sweeps for grid in sweep.grids for content in _contents(sweep, grid))
    refuse_unread(given_by(words, loader), [root for sweep in sweeps for root in sweep.roots], of_all)
    for sweep in sweeps:
        own = {one.path for one in given_by(sweep.asked.arguments, loader)}
        designed = {one for grid in sweep.grids for one in given_by_grid(grid, loader) if one.path not in own}
        of_sweep = (
            content for grid in (*sweep.grids, *_as_designed(sweep, loader)) for content in _contents(sweep, grid)
        )
        refuse_unread([*sorted(designed), *given_by_files(sweep.asked.config)], sweep.roots, of_sweep)
    return sweeps


def _as_designed(sweep: Wanted, loader: ConfigLoader) -> Iterator[Grid]:
    """The grids without the choices of the command line: what these replace may be all that reads a key of the design."""
    which = [one.input_line for one in parsed(sweep.asked.arguments, loader) if one.key_or_group in APART]
    yield from grids(sweep.asked._replace(arguments=which), loader)


def _contents(sweep: Wanted, grid: Grid) -> Iterator[Any]:
    """What enough combinations of a grid compose to."""
    for choice in combinations(grid):
        yield {**sweep.planner.unresolved(choice), **sweep.design}


def plan_sweep(sweep: Wanted, watch: Watch = lambda choices, _: choices) -> Sweep:
    """A sweep with all of its trials planned; equal trials are kept once.

    Raises:
        ConfigError: there are no trials, or two things share a name, here or in what is recorded; or fresh data sets would be
            spent before the register is frozen.
    """
    config = sweep.asked.config
    designed = (plain(config, "design", resolve=False) or {}) if "design" in config else {}
    intent = Intent(
        study=config.study,
        tier=config.tier.name,
        results=Path(config.results),
        own=sweep.own,
        target=str(plain(config, "trial._target_")),
        designed=designed.keys(),
        is_whole=bool(designed) and asks_for_all(sweep.asked.arguments),
    )
    earlier = check_before(intent)
    choices = (choice for grid in sweep.grids for choice in itertools.product(*grid.values()))
    n_choices = sum(math.prod(map(len, grid.values())) for grid in sweep.grids)
    if not n_choices:
        raise ConfigError("this sweep has no trials: one of its ranges or lists is empty.")
    planned = (sweep.planner(choice) for choice in watch(choices, n_choices))
    trials = list({trial.trial_id: trial for trial in planned}.values())
    _check_share(list(config.share), trials)
    in_order(trials, study_folder(config))
    remarks = (*check_planned(replace(intent, trials=trials)), *earlier, *_seen(config))
    return Sweep(config, trials, sweep.own, intent.is_whole, remarks)


def _seen(config: DictConfig) -> Iterator[str]:
    """Where the records are seen, if they are mirrored."""
    if (mirror := mirror_of(config)) is not None:
        yield f"mirror={mirror.name}: {mirror.where(study_folder(config))}"


def _check_share(share: Sequence[str], trials: Iterable[PlannedTrial]) -> None:
    """Raise `ConfigError` for a name in `share` that is no factor of any trial."""
    known: set[str] = set()
    for trial in trials:
        known |= trial.spec.keys() - {"_target_", CODE}
        if known.issuperset(share):
            return
    unknown = next(name for name in share if name not in known)
    raise ConfigError(f"share=[{','.join(share)}]: no trial has a factor {unknown!r}; {hint(unknown, sorted(known))}")


@contextlib.contextmanager
def _mirrored(config: DictConfig, folder: Path) -> Iterator[Callable[[], str]]:
    """A context in which the records are mirrored, if they are to be; it gives what says why that broke, if it did."""
    mirror = mirror_of(config)
    if mirror is None:
        yield lambda: ""
        return
    with Follower(mirror, folder) as follower:
        yield lambda: _how_to_complete(config, follower)


def _how_to_complete(config: DictConfig, follower: Follower) -> str:
    if not follower.broken:
        return ""
    again = f"harness export {follower.name} study={config.study} tier={config.tier.name} results={config.results}"
    return f"mirror={follower.name} broke: {follower.broken.rstrip('.')}. The records are whole; `{again}` shows them."


def run(
    sweep: Sweep,
    observe: Callable[[Summary], None] = lambda _: None,
    bring: Fetch = fetch,
    command: Sequence[str] | None = None,
) -> Summary:
    """Run the trials of a sweep that are not recorded, on the executor and under the limits of its configuration.

    Args:
        sweep: the planned sweep.
        observe: called a few times a second with the summary so far.
        bring: fetches data that are not in the cache.
        command: the words that asked for it; those of this process unless given.

    Returns:
        The summary. If it is a whole tier that is published, and nothing is left to be run, its records are published.

    Raises:
        HarnessError: as in `harness.running.sweep.run_sweep`, or an executor or a limit makes no sense.
    """
    config, folder = sweep.config, study_folder(sweep.config)
    with _mirrored(config, folder) as why_broken:
        summary = run_sweep(
            sweep.trials,
            folder,
            build,
            executor_of(config),
            share=list(config.share),
            exclusive=bool(plain(config, "exclusive")),
            limits=limits_of(config),
            retry_failed=config.retry_failed,
            check=make_all,
            prepare=partial(prepare, bring=bring),
            observe=observe,
            command=command,
            register=lambda data: digests_for(config.study, config.tier.name, Path(config.results), data, sweep.own),
        )
        summary.mirror_broke = why_broken()
    summary.remarks = sweep.remarks
    if sweep.is_whole and not summary.interrupted:
        summary.published = publish(folder, [trial.trial_id for trial in sweep.trials])
    return summary
