"""Measurements. Each is one command, prints a table, and saves it under `benchmarks/results/`.

Figures are ratios against a named baseline of the same run: machines differ and are noisy, ratios much less so.
"""
