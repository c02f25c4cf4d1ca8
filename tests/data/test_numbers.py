"""Numbers of the embedded network lie in their ranges and price years, and what disagrees is kept."""

from __future__ import annotations

import math
import re

from embedded import network, records

from corridor_opt.model.prices import price_years


def test_parameters_lie_in_their_ranges():
    rows = records("parameters") + [row | {"value": row["closures_per_year"]} for row in records("closures")]
    ranged = [row for row in rows if not math.isnan(row["low"])]
    assert len(ranged) > 100
    assert [row for row in ranged if not row["low"] <= row["value"] <= row["high"]] == []


def test_price_years_are_in_the_index():
    known = set(price_years(network()))
    dated = [row for row in records("parameters") if row["unit"].startswith("USD")]
    # The value of the goods is the planner's own and is not brought to another year.
    years = {row["price_year"] for row in dated if row["quantity"] != "value_usd_per_feu"}
    for table, columns in {
        "links": ["freight_year"],
        "crossings": ["fee_year"],
        "terminals": ["handling_year"],
        "gauge_changes": ["fee_year"],
    }.items():
        for column in columns:
            used = network()[table][column].dropna()
            assert len(used), (table, column)
            years |= set(used)
    assert years <= known  # NaN, money without a year, is in no index


def test_disagreeing_lengths_are_kept():
    gap = network()["links"].set_index("id").loc["RAS-ASI-rail"]
    assert gap["length_km"] == 162
    assert {"130", "146"} <= set(re.findall(r"\d+", gap["length_other"]))
