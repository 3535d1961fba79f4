"""From overrides to planned trials: the only code that knows Hydra, beside the entry in `harness.cli.run`.

levels          files of a group by name, and the resolver for lists of models
panels          detectors at their settings; `calibrated` has those that the calibration study found
trials          a composed configuration as a planned trial
template        many trials that differ in a few values, filled in
planner         override strings to trials; `composer` composes little and puts much together, `references` tells
what an interpolation may compute with, `recent` remembers
grids           what a sweep's command line asks for
sweeps, single  a sweep, one trial: planned and run
sweep_settings  how trials are run: executor, limits, folders
preparation     what is done once before any trial starts
catalogue       all data sets that YAML files describe
"""
