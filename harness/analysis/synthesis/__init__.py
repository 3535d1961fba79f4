"""The analysis of the synthesis study: its records as frames, and every table, figure and number made of them.

What is compared, and which rules decide, is declared in `experiments/synthesis.py`.
"""
