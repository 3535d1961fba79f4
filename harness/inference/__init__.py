"""Statistical inference: pure functions from numbers to frozen results, one module per question.

The data set is the replicate. Seeds and folds are averaged first. Methods share splits and seeds, and base models are a
within factor. So each value belongs to one data set, except in `within`, which analyses the folds of a single set.

    question                                               module
    What does one data set say about A against B?          within, five_by_two
    What is the mean over data sets, and for a new one?    mean
    Does A differ from B over data sets, and how much?     paired, signed_rank
    Do methods differ, with base models crossed?           repeated_measures (with sphericity)
    How probably is A worse, equal or better?              bayesian_signed_rank
    ... if each set's difference is itself uncertain?      hierarchical
    How do methods rank, and which are told apart?         ranks, rank_pairs, pairwise (with cliques)
    Do independent groups differ, and which?               anova, groups, tukey
    What moves a score, and by how much?                   linear (regression, mixed)
    What do effects of unequal precision say together?     random_effects
    What may be claimed after many tests?                  multiplicity
    Is a published claim supported?                        verdict
    How small a difference could the study have seen?      planning, power
    How do two independent samples differ?                 two_samples, dominance
    How large is a share, or a rate, and do two differ?    proportions, two_proportions, event_rates
    How long does it take, with some never seen?           survival, restricted_mean, log_rank, hazards
    What are the values like?                              descriptives
    Do the items of a survey measure one thing?            reliability

What is given becomes numbers, names and tables in `inputs`, or one sentence says why not. Degenerate data never raise. The
result then carries a `note` in clear sentences. A number is NaN only where the note says why. `docs/statistics.md` gives
every formula and its source.
"""
