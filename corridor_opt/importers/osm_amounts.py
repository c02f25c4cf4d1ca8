"""Amounts as OpenStreetMap writes them: speeds, weights, heights, durations, with their units.

None stands for what sets no bound (`none`, `signals`), NaN for what cannot be read.
"""

from __future__ import annotations

import functools
import re

from corridor_opt.model.schema import read_rows

NAN = float("nan")
BOUNDLESS = {"none", "no", "default", "unsigned", "signals", "variable", "implicit", "below_default", "unspecified"}
KMH = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852, "kn": 1.852}
TONNES = {"": 1.0, "t": 1.0, "to": 1.0, "kg": 0.001, "st": 0.90718474, "lt": 1.0160469, "lbs": 0.00045359237}
METRES = {"": 1.0, "m": 1.0, "cm": 0.01, "ft": 0.3048}


@functools.cache
def _limits() -> dict[str, float]:
    """Limits written as words, km/h."""
    return {row["word"].lower(): float(row["limit_kmh"]) for row in read_rows("osm", "limits.csv")}


def in_kmh(text: str) -> float | None:
    """Speed limit in km/h of a `maxspeed`; the least of several.

    Parameters
    ----------
    text
        Such as `60`, `40 mph`, `RU:urban`, `walk`, `none` or `60;80`.

    Returns
    -------
    float or None
        None where there is no limit, NaN where the text cannot be read.
    """
    found = [_kmh(word) for word in re.split(r"[;|,]", text) if word.strip()]
    numbers = [n for n in found if n is not None and n == n]
    return min(numbers) if numbers else next((n for n in found if n is not None), None)


def _kmh(text: str) -> float | None:
    word = text.strip().lower()
    if word in _limits():
        return _limits()[word]
    if ":" in word and word.partition(":")[2] in _limits():  # a country that has no row of its own
        return _limits()[word.partition(":")[2]]
    return _amount(word, KMH)


def in_tonnes(text: str) -> float | None:
    """Weight in tonnes of a `maxweight` such as `7.5`, `12 t`, `8000 kg` or `10 st`; None and NaN as in `in_kmh`."""
    return _amount(text.strip().lower(), TONNES)


def in_metres(text: str) -> float | None:
    """Height in metres of a `maxheight` such as `3.8`, `4 m` or `13'6"`; None and NaN as in `in_kmh`."""
    word = text.strip().lower()
    feet = re.fullmatch(r"(\d+)'\s*(?:(\d+)\"?)?", word)
    if feet:
        return (int(feet[1]) + int(feet[2] or 0) / 12) * METRES["ft"]
    return _amount(word, METRES)


def in_hours(text: str) -> float:
    """Hours of a `duration` such as `01:30`, `36:00:00`, `PT1H30M` or `90` (minutes); NaN where it cannot be read."""
    word = text.strip().upper()
    clock = re.fullmatch(r"(\d+):(\d{1,2})(?::(\d{1,2}))?", word)
    if clock:
        hours = int(clock[1]) + int(clock[2]) / 60 + int(clock[3] or 0) / 3600
    elif word.isdigit():
        hours = int(word) / 60
    else:
        iso = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?", word)
        hours = 0.0 if iso is None else int(iso[1] or 0) * 24 + int(iso[2] or 0) + int(iso[3] or 0) / 60
    return hours if hours > 0 else NAN


def _amount(word: str, units: dict[str, float]) -> float | None:
    if word in BOUNDLESS:
        return None
    parts = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z/]*)", word)
    if parts is None or parts[2] not in units or float(parts[1]) <= 0:
        return NAN
    return float(parts[1]) * units[parts[2]]
