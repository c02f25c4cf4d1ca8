"""Compile what a first answer needs, so that it comes at once."""

from __future__ import annotations


def warm_up() -> float:
    """Compile all kernels that questions can reach, for 1 to 6 criteria, or load them from the disk cache.

    Returns
    -------
    float
        Seconds it took. The first time on a machine it compiles; later processes read the cache.
    """
    from time import perf_counter

    from corridor_opt.graph.ready import everything

    began = perf_counter()
    everything()
    return perf_counter() - began
