"""`harness data` lists, fetches and checks, and says so in a few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.data import main
from harness.core import ConfigError
from harness.data.carriers import CARRIERS, Carrier
from harness.planning.dataset_catalogue import read_catalogue

FRUIT = """
_target_: harness.data.Dataset
name: fruit
task: classification
source: {_target_: harness.data.sources.Carried, carrier: fruit-carrier, member: fruit/fruit.csv}
rows: 20
about: {title: Fruit}
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a set of one's own."""
    (tmp_path / "mine" / "dataset").mkdir(parents=True)
    (tmp_path / "mine" / "dataset" / "fruit.yaml").write_text(FRUIT)
    return tmp_path / "mine"


def test_the_catalogue_has_53_sets_and_no_templates() -> None:
    catalogue = read_catalogue()
    assert len(catalogue) == 53
    assert not {"file", "openml"} & set(catalogue)
    assert {carrier.distribution for carrier in CARRIERS} == {
        dataset.source.carrier for dataset in catalogue.values() if hasattr(dataset.source, "carrier")
    }


def test_list_shows_a_line_for_every_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    shown = {line.split()[0] for line in lines if line.strip()}
    assert set(read_catalogue()) <= shown
    assert max(map(len, lines[:37])) <= 80


def test_list_of_a_name_shows_its_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "boston"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Harrison and Rubinfeld (1978)" in shown
    assert "16 of the 506 targets are capped at 50" in shown


def test_an_unknown_name_is_refused_with_the_closest() -> None:
    with pytest.raises(ConfigError, match=r"no data set 'irsi'; did you mean 'iris'\?"):
        main(["check", "irsi"])


def test_check_of_good_sets_says_ok(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "iris", "wine"]) == 0
    assert [line.split()[0::5] for line in capsys.readouterr().out.splitlines()] == [["iris"], ["wine"]]


def test_sets_of_ones_own_are_included(fruit_carrier: Carrier, mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--config-dir", str(mine)]) == 0
    assert "fruit-carrier" in capsys.readouterr().out
    assert main(["check", "fruit", "--config-dir", str(mine)]) == 0
    assert "ok, not pinned; to pin it: checksum: " in capsys.readouterr().out
    assert fruit_carrier.is_cached()


def test_fetch_fetches_once(fruit_carrier: Carrier, mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "fruit", "--config-dir", str(mine)]) == 0
    assert main(["fetch", "fruit", "--config-dir", str(mine)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("fetched fruit-carrier 1.0; the carriers are in ")
    assert second.startswith("nothing to fetch; ")
    assert fruit_carrier.is_intact()


@pytest.mark.usefixtures("fruit_carrier")
def test_check_fails_for_a_set_that_is_not_what_it_should_be(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (mine / "dataset" / "fruit.yaml").write_text(FRUIT.replace("rows: 20", "rows: 21"))
    assert main(["check", "iris", "fruit", "--config-dir", str(mine)]) == 1
    shown = capsys.readouterr().out
    assert "FAILED  Data set 'fruit' is not what its YAML states: rows should be 21 but is 20" in shown
    assert "1 of 2 sets failed" in shown


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name: [", r", line 1, column \d+: this is no YAML"),
        ("_target_: harness.data.NoSuchThing", " does not describe a data set: "),
        ("_target_: no_such_package.Thing", " does not describe a data set: .*no_such_package"),
        ("_target_: harness.data.Dataset", " does not describe a data set: "),
        ("name: fruit", " does not describe a data set: "),
        ("- 1", " is a list; write settings as lines"),
    ],
)
def test_a_yaml_that_describes_no_set_is_named(mine: Path, content: str, said: str) -> None:
    (mine / "dataset" / "fruit.yaml").write_text(content)
    with pytest.raises(ConfigError, match=rf"fruit\.yaml{said}"):
        main(["list", "--config-dir", str(mine)])


def test_a_folder_without_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no folder .*nowhere.*--config-dir"):
        main(["list", "--config-dir", str(tmp_path / "nowhere")])


def test_help_teaches_by_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert "harness data list boston" in capsys.readouterr().out
