"""The register of claims: what is claimed, which contrasts decide, and every defensible way to answer them.

entries       the nouns: register, claim, contrast, dimension, level
parsing       a register read from the content of its file; whatever nobody reads is refused
fitting       whether its contrasts and dimensions fit what the study offers; `nodes` reads parts of any file
offers        what a study offers: cells, contrasts, scopes
answers       a study, asked once for each choice
evaluation    the registered contrasts, the verdict, other questions, parts of the data sets
choices       which specifications are looked at
specified     specifications of one claim, answered and judged many at a time
intervals     their intervals, thousands at once
curve         the specification curve of a claim
sensitivity   what its verdict hangs on
"""
