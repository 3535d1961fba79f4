"""Whatever is wrong in a YAML file of a user's is one sentence that names the file, and the line where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core import ConfigError
from harness.planning import hydra_session
from harness.planning.yaml_files import read_mapping

GOOD = "_target_: harness.synthesis.Learner\nname: mine\nclassifier: {_target_: sklearn.dummy.DummyClassifier}\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD + "about: [", ", line 4, column 9: this is no YAML"),
        (GOOD + "about: a: b\n", ", line 4, column 9: this is no YAML"),
        (GOOD + "about:\n\ttitle: Mine\n", ", line 5: a tab stands at the start of the line"),
        (GOOD + "name: other\n", ", line 4: the key 'name' stands twice"),
        (GOOD + "about: {1: a, 1: b}\n", ", line 4: the key '1' stands twice"),
        (GOOD + "---\n" + GOOD, ", line 4: a second document begins"),
        (GOOD + "about: a\x00b\n", ", line 4: YAML allows no such character"),
        (GOOD + "about: *nothing\n", ", line 4, column 8: this is no YAML"),
        (GOOD + "about: !!python/name:os.system\n", ", line 4, column 8: this is no YAML"),
        (GOOD + "about: ${name\n", ": about holds a ${ that is not whole"),
        ("- a\n- b\n", " is a list; write settings as lines"),
        ("hello\n", " is a single value; write settings as lines"),
        ("", " is empty; write settings as lines"),
        ("# a comment\n", " is empty; write settings as lines"),
        ("name: &a [*a]\n", " is nested deeper than 50 levels"),
        ("null: 3\n", ": it is nothing that a setting can be"),
        ("defaults: tree\n", ": defaults has to be a list"),
        ("defaults: [3]\n", ": 3 cannot stand in defaults"),
        ("# @pakage _global_\n" + GOOD, ": a line that starts with # @ has to be `# @package _global_`"),
        ("# @package: _global_\n" + GOOD, ": a line that starts with # @ has to be `# @package _global_`"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "model" / "mine.yaml"
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as refused, hydra_session.loading(tmp_path) as loader:
        hydra_session.compose(loader, ["model=mine"])
    assert str(refused.value).startswith(f"{path}{said}")
    assert "\n" not in str(refused.value)


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes((GOOD + "about: {title: Köln}\n").encode("latin-1"))
    with pytest.raises(ConfigError, match=r"mine\.yaml, line 4: this is not UTF-8"):
        read_mapping(path)


def test_a_folder_with_the_name_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "model" / "mine.yaml").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"mine\.yaml is a folder"), hydra_session.loading(tmp_path) as loader:
        hydra_session.compose(loader, ["model=mine"])


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read_mapping(path).name == "mine"


def test_what_is_read_can_be_changed_without_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD)
    read_mapping(path).classifier._target_ = "other"
    assert read_mapping(path).classifier._target_ == "sklearn.dummy.DummyClassifier"
