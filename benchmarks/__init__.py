"""Measurements: run them with `python -m benchmarks.NAME`; what they measure is told in README.md."""
