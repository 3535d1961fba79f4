"""What is done with a tool, and measured: one file a workload, each a level of the factor `workload`.

bench       a tool and a sandbox, and what sessions on it cost             Bench, Found
runs        many runs: cost of each, storage, queries, a model given back  Runs
data        versions of a file of data                                     Data
writers     several processes at once                                      Writers
kill        a process that dies in the middle of a run                     Kill
features    executed probes in seven needs, graded by what they return     Features
probes      the probes
versions    models of many origins, traced, rolled back, trained again     Versions
steps       the smallest complete script                                   Steps
"""
