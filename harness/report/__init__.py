"""Tables, figures, numbers and the paper: what is made of records, and its writers.

evidence        what a report is made of
studies         the studies that there are, and their reports; `levels` has the printed names of what they compare
default_report  the usual report, of a study without a folder
table           a table, and which records its cells rest on; `table_files` has its writers
origin          where cells come from, in the JSON file of their table
outcome_table   the outcome of every trial, as a table
numbers         a number for a sentence, with its source
rounding        numbers as they are written
figure          a figure and its writer
compared        methods against each other as a document; `compared_words` and `compared_checks` have its sentences
surveyed        a survey as a document; `surveyed_words` has its sentences
document        a short report on data that somebody brings; `document_files` writes it as HTML, LaTeX, JSON, CSV
verdicts        judged claims as a table and as numbers
writing         a whole report into the study's folder
paper           the paper of all reports
"""
