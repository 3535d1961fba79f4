"""The register of the tracking study: every contrast has the value that its records were made with, and no other."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
import yaml

from experiments.tracking.claims import CONTRASTS, cells
from experiments.tracking.study import JOINED
from harness import places
from harness.claims.answers import Answers
from harness.claims.entries import Contrast, Entry, Register, Role
from harness.claims.evaluation import evaluate
from harness.claims.offers import Offers
from harness.core import ConfigError, Record
from harness.inference.decision import Verdict
from harness.planning import hydra_session
from harness.planning.grids import apart, grids
from harness.report.claim_tables import contrast_table
from harness.report.evidence import Evidence
from harness.report.registers import claims_of
from harness.tracking.workloads.probes import NEEDS
from tests.experiments.tracking import made

OFFERS = Offers(cells, CONTRASTS)


@pytest.fixture(scope="module")
def register() -> Register:
    return claims_of("tracking").register


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return made.evidence(*made.standard())


@pytest.fixture(scope="module")
def answers(evidence: Evidence) -> Answers:
    return Answers(OFFERS, cells(evidence))


def contrasts_of(register: Register) -> Iterator[tuple[Entry, Contrast]]:
    for entry in register.entries:
        for contrast in entry.contrasts:
            yield entry, contrast


def asked(name: str, *records: Record, **choices: str) -> dict[str, float]:
    """The values of a contrast by run, of these records alone."""
    found: dict[str, float] = CONTRASTS[name].values(cells(made.evidence(*records)), **choices).values.to_dict()
    return found


def test_the_five_claims_of_the_source_are_in_the_register(register: Register) -> None:
    assert list(register.by_id) == ["T1", "T2", "T3", "T4", "T5"]


def test_a_value_is_one_run_and_tables_say_so(register: Register, evidence: Evidence) -> None:
    evaluated = evaluate(register, OFFERS, cells(evidence), curves=False)
    table = contrast_table(register, evaluated, "")
    assert "runs of a workload" in table.caption
    assert "data set" not in " ".join([table.caption, *table.footnotes])


def test_every_registered_contrast_is_answered_in_every_run_that_was_planned_for_it(
    register: Register, answers: Answers
) -> None:
    for entry, contrast in contrasts_of(register):
        counted = answers.counted(contrast, entry.registered)
        seeds = range(5) if entry.id == "T2" else range(2)
        assert set(counted.values.index) == {f"seed {seed}" for seed in seeds}, contrast.id
        assert (counted.counts > 0).all(), contrast.id


def test_every_level_of_every_choice_is_answered(register: Register, answers: Answers) -> None:
    for entry, contrast in contrasts_of(register):
        for dimension in (*entry.of_role(Role.ANALYSIS), *entry.of_role(Role.QUESTION)):
            for level in dimension.levels:
                found = answers.counted(contrast, entry.registered | {dimension.name: level}).values
                assert not found.empty, (contrast.id, dimension.name, level)


def test_every_choice_of_analysis_changes_some_value(register: Register, answers: Answers) -> None:
    """A choice that changes nothing would only look like one."""
    for entry in register.entries:
        for dimension in entry.of_role(Role.ANALYSIS):
            values = {
                tuple(
                    found
                    for contrast in entry.contrasts
                    for found in answers.counted(contrast, entry.registered | {dimension.name: level}).values
                )
                for level in dimension.levels
            }
            assert len(values) > 1, (entry.id, dimension.name)


def test_a_contrast_is_answered_by_its_own_records_alone(
    register: Register, evidence: Evidence, answers: Answers
) -> None:
    for entry, contrast in contrasts_of(register):
        query = answers.records(contrast, entry.registered)
        assert query is not None
        alone = cells(replace(evidence, stored=query.narrowed(evidence.stored)))
        again = Answers(OFFERS, alone).counted(contrast, entry.registered)
        known = answers.counted(contrast, entry.registered).values.to_dict()
        assert again.values.to_dict() == pytest.approx(known), contrast.id


def test_the_verdicts_of_made_up_records_are_what_was_made_up(register: Register, evidence: Evidence) -> None:
    """MLflow gives all six versions again and DVC five; DVC takes longer than Git; Git passes as many probes of versions of
    data as others do; both together fail what MLflow passes with our code.
    """
    found = {one.entry.id: one for one in evaluate(register, OFFERS, cells(evidence), curves=False)}
    assert [one.found.verdict for one in found["T1"].registered] == [Verdict.SUPPORTED, Verdict.NONE]
    assert {name: one.verdict for name, one in found.items()} == {
        "T1": Verdict.NONE,
        "T2": Verdict.AGAINST,
        "T3": Verdict.AGAINST,
        "T4": Verdict.NONE,
        "T5": Verdict.AGAINST,
    }


def test_claims_that_no_record_answers_are_not_tested(register: Register) -> None:
    found = evaluate(register, OFFERS, cells(made.evidence(made.of_kill("git", 3))), curves=False)
    assert {one.verdict for one in found} == {Verdict.NOT_TESTED}


def test_the_registered_curves_can_be_drawn(register: Register, evidence: Evidence) -> None:
    found = {one.entry.id: one.curve for one in evaluate(register, OFFERS, cells(evidence))}
    assert all(curve is not None and len(curve.places) > 1 for curve in found.values())


# ---- what contrasts measure -----------------------------------------------------------------------------------------


def data(tracker: str, walls: dict[int, float], *, taken: float = 3.0, interface: str | None = None) -> list[Record]:
    """One run: files of the sizes whose versions take so many seconds a MB."""
    return [made.of_data(tracker, size, wall, taken, interface=interface) for size, wall in walls.items()]


COST = {"of": "dvc", "rivals": "scored", "scale": "data"}


def test_the_cheapest_rival_counts_and_a_cheaper_one_is_against_the_tool() -> None:
    records = [*data("dvc", {20: 0.1}), *data("git", {20: 0.05}), *data("mlflow", {20: 0.4})]
    added = {
        rivals: asked("cheaper", *records, **COST | {"rivals": rivals}, what="add")
        for rivals in ("scored", "git", "mlflow")
    }
    assert added["scored"] == added["git"] == {"seed 0": pytest.approx(math.log(0.5))}
    assert added["mlflow"] == {"seed 0": pytest.approx(math.log(4))}


def test_bytes_are_those_after_all_versions_or_after_the_first() -> None:
    records = [*data("dvc", {20: 0.1}, taken=3.0), *data("git", {20: 0.1}, taken=1.5)]
    assert asked("cheaper", *records, **COST, what="store") == {"seed 0": pytest.approx(math.log(0.5))}
    first = asked("cheaper", *records, **COST, what="store", version="new")
    assert first == {"seed 0": pytest.approx(math.log(0.5))}


def test_growth_leaves_out_what_is_the_same_at_any_size() -> None:
    """DVC takes a second more at any size, and half as long as Git for each further megabyte."""
    records = [*data("git", {1: 1.0, 20: 1.0}), *data("dvc", {1: 1.5, 20: 0.525})]
    assert asked("cheaper", *records, **COST, what="add", version="new", size="1")["seed 0"] < 0
    grown = asked("cheaper", *records, **COST, what="add", version="new", size="growth")
    assert grown == {"seed 0": pytest.approx(math.log(19 / 9))}


def test_a_process_of_its_own_pays_for_its_start() -> None:
    records = [*data("dvc", {20: 0.1}), *data("git", {20: 0.2})]
    going, begun = (
        asked("cheaper", *records, **COST, what="restore", start=start)["seed 0"] for start in ("going", "begun")
    )
    assert (going, begun) == (pytest.approx(math.log(2)), pytest.approx(math.log(3.5 / 2.5)))


def test_parts_of_adding_count_if_they_are_asked_for() -> None:
    """DVC takes as long in being given the file as at the end of the run; beginning one takes a twentieth of a second."""
    records = [*data("dvc", {20: 0.1}), *data("git", {20: 0.2})]
    found = {
        counted: asked("cheaper", *records, **COST, what="add", version="new", counted=counted)["seed 0"]
        for counted in ("alone", "finished", "whole")
    }
    assert found == {
        "alone": pytest.approx(math.log(2)),
        "finished": pytest.approx(math.log(4 / 2)),
        "whole": pytest.approx(math.log((4 + made.STARTS) / (2 + made.STARTS))),
    }


def test_the_bytes_alone_of_mlflow_stand_for_its_data_set_if_they_are_asked_for() -> None:
    records = [*data("dvc", {20: 0.1}), *data("mlflow", {20: 0.1}), *data("git", {20: 0.3})]
    asked_for = COST | {"what": "add", "counted": "alone", "mlflow": "bytes"}
    assert asked("cheaper", *records, **asked_for) == {"seed 0": pytest.approx(math.log(1 / 10))}
    assert asked("cheaper", *records, **asked_for | {"rivals": "git"}) == {"seed 0": pytest.approx(math.log(3))}


def test_a_working_copy_counts_if_all_bytes_are_asked_for() -> None:
    records = [*data("dvc", {20: 0.1}, taken=3.0), *data("mlflow", {20: 0.1}, taken=3.0)]
    assert asked("cheaper", *records, **COST, what="store") == {"seed 0": 0}
    assert asked("cheaper", *records, **COST, what="store", kept="whole") == {"seed 0": pytest.approx(math.log(3 / 4))}


def test_bytes_are_those_after_tidying_up_if_they_are_asked_for() -> None:
    records = [*data("dvc", {20: 0.1}, taken=1.4), *data("git", {20: 0.1}, taken=1.4)]
    asked_for = COST | {"what": "store", "kept": "tidied"}
    assert asked("cheaper", *records, **asked_for) == {"seed 0": pytest.approx(math.log(0.5))}
    assert asked("cheaper", *records, **asked_for, version="new") == {}


def test_what_is_run_once_is_left_out() -> None:
    records = [made.of_data("dvc", 100), made.of_data("git", 100), made.of_data("plain", 100)]
    asked_for = COST | {"what": "add", "size": "100"}
    assert len(asked("cheaper", *records, **asked_for)) == 1
    assert asked("cheaper", *records, **asked_for | {"rivals": "all"}) == {}


def test_commands_of_dvc_are_asked_for_data_alone() -> None:
    records = [made.of_runs("dvc", 20, interface="command_line"), made.of_runs("git", 20)]
    asked_for = COST | {"what": "add", "scale": "runs_20"}
    assert asked("cheaper", *records, **asked_for, interface="command_line") == {}


def test_the_command_line_is_that_of_the_tool_and_not_of_its_rivals() -> None:
    records = [*data("dvc", {20: 0.1}), *data("dvc", {20: 0.8}, interface="command_line"), *data("git", {20: 0.2})]
    found = asked("cheaper", *records, **COST, what="add", interface="command_line")
    assert found == {"seed 0": pytest.approx(math.log(0.25))}


def test_runs_are_paired_and_one_that_a_rival_lacks_is_left_out() -> None:
    records = [made.of_data("dvc", 20, 0.1, seed=seed) for seed in range(3)]
    records += [made.of_data("git", 20, 0.1 * (1 + seed), seed=seed) for seed in (0, 2)]
    found = asked("cheaper", *records, **COST, what="add")
    assert found == {"seed 0": pytest.approx(0, abs=1e-12), "seed 2": pytest.approx(math.log(3))}
    assert set(asked("cheaper", *records, **COST, what="add", repeats="later")) == {"seed 2"}


def test_features_are_points_over_the_best_rival_with_needs_weighing_alike() -> None:
    records = [
        made.of_features("mlflow"),
        made.of_features("git", ["share"]),
        made.of_features("dvc", ["version", "best"]),
    ]
    by_need = asked("richer", *records, of="mlflow", rivals="scored")
    assert by_need == {"seed 0": pytest.approx(100 / 7)}
    by_probe = asked("richer", *records, of="mlflow", rivals="scored", weights="probes")
    assert by_probe == {"seed 0": pytest.approx(100 * 2 / 23)}
    assert asked("richer", *records, of="mlflow", rivals="scored", without="share") == {"seed 0": 0}


def test_lines_of_ours_count_only_if_they_are_asked_for() -> None:
    records = [made.of_features("mlflow", ours=["find"]), made.of_features("git")]
    assert asked("richer", *records, of="mlflow", rivals="git") == {"seed 0": pytest.approx(-100 / 7)}
    assert asked("richer", *records, of="mlflow", rivals="git", credit="helped") == {"seed 0": 0}


def test_what_needs_a_service_fails_or_counts_and_our_code_may_do_it_instead() -> None:
    records = [made.of_features("mlflow", services=["share"]), made.of_features("git")]
    for told, points in (({}, -100 / 7), ({"service": "counts"}, 0), ({"credit": "helped"}, -100 / 14)):
        found = asked("richer", *records, of="mlflow", rivals="git", **told)
        assert found == {"seed 0": pytest.approx(points)}, told


def test_what_is_told_apart_in_an_early_row_counts_only_if_that_is_asked_for() -> None:
    late, neither = made.of_features("mlflow", ["told_apart"]), made.of_features("mlflow", ["told_apart", "lineage"])
    asks = {"of": "mlflow", "rivals": "git", "needs": "data", "row": "early"}
    git = made.of_features("git")
    assert asked("richer", late, git, **asks) == {"seed 0": 0}
    assert asked("richer", late, git, **asks | {"row": "late"}) == {"seed 0": pytest.approx(-20)}
    assert asked("richer", neither, git, **asks) == {"seed 0": pytest.approx(-40)}


def test_the_union_of_two_tools_passes_what_either_passes_whatever_came_of_joining_them() -> None:
    parts = [made.of_features("mlflow", ["share", "find"]), made.of_features("dvc", ["survive", "find"])]
    records = [*parts, made.of_features("mlflow_dvc", ["share", "survive", "find"])]
    asks = {"of": "mlflow_dvc", "rivals": "parts"}
    assert asked("richer", *records, **asks) == {"seed 0": pytest.approx(-100 / 7)}
    assert asked("richer", *records, **asks, joined="union") == {"seed 0": pytest.approx(100 / 7)}


def test_what_git_lacks_is_printed_as_the_statement_says_it(register: Register) -> None:
    records = [made.of_features("git", ["version", "find"]), *map(made.of_features, ("mlflow", "dvc"))]
    [claim] = [one for one in register.entries if one.id == "T4"]
    answers = Answers(OFFERS, cells(made.evidence(*records)))
    printed = {one.statement: answers.vector(claim, one, claim.registered).values.tolist() for one in claim.contrasts}
    assert printed == {
        "probes of experiments, better of the others − Git": [pytest.approx(25)],
        "probes of data, better of the others − Git": [pytest.approx(100)],
    }


def test_git_is_asked_for_experiments_and_data_apart() -> None:
    records = [made.of_features("git", ["version", "survive"]), made.of_features("mlflow")]
    assert asked("richer", *records, of="git", rivals="scored", needs="experiments") == {"seed 0": 0}
    assert asked("richer", *records, of="git", rivals="scored", needs="data") == {"seed 0": -100}


def test_who_dominates_is_first_in_all_weightings_and_who_is_dominated_in_none() -> None:
    records = [
        made.of_features("mlflow"),
        made.of_features("git", ["find"]),
        made.of_features("dvc", ["share", "find"]),
    ]
    assert asked("first", *records, of="mlflow", rivals="scored") == {"seed 0": pytest.approx(10)}
    assert asked("first", *records, of="dvc", rivals="scored") == {"seed 0": pytest.approx(-90)}


def test_a_rival_whose_probes_did_not_run_is_none() -> None:
    records = [made.of_features("mlflow"), made.skipped("dvc", "features"), made.of_features("git", ["find"])]
    assert asked("richer", *records, of="mlflow", rivals="scored") == {"seed 0": pytest.approx(100 / 7)}
    assert asked("richer", *records[:2], of="mlflow", rivals="scored") == {}


AGAIN = {"of": "dvc", "reproduced": "retrained", "beside": "nothing"}


@pytest.mark.parametrize(
    ("retrained", "controls", "all_of_them", "share"),
    [
        (6, ("differs", "differs"), 100, 100),
        (5, ("differs", "differs"), 0, 100 * 5 / 6),
        (6, ("same", "differs"), 0, 0),
        (6, ("same", "not-made"), 0, 0),
        (0, ("not-made", "not-made"), 0, 0),
    ],
)
def test_models_that_come_out_the_same_whatever_they_are_made_of_are_no_evidence(
    retrained: int, controls: tuple[str, str], all_of_them: float, share: float
) -> None:
    one = made.of_versions("dvc", retrained, controls=controls)
    assert asked("reproducible", one, **AGAIN, wanted="all") == {"seed 0": all_of_them}
    assert asked("reproducible", one, **AGAIN, wanted="share") == {"seed 0": pytest.approx(share)}


def test_a_control_without_a_model_is_none() -> None:
    one = made.of_versions("dvc", 6, controls=("not-made", "differs"))
    assert asked("reproducible", one, **AGAIN, wanted="all") == {}
    assert asked("reproducible", one, **AGAIN | {"reproduced": "traced"}, wanted="all") == {"seed 0": 100}


def test_plain_files_do_it_as_well() -> None:
    records = [made.of_versions("dvc"), made.of_versions("plain")]
    assert asked("reproducible", *records, **AGAIN | {"beside": "plain"}, wanted="all") == {"seed 0": 0}


def test_a_word_that_nobody_knows_is_refused(answers: Answers) -> None:
    for name, choices in (
        ("cheaper", COST | {"what": "add", "clock": "moon"}),
        ("cheaper", COST | {"what": "add", "interface": "moon"}),
        ("richer", {"of": "git", "rivals": "scored", "needs": "moon"}),
        ("richer", {"of": "git", "rivals": "scored", "joined": "moon"}),
        ("first", {"of": "git", "rivals": "scored", "service": "moon"}),
        ("reproducible", AGAIN | {"wanted": "moon"}),
    ):
        with pytest.raises(ConfigError, match="has no level 'moon'"):
            CONTRASTS[name].values(answers.cube, **choices)


def test_every_tool_that_a_choice_names_is_in_the_design_of_the_standard_tier(register: Register) -> None:
    path = places.shipped("conf") / "experiment" / "tracking.yaml"
    levels = yaml.safe_load(path.read_text(encoding="utf-8"))["levels"]
    tools = {name for key in ("tools", "joined") for name in levels[key].split(",")}
    named = {str(contrast.given["of"]) for _, contrast in contrasts_of(register)}
    for entry in register.entries:
        if "rivals" in entry.dimensions:
            named |= set(entry.dimensions["rivals"].levels) - {"scored", "all"}
        if "without" in entry.dimensions:
            assert set(entry.dimensions["without"].levels) - {"nothing"} <= set(NEEDS)
    assert named <= tools


def designed(tier: str) -> set[tuple[str, str, int]]:
    """The tools, workloads and runs of a tier, each through the first interface of the tool."""
    with hydra_session.loading() as loader:
        [asked] = apart(["experiment=tracking", f"tier={tier}"], loader)
        named = [grid for grid in grids(asked, loader) if "interface" not in grid]
    factors = ("tracker", "workload", "seed")
    levels = [[[one.partition("=")[2] for one in grid[name]] for name in factors] for grid in named]
    return {(tool, workload, int(seed)) for each in levels for tool, workload, seed in itertools.product(*each)}


def test_versions_of_a_model_are_made_with_plain_files_in_every_run_in_which_the_tools_of_t1_make_them() -> None:
    runs = {
        tool: {seed for name, workload, seed in designed("standard") if (name, workload) == (tool, "versions")}
        for tool in ("mlflow", "dvc", "plain")
    }
    assert runs["plain"] == runs["mlflow"] == runs["dvc"]
    assert len(runs["plain"]) > 1


def test_what_is_joined_is_graded_in_every_run_in_which_its_parts_are() -> None:
    graded = {
        tool: {seed for name, workload, seed in designed("standard") if (name, workload) == (tool, "features")}
        for tool in (JOINED, *JOINED.split("_"))
    }
    assert graded["mlflow"] == graded["dvc"] == graded[JOINED]


def test_no_tool_is_always_behind_the_same_one() -> None:
    path = places.shipped("conf") / "experiment" / "tracking.yaml"
    levels = yaml.safe_load(path.read_text(encoding="utf-8"))["levels"]
    for name in ("tools", "source"):
        assert levels[f"{name}_back"].split(",") == levels[name].split(",")[::-1]
