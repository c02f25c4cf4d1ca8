"""How long the rest of a closure lasts for a shipment that meets it.

Of closures with mean length D and coefficient of variation c, an arrival meets long ones more often; what is left of
the one it meets is D (1 + c^2) / 2 on average (the inspection paradox of renewal theory: D. R. Cox, Renewal Theory,
1962, section 5.4): D for exponential lengths, D / 2 for fixed ones. Who replays an event meets it on its first day
instead, as nobody by chance does: `whole` is a closure of known length, all of it ahead.
"""

from __future__ import annotations

import functools
import itertools
import math

LAWS = ("exponential", "lognormal", "fixed", "whole")
LEVELS = 10


def mean_rest(mean: float, law: str, spread: float = 1.0) -> float:
    """Mean rest of a closure that is met, in the unit of its mean length.

    Parameters
    ----------
    mean
        Mean length.
    law
        `exponential`, `lognormal`, `fixed`, or `whole`: met on its first day.
    spread
        Coefficient of variation of a lognormal length.
    """
    variation = {"exponential": 1.0, "fixed": 0.0, "lognormal": spread, "whole": 1.0}[law]
    return mean * (1 + variation**2) / 2


@functools.lru_cache(maxsize=1024)
def levels(mean: float, law: str, spread: float = 1.0, count: int = LEVELS) -> tuple[float, ...]:
    """Equally likely lengths that stand for the law of the rest: the means of its `count` quantile ranges, ascending.

    Their mean is the mean of the law, their spread a little less; so worlds are finite, and equal ones are solved once.

    Parameters
    ----------
    mean, law, spread
        See `mean_rest`.
    count
        How many.
    """
    if law == "whole":
        return (mean,) * count
    ends = [0.0, *(_quantile(i / count, law, spread) for i in range(1, count))]
    parts = [_partial_mean(x, law, spread) for x in ends] + [mean_rest(1.0, law, spread)]
    return tuple(mean * count * (b - a) for a, b in itertools.pairwise(parts))


def _normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _lognormal(spread: float) -> tuple[float, float]:
    """Parameters of a lognormal length of mean 1."""
    sigma = math.sqrt(math.log1p(spread**2))
    return -(sigma**2) / 2, sigma


def _below(x: float, law: str, spread: float) -> float:
    """Probability that the rest is shorter than x, for a mean length of 1: the integral of 1 - F."""
    if law == "exponential":
        return -math.expm1(-x)
    if law == "fixed":
        return min(x, 1.0)
    mu, sigma = _lognormal(spread)
    z = (math.log(x) - mu) / sigma if x > 0 else -math.inf
    return x * _normal(-z) + _normal(z - sigma)


def _partial_mean(x: float, law: str, spread: float) -> float:
    """Mean of the rest where it is shorter than x, else 0, for a mean length of 1."""
    if law == "exponential":
        return -math.expm1(-x) - x * math.exp(-x)
    if law == "fixed":
        return min(x, 1.0) ** 2 / 2
    mu, sigma = _lognormal(spread)
    z = (math.log(x) - mu) / sigma if x > 0 else -math.inf
    return (x * x * _normal(-z) + (1 + spread**2) * _normal(z - 2 * sigma)) / 2


def _quantile(share: float, law: str, spread: float) -> float:
    """What the rest is shorter than with a given probability, for a mean length of 1: by bisection."""
    low, high = 0.0, 1.0
    while _below(high, law, spread) < share:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, law, spread) < share else (low, middle)
    return high
