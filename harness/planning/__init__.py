"""From overrides to planned trials: the only code that knows Hydra, beside the entry in `harness.cli.run`.

levels          finds files of a config group by name, and resolves lists of models
panels          detectors at their settings; `calibrated` reads settings that the calibration study found
trials          makes a planned trial of a composed configuration
template        fills values into a spec that many trials share
planner         plans trials from override strings; `composer` saves compositions, `references` finds what
                interpolations may compute with, `recent` is a cache
composing       composes and plans without a command line, with a user's folders
grids           the grids of overrides that a command line asks for
sweeps, single  plan and run a sweep or one trial
sweep_settings  how trials are run: executor, limits, folders
preparation     fetches data and checks detectors before the trials start
catalogue       reads all data sets that YAML files describe
"""
