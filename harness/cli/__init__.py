"""One file per command: the only Hydra and terminal code."""
