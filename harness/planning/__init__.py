"""From overrides to planned trials: the only code that knows Hydra, beside the entry in `harness.cli.run`.

yaml_files          reads YAML files, for Hydra too; what is wrong in one is a sentence with file and line
grammar, choices    read the words of a command line, and look up the options that they choose
translation         every error of Hydra and OmegaConf as one sentence of ours
levels              finds files of a config group by name, and resolves lists of models
detector_panel      detectors at their settings; `entry_panel` policies with what they do
panel_settings      a detector at a setting; `found_settings` reads those that the calibration study found
trials              makes a planned trial of a composed configuration
template            fills values into a spec that many trials share
planner             plans trials from override strings; `bulk_composition` makes many compositions of a few,
                    `interpolation_keys` tells which keys `${...}` reads
composition         composes and plans without a command line, with a user's folders; `hydra_session` is Hydra as a guest
level_names         what the names of a user's levels may be; `level_files` compares a part of a trial with its file
one_thing_a_name    refuses two different things of one name; `merged_choices` two files for one
own_modules         imports a user's modules anew once they have changed
grids               the sweeps that a command line asks for, and the grids of overrides of each
unread_keys         refuses keys that nobody reads; `made_once` settings of which a part cannot be made
sweeps, one_trial   plan and run a sweep or one trial
order, freeze       which tier may run now and on which data sets; what is fixed of a register before
run_settings        how trials are run: executor, limits, folders
preparation         fetches data and checks detectors before the trials start
dataset_catalogue   reads all data sets that YAML files describe
"""
