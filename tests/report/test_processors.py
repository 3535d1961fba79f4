"""Another processor writes the same bytes: rounding takes away what depends on the kernels of linear algebra."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

CORES = ("", "Nehalem")
"""The processor's own kernels, and those of one of 2008, which any since can run."""

REPORTS = """
import json, sys
from dataclasses import replace
from pathlib import Path

import scipy.linalg  # its own OpenBLAS
from threadpoolctl import threadpool_info

from harness import places
from harness.report import studies
from harness.report.judging import whole_report
from harness.report.origin import read_table
from harness.report.writing import Report, write_report
from harness.running import store

folder, results = Path(sys.argv[1]), places.shipped("results")
for name in ("calibration", "synthesis", "detection"):
    records = places.study_folder(results, places.STANDARD_TIER, name)
    evidence = studies.evidence_of(records, store.read(records).current(), places.STANDARD_TIER)
    study = studies.load_study(name)
    if name == "detection":  # the table that most of linear algebra goes into, of its last row's records; all take a minute
        published = read_table(records / "tables", "anova")
        query = published.query(published.frame.to_dict("records")[-1], "statistic")
        evidence = replace(evidence, stored=query.narrowed(evidence.stored))
        report = Report([study.TABLES["anova"](study.read(evidence))], [])
    else:
        report = replace(whole_report(name, evidence, curves=False), figures=[])
    write_report(report, folder / "written" / name)
    for table in report.tables:
        path = folder / "unrounded" / name / f"{table.name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.frame.to_csv(path, index=False)
print(json.dumps(sorted({each["architecture"] for each in threadpool_info() if each["internal_api"] == "openblas"})))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, published_folder: Callable[[str], Path]) -> Mapping[str, Path]:
    """The folder of what is written by each kind of kernels; both at once."""
    for study in ("calibration", "synthesis", "detection"):
        published_folder(study)
    if platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("kernels of other processors are chosen by name on x86-64 alone")
    folders = {core: tmp_path_factory.mktemp(core or "native") for core in CORES}
    usual = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    running = {
        core: subprocess.Popen(
            [sys.executable, "-c", REPORTS, folder],
            env=usual | ({"OPENBLAS_CORETYPE": core} if core else {}),
            stdout=subprocess.PIPE,
            text=True,
        )
        for core, folder in folders.items()
    }
    kernels = {core: json.loads(process.communicate()[0]) for core, process in running.items()}
    if not all(kernels.values()) or kernels[CORES[0]] == kernels[CORES[1]]:
        pytest.skip(f"there is one kind of kernels to compare: {kernels}")
    return folders


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.slow
def test_other_kernels_write_the_same_bytes(made: Mapping[str, Path]) -> None:
    one, other = (files(made[core] / "written") for core in CORES)
    assert {"synthesis/numbers.json", "synthesis/tables/claims.csv", "detection/tables/anova.json"} <= set(one)
    assert set(one) == set(other)
    assert [name for name in one if one[name] != other[name]] == []


@pytest.mark.slow
def test_without_rounding_they_would_not(made: Mapping[str, Path]) -> None:
    one, other = (files(made[core] / "unrounded") for core in CORES)
    differ = {name for name in one if one[name] != other[name]}
    assert {"synthesis/claims.csv", "synthesis/anova_repeated.csv"} <= differ
