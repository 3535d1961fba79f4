"""Fair, reproducible experiments on how models are combined, tracked and monitored.

In a notebook or a script (docs/notebook.md shows each of them):

run             one trial, as `harness run`
sweep           many trials, as `harness run -m`
records         what is recorded of a study, as a frame
load_detector   a detector by the name of its file
score           alarms against truth
compare         methods against each other over data sets
survey          answers on a scale: items described, groups compared

They are loaded when they are first asked for: `import harness` by itself loads nothing, in workers least of all.
"""

TYPE_CHECKING = False  # type checkers take it for true; importing typing would be work at import
if TYPE_CHECKING:
    from harness.errors import ConfigError, DataError, HarnessError
    from harness.front.compare import Compared, compare
    from harness.front.load_detector import load_detector
    from harness.front.records import records
    from harness.front.run import Ran, run
    from harness.front.score import score
    from harness.front.survey import Surveyed, survey
    from harness.front.sweep import Swept, sweep

__all__ = [
    "Compared",
    "ConfigError",
    "DataError",
    "HarnessError",
    "Ran",
    "Surveyed",
    "Swept",
    "compare",
    "load_detector",
    "records",
    "run",
    "score",
    "survey",
    "sweep",
]

_MODULES = {
    "harness.errors": ("ConfigError", "DataError", "HarnessError"),
    "harness.front.compare": ("Compared", "compare"),
    "harness.front.load_detector": ("load_detector",),
    "harness.front.records": ("records",),
    "harness.front.run": ("Ran", "run"),
    "harness.front.score": ("score",),
    "harness.front.survey": ("Surveyed", "survey"),
    "harness.front.sweep": ("Swept", "sweep"),
}

if not TYPE_CHECKING:  # or every name would be known to type checkers, as anything

    def __getattr__(name):
        for module, names in _MODULES.items():
            if name in names:
                from importlib import import_module

                found = getattr(import_module(module), name)
                globals()[name] = found
                return found
        raise AttributeError(f"module 'harness' has no attribute {name!r}", name=name, obj=None)

    def __dir__():
        return sorted({*globals(), *__all__})
