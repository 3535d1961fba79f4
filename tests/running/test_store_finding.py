"""One trial of a store is found without reading the rest, and is what a reading of all gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core import HarnessError, Status
from harness.running import store
from harness.running.store import PartWriter, compacted, finding, plans
from harness.running.store.compacted import read_compacted, write_compacted
from harness.running.store.parts import part_paths
from tests.running.made_records import HEADER, SPEC, record, write

ID = record(1).trial_id


@pytest.fixture
def small_groups() -> Iterator[None]:
    with patch.multiple(compacted, _ROWS_A_GROUP=3, _BATCH=2):
        yield


def agrees(folder: Path, trial_id: str) -> bool:
    """Whether the trial alone is what it is in the whole."""
    one, whole = store.read_trial(folder, trial_id), store.read(folder)
    found = whole.find(trial_id)
    assert len(one) == (found is not None)
    assert one.find(trial_id) == found
    assert one.current().find(trial_id) == whole.current().find(trial_id)
    if found:
        assert one.specs == {found.spec: whole.specs[found.spec]}
        assert one.headers == {found.header: whole.headers[found.header]}
    return True


# ---- it agrees with a reading of all --------------------------------------------------------------------------------

HEADERS = [HEADER, {**HEADER, "protocol": 0}, {**HEADER, "started": "later"}]
SPECS = [SPEC, {"dataset": {"name": "wine", "checksum": "old"}}, {"dataset": {"name": "wine", "checksum": "new"}}]
one_record = st.builds(
    lambda number, status, n: record(number, status, clock={"n": n}) if status is Status.OK else record(number, status),
    st.integers(0, 5),
    st.sampled_from(Status),
    st.integers(0, 3),
)
torn = st.sampled_from([b"", b"", b'{"kind":"rec', f'{{"kind":"record","trial_id":"{ID}"'.encode()])
one_part = st.tuples(
    st.lists(one_record, max_size=4), st.sampled_from(SPECS), st.sampled_from(HEADERS), torn, st.booleans()
)
steps = st.lists(one_part | st.just("compact") | st.just("plan"), min_size=1, max_size=6)


@given(steps)
@settings(max_examples=40, deadline=None)
def test_the_trial_alone_is_what_it_is_in_the_whole(tmp_path_factory: pytest.TempPathFactory, made: list) -> None:
    """Whatever parts there are, held or torn, before and after compactions, stale or not."""
    folder, held = tmp_path_factory.mktemp("store"), []
    with patch.multiple(compacted, _ROWS_A_GROUP=3, _BATCH=2):
        for step in made:
            if step == "compact":
                store.compact(folder)
            elif step == "plan":
                plans.write_plan(folder, [ID], {"wine": ["new"]})
            else:
                records, spec, header, rest, is_held = step
                if is_held:
                    held.append(PartWriter(folder, header))
                    for each in records:
                        held[-1].append(each, spec, {})
                else:
                    write(folder, *records, spec=spec, header=header, torn=rest)
        assert all(agrees(folder, record(number).trial_id) for number in range(6))
    for part in held:
        part.close()


def test_an_absent_folder_has_no_trial(tmp_path: Path) -> None:
    assert store.read_trial(tmp_path / "nothing", ID) == store.Stored()


def test_empty_lines_and_other_styles_of_json_are_read_too(tmp_path: Path) -> None:
    path = write(tmp_path, record(1), record(2))
    path.write_text("\n\n".join(json.dumps(json.loads(line)) for line in path.read_text().splitlines()))
    assert agrees(tmp_path, ID)


def test_an_id_that_another_record_speaks_of_is_not_its_own(tmp_path: Path) -> None:
    write(tmp_path, record(2, Status.FAILED, error=f"after {ID}\n{ID}"), spec={**SPEC, "like": ID})
    assert store.read_trial(tmp_path, ID).find(ID) is None
    assert agrees(tmp_path, record(2).trial_id)


def test_a_part_that_is_merged_meanwhile_is_found_in_the_merged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, record(1), record(2))
    listed = part_paths(tmp_path)
    store.compact(tmp_path)
    monkeypatch.setattr(finding, "part_paths", lambda _: listed)
    assert store.read_trial(tmp_path, ID).find(ID)


# ---- it reads little ------------------------------------------------------------------------------------------------


def test_lines_without_the_id_are_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, *map(record, range(50)))
    parsed = []
    monkeypatch.setattr(finding, "parse", lambda line: parsed.append(line) or json.loads(line))
    assert store.read_trial(tmp_path, ID).find(ID)
    assert [json.loads(line)["kind"] for line in parsed] == ["header", "record", "spec", "header"]


@pytest.mark.usefixtures("small_groups")
def test_of_the_compacted_file_one_group_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, *map(record, range(10)))
    store.compact(tmp_path)
    groups, batches = [], pq.ParquetFile.iter_batches
    monkeypatch.setattr(
        pq.ParquetFile,
        "iter_batches",
        lambda self, **settings: groups.append(settings["row_groups"]) or batches(self, **settings),
    )
    for number in range(10):
        groups.clear()
        assert agrees(tmp_path, record(number).trial_id)
        assert groups == [[number // 3]]


def test_files_are_written_in_groups_of_262144_rows(tmp_path: Path) -> None:
    write(tmp_path, record(1))
    store.compact(tmp_path)
    one, file = read_compacted(tmp_path), BytesIO()
    write_compacted(file, replace(one, table=one.table.take([0] * 262_145)))
    about = pq.read_metadata(file)
    assert [about.row_group(group).num_rows for group in range(about.num_row_groups)] == [262_144, 1]


# ---- damage ---------------------------------------------------------------------------------------------------------


def broken(path: Path, number: int, text: bytes) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:number], text, *lines[number:]]))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, b'{"kind":"header"\n'),
        (2, b'{"kind":"record","trial_id":"' + ID.encode() + b'"\n'),
        (2, b'{"kind":"record","trial_id":"' + ID.encode() + b'"}\n'),
        (2, b'{"kind":"record","trial_id":"' + ID.encode() + b'","study":"s","status":"no","spec":"","header":""}\n'),
    ],
    ids=["head", "half a line", "half a record", "no status"],
)
def test_damage_of_what_belongs_to_the_trial_is_refused_as_ever(tmp_path: Path, number: int, text: bytes) -> None:
    broken(write(tmp_path, record(1), record(2)), number, text)
    with pytest.raises(HarnessError, match=r"line \d of .* is damaged; move that file away") as whole:
        store.read(tmp_path)
    with pytest.raises(HarnessError, match=r"line \d of .* is damaged; move that file away") as one:
        store.read_trial(tmp_path, ID)
    assert str(one.value) == str(whole.value)


@pytest.mark.parametrize("lost", ["header", "spec"])
def test_a_record_without_what_it_refers_to_is_damage(tmp_path: Path, lost: str) -> None:
    path = write(tmp_path, record(1))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if json.loads(line)["kind"] != lost))
    with pytest.raises(HarnessError, match=r"line 2 of .* is damaged"):
        store.read_trial(tmp_path, ID)


def test_damage_elsewhere_is_not_looked_for(tmp_path: Path) -> None:
    broken(write(tmp_path, record(1), record(2)), 4, b'{"kind":"record","trial_id"\n')
    assert store.read_trial(tmp_path, ID).find(ID)


def test_what_a_newer_harness_wrote_is_refused(tmp_path: Path) -> None:
    write(tmp_path, replace(record(2), reason="another trial"), header={**HEADER, "schema": 99})
    with pytest.raises(HarnessError, match="was written by a newer harness"):
        store.read_trial(tmp_path, ID)


def test_a_damaged_compacted_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "trials.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(HarnessError, match=r"trials.parquet is damaged"):
        store.read_trial(tmp_path, ID)
