"""Descriptions of a folder of results, for archives and for people who have never heard of the harness.

facts        what the folder holds: sweeps, files, data sets, read from its own files
ro_crate     the same as an RO-Crate 1.3: which command of which revision made what of which data sets
croissant    the records as a Croissant data set: every column of every table, its type and its meaning
validators   the programs that check both, in an environment of their own
"""
