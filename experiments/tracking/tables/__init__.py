"""The tables of the tracking study.

rows        a table of one row a tool, and sometimes a size, whose columns say which workload they rest on
comparing   the source's scores beside what was measured
costs       what runs and versions of data cost; several writers, a killed process, versions of a model
otherwise   what becomes of the contrasts on large data under every other single choice
times       times by workload: analysis of variance and paired t tests over runs
features    grades of probes, what each probe saw, and who is first
"""
