"""`harness export`: the records of studies in the tools that people use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from rich.console import Console

from harness import places
from harness.cli.main import report_error
from harness.cli.words import add_config_dir, add_trust, checked, settings_of, settings_parser, trusted
from harness.core import ConfigError, HarnessError
from harness.mirrors import Mirror
from harness.mirrors.completing import complete
from harness.mirrors.flat import write_csv, write_parquet
from harness.mirrors.mlflow import Mlflow
from harness.mirrors.shown import Run, runs_of
from harness.mirrors.tensorboard import write_events
from harness.mirrors.trackio import Trackio
from harness.provenance.trusting import refuse_strangers
from harness.report.studies import recorded_studies
from harness.report.tiers import require_tier
from harness.report.writing import refuse_links
from harness.running import store
from harness.running.store.strangers import sifted

DESCRIPTION = """\
Show the records of studies in a tool of others. Given again, it adds what is new and changes what has changed; no trial is
there twice. `harness run -m ... mirror=mlflow` does the same while a sweep runs.

  mlflow        MLflow's SQLite file, and how to look at it
  trackio       trackio's files, and how to look at them
  tensorboard   a folder of event files for each cell of the design, with seeds as steps
  csv, parquet  one table a study, a row a trial, with columns as of mlflow.search_runs

  tier=, study=, results=   which records: all of a tier, or those of one study
  to=           a folder; of mlflow, its file. By default beside the folders of the tier's studies
"""
EXAMPLES = """\
examples:
  harness export mlflow                              the standard tier: results/mlflow.db
  harness export csv study=synthesis tier=smoke      results/.smoke/exports/synthesis.csv
  harness export tensorboard tier=adhoc to=events    events/<study>/<cell>/
"""

Write = Callable[[Iterable[Run], Path, str], Path]

WRITERS: dict[str, Write] = {"tensorboard": write_events, "csv": write_csv, "parquet": write_parquet}
MIRRORS: dict[str, Callable[[str | None], Mirror]] = {"mlflow": Mlflow, "trackio": Trackio}
TOOLS = (*MIRRORS, *WRITERS)
DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results", "study": "", "to": ""}


def main(argv: Sequence[str]) -> int:
    """Export the records of each study. One that cannot be exported does not keep the others from being exported.

    Returns:
        The exit code: 0 if all were exported, else 1.

    Raises:
        HarnessError: an unknown tool, setting or study, or there are no records.
    """
    parser = settings_parser("harness export", DESCRIPTION, defaults=DEFAULTS, examples=EXAMPLES)
    add_trust(parser)
    add_config_dir(parser, "a folder of your own with the classes that your records name; may be given again")
    words = parser.parse_intermixed_args(argv)
    tool, *rest = words.settings or [""]
    if tool not in TOOLS:
        raise ConfigError(f"harness export: say first to which tool: {', '.join(TOOLS)}; {tool or 'nothing'} is none.")
    settings, own = settings_of(rest, "harness export", DEFAULTS), checked(words.config_dir)
    results, tier = Path(settings["results"]), settings["tier"]
    require_tier(tier, results, own)
    studies = recorded_studies(results, tier, settings["study"], own)
    code = 0
    for study in studies:
        try:
            folder = places.study_folder(results, tier, study)
            _refuse_strangers(folder, trusted(words.trust, own))
            print(f"{study}: {_export(tool, folder, settings['to'])}")
        except HarnessError as error:
            code = report_error(type(error)(f"{study}: {error}"))
    return code


def _refuse_strangers(folder: Path, known: Collection[str]) -> None:
    """The class of a trial tells its headline and is imported for that: only a known one, since results may be a stranger's."""
    for target in sorted(
        {str(spec.get("_target_")) for spec in store.base_specs(folder).values() if "_target_" in spec}
    ):
        refuse_strangers({"_target_": target}, known)


def _export(tool: str, folder: Path, to: str) -> str:
    """What was exported, and where it is."""
    if not to:  # beside records that may be a stranger's
        names = ("tensorboard", f"tensorboard/{folder.name}", f"{folder.name}.csv", f"{folder.name}.parquet")
        refuse_links(*(folder.parent / name for name in ("mlflow.db", "trackio", "exports")))
        refuse_links(*(folder.parent / "exports" / name for name in names))
    with Console(stderr=True, highlight=False).status(f"{folder.name}: {tool}"):
        if tool in MIRRORS:
            return _complete(MIRRORS[tool](to or None), folder)
        stored = sifted(folder, store.read(folder)).stored.current()
        if not len(stored):
            raise HarnessError("no record is left to export; `harness status` says what became of them.")
        default = folder.parent / "exports" / (tool if tool == "tensorboard" else "")
        path = WRITERS[tool](runs_of(stored), Path(to) if to else default, folder.name)
    return f"{len(stored)} trials -> {path}"


def _complete(mirror: Mirror, folder: Path) -> str:
    mirror.check(folder)
    book = mirror.open(folder)
    try:
        done = complete(book, folder)
    finally:
        book.close()
    gone = f", {done.dropped} gone" if done.dropped else ""
    return f"{done.shown} runs, {done.put} new or changed{gone}; {mirror.where(folder)}"
