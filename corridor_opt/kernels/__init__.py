"""Compiled searches: arrays in, arrays out (numba and numpy, nothing of `corridor_opt`)."""
