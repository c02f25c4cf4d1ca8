"""Measures of routes under hazards: means, bad cases, regret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

QUANTITIES = ("cost", "time", "generalised")
STATISTICS = ("mean", "sd", "cvar_90", "cvar_95", "worst", "regret_max", "regret_mean")
ALONE = ("broken", "late")
MEASURES = ("cost.mean", "time.cvar_90", "generalised.regret_max")
RULE = "generalised.mean"
TOLD = {
    "mean": "mean",
    "sd": "standard deviation",
    "cvar_90": "mean of the worst tenth",
    "cvar_95": "mean of the worst twentieth",
    "worst": "worst case",
    "regret_max": "largest regret",
    "regret_mean": "mean regret",
}
UNITS = {"cost": "USD", "time": "h", "generalised": "USD"}


def cvar(values: NDArray[np.float64], weight: NDArray[np.float64], alpha: float) -> NDArray[np.float64]:
    """Conditional value at risk: the mean over the worst share 1 - alpha of the worlds, by column.

    Where the border of that share cuts a world, the world counts in part (R. T. Rockafellar, S. Uryasev, Conditional
    value-at-risk for general loss distributions, Journal of Banking & Finance 26, 2002, formula 25).

    Parameters
    ----------
    values
        Of shape (worlds, routes).
    weight
        Probability of each world.
    alpha
        Above 0 and below 1.

    Raises
    ------
    DataError
        alpha is not between 0 and 1.
    """
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not 0 < alpha < 1:
        raise DataError(f"alpha = {alpha!r} is not between 0 and 1, such as 0.9")
    order = np.argsort(-values, axis=0, kind="stable")
    share = weight[order]
    before = np.cumsum(share, axis=0) - share
    counted = np.clip(1 - alpha - before, 0.0, share)
    return (np.take_along_axis(values, order, axis=0) * counted).sum(axis=0) / (1 - alpha)


def check_measures(measures: Sequence[str]) -> list[str]:
    """Name what is wrong with measures."""
    known = [f"{q}.{s}" for q in QUANTITIES for s in STATISTICS] + list(ALONE)
    if isinstance(measures, str) or not isinstance(measures, Sequence) or not measures:
        return [f"measures: a list such as {list(MEASURES)} is needed, not {measures!r}"]
    faults = [f"no measure '{m}'{did_you_mean(str(m), known)}" for m in measures if m not in known]
    return faults + [f"the measure {m} stands twice" for m in dict.fromkeys(measures) if list(measures).count(m) > 1]


def generalised(value: NDArray[np.float64], usd_per_day: float) -> NDArray[np.float64]:
    """Money and time together, in USD."""
    return value[..., 0] + value[..., 1] * usd_per_day / 24


def quantities(value: NDArray[np.float64], usd_per_day: float) -> dict[str, NDArray[np.float64]]:
    """Cost, time and generalised cost of outcomes."""
    together = generalised(value, usd_per_day)
    return dict(zip(QUANTITIES, (value[..., 0], value[..., 1], together), strict=True))


def measured(
    value: NDArray[np.float64],
    broken: NDArray[np.bool_],
    least: NDArray[np.float64],
    weight: NDArray[np.float64],
    usd_per_day: float,
    deadline: float | None,
) -> pd.DataFrame:
    """Measures of routes, one row each."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for j, (name, values) in enumerate(quantities(value, usd_per_day).items()):
        mean = weight @ values
        regret = np.maximum(values - least[:, [j]], 0.0)
        columns[f"{name}.mean"] = mean
        columns[f"{name}.sd"] = np.sqrt(weight @ (values - mean) ** 2)
        columns[f"{name}.cvar_90"] = cvar(values, weight, 0.9)
        columns[f"{name}.cvar_95"] = cvar(values, weight, 0.95)
        columns[f"{name}.worst"] = values.max(axis=0)
        columns[f"{name}.regret_max"] = regret.max(axis=0)
        columns[f"{name}.regret_mean"] = weight @ regret
    columns["broken"] = weight @ broken
    columns["unbroken"] = 1 - columns["broken"]
    if deadline is not None:
        columns["late"] = weight @ (value[..., 1] > deadline)
        columns["on_time"] = 1 - columns["late"]
    return pd.DataFrame(columns)


def beaten(values: NDArray[np.float64], i: int) -> bool:
    """Whether a row is beaten by another, or equal to an earlier one."""
    no_worse = (values <= values[i]).all(axis=1)
    better = (values < values[i]).any(axis=1)
    return bool((no_worse & better).any() or no_worse[:i].any())


def measure(rule: str) -> str:
    """Say a measure in words."""
    quantity, _, statistic = rule.partition(".")
    if quantity in ALONE:
        return {"broken": "probability of a closure on the way", "late": "probability to be late"}[quantity]
    return f"{TOLD[statistic]} of {'cost and time together' if quantity == 'generalised' else quantity}"


def amount(rule: str, value: float) -> str:
    """Say a value of a measure."""
    quantity = rule.partition(".")[0]
    if quantity in ALONE:
        return f"{value:.1%}"
    return f"{value / 24:,.1f} days" if quantity == "time" else f"{value:,.0f} USD"
