"""Hydra finds plugins in this namespace; the sweeper itself is in `sweeper`."""
