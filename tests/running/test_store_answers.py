"""Answers are kept once, and whoever has a record has the answers that it rests on."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.core import Answered, HarnessError
from harness.running import store
from harness.running.store import PartWriter
from harness.running.store.answers import FOLDER, NAME
from tests.running.made_records import HEADER, SPEC, record

BLANK = Answered("wine", "c", 0, "r", "t", "e", "tree", "l", "p", "[]", (), np.array([True]))


def answered(seed: int, wrong: list[int], **fields: Any) -> Answered:
    return BLANK._replace(seed=seed, wrong=np.array(wrong, dtype=bool), **fields)


def write(folder: Path, *answers: Answered, torn: bytes = b"") -> PartWriter:
    part = PartWriter(folder, HEADER)
    for number, one in enumerate(answers):
        part.append(record(number), SPEC, answers=[one])
    part.close()
    if torn:
        with (folder / FOLDER / part.path.name).open("ab") as file:
            file.write(torn)
    return part


def found(folder: Path) -> list[tuple[int, tuple[float, ...], list[int]]]:
    rows = store.read_answers(folder).to_pylist()
    return [
        (row["seed"], tuple(row["strengths"]), store.bits(row["wrong"], row["n"]).astype(int).tolist()) for row in rows
    ]


def test_answers_come_back_to_the_bit_and_once(tmp_path: Path) -> None:
    many = [int(bit) for bit in np.random.default_rng(0).random(1001) < 0.3]
    one, other = answered(2, many), answered(1, [0, 0, 1], strengths=(0.1, 1 / 3))
    write(tmp_path, one, other, one)
    write(tmp_path, other)
    expected = [(1, (0.1, 1 / 3), [0, 0, 1]), (2, (), many)]
    assert found(tmp_path) == expected
    store.compact(tmp_path)
    assert found(tmp_path) == expected
    assert list((tmp_path / FOLDER).iterdir()) == []
    before = (tmp_path / NAME).read_bytes()
    write(tmp_path, one)
    store.compact(tmp_path)
    assert (tmp_path / NAME).read_bytes() == before


def test_every_field_of_the_key_tells_answers_apart(tmp_path: Path) -> None:
    others = [BLANK._replace(**{name: "other"}) for name in BLANK._fields if isinstance(getattr(BLANK, name), str)]
    others += [BLANK._replace(seed=7), BLANK._replace(strengths=(0.5,)), BLANK]
    write(tmp_path, *others)
    assert len(found(tmp_path)) == len(others)


def test_a_study_without_answers_has_neither_folder_nor_file(tmp_path: Path) -> None:
    part = PartWriter(tmp_path, HEADER)
    part.append(record(1), SPEC)
    part.close()
    store.compact(tmp_path)
    assert not (tmp_path / FOLDER).exists()
    assert not (tmp_path / NAME).exists()
    assert found(tmp_path) == []


def test_a_torn_line_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, answered(1, [1, 0]), torn=b'{"dataset":"wi')
    assert found(tmp_path) == [(1, (), [1, 0])]
    store.compact(tmp_path)
    assert found(tmp_path) == [(1, (), [1, 0])]


def test_a_part_in_use_stays(tmp_path: Path) -> None:
    part = PartWriter(tmp_path, HEADER)
    part.append(record(1), SPEC, answers=[answered(1, [1])])
    store.compact(tmp_path)
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [part.path.name]
    part.append(record(2), SPEC, answers=[answered(2, [0])])
    part.close()
    store.compact(tmp_path)
    assert found(tmp_path) == [(1, (), [1]), (2, (), [0])]
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_answers_that_a_killed_compaction_left_are_merged_by_the_next(tmp_path: Path) -> None:
    write(tmp_path, answered(1, [1]))
    copy = next((tmp_path / FOLDER).iterdir())
    name, content = copy.name, copy.read_bytes()
    store.compact(tmp_path)
    copy.write_bytes(content)  # as if it had been killed before it removed the part
    store.compact(tmp_path)
    assert not (tmp_path / FOLDER / name).exists()
    assert found(tmp_path) == [(1, (), [1])]


def test_two_answers_with_one_key_are_refused(tmp_path: Path) -> None:
    write(tmp_path, answered(1, [1, 0]))
    write(tmp_path, answered(1, [1, 1]))
    with pytest.raises(HarnessError, match="two answers of tree on wine"):
        store.read_answers(tmp_path)


@pytest.mark.parametrize("content", [b"no line\n", b"[]\n", b'{"wrong":"!"}\n'])
def test_a_damaged_part_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "a-1-2.jsonl").write_bytes(content)
    with pytest.raises(HarnessError, match="is damaged; delete it"):
        store.read_answers(tmp_path)


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"no parquet")
    with pytest.raises(HarnessError, match="put back the published one"):
        store.read_answers(tmp_path)


WRITES = """
import sys
from pathlib import Path
from tests.running.made_records import HEADER, SPEC, record
from tests.running.test_store_answers import answered
from harness.running.store import PartWriter
part = PartWriter(Path(sys.argv[1]), HEADER)
for number in range(10**6):
    part.append(record(number), SPEC, answers=[answered(number, [number % 2] * 50)])
    print(number, flush=True)
"""


def test_a_kill_loses_no_answer_of_a_record(tmp_path: Path) -> None:
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", WRITES, str(tmp_path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(50):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
    recorded = {row["seed"] for row in store.read(tmp_path).table["factors"].to_pylist()}
    assert len(recorded) >= 50
    assert recorded <= {seed for seed, _, _ in found(tmp_path)}
    store.compact(tmp_path)
    assert recorded <= {seed for seed, _, _ in found(tmp_path)}
