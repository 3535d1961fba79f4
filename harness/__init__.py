"""Fair, reproducible experiments on how models are combined, tracked and monitored."""
