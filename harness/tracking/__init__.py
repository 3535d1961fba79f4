"""Tracking tools behind one contract, each in an environment of its own.

contract        what a study asks of a tool, and how it says that it cannot               Tracker, Cannot, ours
adapters/       one file a tool; runs in the tool's environment and imports nothing but `contract` and other adapters
serve           the loop in that environment: one line of JSON asks, one answers, with its times
session         the harness's end of that loop                                            Session, Reply
sandbox         the folders and variables within which a tool runs
tool            a tool as its YAML describes it                                           Tool
workloads/      what is done with a tool, and measured
subject/        what is tracked: code, models, data, values
scripts/        the smallest complete script of each tool; no package, for they run in the tools' environments
environments    the hash-pinned environments, made in the cache                           install, folder_of
"""
