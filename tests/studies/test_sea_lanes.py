"""Points of a sea lane: ships pass them without a stop, nothing else uses them."""

from __future__ import annotations

import pandas as pd
import pytest

import corridor_opt as co
from corridor_opt.model.build import build

READY = {"status_2022": "operating", "status_2026": "operating"}
LENGTH = {"length_source": "A", "length_confidence": "assumption"}
PLACES = [
    ("CITY", "AA", "city"),
    ("PORTA", "AA", "seaport"),
    ("LANEW", "", "sea-lane"),
    ("LANEE", "", "sea-lane"),
    ("PORTB", "BB", "seaport"),
    ("PORTC", "BB", "seaport"),
]
LINKS = [
    ("CITY", "PORTA", "rail", "rail-1520", 120, "AA"),
    ("PORTA", "LANEW", "sea", "sea-regional", 200, "AA"),
    ("LANEW", "LANEE", "sea", "sea-regional", 300, ""),
    ("LANEE", "PORTB", "sea", "sea-regional", 400, "BB"),
    ("PORTC", "LANEE", "sea", "sea-regional", 50, "BB"),
]


def tables() -> dict[str, pd.DataFrame]:
    nodes = pd.DataFrame(PLACES, columns=["id", "country", "kind"])
    nodes = nodes.assign(name=nodes["id"], lon=range(6), lat=10.0, location_source="A", location_confidence="low")
    links = pd.DataFrame(LINKS, columns=["from", "to", "mode", "class", "length_km", "countries"])
    links = links.assign(**READY, **LENGTH, id=links["from"] + "-" + links["to"])
    links["gauge_mm"] = [1520.0 if mode == "rail" else None for mode in links["mode"]]
    return {"nodes": nodes, "links": links}


def network() -> co.Network:
    return build(tables(), name="lanes")


def test_a_ship_passes_without_a_stop_and_is_waited_for_once():
    lanes = network()
    route = co.find_routes(lanes, "PORTA", "PORTB", criteria=("cost",))[0]
    assert [leg.kind for leg in route.legs] == ["transshipment", "wait", "haul", "transshipment"]
    assert route.legs[2].links == ("PORTA-LANEW", "LANEW-LANEE", "LANEE-PORTB")
    assert route.values["distance"] == 900
    assert route.countries == ["AA", "BB"]
    direct = tables()
    direct["links"] = direct["links"].iloc[[1]].assign(to="PORTB", length_km=900.0, countries="AA;BB")
    same = co.find_routes(build(direct, name="direct"), "PORTA", "PORTB", criteria=("cost",))[0]
    assert route.values == pytest.approx(same.values)


def test_a_ship_takes_up_again_on_the_way_back_and_to_a_third_port():
    lanes = network()
    assert co.find_routes(lanes, "PORTB", "CITY", criteria=("cost",))[0].values["distance"] == 1020
    assert co.find_routes(lanes, "PORTB", "PORTC", criteria=("cost",))[0].values["distance"] == 450


def test_ships_go_on_from_sea_to_waterway():
    given = tables()
    given["links"].loc[3, "mode"] = "waterway"
    given["links"].loc[3, "class"] = "waterway"
    route = co.find_routes(build(given, name="canal"), "PORTA", "PORTB", criteria=("cost",))[0]
    assert [leg.mode for leg in route.legs] == ["sea", "sea", "sea", "waterway", "waterway"]


def test_what_is_explained_adds_up():
    route = co.find_routes(network(), "CITY", "PORTC", criteria=("cost", "time"))[0]
    frame = route.explain().frame
    for criterion in ("cost", "time"):
        assert frame[criterion].sum() == pytest.approx(route.values[criterion])
        assert sum(leg.values[criterion] for leg in route.legs) == pytest.approx(route.values[criterion])


def test_a_point_of_a_lane_is_no_place_to_load():
    assert not {"LANEW", "LANEE"} & set(network()["terminals"]["node"])
    with pytest.raises(co.NoRouteError):
        co.find_routes(network(), "PORTA", "LANEE", criteria=("cost",))


def test_saved_and_read_again(tmp_path):
    pytest.importorskip("pyarrow", reason="GeoParquet needs it")
    given = tables()
    given["nodes"].loc[2, ["lon", "lat"]] = [9.0, 43.3]  # where an outline without a code lies, were it turned round
    given["links"] = given["links"].assign(length_km=6000.0)
    lanes = build(given, name="lanes")
    lanes.save(tmp_path / "lanes.parquet")
    assert co.load_network(tmp_path / "lanes.parquet").sha256 == lanes.sha256


def test_only_ships_and_only_at_sea():
    given = tables()
    given["nodes"].loc[0, "country"] = ""
    given["links"].loc[3, "countries"] = ""
    rail = given["links"].iloc[[0]].assign(id="rail", to="LANEW")
    given["links"] = pd.concat([given["links"], rail], ignore_index=True)
    given["terminals"] = pd.DataFrame([{"id": "t", "node": "LANEW", "mode": "sea"} | READY])
    with pytest.raises(co.SchemaError) as caught:
        build(given, name="lanes")
    assert list(caught.value.faults) == [
        "nodes, row CITY, country: is empty; only a node of kind sea-lane lies in no country",
        "links, row LANEE-PORTB, countries: is empty",
        "links, row rail, mode: only ships pass the point of a sea lane, not rail",
        "terminals, row t, node: LANEW is a point of a sea lane: ships pass it without a stop",
    ]
