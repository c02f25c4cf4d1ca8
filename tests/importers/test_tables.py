"""Tables that others made become a network: by names, by a mapping, with every fault at once."""

from __future__ import annotations

import geopandas
import networkx as nx
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import corridor_opt as co
from corridor_opt.importers.ends import by_place
from corridor_opt.model.geography import great_circle_km

PLACES = (
    "code;station;x;y;land\nALA;Almaty;76.95;43.25;Kazakhstan\nAST;Astana;71.43;51.13;KZ\nSAR;Sarytaukum;75.2;46.1;KZ\n"
)
LINES = "a;b;len_m;typ;spur\nALA;SAR;380000;Schiene;1520\nSAR;AST;790000;Schiene;1520\nALA;AST;1215000;Straße;\n"
MAPPING = """
name = "register"
version = "3"

[source]
id = "REG"
title = "Register of lines"
year = "2025"
confidence = "low"

[nodes]
file = "places.csv"
id = "code"
country = "land"

[links]
file = "lines.csv"
from = "a"
to = "b"
length_km = {column = "len_m", unit = "m"}
mode = {column = "typ", words = {"Schiene" = "rail", "Straße" = "road"}}
class = {column = "typ", words = {"Schiene" = "rail-1520", "Straße" = "road-cis"}}
gauge_mm = "spur"
transit_hours = {value = 20}
"""
NODES = pd.DataFrame(
    {"id": ["ALA", "AST"], "name": ["Almaty", "Astana"], "lon": [76.95, 71.43], "lat": [43.25, 51.13], "country": "KZ"}
)
LINKS = pd.DataFrame({"from": ["ALA"], "to": ["AST"], "length_km": [1215.0], "mode": "road", "class": "road-cis"})


@pytest.fixture
def register(tmp_path):
    """A folder as a planner has it: two CSV files with other names, and a mapping."""
    for name, text in (("places.csv", PLACES), ("lines.csv", LINES), ("mapping.toml", MAPPING)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def refused(*tables, **more):
    """The error of tables that cannot be used."""
    with pytest.raises(co.DataError) as caught:
        co.from_tables(*tables, **more)
    return str(caught.value)


def links(**columns):
    return LINKS.assign(**columns)


# --- what comes in


def test_a_folder_with_a_mapping_is_a_network_that_answers(register):
    network = co.from_tables(register)
    assert (network.name, network.version) == ("register", "3")
    by_id = network["links"].set_index("id")
    assert by_id["length_km"].tolist() == [380, 790, 1215]
    assert by_id["mode"].tolist() == ["rail", "rail", "road"]
    assert set(by_id["length_source"]) == {"REG"}
    assert set(by_id["length_confidence"]) == {"low"}
    assert by_id["transit_hours"].tolist() == [20, 20, 20], "a constant stands as it is"
    assert network["sources"].query("id == 'REG'")["year"].tolist() == ["2025"]
    front = co.find_routes(network, "Almaty", "Astana", criteria=("distance",))
    assert front.values["distance"].tolist() == [1170]
    assert any("semicolons" in line for line in network.standing)
    assert any("'Kazakhstan' was read as KZ" in line for line in network.standing)
    assert any("'x' was taken for lon" in line for line in network.standing)


def test_two_frames_need_no_mapping():
    network = co.from_tables(NODES, LINKS)
    assert network["links"]["id"].tolist() == ["ALA-AST-road"]
    assert set(network["terminals"]["node"]) == {"ALA", "AST"}
    assert co.from_tables((NODES, LINKS)).sha256 == co.from_tables({"nodes": NODES, "links": LINKS}).sha256


def test_other_names_give_the_same_network():
    renamed = NODES.rename(columns={"id": "code", "lon": "Longitude", "lat": "y", "country": "ISO2"})
    other = LINKS.rename(columns={"from": "source", "to": "target", "length_km": "Distance (km)"})
    assert co.from_tables(renamed, other).sha256 == co.from_tables(NODES, LINKS).sha256


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".parquet"])
def test_lines_alone_bring_their_nodes(tmp_path, ending):
    if ending == ".parquet":
        pytest.importorskip("pyarrow", reason="GeoParquet needs pyarrow")
    lines = [[(70, 50), (71, 50.2), (72, 50)], [(72, 50.0001), (74, 50)], [(72, 50), (72, 52)]]
    frame = geopandas.GeoDataFrame(
        {"mode": ["rail"] * 3, "class": "rail-1520", "gauge": 1520, "countries": "KZ"},
        geometry=[shapely.LineString(line) for line in lines],
        crs="EPSG:4326",
    )
    path = tmp_path / f"tracks{ending}"
    frame.to_parquet(path) if ending == ".parquet" else frame.to_file(path)
    network = co.from_tables(path)
    assert len(network["nodes"]) == 4, "ends that meet within 50 m are one node"
    assert len(network["terminals"]) == 3, "where no node has a name, a load begins at a free end"
    on_ellipsoid = [pyproj.Geod(ellps="WGS84").geometry_length(line) / 1000 for line in frame.geometry]
    assert network["links"]["length_km"].tolist() == pytest.approx(on_ellipsoid)
    assert set(network["links"]["length_confidence"]) == {"low"}
    assert network["geometry"]["waypoints"].tolist() == ["71.0000 50.2000"]
    assert any("measured along the line" in line for line in network.standing)


