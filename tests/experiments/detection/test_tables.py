"""Tables of protocol 2 on records whose answers are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.detection import protocol_1
from experiments.detection.numbers import numbers
from experiments.detection.tables.contrasts import by_harm_table, by_kind_table, protocol_1_table
from experiments.detection.tables.nominal import nominal_table
from experiments.detection.tables.realised import realised_table
from experiments.detection.tables.regression_sets import regression_sets_table
from experiments.detection.tables.sampling import exceeded, sampling_table
from experiments.detection.tables.warming import warm_up_table
from harness.randomness import stream
from harness.report.registers import claims_of

HIT, MISS = [500], list[int]()


def calm(made: Any, alarms: dict[str, list[int]], **others: Any) -> None:
    made.stream({name: [] for name in alarms}, scenario="control", **others)


def test_a_claim_stands_by_kind_of_drift(made: Any) -> None:
    for dataset in ("wine", "pima", "iris"):
        for scenario, alarms in (("label_permutation", MISS), ("halfspace_concept", HIT), ("mean_shift", [800])):
            found = {"ddm_warm": alarms, "eddm_warm": MISS, "ks": MISS, "ddm_warm@5": alarms, "eddm_warm@5": MISS}
            world = set_well("ddm_warm@5", "eddm_warm@5")
            made.stream(found, scenario=scenario, dataset=dataset, world=world)
            calm(made, found, dataset=dataset, world=world)
    frame = by_kind_table(made.study()).frame
    rows = frame[frame["id"] == "D1.delay.eddm-ddm@5"].set_index("kind")
    assert rows["estimate"].to_dict() == {"label noise": 0, "concept drift": 2, "data drift": 1}


def test_a_claim_stands_by_harm(made: Any) -> None:
    for dataset in ("wine", "pima", "iris"):
        for harm, alarms in ((5, MISS), (10, [800]), (20, HIT)):
            found = {"ddm_warm": alarms, "eddm_warm": MISS, "ddm_warm@5": alarms, "eddm_warm@5": MISS}
            world = set_well("ddm_warm@5", "eddm_warm@5")
            made.stream(found, scenario="halfspace_concept", harm=harm, dataset=dataset, world=world)
            calm(made, found, dataset=dataset, world=world)
    frame = by_harm_table(made.study()).frame
    rows = frame[frame["id"] == "D1.delay.eddm-ddm@5"].set_index("harm")
    assert rows["estimate"].to_dict() == {5: 0, 10: 1, 20: 2}
    assert set(frame["claim"]) == {"D1", "D2", "D3", "D5", "D8", "D9"}  # D4, D6 and D7 are about other streams


def test_each_contrast_is_by_the_choices_of_protocol_1_and_as_registered(made: Any) -> None:
    for dataset in ("wine", "pima", "iris"):
        for harm_to, cold, warm in (("reference", HIT, MISS), ("deployed", MISS, HIT)):
            found = {"ddm": cold, "eddm": MISS, "ddm_warm": warm, "eddm_warm": MISS}
            found |= {f"{name}@5": alarms for name, alarms in found.items()}
            world = set_well("ddm_warm@5", "eddm_warm@5")
            made.stream(found, scenario="local_concept", dataset=dataset, harm_to=harm_to, world=world)
            calm(made, found, dataset=dataset, world=world)
    table = protocol_1_table(made.study())
    row = table.row_of({"id": "D1.delay.eddm-ddm@5"})
    assert (row["then_estimate"], row["estimate"], row["published"]) == (2, 2, 0.1801812858)


def test_the_choices_of_protocol_1_are_levels_of_the_register() -> None:
    for entry in claims_of("detection").register.entries:
        known = {name: one.levels for name, one in entry.dimensions.items() if name in protocol_1.CHOICES}
        lacking = {name for name, levels in known.items() if protocol_1.CHOICES[name] not in levels}
        assert lacking == set(), entry.id


def set_well(*runs: str) -> dict[str, Any]:
    about = {"realised": 0.05, "n_fresh": 500}
    return {"detectors": [{"name": name, "detector": {}, "about": about} for name in runs]}


def test_what_was_lost_is_told_by_kind_and_by_whom_harm_was_asked_of(made: Any) -> None:
    for seed, (harm_to, lost) in enumerate(
        [("reference", 1.0), ("reference", 6.0), ("deployed", 10.0), ("deployed", 16.0)]
    ):
        made.stream({"ddm": HIT}, scenario="mean_shift", harm_to=harm_to, seed=seed)
        made.records[-1].measurements.update({"harm": lost, "effective_rows": 40.0})
    calm(made, {"ddm": HIT})
    table = realised_table(made.study())
    shares = {
        harm_to: [
            table.row_of({"harm_to": harm_to, "kind": "data drift"})[name] for name in ("n", "little", "half", "much")
        ]
        for harm_to in ("reference", "deployed")
    }
    assert shares == {"reference": [2, 50, 50, 0], "deployed": [2, 0, 0, 50]}
    assert table.row_of({"harm_to": "reference", "kind": "all kinds"})["effective"] == 40


def test_variants_stand_on_their_own_pairs_and_on_those_of_all(made: Any) -> None:
    for model, runs in (("tree", ("ddm", "ddm_warm", "eddm")), ("logistic", ("ddm_warm",))):
        found = dict.fromkeys(runs, HIT if model == "tree" else MISS)
        made.stream(found, model=model)
        calm(made, found, model=model)
    rows = warm_up_table(made.study()).frame.set_index("detector")
    assert rows["pairs"].to_dict() == {"ddm": 1, "ddm_warm": 2, "eddm": 1}
    assert rows.loc["ddm_warm", ["found_noise", "common_found", "n_common"]].tolist() == [50, 100, 1]


def test_drifts_of_nominal_columns_are_apart_and_together(made: Any) -> None:
    for scenario, alarms in (("unseen_category", HIT), ("swapped_levels", MISS)):
        made.stream({"chi_square": alarms}, scenario=scenario, dataset="mushroom")
    calm(made, {"chi_square": HIT}, dataset="mushroom")
    made.world({"chi_square": {True: HIT, False: MISS}})
    row = nominal_table(made.study()).frame.iloc[0]
    assert row[["n", "accuracy", "unseen_category", "swapped_levels"]].tolist() == [1, 75, 100, 0]


def test_sets_whose_models_give_numbers_are_in_their_own_table_alone(made: Any) -> None:
    made.world({"ddm": {True: MISS, False: MISS}})
    world = {"dataset": {"name": "boston", "task": "regression"}}
    made.stream({"ddm": HIT}, dataset="boston", world=world)
    calm(made, {"ddm": HIT}, dataset="boston", world=world)
    study = made.study()
    row = regression_sets_table(study).frame.iloc[0]
    assert row[["n", "delay", "found"]].tolist() == [1, 0, 100]
    assert "boston" in study.design.regression


def test_halves_stand_beside_thirds_with_the_formula(made: Any) -> None:
    dataset = {"dataset": {"name": "wine", "features": 4, "rows": 178, "max_rows": 1500}}
    for seed in range(4):
        for name, alarms in (("twin", [599] if seed == 0 else []), ("paper", [299, 599] if seed < 3 else [])):
            made.stream({"ks": alarms}, scenario="control", seed=seed, world={**dataset, "sampling": {"name": name}})
    made.stream({"ks": HIT}, world=dataset | {"sampling": {"name": "twin"}})
    row = sampling_table(made.study()).frame.iloc[0]
    assert row[["ks_twin", "ks_paper"]].tolist() == [25, 75]
    assert row["months_paper"] == pytest.approx(100 * 6 / 24)
    assert row["formula"] == pytest.approx(100 * exceeded(89, 300, 4, 0.05))


def test_the_formula_is_what_simulated_halves_give() -> None:
    n, m = 400, 300  # of large samples: ties and whole numbers take up to a tenth of it at these
    rng = stream(0, "test", "simple random halves")
    rates = []
    for _ in range(2000):
        train, pool = np.sort(rng.normal(size=n)), rng.normal(size=n)
        month = np.sort(pool[rng.integers(n, size=m)])
        every = np.concatenate([train, month])
        gap = np.searchsorted(train, every, "right") / n - np.searchsorted(month, every, "right") / m
        rates.append(np.abs(gap).max() > 1.358 * np.sqrt(1 / n + 1 / m))
    rate, error = exceeded(n, m, 1, 0.05), 4 * np.sqrt(0.15 * 0.85 / len(rates))
    assert rate > 0.12
    assert 0.9 * rate - error <= np.mean(rates) <= rate + error


def test_numbers_of_these_tables_have_keys_for_sentences(made: Any) -> None:
    found = dict.fromkeys(("ddm", "ddm_warm", "eddm_warm", "ks"), HIT)
    for dataset in ("wine", "pima"):
        made.stream(found, scenario="mean_shift", dataset=dataset)
        calm(made, found, dataset=dataset)
    made.stream({"ks": HIT}, scenario="control", seed=1, world={"sampling": {"name": "paper"}})
    known = numbers(made.study())
    for key in (
        *("by_kind.D4.false_positives.ddm-ks@default.none", "by_kind.D1.delay.eddm-ddm@5.data.verdict"),
        *("by_harm.D1.delay.eddm-ddm@5.5", "by_harm.D8.found_of_data.ks-ddm@5.20.verdict"),
        *("warm_up.default.ddm_warm.common_found", "realised.deployed.data.little", "sampling.wine.ks_paper"),
    ):
        assert key in known
    assert known["warm_up.default.ddm_warm.pairs"].text == "2"
