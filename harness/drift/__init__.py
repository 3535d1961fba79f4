"""Drift with known truth: pools without leakage, injected drift of measured harm, and the streams that a model meets.

    clock                       months of rows, and when a drift begins                  Clock
    population, sampling        rows by id, and three ways to split them                 Population, Twin, OnePass
    pools, row_sampler          rows to train on, adapt with and score; who comes when   Pools
    injectors                   what a drift changes                                     Injector, Kind
    profiles                    when it is on                                            Profile, Interval
    reference_model, harm       how strong it has to be for a given harm                 ReferenceModel, HarmCurve
    scenario, kinds             injector, profile and strength; what that counts as      Scenario, Together, kind_of
    concepts, answers, drift    a scenario on pools, and what a model answers to it      Drift, Answers
    stream, staged              what every stream offers, and one that is staged         Stream, StagedStream
    distance                    how far each feature has moved

docs/drift.md shows how they go together.
"""

from harness.drift.answers import Answers, Predict, error_signal, residual_threshold
from harness.drift.clock import Clock
from harness.drift.drift import Drift
from harness.drift.injectors import (
    CorrelationOnly,
    CovariateReweighting,
    Features,
    FeatureSwap,
    Improvement,
    Injection,
    Injector,
    Kind,
    LabelNoise,
    LabelPermutation,
    LabelSwap,
    LocalConcept,
    MeanShift,
    MissingAtRandom,
    MissingCompletelyAtRandom,
    Nothing,
    PriorShift,
    Scale,
    SensorBias,
    SensorStuck,
    Towards,
    UnseenCategory,
)
from harness.drift.kinds import is_eventless, is_seasonal, kind_of
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
from harness.drift.sampling import GeneratorWorld, OnePass, Sampling, Twin
from harness.drift.scenario import Scenario, Strength, Together
from harness.drift.staged import StagedStream
from harness.drift.stream import Judge, Stream, onset_signal

__all__ = [
    "Abrupt",
    "Answers",
    "Blip",
    "Clock",
    "Control",
    "CorrelationOnly",
    "CovariateReweighting",
    "Drift",
    "FeatureSwap",
    "Features",
    "GeneratorWorld",
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
    "Linear",
    "LocalConcept",
    "MeanShift",
    "MissingAtRandom",
    "MissingCompletelyAtRandom",
    "Nothing",
    "OnePass",
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
    "Sigmoid",
    "StagedStream",
    "Stream",
    "Strength",
    "Together",
    "Towards",
    "Twin",
    "UnseenCategory",
    "error_signal",
    "is_eventless",
    "is_seasonal",
    "kind_of",
    "onset_signal",
    "residual_threshold",
]
