"""A file of OpenStreetMap becomes a network that answers a planner's questions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import corridor_opt as co
from corridor_opt.cli import main
from corridor_opt.importers.osm_places import given_places
from corridor_opt.importers.osm_tags import number

pytest.importorskip("osmnx", reason="needs the extra osm")
pytest.importorskip("scipy", reason="needs the extra osm")

SMALL = Path(__file__).parent / "data" / "small.osm"


@pytest.fixture(scope="module")
def network():
    return co.from_osm(SMALL)


def route(network, origin, destination, **more):
    return co.find_routes(network, origin, destination, criteria=("time",), **more)[0]


def nodes_of(network, name):
    nodes = network["nodes"]
    return set(nodes.loc[nodes["name"] == name, "id"])


def links_with(network, tag):
    return network["links"][[tag in cell.split(";") for cell in network["links"]["tags"]]]


def test_towns_ports_and_yards_have_terminals(network):
    terminals = network["terminals"]
    for name, modes in (("Kalaki", {"road", "rail"}), ("Sopeli Yard", {"road", "rail"}), ("Navsadguri", {"road"})):
        assert set(terminals.loc[terminals["node"].isin(nodes_of(network, name)), "mode"]) == modes
    assert set(terminals.loc[terminals["mode"] == "rail", "gauge_mm"]) <= {1435, 1520}
    assert not nodes_of(network, "Mtiskari")
    nodes = network["nodes"].set_index("name")
    assert (nodes.loc["Kalaki", "aliases"], nodes.loc["Kalaki", "country"]) == ("ქალაქი", "GE")
    assert (nodes.loc["Zghvari", "kind"], nodes.loc["Kaghak", "country"]) == ("border-post", "AM")


def test_routes_by_road_rail_and_ferry(network):
    by_road = route(network, "Kalaki", "Navsadguri", exclude=["mode:rail"])
    assert 40 < by_road.values["distance"] < 50
    by_rail = route(network, "Kalaki", "Sopeli Yard", exclude=["mode:road"])
    assert 25 < by_rail.values["distance"] < 30
    ferries = network["links"][network["links"]["mode"] == "ferry"]
    assert ferries["transit_hours"].tolist() == [pytest.approx(0.5)]  # two stretches are one sailing
    ports = [*ferries[["from", "to"]].iloc[0]]
    assert "ferry" in {leg.mode for leg in route(network, "Kalaki", ports[1]).legs}


def test_chains_join_and_tag_changes_stay(network):
    roads = network["links"][network["links"]["mode"] == "road"]
    assert len(roads) < 40
    assert {"highway-primary;ref-E60;ref-S1", "highway-trunk", "highway-secondary"} <= set(roads["tags"])
    both = network["links"][network["links"]["mode"] == "rail"].groupby(["from", "to"])["gauge_mm"].agg(set)
    assert {1435.0, 1520.0} in both.tolist()  # two gauges on one bed


def test_one_ways_hold(network):
    ring = network["links"].query("direction == 'forward'")
    assert len(ring) >= 3
    assert "forward" in set(links_with(network, "highway-motorway")["direction"])


def test_borders_are_crossed_only_where_a_crossing_is_known(network):
    crossings = network["crossings"].set_index(["country_a", "country_b"])
    pairs = {frozenset(pair): row for pair, row in crossings.iterrows()}
    assert pairs[frozenset(("GE", "AZ"))]["is_open"]
    assert not pairs[frozenset(("AM", "AZ"))]["is_open"]
    assert route(network, "Kalaki", "Shahar").values["distance"] > 80
    around = route(network, "Shahar", "Kaghak")  # back through Georgia, not over the closed border
    assert "GE" in set(around.countries)
    with pytest.raises(co.NoRouteError):
        co.find_routes(network, "Shahar", "Kaghak", criteria=("time",), exclude=["country:GE"])


def test_hours_follow_speed_and_say_what_they_rest_on(network):
    signed = links_with(network, "ref-E60").iloc[0]
    a_day = network.numbers[signed["class"], "km_per_day.ordinary"]["value"]
    speed = 0.7 * 50 * 1.609344
    assert signed["transit_hours"] == pytest.approx(
        signed["length_km"] * 24 / (a_day * speed / number("reference_kmh")), rel=1e-3
    )
    assert (signed["transit_source"], signed["transit_confidence"]) == ("OSM", "low")
    assert set(links_with(network, "highway-secondary")["transit_confidence"]) == {"assumption"}
    access = links_with(network, "access")
    assert len(access)
    assert access["transit_hours"].isna().all()
    assert "OSM" in set(network["sources"]["id"])


def test_what_is_not_in_use_is_closed_until_a_scenario_opens_it(network):
    links = network["links"]
    assert set(links.loc[~links["is_open"], "status"]) == {"under construction", "missing"}
    assert co.from_osm(SMALL, not_in_use=False)["links"]["is_open"].all()


def test_standing_tells_what_was_done_and_the_licence(network):
    said = "\n".join(network.standing)
    for word in ("ODbL", "hgv=no", "contracted", "connected"):
        assert word in said


def test_a_graph_of_osmnx_and_places_of_ones_own():
    from corridor_opt.importers.osm_graph import read_graph

    own = {"Depot": (44.85, 41.705), "Mill": (45.05, 41.695)}
    network = co.from_osm(read_graph(SMALL), rail=False, ferries=False, places=own, terminals="none", name="mine")
    assert network.name == "mine"
    assert set(network["links"]["mode"]) == {"road"}
    assert 15 < route(network, "Depot", "Mill").values["distance"] < 22
    assert len(network["terminals"]) == 2


def test_a_map_without_places_has_terminals_where_roads_end(tmp_path):
    text = SMALL.read_text("utf-8")
    bare = tmp_path / "bare.osm"
    bare.write_text(
        "\n".join(line for line in text.splitlines() if not any(w in line for w in ("place", "port", "yard"))), "utf-8"
    )
    network = co.from_osm(bare, rail=False, ferries=False)
    ends = network["nodes"][network["nodes"]["tags"].str.contains("gate")]
    assert len(ends) >= 2
    assert any("ends and junctions" in line for line in network.standing)


def test_places_that_cannot_be_used_are_all_told():
    with pytest.raises(co.DataError) as caught:
        given_places(pd.DataFrame({"name": ["A", ""], "lon": [444, 44], "lat": [41, "north"]}))
    for word in ("row 0, lon", "row 1, lat", "row 1, name"):
        assert word in str(caught.value)
    with pytest.raises(co.DataError, match="did you mean 'name'"):
        given_places(pd.DataFrame({"nam": ["A"], "lon": [44], "lat": [41]}))
    with pytest.raises(co.DataError, match="row 1"):
        given_places([("A", 44, 41), ("B", 44)])


def test_options_that_are_none_are_told_with_the_nearest():
    with pytest.raises(co.DataError, match="did you mean 'places'"):
        co.from_osm(SMALL, terminals="place")
    with pytest.raises(co.DataError, match="did you mean 'primary'"):
        co.from_osm(SMALL, roads="primry")


def test_the_command(tmp_path, capsys):
    out = tmp_path / "small"
    assert main(["network", "import", "osm", str(SMALL), "--roads", "motorway,trunk,primary", "-o", str(out)]) == 0
    assert "hgv=no" not in capsys.readouterr().out  # that road is of a class not asked for
    assert len(co.load_network(out)["links"])
    assert main(["network", "import", "osm", str(SMALL), "--without", "rails", "-o", str(out)]) == 2
    assert "did you mean 'rail'" in capsys.readouterr().err
    assert main(["network", "import", "osm", str(tmp_path / "none.osm"), "-o", str(out)]) == 2
    assert "there is no file" in capsys.readouterr().err


def test_two_carriageways_end_in_one_gate(tmp_path):
    """There by the one, back by the other."""
    nodes = [(1, 44.0, 41.5), (2, 44.3, 41.5), (3, 44.3, 41.5003), (4, 44.0, 41.5003)]
    points = "".join(f"<node id='{n}' lon='{lon}' lat='{lat}'/>" for n, lon, lat in nodes)
    road = "<tag k='highway' v='trunk'/><tag k='oneway' v='yes'/>"
    ways = f"<way id='7'><nd ref='1'/><nd ref='2'/>{road}</way><way id='8'><nd ref='3'/><nd ref='4'/>{road}</way>"
    path = tmp_path / "dual.osm"
    path.write_text(f"<osm version='0.6'>{points}{ways}</osm>", "utf-8")
    network = co.from_osm(path)
    west, east = network["nodes"].sort_values("lon")["id"]
    assert len(network["terminals"]) == 2
    there, back = (route(network, *pair).values["distance"] for pair in ((west, east), (east, west)))
    assert there == pytest.approx(back, rel=0.01)
    assert there == pytest.approx(24.98, rel=0.01)


def test_a_town_is_not_served_by_one_carriageway_of_a_motorway(network):
    kalaki = nodes_of(network, "Kalaki").pop()
    access = links_with(network, "access")
    joints = {*access.loc[access["mode"] == "road", "from"], *access.loc[access["mode"] == "road", "to"]}
    assert kalaki in joints  # which lies on the motorway itself
    assert route(network, "Sopeli", "Kalaki").values["time"] == pytest.approx(
        route(network, "Kalaki", "Sopeli").values["time"], rel=0.2
    )
