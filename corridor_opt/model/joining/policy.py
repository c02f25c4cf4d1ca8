"""What is known of borders: which are open, which are closed, and where the curated crossings are."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.build import embedded_texts
from corridor_opt.model.joining.ways import apart_km
from corridor_opt.model.schema import read_rows, split

if TYPE_CHECKING:
    import pandas as pd

RULES = ("open", "whitelist", "closed")
CROSSING_KM = 25.0  # an imported crossing so near a curated one of its mode and countries is that one


@functools.cache
def _crossings() -> pd.DataFrame:
    """Curated crossings as texts, with the places of their posts."""
    crossings, nodes = embedded_texts("crossings").copy(), embedded_texts("nodes").set_index("id")
    for axis in ("lon", "lat"):
        for post in ("a", "b"):
            crossings[f"{axis}_{post}"] = crossings[f"post_{post}"].map(nodes[axis].astype(float)).astype(float)
    crossings["pair"] = [pair_of(a, b) for a, b in zip(crossings["country_a"], crossings["country_b"], strict=True)]
    return crossings


def pair_of(a: str, b: str) -> str:
    """Name a pair of countries, in the order of their codes."""
    return f"{min(a, b)}-{max(a, b)}"


def curated_crossings(mode: str, a: str, b: str) -> pd.DataFrame:
    """Give the curated crossings of a mode between two countries, with the places of their posts."""
    table = _crossings()
    return table[(table["mode"] == mode) & (table["pair"] == pair_of(a, b))]


def far_from(curated: pd.DataFrame, where: np.ndarray) -> np.ndarray:
    """Distances of curated crossings from a place, km: to the nearer post, or to half way between the two."""
    a, b = curated[["lon_a", "lat_a"]].to_numpy(float), curated[["lon_b", "lat_b"]].to_numpy(float)
    return np.minimum.reduce([apart_km(place, where) for place in (a, (a + b) / 2, b)])


def read_policy(rows: pd.DataFrame | None = None) -> dict[str, str]:
    """Give the rule of each pair of countries that has one.

    Parameters
    ----------
    rows
        `a`, `b` (country codes) and `rule`: `open`, `whitelist` (at curated crossings only) or `closed`; those of
        `data/ground/borders.csv` when None.

    Raises
    ------
    DataError
        Rules that are none, pairs that are named twice: every fault at once.
    """
    told = read_rows("ground", "borders.csv") if rows is None else rows.to_dict("records")
    rules: dict[str, str] = {}
    faults = []
    for i, row in enumerate(told):
        pair = pair_of(row["a"], row["b"])
        if row["rule"] not in RULES:
            faults.append(f"row {i}, rule: no rule '{row['rule']}'{did_you_mean(row['rule'], RULES)}")
        if rules.get(pair, row["rule"]) != row["rule"]:
            faults.append(f"row {i}: {pair} is '{row['rule']}' here and '{rules[pair]}' above")
        rules[pair] = row["rule"]
    if faults:
        raise DataError("the policy of borders cannot be used", faults)
    return rules


@functools.cache
def _areas() -> list[frozenset[str]]:
    """Countries that have no customs border between them."""
    return [frozenset(split(row["countries"])) for row in read_rows("ground", "areas.csv")]


def in_one_area(pair: str) -> bool:
    """Whether two countries have no customs border between them."""
    return any(set(pair.split("-")) <= area for area in _areas())


def rule_of(pair: str, rules: dict[str, str]) -> tuple[str, str]:
    """Give the rule of a pair of countries, and what it rests on: `named`, `area`, `curated` or `assumed`."""
    if pair in rules:
        return rules[pair], "named"
    if in_one_area(pair):
        return "open", "area"
    table = _crossings()
    if np.any(table["pair"].to_numpy() == pair):
        return "whitelist", "curated"
    return "open", "assumed"
