"""Numbers for sentences: as they are printed, as they are, and where they come from."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from harness.analysis.query import OK, Query
from harness.inference.estimate import Interval
from harness.report.numbers import Number, Value, cells, declared, found, given
from harness.report.writing import Report, write_report

SOURCE = given("tier")


@pytest.mark.parametrize(
    ("number", "text", "value"),
    [
        (Number.of_decimals(2 / 3, 2, SOURCE, signed=True), "+0.67", 0.6666666667),
        (Number.of_decimals(-1.0, 1, SOURCE), "−1.0", -1),
        (Number.of_decimals(math.nan, 1, SOURCE), "–", None),
        (Number.of_decimals(math.inf, 1, SOURCE), "∞", None),
        (Number.of_interval(Interval(-1 / 3, 2, 0.95), 1, SOURCE), "−0.3 to 2.0", [-0.3333333333, 2]),
        (Number.of_interval(Interval(math.nan, math.nan, 0.95), 1, SOURCE), "– to –", [None, None]),
        (Number.of_count(1234, SOURCE), "1234", 1234),
        (Number.of_count(1234, SOURCE, grouped=True), "1,234", 1234),
        (Number.of_shortest(0.25, SOURCE), "0.25", 0.25),
        (Number.of_shortest(5.0, SOURCE), "5", 5),
        (Number.of_list([5.0, 10.0], SOURCE, unit=" %"), "5, 10 %", [5, 10]),
        (Number.of_list(["D1", "D2"], SOURCE), "D1, D2", ["D1", "D2"]),
        (Number.of_list([], SOURCE, unit=" %", empty="none"), "none", []),
        (Number.of_words("supported", SOURCE), "supported", "supported"),
        (Number.missing(SOURCE, "not known"), "not known", None),
    ],
)
def test_a_number_has_its_text_and_its_value(number: Number, text: str, value: Value) -> None:
    assert (number.text, number.value) == (text, value)


def test_a_text_is_of_the_number_before_it_is_rounded() -> None:
    number = Number.of_decimals(3.1500000000000004, 1, SOURCE)
    assert (number.text, number.value) == ("3.2", 3.15)


def test_a_format_says_how_the_text_comes_of_the_value() -> None:
    assert Number.of_decimals(1.0, 2, SOURCE, signed=True).format == {"kind": "decimals", "decimals": 2, "signed": True}
    assert Number.of_count(3, SOURCE, grouped=True).format == {"kind": "count", "grouped": True}
    assert Number.of_list([0.1], SOURCE, unit=" %").format == {"kind": "list", "unit": " %"}


def test_a_source_is_data_that_can_be_looked_up_again() -> None:
    assert cells("paper", {"detector": "ddm"}, "delay_low", "delay_high") == {
        "table": "paper",
        "row": {"detector": "ddm"},
        "columns": ["delay_low", "delay_high"],
    }
    assert Query.of_json(json.loads(json.dumps(found("harness.core.Record", OK)))["records"]) == OK
    assert declared("harness.core.PROTOCOL_VERSION") == {"declared": "harness.core.PROTOCOL_VERSION"}


def test_the_file_has_all_four_of_every_number(tmp_path: Path) -> None:
    write_report(Report([], [], {"sets": Number.of_count(27, SOURCE)}), tmp_path)
    assert json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8")) == {
        "sets": {"text": "27", "value": 27, "format": {"kind": "count", "grouped": False}, "source": {"given": "tier"}}
    }
