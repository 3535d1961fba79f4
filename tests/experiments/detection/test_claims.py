"""The experiment's verdicts on studies whose answer is known, and its report."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.detection import contrasts
from experiments.detection.draws import DRAWS
from harness.claims.contrasts import Directional
from harness.claims.judging import judged, whole_verdict
from harness.detectors.run import Run
from harness.inference.mean import bootstrap_t
from harness.randomness import stream
from harness.report.verdicts import claim_numbers
from harness.report.writing import write_report

SETS = [f"set {number}" for number in range(12)]
NAMES = ("ddm", "eddm", "ks")


def study_of(made: Any, answers: Callable[[str, np.random.Generator], list[int]], *, free: Any = None) -> Any:
    """Twelve sets with ten streams and ten twins each; both settings answer alike."""
    rng = np.random.default_rng(0)
    for dataset in SETS:
        for seed in range(10):
            for scenario in ("label_permutation", "mean_shift", "control"):
                answer = (free or (lambda *_: [])) if scenario == "control" else answers
                alarms = {name: answer(name, rng) for name in NAMES}
                alarms |= {f"{name}@5": alarms[name] for name in NAMES} | {"random@5": [], "never": []}
                made.stream({**alarms, "metronome": [299]}, scenario=scenario, dataset=dataset, seed=seed)
    return made.study()


def verdicts(detection: ModuleType, study: Any, claim: str) -> dict[str, str]:
    table = judged(list(detection.claims(study)))
    rows = table[(table["claim"] == claim) & (table["family"] == "primary")]
    return dict(zip(rows["statement"], rows["verdict"], strict=True))


def hits_after(**months: float) -> Callable[[str, np.random.Generator], list[int]]:
    return lambda name, rng: [int(500 + 300 * months[name] + rng.integers(0, 30))]


def test_a_detector_that_is_half_a_month_earlier_supports_the_claim(made: Any, detection: ModuleType) -> None:
    study = study_of(made, hits_after(ks=0.1, ddm=0.5, eddm=1.0))
    assert set(verdicts(detection, study, "D1").values()) == {"supported"}
    assert set(verdicts(detection, study, "D2").values()) == {"supported"}


def test_the_reverse_order_refutes_it(made: Any, detection: ModuleType) -> None:
    study = study_of(made, hits_after(ks=0.1, ddm=1.0, eddm=0.5))
    assert set(verdicts(detection, study, "D1").values()) == {"refuted (reversed)"}


def test_a_lead_too_small_to_matter_refutes_it_as_negligible(made: Any, detection: ModuleType) -> None:
    study = study_of(made, hits_after(ks=0.1, ddm=0.5, eddm=0.55))
    assert set(verdicts(detection, study, "D1").values()) == {"refuted (negligible)"}


def test_who_finds_everything_and_never_cries_wolf_is_effective(made: Any, detection: ModuleType) -> None:
    found = verdicts(detection, study_of(made, hits_after(ks=0.1, ddm=0.2, eddm=0.3)), "D5")
    assert set(found.values()) == {"supported"}


def test_false_positives_are_judged_at_defaults(made: Any, detection: ModuleType) -> None:
    chance = {"ks": 0.1, "ddm": 0.4, "eddm": 0.8}
    study = study_of(made, hits_after(ks=0, ddm=0, eddm=0), free=lambda name, rng: [9] * (rng.random() < chance[name]))
    found = verdicts(detection, study, "D4")
    assert found == {"false positives: DDM − KS": "supported", "false positives: EDDM − DDM": "supported"}


def test_a_metronome_at_equal_false_alarms_is_a_mixture(made: Any, detection: ModuleType) -> None:
    made.world(
        {"ddm": {True: [500], False: [9]}, "metronome": {True: [299], False: [299]}, "never": {True: [], False: []}}
    )
    # right on the drifted half (50), against a metronome that is always on (0)
    assert contrasts.over_metronome(made.study(), Run.of("ddm")).tolist() == [50]


def test_matched_settings_decide_and_defaults_are_a_check(made: Any, detection: ModuleType) -> None:
    study = study_of(made, hits_after(ks=0.1, ddm=0.5, eddm=1.0))
    table = judged(list(detection.claims(study)))
    table = table[(table["family"] != "stated") & (table["claim"] != "D4")]
    assert set(table.loc[table["id"].str.contains("@default"), "family"]) == {"sensitivity"}
    assert table.loc[table["family"] == "primary", "id"].str.endswith("@5").all()


def test_every_contrast_has_a_readable_id_of_its_own_that_begins_with_its_claim(
    made: Any, detection: ModuleType
) -> None:
    study = study_of(made, hits_after(ks=0.1, ddm=0.5, eddm=1.0))
    ids = [claim.id for claim in detection.claims(study)]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"D[1-9](\.[a-z0-9_]+(-[a-z0-9_]+)?(@(5|default))?)+", name)] == []
    assert set(DRAWS) <= set(ids)


def test_other_words_for_the_contrasts_change_no_value(made: Any, detection: ModuleType) -> None:
    claims = list(detection.claims(study_of(made, hits_after(ks=0.1, ddm=0.5, eddm=1.0))))
    reworded = [replace(claim, statement=f"check: other words, number {place}") for place, claim in enumerate(claims)]
    tables = [judged(each, DRAWS) for each in (claims, reworded)]
    pd.testing.assert_frame_equal(*(table.drop(columns="statement") for table in tables))
    assert claim_numbers(tables[0]) == claim_numbers(tables[1])


def test_published_bootstrap_intervals_come_from_the_streams_that_sentences_once_named() -> None:
    gaps = np.array([0.2, 0.5, 0.1, 0.4, 0.3, -0.1])
    row = judged([Directional("D1.delay.eddm-ddm@5", "in any words", gaps, 0.25)], DRAWS).iloc[0]
    check = bootstrap_t(gaps, rng=stream(0, "bootstrap", "D1", "delay: EDDM − DDM")).interval
    assert (row["low_bootstrap"], row["high_bootstrap"]) == (check.low, check.high)


def test_what_no_record_answers_is_said_to_be_not_measured(made: Any, detection: ModuleType) -> None:
    study = study_of(made, hits_after(ks=0.1, ddm=0.5, eddm=1.0))
    table = judged(list(detection.claims(study)))
    assert set(table.loc[table["claim"] == "D9", "verdict"]) == {"not measured"}
    assert claim_numbers(table)["verdict.D9"].text == "not answered"


def test_every_claim_of_the_register_has_a_row(made: Any, detection: ModuleType) -> None:
    study = study_of(made, hits_after(ks=0.1, ddm=0.5, eddm=1.0))
    assert [*dict.fromkeys(claim.claim for claim in detection.claims(study))] == [f"D{n}" for n in range(1, 10)]


def test_a_contrast_without_data_counts_in_no_family() -> None:
    known = Directional("D1.known", "known", np.array([1.0, 1.1, 0.9]), 0.25)
    unknown = Directional("D2.unknown", "unknown", np.empty(0), 0.25)
    alone, beside = judged([known]), judged([known, unknown])
    assert alone["p_adjusted"].iloc[0] == beside["p_adjusted"].iloc[0]
    assert beside["verdict"].iloc[1] == "not measured"


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        (["supported", "supported"], "supported"),
        (["supported", "not measured"], "not answered"),
        (["refuted (reversed)", "not measured"], "refuted"),
        (["not measured"], "not answered"),
        (["supported", "inconclusive"], "inconclusive"),
    ],
)
def test_a_claim_needs_all_of_its_contrasts(verdicts: list[str], whole: str) -> None:
    assert whole_verdict(verdicts) == whole


def test_a_report_without_sub_designs_leaves_out_their_tables_and_says_so(
    made: Any, detection: ModuleType, tmp_path: Any
) -> None:
    study_of(made, hits_after(ks=0.1, ddm=0.5, eddm=1.0))
    report = detection.report(made.evidence())
    names = {table.name for table in report.tables}
    assert {"paper", "paper_matched", "claims", "by_kind", "anova", "sensitivity"} <= names
    assert not {"region", "windows", "localisation"} & names
    assert "late labels" in report.numbers["absent"].text
    assert {figure.name for figure in report.figures} == {"paper", "scenarios", "survival", "contrasts"}
    write_report(report, tmp_path)
    published = pd.read_csv(tmp_path / "tables" / "paper.csv").set_index("detector")
    assert published.loc["ddm", ["delay_published", "accuracy_published"]].tolist() == [2, 95]


def test_curves_are_drawn_where_detectors_were_set_to_several_rates(
    made: Any, detection: ModuleType, tmp_path: Any
) -> None:
    for dataset in SETS[:2]:
        for setting in ("", "@1", "@5", "@10", "@20"):
            made.stream({f"ddm{setting}": [600]}, dataset=dataset)
        twins = {f"ddm{setting}": [] for setting in ("", "@1", "@5", "@10", "@20")}
        made.stream(twins, dataset=dataset, scenario="control")
    figures = detection.report(made.evidence()).figures
    assert "tradeoff" in {figure.name for figure in figures}
    assert "contrasts" not in {figure.name for figure in figures}
