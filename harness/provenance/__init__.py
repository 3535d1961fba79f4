"""Provenance: from any number to its trials, and whether what is written is what was measured.

tracing      what a number rests on, and which code made it                Trace, trace
replaying    trials run again on the processor core that they were run on
trusting     what a record from elsewhere may build
digests      one digest of the records of each part of a study, and their root
sampling     which trials are run again, study by study
checking     a check: what it proves, and what is wrong
verifying    what can be checked of a folder of results
remaking     tables and numbers made anew
certificate  what was checked, as a file
crates       descriptions of the results for archives
"""