def test_stations_beside_the_tracks_are_joined_to_the_nearest_point(tmp_path):
    tracks = geopandas.GeoDataFrame(
        {"id": ["L1"], "mode": "rail", "class": "rail-1520", "gauge": 1520, "countries": "KZ", "transit_hours": 10.0},
        geometry=[shapely.LineString([(70, 50), (72, 50)])],
        crs="EPSG:4326",
    )
    stations = geopandas.GeoDataFrame(
        {"name": ["West", "Middle", "Far"], "country": "KZ"},
        geometry=[shapely.Point(70, 50), shapely.Point(71, 50.02), shapely.Point(71, 55)],
        crs="EPSG:4326",
    )
    path = tmp_path / "both.gpkg"
    tracks.to_file(path, layer="a")
    stations.to_file(path, layer="b")
    network = co.from_tables(path)
    front = co.find_routes(network, "West", "Middle", criteria=("distance",))
    access = 1.3 * 2.2  # times the circuity of access links
    assert front.values["distance"].tolist() == [pytest.approx(71.7 + access, abs=0.5)]
    with pytest.raises(co.NoRouteError):
        co.find_routes(network, "West", "Far", criteria=("distance",))
    links = network["links"].set_index("id")
    assert {"L1", "L1-2"} <= set(links.index)
    assert links.loc[["L1", "L1-2"], "transit_hours"].tolist() == pytest.approx([5, 5], rel=0.01)


def test_a_graph_with_other_names_takes_a_mapping():
    graph = nx.DiGraph(name="osm-like")
    graph.add_node(1, x=76.95, y=43.25, label="Almaty")
    graph.add_node(2, x=71.43, y=51.13, label="Astana")
    graph.add_edge(1, 2, length=1_215_000, highway="trunk")
    rules = {
        "nodes": {"country": {"value": "KZ"}},
        "links": {
            "length_km": {"column": "length", "unit": "m"},
            "mode": {"value": "road"},
            "class": {"value": "road-cis"},
        },
    }
    network = co.from_networkx(graph, mapping=rules)
    assert network.name == "osm-like"
    assert network["links"][["from", "to", "length_km", "direction"]].to_numpy().tolist() == [
        ["1", "2", 1215.0, "forward"]
    ]


def test_the_command_line_writes_the_network_and_tells_what_was_guessed(run, register):
    code, out, _ = run("network", "import", "tables", str(register), "-o", str(register / "mine"))
    assert code == 0
    assert "'x' was taken for lon" in out
    assert co.load_network(register / "mine")["links"]["length_km"].tolist() == [380, 790, 1215]
    code, out, err = run("network", "import", "tabels", str(register))
    assert (code, out) == (2, "")
    assert "did you mean 'tables'" in err
    code, _, err = run("network", "import", "tables")
    assert code == 2
    assert "--output" in err
    assert "0 given" in err


def test_two_tables_of_links_units_in_names_and_words_for_empty(tmp_path):
    (tmp_path / "stations.csv").write_text("id,name,lon,lat,country\nA,Aa,70,50,KZ\nB,Bb,71,50,KZ\nC,Cc,71,51,KZ\n")
    (tmp_path / "rails.csv").write_text("u,v,dist_mi,gauge,hours\nA,B,50,1520,n/a\nB,C,75,1520,3\n")
    (tmp_path / "roads.csv").write_text("from;to;length (m)\nA;C;150000\n")
    rules = {
        "empty": ["n/a"],
        "links": [
            {"file": "rails.csv", "mode": {"value": "rail"}, "class": {"value": "rail-1520"}},
            {"file": "roads.csv", "mode": {"value": "road"}, "class": {"value": "road-cis"}},
        ],
    }
    links = co.from_tables(tmp_path, mapping=rules)["links"]
    assert links["mode"].tolist() == ["rail", "rail", "road"]
    assert links["length_km"].tolist() == pytest.approx([80.467, 120.701, 150], abs=0.001)
    assert links["gauge_mm"].tolist()[:2] == [1520, 1520]
    assert links["transit_hours"].isna().tolist() == [True, False, True]
    assert [bool(source) for source in links["transit_source"]] == [False, True, False]


