"""`harness survey` as a user meets it: whatever file it is given, it answers, or says in one sentence why not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main

Said = Callable[..., tuple[int, str, str]]

PLAIN = "team,q1,q2\na,1,2\na,2,\nb,5,4\nb,4,5\na,1,1\nb,3,4\n"


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run the command on a file of this content; the exit code, what it said, and its errors."""

    def run(content: str | bytes, *words: str, name: str = "answers.csv") -> tuple[int, str, str]:
        monkeypatch.chdir(tmp_path)
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        code = main(["survey", name, *words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def numbers(said: Said, content: str | bytes, *words: str) -> dict[str, Any]:
    code, out, err = said(content, *words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)  # type: ignore[no-any-return]


def test_a_file_is_described_and_its_groups_compared(said: Said) -> None:
    code, out, _ = said(PLAIN, "--scale", "1", "5", "--group", "team")
    assert code == 0
    assert "2 items answered by 6 respondents" in out
    assert "Groups by team: a (3), b (3)." in out
    assert "Cliff's δ" in out


def test_the_numbers_are_those_of_the_screen(said: Said) -> None:
    found = numbers(said, PLAIN, "--scale", "1", "5", "--group", "team")
    assert found["test"] == "Brunner-Munzel"
    assert [item["n"] for item in found["items"]] == [6, 5]
    assert found["tests"][0]["effect"] == -1
    assert found["tests"][0]["note"].startswith("The samples do not overlap")


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.encode("utf-16"),
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("a,2,\n", "a,2,NA\n"),
        PLAIN.replace("a,1,2", "a, 1 ,2"),
        PLAIN.replace("a,1", "a,1.0"),
        'team;q1;q2\na;"1,0";2\na;2;\nb;5;4\nb;4;5\na;"1,0";1\nb;3;4\n',
    ],
)
def test_a_file_is_read_however_it_is_written(content: str | bytes, said: Said) -> None:
    plain = numbers(said, PLAIN, "--scale", "1", "5", "--group", "team")
    other = numbers(said, content, "--scale", "1", "5", "--group", "team")
    assert {**other, "source": ""} == {**plain, "source": ""}


def test_answers_in_words_of_another_encoding_are_read(said: Said) -> None:
    content = "größe\nnie\nhäufig\nNIE\n".encode("cp1252")
    found = numbers(said, content, "--labels", "nie", "selten", "häufig")
    assert [found["items"][0][f"count_{place}"] for place in (1, 2, 3)] == [2, 0, 1]
    assert "cp1252" in found["source"]


def test_an_answer_called_none_is_an_answer(said: Said) -> None:
    found = numbers(said, "q\nNone\nsome\n\nNone\n", "--labels", "none", "some", "all")
    assert (found["items"][0]["count_1"], found["items"][0]["missing"]) == (2, 0)


def test_numbers_may_have_names(said: Said) -> None:
    found = numbers(said, PLAIN, "--scale", "1", "5", "--labels", *"vwxyz")
    assert found["scale"] == {"low": 1, "high": 5, "labels": list("vwxyz")}
    assert [found["items"][0][f"count_{place}"] for place in range(1, 6)] == [2, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Give --scale 1 5, the lowest and the highest, or --labels"),
        (["--scale", "1", "3"], "q1 has 5 of respondent 3, 4 of respondent 4, but the scale is 1 to 3"),
        (["--scale", "1", "5", "--items", "q3"], "there is no column 'q3'"),
        (["--scale", "1", "5", "--group", "teem"], "there is no column 'teem'; did you mean 'team'?"),
        (["--scale", "1"], "--scale: expected 2 arguments"),
        (["--scale", "5", "1"], "the scale is 5 to 1"),
        (["--scale", "1", "5", "--level", "95"], "the level of an interval is 95.0"),
        (["--scale", "1", "5", "--out", "x.docx"], "there is no output of the kind .docx"),
        (["--labels", "yes", "no"], "no column has answers of the scale yes to no; team holds 'a', 'b'"),
    ],
)
def test_what_cannot_be_meant_ends_in_one_sentence(words: list[str], sentence: str, said: Said) -> None:
    code, out, err = said(PLAIN, *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "answers.csv"),
        ("q1,q2\n", "there is no respondent"),
        ("q1,q1\n1,2\n", "more than one column 'q1'"),
        ("q1\n1\n2.5\n3\n", "q1 has 2.5 of respondent 2"),
        ("q1\n1\n2\nnine\n", "q1 has 'nine' of respondent 3"),
    ],
)
def test_a_file_that_is_no_survey_ends_in_one_sentence(content: str, sentence: str, said: Said) -> None:
    code, _, err = said(content, "--scale", "1", "5")
    assert code == 2
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_a_file_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["survey", "nowhere.csv", "--scale", "1", "5"]) == 2
    assert "there is no file nowhere.csv" in capsys.readouterr().err


def test_a_folder_gets_every_kind_of_file(said: Said, tmp_path: Path) -> None:
    code, out, _ = said(PLAIN, "--scale", "1", "5", "--group", "team", "--out", "found", "--out", "page.html")
    names = {path.name for path in (tmp_path / "found").iterdir()}
    assert code == 0
    assert {"survey.html", "survey.tex", "survey.json", "survey-answers.pdf", "survey-items.csv"} <= names
    assert out.count("wrote ") == len(names) + 1
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("data:image/svg+xml") == 2


@pytest.mark.parametrize("width", [60, 80, 120])
def test_on_a_narrow_screen_no_column_is_lost(width: int, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("FORCE_COLOR", "1")
    code, out, _ = said(PLAIN, "--scale", "1", "5", "--group", "team")
    lines = re.sub(r"\x1b\[[\d;]*m", "", out).splitlines()
    assert code == 0
    assert max(map(len, lines)) <= width
    headings = [line.split() for line in lines if line.startswith("item ")]
    shown = {word for words in headings for word in words}
    assert {"item", "team", "n", "missing", "above", "below", "median", "quartiles", "mean", "SD"} <= shown
    assert all(words[0] == "item" for words in headings)


def test_the_help_shows_how_a_file_looks_and_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["survey", "--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert "person,group,q1,q2,q3" in out
    assert "harness survey answers.csv --scale 1 5 --group group" in out
