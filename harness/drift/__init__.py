"""Drift with known truth: pools without leakage, injected drift of measured harm, and the streams that a model meets.

    clock                       months of rows, and when a drift begins                  Clock
    population, sampling        rows by id, and ways to split them                       Population, Twin, OnePass
    pools, row_sampler          rows to train on, adapt with and score; who comes when   Pools
    injectors                   what a drift changes                                     Injector, Kind
    profiles                    when it is on                                            Profile, Interval
    yardstick, reference_model  to whom harm is done                                     Yardstick, HarmTo, ReferenceModel
    harm, effective_rows        how strong it has to be for a given harm, and may be     HarmCurve
    scenario, kinds             injector, profile and strength; what that counts as      Scenario, Together, kind_of
    concepts, answers, drift    a scenario on pools, and what a model answers to it      Drift, Answers
    stream, staged              what every stream offers, and one that is staged         Stream, StagedStream
    ordered                     real streams: blocks of rows in the order of their file  Ordered, Block, OrderedStream
    distance                    how far each feature has moved

docs/drift.md shows how they go together.
"""

from harness.drift.answers import Answers, error_signal, residual_threshold
from harness.drift.clock import Clock
from harness.drift.drift import Drift
from harness.drift.injectors import (
    CorrelationOnly,
    CovariateReweighting,
    Features,
    FeatureSwap,
    HalfSpaceConcept,
    Improvement,
    Injection,
    Injector,
    Kind,
    LabelNoise,
    LabelPermutation,
    LabelSwap,
    LevelFrequencies,
    LocalConcept,
    MeanShift,
    MergedLevels,
    MissingAtRandom,
    MissingCompletelyAtRandom,
    Nothing,
    PriorShift,
    Scale,
    SensorBias,
    SensorStuck,
    SwappedLevels,
    Towards,
    UnseenCategory,
)
from harness.drift.kinds import is_eventless, is_seasonal, kind_of
from harness.drift.ordered import Block, Ordered, OrderedStream, refuse_order
from harness.drift.pools import LeakError, Pools, Reference
from harness.drift.population import Population, Rows
from harness.drift.profiles import (
    Abrupt,
    Blip,
    Control,
    Incremental,
    Interval,
    Linear,
    Profile,
    Recurring,
    Seasonal,
    Sigmoid,
)
from harness.drift.sampling import WITHOUT_LEAK, GeneratorWorld, Halves, OnePass, Sampling, Shared, Twin
from harness.drift.scenario import Scenario, Strength, Together
from harness.drift.staged import StagedStream
from harness.drift.stream import Judge, Stream, onset_signal
from harness.drift.yardstick import HarmTo, Predict, Yardstick

__all__ = [
    "WITHOUT_LEAK",
    "Abrupt",
    "Answers",
    "Blip",
    "Block",
    "Clock",
    "Control",
    "CorrelationOnly",
    "CovariateReweighting",
    "Drift",
    "FeatureSwap",
    "Features",
    "GeneratorWorld",
    "HalfSpaceConcept",
    "Halves",
    "HarmTo",
    "Improvement",
    "Incremental",
    "Injection",
    "Injector",
    "Interval",
    "Judge",
    "Kind",
    "LabelNoise",
    "LabelPermutation",
    "LabelSwap",
    "LeakError",
    "LevelFrequencies",
    "Linear",
    "LocalConcept",
    "MeanShift",
    "MergedLevels",
    "MissingAtRandom",
    "MissingCompletelyAtRandom",
    "Nothing",
    "OnePass",
    "Ordered",
    "OrderedStream",
    "Pools",
    "Population",
    "Predict",
    "PriorShift",
    "Profile",
    "Recurring",
    "Reference",
    "Rows",
    "Sampling",
    "Scale",
    "Scenario",
    "Seasonal",
    "SensorBias",
    "SensorStuck",
    "Shared",
    "Sigmoid",
    "StagedStream",
    "Stream",
    "Strength",
    "SwappedLevels",
    "Together",
    "Towards",
    "Twin",
    "UnseenCategory",
    "Yardstick",
    "error_signal",
    "is_eventless",
    "is_seasonal",
    "kind_of",
    "onset_signal",
    "refuse_order",
    "residual_threshold",
]
