"""What the analyses of studies share. Analysis builds no model and measures nothing.

frame               records as a frame, and data sets by methods
comparison          methods against each other, tested as the plan asks
score_table         scores of a user's own as a table of data sets by methods
assessment          methods in full: means, pairs with verdicts, ranks, assumptions, power
scale, answers      answers on a scale, from a frame of a user's own
survey              items described, groups compared, and whether the items go together
query               the records behind a number, as a query; `record_fields` finds places in a record
detector_families   the detectors of a panel by what they read
outcome_counts      what became of every trial, counted
style, fonts        how figures look
charts              kinds of figures, one a file
"""
