"""Trials in, records out.

identity        a trial before it is built: its id, and the levels of its factors    PlannedTrial
sweep           the parent: hands out trials, counts records, tries again            run_sweep
worker          what a process does with the trials that it gets                     Order, run_order
execute         one trial, and the record that comes of it
rebuilding      from a record back to its trial                                     rebuilt
limits          seconds and memory of one trial
threads         one thread for linear algebra in each process
executors       where processes run: this machine or a cluster
store           the records of a study on the disk
tail            records that are appended while a sweep runs
predictions     arrays beside a record; `labels` puts those of classification into one file
provenance      code, packages and machine that records come from
status          how the studies stand
files, log      files that are whole or not there; the log of a sweep

docs/executors.md and docs/records.md say how these work together.
"""