def test_ends_by_coordinates_and_lines_as_text(tmp_path):
    columns = {"mode": "road", "class": "road-cis", "countries": "KZ"}
    ends = pd.DataFrame({"x1": [70], "y1": [50], "x2": [71], "y2": [50], "km": [80], **columns})
    assert co.from_tables(ends)["links"]["length_km"].tolist() == [80]
    text = pd.DataFrame({"wkt": ["LINESTRING Z (70 50 1, 71 50 2)"], **columns})
    assert co.from_tables(text)["links"]["length_km"].tolist() == pytest.approx([71.7], abs=0.1)
    named = text.assign(**{"from": "Aa", "to": "Bb"})
    assert co.from_tables(named)["nodes"]["name"].tolist() == ["Aa", "Bb"]
    with pytest.raises(co.DataError, match="no WKT"):
        co.from_tables(text.assign(wkt="LINE (1 2)"))


def test_a_straight_length_is_an_assumption_and_says_so():
    network = co.from_tables(
        NODES, LINKS.drop(columns="length_km"), mapping={"links": {"length_km": {"straight": 1.3}}}
    )
    assert network["links"]["length_km"].tolist() == pytest.approx([1.3 * 970], rel=0.001)
    assert network["links"]["length_confidence"].tolist() == ["assumption"]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=25), st.integers(0, 6))
def test_ends_that_meet_are_one_node_as_a_naive_twin_says(cells, own):
    """Ends linked by steps of at most the tolerance are one node, unless a node of the table is near."""
    points = np.array(cells, float) * 0.01 + (70, 0)  # about 1.1 km apart near the equator
    nodes = pd.DataFrame(points[:own], columns=["lon", "lat"]).drop_duplicates(ignore_index=True)
    at, made = by_place(nodes, points, 1.2)
    graph = nx.Graph()
    for i, a in enumerate(points):
        near = [great_circle_km(*a, *b) for b in nodes.to_numpy()]
        if near and min(near) <= 1.2:
            assert near[at[i]] == pytest.approx(min(near))
            continue
        assert at[i] >= len(nodes)
        graph.add_node(i)
        graph.add_edges_from((i, j) for j in graph if great_circle_km(*a, *points[j]) <= 1.2)
    for group in nx.connected_components(graph):
        assert len({at[i] for i in group}) == 1
    assert len({at[i] for i in graph}) == nx.number_connected_components(graph) == len(made)


def test_what_tables_lack_is_filled_in_and_borders_are_cut():
    """Baku and Tbilisi by rail, open; Yerevan and Nakhchivan by road, closed whatever the table says."""
    nodes = pd.DataFrame(
        {
            "name": ["Baku", "Tbilisi", "Yerevan", "Nakhchivan"],
            "lon": [49.87, 44.80, 44.51, 45.41],
            "lat": [40.41, 41.69, 40.18, 39.21],
        }
    )
    links = pd.DataFrame(
        {"from": ["Baku", "Yerevan"], "to": ["Tbilisi", "Nakhchivan"], "km": [549, 170], "mode": ["rail", "road"]}
    ).assign(transit_hours=[20.0, 4.0])
    network = co.from_tables(nodes, links)
    assert network["nodes"].set_index("name")["country"][["Baku", "Tbilisi", "Yerevan"]].tolist() == ["AZ", "GE", "AM"]
    front = co.find_routes(network, "Baku", "Tbilisi", criteria=("distance",))
    assert front.values["distance"].tolist() == [pytest.approx(549, abs=0.1)]
    assert front[0].borders == ["AZ-GE"]
    rail = network["links"].query("mode == 'rail'")
    assert set(rail["gauge_mm"]) == {1520}
    assert set(rail["class"]) == {"rail-caucasus"}
    assert rail["transit_hours"].sum() == pytest.approx(20, rel=0.01)
    with pytest.raises(co.NoRouteError):
        co.find_routes(network, "Yerevan", "Nakhchivan", criteria=("distance",))
