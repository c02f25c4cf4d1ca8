"""Orders of a front by preference. A front is a trade-off; an order is a choice among its routes, made after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.criteria import CRITERIA

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from corridor_opt.results.front import Front

METHODS = ("weighted", "topsis", "lexicographic", "knee")


def rank(
    front: Front, weights: Mapping[str, float] | Sequence[str] | None = None, method: str = "weighted"
) -> pd.DataFrame:
    """Order routes.

    Parameters
    ----------
    front
        Whose routes.
    weights
        Weight of each criterion, or criteria in order of importance; the searched ones when None.
    method
        `weighted`: sum of weights times values scaled to 0..1 between the best and the worst of the front.
        `topsis`: nearness to the ideal point against the anti-ideal one, columns divided by their Euclidean length
        (Hwang and Yoon 1981); shown as 1 - closeness, so that small is good. `lexicographic`: the first criterion
        (the heaviest where weights are given) decides, the next breaks ties. `knee`: distance to the ideal point
        after scaling to 0..1 (compromise programming, Zeleny 1973), the bend of the trade-off.

    Returns
    -------
    pandas.DataFrame
        `route` (position in the front), `score` (small is good; the place for `lexicographic`), the five values.

    Raises
    ------
    DataError
        An unknown method or criterion, a weight that is no number of 0 or more, or all weights 0.
    """
    given = preferences(front.criteria, weights, method)
    values = front.values[list(given)].to_numpy(float)
    frame = front.values.reset_index()
    frame.insert(1, "score", scores(values, np.array(list(given.values())), method))
    return frame.sort_values(["score", "route"], kind="stable").reset_index(drop=True)


def scores(values: NDArray[np.float64], weights: NDArray[np.float64], method: str) -> NDArray[np.float64]:
    """Score points, small is good: see `rank`.

    Parameters
    ----------
    values
        Of shape (points, criteria), minimised.
    weights
        One a criterion, 0 or more, not all 0.
    method
        One of `METHODS`.
    """
    share = weights / weights.sum()
    if method == "lexicographic":
        heaviest = np.argsort(-share, kind="stable")
        order = np.lexsort(values.T[heaviest][::-1])
        score = np.empty(len(values))
        score[order] = np.arange(1, len(values) + 1)
    elif method == "topsis":
        length = np.linalg.norm(values, axis=0)
        scaled = share * values / np.where(length > 0, length, 1)
        best = np.linalg.norm(scaled - scaled.min(axis=0), axis=1)
        worst = np.linalg.norm(scaled - scaled.max(axis=0), axis=1)
        total = best + worst
        score = np.divide(best, total, out=np.zeros_like(best), where=total > 0)
    else:
        low, span = values.min(axis=0), np.ptp(values, axis=0)
        scaled = (values - low) / np.where(span > 0, span, 1)
        score = scaled @ share if method == "weighted" else np.linalg.norm(share * scaled, axis=1)
    return np.asarray(score).round(12)  # equals stay equal, in whatever order parts are added up


def ranking_faults(
    criteria: Sequence[str], weights: Mapping[str, float] | Sequence[str] | None, method: str
) -> list[str]:
    """Name what is wrong with a ranking, before there is a front."""
    return _preferences(criteria, weights, method)[1]


def preferences(
    criteria: Sequence[str], weights: Mapping[str, float] | Sequence[str] | None, method: str
) -> dict[str, float]:
    """Read weights by criterion.

    Raises
    ------
    DataError
        As `rank`.
    """
    given, faults = _preferences(criteria, weights, method)
    if faults:
        raise DataError("the routes cannot be ranked", faults)
    return given


def _preferences(
    criteria: Sequence[str], weights: Mapping[str, float] | Sequence[str] | None, method: str
) -> tuple[dict[str, float], list[str]]:
    """Read weights by criterion; beside them, every fault."""
    faults = [] if method in METHODS else [f"no method '{method}'{did_you_mean(str(method), METHODS)}"]
    given: dict[str, float] = {}
    if isinstance(weights, str):
        faults.append(f"weights '{weights}': give numbers by criterion, such as {{'cost': 2, 'time': 1}}")
    elif isinstance(weights, Mapping):
        given = dict(weights)
    else:
        given = dict.fromkeys(weights or criteria, 1.0)
    faults += [f"no criterion '{n}'{did_you_mean(str(n), CRITERIA)}" for n in given if n not in CRITERIA]
    for name, weight in given.items():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight < float("inf"):
            faults.append(f"weight of {name}: {weight!r} is not a number of 0 or more")
    if not faults and not sum(given.values()) > 0:
        faults.append("all weights are 0")
    return given, faults
