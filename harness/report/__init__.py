"""Tables, figures, numbers and the paper: what is made of records, and its writers.

evidence    what a report is made of
studies     the studies that there are, and their reports; `levels` has the printed names of what they compare
usual       the usual report, of a study without a folder
table       a table and its writers
figure      a figure and its writer
verdicts    judged claims as a table and as texts
writing     a whole report into the study's folder
paper       the paper of all reports
"""
