"""What a drift scenario has to hold: it changes what it says, when it says, and the same every time."""

from __future__ import annotations

import pickle

import numpy as np

from harness.building import instantiate
from harness.checks.check import Broken, Noted, Suite, require
from harness.checks.scenario_subject import Subject, at_share, make
from harness.core import Code, Ints, Skip
from harness.drift import Drift, Rows, Scenario, Together, kind_of

# ---- what it says of itself -----------------------------------------------------------------------------------------


def it_has_a_kind(subject: Subject) -> None:
    """Tables are by kind: concept, noise, data, prior, both, or none for one without an event."""
    if kind_of(subject.node) is None:
        raise Broken("it has no kind: give its injector a class variable kind, one of harness.drift.Kind.")


def made_anew_it_is_the_same(subject: Subject) -> None:
    """What is computed for a scenario is kept under what it is and looks like."""
    again = instantiate(subject.node)
    require(
        again == subject.scenario, "made twice from the same file, the two are not equal: make it a frozen dataclass."
    )
    require(
        repr(again) == repr(subject.scenario),
        "made twice from the same file, the two look different (repr): make each part a frozen dataclass.",
    )


def it_pickles(subject: Subject) -> None:
    """Workers are other processes."""
    try:
        copied = pickle.loads(pickle.dumps(subject.scenario))
    except Exception as error:
        raise Broken(f"it cannot be pickled, as workers need it: {error}.") from error
    require(copied == subject.scenario, "pickled and back, it is no longer equal: make it a frozen dataclass.")


# ---- where it makes sense -------------------------------------------------------------------------------------------


def it_makes_sense_somewhere(subject: Subject) -> None:
    """At four fifths of its strongest; a reason to skip has a code."""
    reasons, staged = [], 0
    scenario = subject.scenario
    strong = at_share(scenario, 0.8) if isinstance(scenario, (Scenario, Together)) else scenario
    for pools in subject.worlds():
        try:
            strong.on(pools)
            staged += 1
        except Skip as reason:
            reasons.append(reason)
    if not staged:
        raise Broken(f"it is skipped on all {len(reasons)} sets that were tried: {reasons[0]}.")
    if any(reason.code == Code.MAKES_NO_SENSE for reason in reasons):
        raise Noted('its Skip has no code: raise Skip(sentence, code="a-slug-of-yours"), so that tables can count it.')


def it_reaches_its_own_strength_somewhere(subject: Subject) -> None:
    """A harm that no small set can take may yet be reached on a larger one."""
    try:
        next(subject.drifts())
    except Skip as reason:
        raise Noted(f"its own strength was reached on none of the sets that were tried: {reason}.") from reason


# ---- what it changes ------------------------------------------------------------------------------------------------


def strength_0_changes_nothing(subject: Subject) -> None:
    """So that strengths can be compared with none."""
    if not isinstance(subject.scenario, (Scenario, Together)):
        raise Skip("it is no harness.drift.Scenario, so it has no strength", code="no-strength")
    for drift in subject.drifts(at_share(subject.scenario, 0.0)):
        last = drift.n_concepts - 1
        if not _same(_changed(drift, 0.0), drift.pools.before):
            raise Broken(f"at strength 0 it changes rows of the {drift.pools.population.name} set.")
        weights = drift.concept_weights(last)
        if weights is not None and not np.allclose(weights, weights[0]):
            raise Broken("at strength 0 it draws some rows more often than others.")


def _changed(drift: Drift, strength: float) -> Rows:
    """The scored rows with every part on at this strength; parts are called even at 0."""
    rows, ids = drift.pools.population.take(drift.pools.evaluate), drift.pools.evaluate
    for part in drift.parts:
        if part.injection.change is not None:
            rows = part.injection.change(rows, ids, strength)
    return rows


