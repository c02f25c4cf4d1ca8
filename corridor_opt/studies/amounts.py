"""Amounts as a planner writes them: numbers with or without a unit."""

from __future__ import annotations

import re
from typing import Any

from corridor_opt.errors import DataError, did_you_mean

# How many of a criterion's unit one of these is.
UNITS = {
    "cost": {"": 1.0, "usd": 1.0, "$": 1.0},
    "time": {
        "": 1.0,
        "h": 1.0,
        "d": 24.0,
        "day": 24.0,
        "days": 24.0,
        "hours": 1.0,
        "w": 168.0,
        "weeks": 168.0,
    },
    "distance": {"": 1.0, "km": 1.0},
    "emissions": {"": 1.0, "kg": 1.0, "t": 1000.0},
    "risk": {"": 1.0, "%": 0.01},
}
UNITS["delay"] = UNITS["time"]


def amount_of(criterion: str, value: Any, where: str) -> float:
    """Read a number with or without a unit of its criterion, such as `40 d` or `9_000`.

    Parameters
    ----------
    criterion
        In whose unit.
    value
        A number, or a text.
    where
        What it is, for messages.

    Raises
    ------
    DataError
        It is no number of 0 or more, or has another unit.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf"):
        return float(value)
    text = str(value)[:60]
    fit = re.fullmatch(r"\s*([0-9][0-9_,.]*(?:e[+-]?[0-9]+)?)\s*([A-Za-z%$]*)\s*", text, re.IGNORECASE)
    number = read_number(fit[1]) if fit else None
    if isinstance(value, bool) or len(str(value)) > 60 or fit is None or number is None or number < 0:
        raise DataError(f"{where}: '{text}' is not a number of 0 or more with a unit ({', '.join(_known(criterion))})")
    unit = fit[2].lower()
    if unit not in UNITS[criterion]:
        raise DataError(f"{where}: no unit '{fit[2]}'{did_you_mean(fit[2], _known(criterion))}")
    return number * UNITS[criterion][unit]


def read_number(text: str) -> float | None:
    """Read `9_000`, `9,000` or `1.5`; None for what is no number, a decimal comma among it."""
    plain = text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text) else text
    try:
        number = float(plain)
    except (ValueError, OverflowError):
        return None
    return number if number == number and abs(number) < float("inf") else None


def _known(name: str) -> list[str]:
    return [unit for unit in UNITS[name] if unit]
