"""Every number says who says it and how sure that is, and lies where such numbers lie."""

from __future__ import annotations

import pandas as pd
import pytest

from corridor_opt.model.build import build
from corridor_opt.model.numbers import UNSEEN, confidence_counts, number_rows, swing
from corridor_opt.model.schema import schema, source_column, split
from corridor_opt.results.text import network_text

# What no speed, wait or price of such a thing exceeds: km a day, hours, USD.
KM_PER_DAY = {"rail": (150, 1400), "road": (100, 1000), "sea": (150, 900), "ferry": (150, 800), "waterway": (100, 400)}
DWELL_HOURS = (0, 240)
USD_PER_TEU_KM = (0.02, 3.0)
USD_PER_TRUCK_KM = (0.4, 6.0)
HANDLING_USD = (0, 600)


def test_every_number_with_a_source_has_a_confidence(network):
    bare, seen = [], 0
    for table in ("nodes", "links", "crossings", "terminals", "gauge_changes"):
        frame = network[table]
        for column, attribute in schema(table).items():
            source = source_column(column, frame.columns)
            if not attribute.is_number or attribute.kind in ("year", "gauge") or source in (None, "surcharge_source"):
                continue
            confidence = source.replace("_source", "_confidence")
            if confidence not in frame.columns:
                continue
            given = frame[frame[column].notna()]
            seen += len(given)
            bare += [(table, name, column) for name in given.loc[given[confidence] == "", "id"]]
    assert seen > 1000
    assert bare == []


def test_assumptions_say_that_they_are(network):
    """What rests on an assumption alone is not called more than one."""
    rows = [row for table in ("parameters", "closures") for row in network[table].to_dict("records")]
    proud = [r for r in rows if split(r["source"]) == ["A"] and r["confidence"] != "assumption"]
    assert proud == []
    links = network["links"]
    assert set(links.loc[links["length_source"] == "A", "length_confidence"]) <= {"assumption"}


def test_numbers_lie_within_bounds(network):
    odd = []
    modes = network["classes"].set_index("id")["mode"]
    for (subject, quantity), row in network.numbers.items():
        bounds = None
        if quantity.startswith("km_per_day") and subject in modes:
            bounds = KM_PER_DAY[modes[subject]]
        elif quantity.startswith(("dwell_", "change_hours")):
            bounds = DWELL_HOURS
        elif quantity == "usd_per_teu_km":
            bounds = USD_PER_TEU_KM
        elif quantity == "usd_per_truck_km":
            bounds = USD_PER_TRUCK_KM
        elif quantity.startswith(("handling_", "fee_usd")):
            bounds = HANDLING_USD
        if bounds and not bounds[0] <= row["value"] <= bounds[1]:
            odd.append((subject, quantity, row["value"]))
    for link in network["links"].itertuples():
        low, high = KM_PER_DAY[link.mode]
        if link.transit_hours == link.transit_hours and not low <= 24 * link.length_km / link.transit_hours <= high:
            odd.append((link.id, "transit_hours", link.transit_hours))
        freight = link.freight_usd_per_teu / link.length_km
        if freight == freight and not USD_PER_TEU_KM[0] <= freight <= USD_PER_TEU_KM[1]:
            odd.append((link.id, "freight", freight))
    for table, columns in {
        "crossings": ("dwell_hours_ab", "dwell_hours_ba"),
        "terminals": ("dwell_load_hours", "dwell_unload_hours"),
        "gauge_changes": ("change_hours",),
    }.items():
        for column in columns:
            cells = network[table].set_index("id")[column].dropna()
            odd += [(name, column, hours) for name, hours in cells.items() if not 0 <= hours <= DWELL_HOURS[1]]
    assert odd == []


def test_counts_are_whole_and_count_what_is_used(network):
    counts = confidence_counts(network).set_index("kind")
    words = counts[["high", "medium", "low", "assumption"]]
    assert (words.sum(axis=1) == counts["uses"]).all()
    assert (counts["numbers"] <= counts["uses"]).all()
    assert counts["assumed_share"].between(0, 1).all()
    links, crossings, terminals = (len(network[t]) for t in ("links", "crossings", "terminals"))
    assert counts.at["lengths", "uses"] == links + crossings
    assert counts.at["dwell hours", "uses"] >= 2 * terminals + len(network["gauge_changes"])
    assert counts.at["coordinates", "uses"] == len(network["nodes"])


