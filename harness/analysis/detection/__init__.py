"""The analysis of the detection study and of its calibration: alarms in, tables, figures and verdicts out.

recorded      records as streams and runs, straight from the store's columns
tally         runs scored and summed over seeds: one cell for each condition
design        what is compared, and how a question names its streams
study         values on data sets, and contrasts paired over them
comparing     the source paper's table, and every other definition of its measures
kinds         by kind of drift and scenario
conditions    by harm, rows a month and label delay; further tests of windows
localising    do the columns that an alarm names agree with those that the drift touched
warranted     was an alarm about something that harms
power         the smallest shift that a test finds four times in five
drawing       figures
inventory     what was staged, skipped and realised
wording       numbers for the sentences of the paper
calibration   the report of the calibration study

What is compared, and which rules decide, is declared in `experiments/detection.py` and `experiments/calibration.py`.
"""
