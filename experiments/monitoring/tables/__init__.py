"""The tables of the monitoring study."""
