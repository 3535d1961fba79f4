"""Drift detectors: a signal in, the positions of alarms out."""
