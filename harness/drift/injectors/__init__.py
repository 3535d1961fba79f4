"""Ways to change what a model meets: one frozen dataclass per row of the table in docs/drift.md.

Anything with `kind`, `strongest` and `bind` is an injector, so that a YAML can name a class of one's own.
"""

from harness.drift.injectors.features import Features
from harness.drift.injectors.gaps import MissingAtRandom, MissingCompletelyAtRandom, UnseenCategory
from harness.drift.injectors.injection import Injection, Injector, Kind, Nothing, kind_at, united
from harness.drift.injectors.labels import HalfSpaceConcept, LabelNoise, LabelPermutation, LabelSwap, LocalConcept
from harness.drift.injectors.levels import LevelFrequencies, MergedLevels, SwappedLevels
from harness.drift.injectors.pairs import CorrelationOnly, FeatureSwap
from harness.drift.injectors.values import MeanShift, Scale, SensorBias, SensorStuck
from harness.drift.injectors.weights import CovariateReweighting, Improvement, PriorShift, Towards

__all__ = [
    "CorrelationOnly",
    "CovariateReweighting",
    "FeatureSwap",
    "Features",
    "HalfSpaceConcept",
    "Improvement",
    "Injection",
    "Injector",
    "Kind",
    "LabelNoise",
    "LabelPermutation",
    "LabelSwap",
    "LevelFrequencies",
    "LocalConcept",
    "MeanShift",
    "MergedLevels",
    "MissingAtRandom",
    "MissingCompletelyAtRandom",
    "Nothing",
    "PriorShift",
    "Scale",
    "SensorBias",
    "SensorStuck",
    "SwappedLevels",
    "Towards",
    "UnseenCategory",
    "kind_at",
    "united",
]
