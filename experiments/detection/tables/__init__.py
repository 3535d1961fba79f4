"""Tables of the study, one module a question."""
