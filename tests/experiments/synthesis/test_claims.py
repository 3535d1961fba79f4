"""The contrasts of the synthesis study, on its published records."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from experiments.synthesis.contrasts import claims
from experiments.synthesis.design import DESIGN
from experiments.synthesis.draws import DRAWS
from experiments.synthesis.study import Study
from harness import places
from harness.claims.contrasts import Contrast
from harness.claims.judging import judged
from harness.report.studies import evidence_of
from harness.report.verdicts import claim_numbers, verdict_table
from harness.running import store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def contrasts() -> list[Contrast]:
    folder = places.study_folder(places.shipped("results"), places.STANDARD_TIER, "synthesis")
    evidence = evidence_of(folder, store.read(folder).current(), places.STANDARD_TIER)
    return list(claims(Study.of(evidence, DESIGN)))


def test_every_contrast_has_a_readable_id_of_its_own_that_begins_with_its_claim(contrasts: list[Contrast]) -> None:
    ids = [contrast.id for contrast in contrasts]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"S\d+(\.[a-z0-9_]+(-[a-z0-9_]+)?)+", name)] == []
    assert set(DRAWS) <= set(ids)


def test_other_words_for_the_contrasts_change_no_value(contrasts: list[Contrast]) -> None:
    reworded = [replace(one, statement=f"check: other words, number {place}") for place, one in enumerate(contrasts)]
    tables = [judged(each, DRAWS) for each in (contrasts, reworded)]
    pd.testing.assert_frame_equal(*(table.drop(columns="statement") for table in tables))
    assert claim_numbers(tables[0]) == claim_numbers(tables[1])
    about = [verdict_table(table, "Claims.", [], units=False).about for table in tables]
    assert all(about[0][name] == about[1][name] for name in ("claim", "id", "family"))
