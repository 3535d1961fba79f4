"""Trials in, records out.

identity        a trial before it is built: its id, and the levels of its factors    PlannedTrial
user_code       the version of a user's classes; `imports_of_source` finds what they import, `named_parts` what has a name
raised_errors   what a user's code raises, in one sentence
sweep           the parent: hands out trials, counts records, tries again            run_sweep
worker          what a process does with the trials that it gets                     Order, run_order
execute         runs one trial and makes its record
rebuilding      from a record back to its trial                                      rebuilt
limits          seconds and memory of one trial
threads         one thread for linear algebra in each process
executors       where processes run: this machine or a cluster
store           the records of a study on the disk
new_records     records that are appended while a sweep runs
predictions     arrays beside a record; `predicted_labels` puts predicted classes into one file
provenance      the code, packages and machine that made the records
status          how the studies stand; `reasons` counts why trials failed and were skipped
files, log      files that are written whole or not at all; the log of a sweep

docs/executors.md and docs/records.md say how these work together.
"""
