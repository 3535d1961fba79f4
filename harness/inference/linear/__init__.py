"""Linear models: from a frame with numeric and nominal columns to coefficients and their tests.

regression      the three questions: `regression` on rows, `fixed_effects` within sets, `between_sets` on means of sets
mixed           `mixed_model`: sets, and sets by methods, as random effects, by restricted likelihood
design          which columns of numbers a model has: nominal terms, products, effects of sets; what is collinear
least_squares   the fit in an orthonormal basis; Breusch-Pagan, Durbin-Watson
robust          covariances: classical, HC3, and CR2 by sets; Wald and approximate Hotelling tests
results         what a regression says
likelihood      the restricted likelihood of random effects inside sets, and its derivatives
satterthwaite   the degrees of freedom of a mixed model's tests
"""