def only_what_it_names_is_changed(subject: Subject) -> None:
    """Localisation is scored by the columns that it says it touches."""
    for drift in subject.strongly():
        before, after = drift.pools.before, drift.concept(drift.n_concepts - 1)
        equal = (before.matrix == after.matrix) | (np.isnan(before.matrix) & np.isnan(after.matrix))
        moved = set(np.flatnonzero(~equal.all(axis=0)).tolist())
        if undeclared := sorted(moved - set(drift.touched.tolist())):
            name = drift.pools.population.columns[undeclared[0]]
            raise Broken(
                f"it changes column {name!r} of the {drift.pools.population.name} set, which touched does not name."
            )
        if not np.array_equal(before.target, after.target) and not drift.touches_labels:
            raise Broken("it changes labels, and its Injection says labels=False.")


def it_changes_something(subject: Subject) -> None:
    """Or else it says that it is of no kind."""
    for drift in subject.strongly():
        last = drift.n_concepts - 1
        if drift.concept_weights(last) is not None or not _same(drift.concept(last), drift.pools.before):
            return
    if kind_of(subject.node) not in ("none", None):
        raise Broken(
            f"even at four fifths of its strongest it changes nothing, and it is of kind {kind_of(subject.node)}."
        )


def the_original_rows_stay_as_they_are(subject: Subject) -> None:
    """Other scenarios are staged on the same set."""
    for drift in subject.strongly():
        population = drift.pools.population
        matrix, target = population.matrix.copy(), population.target.copy()
        drift.concept(drift.n_concepts - 1)
        drift.stream().rows()
        same = np.array_equal(population.matrix, matrix, equal_nan=True) and np.array_equal(population.target, target)
        require(same, "it writes into the rows of the data set: change the copy that it is given.")


def before_the_first_event_nothing_changes(subject: Subject) -> None:
    """Alarms before it are false."""
    for drift in subject.strongly():
        stream = drift.stream()
        if not stream.truth:
            raise Skip("it makes no event", code="no-event")
        first = stream.truth[0].start
        plain = drift.pools.population.take(stream.ids[:first])
        if not _same(stream.rows(slice(first)), plain):
            raise Broken(f"rows before its first event (row {first}) are changed already.")


def the_same_seed_stages_the_same_stream(subject: Subject) -> None:
    """To the bit: whatever it draws, it draws from the generators that `bind` is given."""
    for one, other in zip(subject.strongly(), subject.strongly(), strict=True):
        same = np.array_equal(one.stream().ids, other.stream().ids) and _same(
            one.stream().rows(), other.stream().rows()
        )
        if not same:
            raise Broken(
                "staged twice with the same seed, its streams differ: take all chance from named(purpose), which bind is given."
            )


def rows_to_learn_from_change_likewise(subject: Subject) -> None:
    """Models are retrained on rows that no stream scores."""
    for drift in subject.strongly():
        ids: Ints = drift.pools.adapt
        strengths = [part.strength for part in drift.parts]
        rows = drift.rows(ids, strengths)
        shape = drift.pools.population.take(ids).matrix.shape
        require(rows.matrix.shape == shape, f"it makes rows of shape {rows.matrix.shape} of rows of shape {shape}.")
        weights = drift.weights(ids, strengths)
        if weights is not None:
            holds = weights.shape == (len(ids),) and np.isfinite(weights).all() and weights.min() >= 0 and weights.any()
            require(bool(holds), "its draw weights have to be one finite number a row, none negative and not all 0.")


def _same(one: Rows, other: Rows) -> bool:
    return np.array_equal(one.matrix, other.matrix, equal_nan=True) and np.array_equal(one.target, other.target)


SUITE: Suite[Subject] = Suite(
    make,
    (
        it_has_a_kind,
        made_anew_it_is_the_same,
        it_pickles,
        it_makes_sense_somewhere,
        it_reaches_its_own_strength_somewhere,
        strength_0_changes_nothing,
        only_what_it_names_is_changed,
        it_changes_something,
        the_original_rows_stay_as_they_are,
        before_the_first_event_nothing_changes,
        the_same_seed_stages_the_same_stream,
        rows_to_learn_from_change_likewise,
    ),
    lambda subject: f"kind {kind_of(subject.node) or 'not known'}",
)
