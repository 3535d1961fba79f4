"""The commands on claims: the table, one claim in full, and what goes wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.cli import claim, claims
from harness.core import ConfigError
from tests.report import made_claims


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.startswith("experiments.depth")]:
        del sys.modules[name]


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """A study of somebody's own, with records of the tier `part`."""
    mine, results = made_claims.study(tmp_path), made_claims.records(tmp_path)
    return ["tier=part", f"results={results}", "--config-dir", str(mine)]


def test_the_table_has_every_claim_with_its_verdict(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert claims.main([*words, "study=depth"]) == 0
    shown = capsys.readouterr().out
    assert "Tall trees are better than flat ones." in shown
    assert "supported" in shown
    assert "not testable by software" in shown
    assert "no preregistration" in shown


def test_programs_read_a_list(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert claims.main([*words, "study=depth", "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["id"], first["verdict"], first["specifications"], first["neighbours"]) == ("M1", "supported", 4, 2)
    assert first["estimate"] == pytest.approx(40.9)
    assert (second["verdict"], second["estimate"]) == ("not testable by software", None)


def test_one_claim_is_shown_in_full(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert claim.main(["m1", *words]) == 0
    shown = capsys.readouterr().out
    for part in (
        "M1  Tall trees are better than flat ones.",
        "source: our plan",
        "verdict: supported",
        "tall − flat: 40.9 points [40.",
        "4 distinct specifications; 2 of 2 neighbours keep the verdict",
        "second = tall: practically no difference",
        "harness run -m experiment=depth tier=part",
    ):
        assert part in shown


def test_a_remark_stands_under_the_verdict(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made_claims.remark(tmp_path)
    assert claim.main(["M1", *words]) == 0
    assert f"verdict: supported\nwritten afterwards: {made_claims.REMARK}\n" in capsys.readouterr().out
    assert claim.main(["M1", *words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["remark"] == made_claims.REMARK


def test_claims_of_a_study_without_records_are_not_tested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = made_claims.study(tmp_path)
    (tmp_path / "results").mkdir()
    words = [f"results={tmp_path / 'results'}", "--config-dir", str(mine)]
    assert claims.main([*words, "study=depth", "--json"]) == 0
    assert [each["verdict"] for each in json.loads(capsys.readouterr().out)] == [
        "not tested",
        "not testable by software",
    ]
    assert claim.main(["M1", *words]) == 0
    assert "There are no records." in capsys.readouterr().out


def test_manifests_are_written(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert claims.main([*words, "study=depth", "--prml", str(tmp_path / "prml")]) == 0
    assert "1 manifests" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "prml").iterdir()) == [
        "M1.tall-flat.prml.sha256",
        "M1.tall-flat.yaml",
    ]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["S88"], "there is no claim 'S88'; did you mean S8"),
        (["zz"], "there is no claim 'zz'; there are: "),
        ([], "give the id of one claim"),
        (["S1", "S2"], "give the id of one claim"),
        (["S1", "teir=smoke"], "cannot read 'teir=smoke'"),
        (["S1", "tier=smok"], "did you mean 'smoke'"),
        (["S1", "results=/nowhere/at/all"], "there is no folder /nowhere/at/all"),
    ],
)
def test_a_mistake_ends_in_a_sentence(asked: list[str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        claim.main(asked)
    assert message in str(caught.value)


def test_a_study_without_a_register_is_named_with_those_that_have_one() -> None:
    with pytest.raises(ConfigError, match="'calibration' has no register of claims; studies with one: "):
        claims.main(["study=calibration"])


@pytest.mark.slow
def test_a_published_claim_is_judged_from_the_published_records(
    published_folder: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    written = json.loads((published_folder("synthesis") / "register.json").read_text())["claims"]
    [reported] = [one for one in written if one["id"] == "S8"]
    assert claim.main(["S8", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for part in ("verdict", "estimate", "specifications"):
        assert found[part] == reported[part]
    assert found["specifications"] >= 100


def test_brackets_in_a_register_are_no_markup(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(words[-1]) / "experiments" / "depth" / "claims.yaml"
    odd = made_claims.CLAIMS.replace("Tall trees are", '"[red] Tall [/] trees are').replace("flat ones.", 'flat."')
    path.write_text(odd.replace("place: our plan\n    con", 'place: "[/x] p. 3"\n    con'), encoding="utf-8")
    assert claim.main(["M1", *words]) == 0
    assert claims.main([*words, "study=depth"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("[red] Tall [/] trees") == 2
    assert "source: [/x] p. 3" in shown


def test_a_contrast_says_that_its_sets_are_too_few_for_an_exact_test_at_its_level(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    claim.main(["M1", *words])
    assert "no exact test of signs" not in capsys.readouterr().out
    path = Path(words[-1]) / "experiments" / "depth" / "claims.yaml"
    path.write_text(made_claims.CLAIMS.replace("alpha: 0.05", "alpha: 0.00001"), encoding="utf-8")
    claim.main(["M1", *words])
    assert "; no exact test of signs of so few data sets reaches this level" in capsys.readouterr().out


def test_a_list_and_manifests_are_not_asked_for_at_once(words: list[str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not allowed with"):
        claims.main([*words, "study=depth", "--json", "--prml", str(tmp_path / "prml")])