@pytest.mark.parametrize("column", ["length_km"])
def test_a_checked_number_is_not_counted_as_assumed(network, column):
    links = network["links"].copy()
    unseen = links.index[links["length_source"].isin(list(UNSEEN))]
    before = confidence_counts(network).set_index("kind").loc["lengths"]
    links["length_check"] = ""
    clean = confidence_counts(network.replace(links=links)).set_index("kind").loc["lengths"]
    links.loc[unseen, "length_check"] = "C02"
    after = confidence_counts(network.replace(links=links)).set_index("kind").loc["lengths"]
    assert before["assumed"] <= clean["assumed"]
    assert after["assumed"] == clean["assumed"] - len(unseen)
    assert after["uses"] == clean["uses"]


def test_numbers_are_found_by_their_names(network):
    found = number_rows(network, ["links/RAS-ASI-rail/length_km", "rail-iran/km_per_day.ordinary"])
    length, speed = found.to_dict("records")
    assert (length["value"], length["unit"], length["source"], length["kind"]) == (162, "km", "R15", "lengths")
    assert length["low"] != length["low"]
    assert (speed["kind"], speed["unit"]) == ("speeds", "km/day")
    with pytest.raises(KeyError):
        number_rows(network, ["links/NOWHERE/length_km"])
    with pytest.raises(KeyError):
        number_rows(network, ["rail-iran/nonsense"])


def test_a_range_moves_what_rests_on_a_number():
    said = {"kind": "speeds", "value": 450.0, "low": 300.0, "high": 600.0, "confidence": "assumption"}
    assert swing(said) == (0.75, 1.5), "hours fall as the speed rises"
    assert swing(said | {"kind": "freight rates"}) == pytest.approx((2 / 3, 4 / 3))
    without = {"low": float("nan"), "high": float("nan")}
    sure, unsure = (swing(said | without | {"confidence": c}) for c in ("high", "assumption"))
    assert unsure[0] < sure[0] < 1 < sure[1] < unsure[1]
    assert swing(said | without | {"kind": "lengths"})[1] < unsure[1], "lengths are surer than rates"


def test_network_info_tells_the_share_of_assumed_numbers(network, run):
    code, out, _ = run("network", "info")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 100
    for row in confidence_counts(network).to_dict("records"):
        line = next(line for line in out.splitlines() if line.startswith(f"{row['kind']}  "))
        assert line.split()[-1] == f"{row['assumed_share']:.0%}"
        assert f"{row['uses']:,}" in line.split()
    assert "dwell hours" in network._repr_html_()


def test_closure_rates_are_counted_where_they_apply():
    """A road between two towns: no border, no closures of its own, one background."""
    own = {"closures_per_year": "1", "mean_days": "3", "source": "K", "confidence": "low"}
    causes = pd.DataFrame([own | {"id": i, "name": i} for i in ("flood", "strike")])
    place = {"country": "KZ", "kind": "city", "location_source": "K", "location_confidence": "low"}
    nodes = [place | {"id": i, "name": i, "lon": "70", "lat": lat} for i, lat in (("N", "50"), ("S", "51"))]
    link = {"id": "N-S", "from": "N", "to": "S", "mode": "road", "class": "road-cis", "length_km": "120"}
    link |= {"length_source": "K", "length_confidence": "low", "countries": "KZ"}
    link |= {"status_2022": "operating", "status_2026": "operating"}

    def uses(**more: str) -> int:
        tables = {"nodes": pd.DataFrame(nodes), "links": pd.DataFrame([link | more]), "closures": causes}
        network = build(tables, name="one road")
        text = network_text(network)
        assert "crossings: none" in text
        return confidence_counts(network).set_index("kind").at["closure rates", "uses"]

    assert uses() == 1
    assert uses(closures="flood;strike") == 3
