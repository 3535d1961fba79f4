"""The paper as PDF: its frame, the sections of the studies, and every number from their reports."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import typst

from harness import places
from harness.core import HarnessError
from harness.report.studies import study_folders
from harness.report.unfinished import KEY

SOURCES = ("*.typ", "*.bib")
INGREDIENTS = ("numbers.json", "tables/*.json", "figures/*.pdf", "figures/captions.json")


def found_reports(results: Path, tier: str) -> dict[str, Path]:
    """The folders of the studies whose report of this tier is written, by study."""
    folders = {study: places.study_folder(results, tier, study) for study in study_folders()}
    return {study: folder for study, folder in folders.items() if (folder / "numbers.json").exists()}


def collect(reports: Mapping[str, Path], tier: str, draft: Path, root: str = "") -> None:
    """Copy the shipped text, and into `draft`/generated the reports and the configuration that the text reads.

    Args:
        reports: the folders of the studies.
        tier: that they are of.
        draft: the folder in which the paper is set.
        root: of all records and files (`harness verify`), to be printed; "" if it is not known.
    """
    _copy(places.shipped("paper"), SOURCES, draft)
    _copy(places.shipped("conf"), ("*.yaml", "*/*.yaml"), draft / "generated" / "conf")
    for study, folder in study_folders().items():
        _copy(folder, SOURCES, draft / "experiments" / study)
    for study, folder in reports.items():
        _copy(folder, INGREDIENTS, draft / "generated" / study)
    contents = {
        "tier": tier,
        "root": root,
        "studies": {study: _pieces(folder, draft / "experiments" / study) for study, folder in reports.items()},
        "unfinished": _unfinished(reports),
        "datasets": sorted(path.stem for path in (places.shipped("conf") / "dataset").glob("*.yaml")),
    }
    (draft / "generated" / "contents.json").write_text(json.dumps(contents, indent=1), encoding="utf-8")


def _unfinished(reports: Mapping[str, Path]) -> dict[str, str]:
    """What the report of each study says of missing and failed trials, of those where it says anything."""
    numbers = {study: json.loads((folder / "numbers.json").read_bytes()) for study, folder in reports.items()}
    return {study: known[KEY]["text"] for study, known in numbers.items() if KEY in known}


def _pieces(folder: Path, section: Path) -> dict[str, list[str]]:
    """What there is of a study: tables and figures of its report, and texts of its section."""
    return {
        "texts": sorted(path.stem for path in section.glob("*.typ")),
        "tables": sorted(path.stem for path in folder.glob("tables/*.json")),
        "figures": sorted(path.stem for path in folder.glob("figures/*.pdf")),
    }


def _copy(source: Path, patterns: Sequence[str], target: Path) -> None:
    for path in sorted(path for pattern in patterns for path in source.glob(pattern)):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def set_paper(draft: Path) -> bytes:
    """The PDF of `draft`/paper.typ: the same bytes for the same files, with Typst's own fonts and no date.

    Raises:
        HarnessError: the text does not compile; the message is Typst's, or the text's own where it misses a number.
    """
    try:
        pdf: bytes = typst.compile(draft / "paper.typ", root=draft, ignore_system_fonts=True)
    except typst.TypstError as error:
        raise HarnessError(f"the paper cannot be set: {_sentence(error)}") from error
    return pdf


def _sentence(error: typst.TypstError) -> str:
    """Typst's message and the outermost place that it names, which is where the text asks for what is missing."""
    places_named = re.findall(r"([^/\\\s]+\.(?:typ|bib)):(\d+)", error.diagnostic)
    where = " ({}, line {})".format(*places_named[-1]) if places_named else ""
    return error.message.strip().removeprefix("panicked with: ") + where + "."
