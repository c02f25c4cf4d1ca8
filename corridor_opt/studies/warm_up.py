"""Compile what a first answer needs, so that it comes at once."""

from __future__ import annotations


def warm_up() -> float:
    """Compile the kernels for every number of criteria and load them, or load them from numba's disk cache.

    Returns
    -------
    float
        Seconds it took. The first time on a machine it compiles; later processes read the cache.
    """
    from time import perf_counter

    from corridor_opt.graph.search import warm_up as compile_for

    began = perf_counter()
    for criteria in range(1, 7):
        compile_for(criteria)
    return perf_counter() - began
