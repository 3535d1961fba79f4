"""What the register asks: one value a run of a workload.

answer      a value a run, and the records that it rests on
choices     the words of the register for tools and runs
scaling     what data and runs cost
passing     probes passed, and first places
repeating   models trained again, traced and given back
"""
