"""Records in, numbers out: frames, inference, tables, figures, claims. Analysis never builds a model."""
