"""Trials in, records out."""
