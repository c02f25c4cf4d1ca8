"""Files and graphs of OpenStreetMap are read whole, or refused with one clear error."""

from __future__ import annotations

import bz2
import gzip
import sys
from pathlib import Path

import pytest

import corridor_opt as co
from corridor_opt.errors import DataError, MissingExtraError
from corridor_opt.importers.osm_draft import osm_draft
from corridor_opt.importers.osm_features import features
from corridor_opt.importers.osm_graph import check_graph, read_graph, tags_of_freight
from corridor_opt.importers.osm_tags import Wanted

ox = pytest.importorskip("osmnx", reason="needs the extra osm")

SMALL = Path(__file__).parent / "data" / "small.osm"
ALL = Wanted(("motorway", "trunk", "primary", "secondary", "tertiary"))


@pytest.fixture(scope="module")
def graph():
    return read_graph(SMALL)


def draft_of(graph, wanted=ALL):
    check_graph(graph)
    return osm_draft(graph, wanted, name="small", places=features(graph))


@pytest.fixture(scope="module")
def draft(graph):
    return draft_of(graph)


def between(draft, u, v):
    """Links between two nodes of the map, either way."""
    osmid = draft.nodes["osmid"]
    ends = list(zip(osmid[draft.links["start"]], osmid[draft.links["end"]], strict=True))
    return draft.links[[set(pair) == {str(u), str(v)} for pair in ends]].assign(
        ends=[pair for pair in ends if set(pair) == {str(u), str(v)}]
    )


def test_settings_of_osmnx_are_as_before(graph):
    before = (list(ox.settings.useful_tags_way), ox.settings.all_oneway, ox.settings.use_cache)
    read_graph(SMALL)
    with pytest.raises(DataError):
        read_graph(SMALL.parent / "none.osm")
    assert (list(ox.settings.useful_tags_way), ox.settings.all_oneway, ox.settings.use_cache) == before


def test_directions(draft):
    assert between(draft, 10, 11)["direction"].item() == "both"
    against = between(draft, 14, 12)
    assert (against["direction"].item(), against["ends"].item()) == ("forward", ("12", "14"))
    ring = between(draft, 13, 20)
    assert (ring["direction"].item(), ring["ends"].item()) == ("forward", ("13", "20"))
    assert between(draft, 10, 80)["direction"].item() == "forward"
    assert between(draft, 81, 80)["direction"].item() == "both"
    assert set(between(draft, 30, 31)["direction"]) == {"both"}  # trains run both ways whatever the map says


def test_parallel_ways_and_gauges_on_one_bed_are_links_of_their_own(draft):
    assert len(between(draft, 11, 12)) == 1
    assert len(between(draft, 11, 14)) == 1  # beside the road, by another way
    assert between(draft, 32, 33)["gauge"].item() == "1435;1520"
    assert between(draft, 30, 31)["gauge"].item() == "1520"
    assert between(draft, 33, 34)["gauge"].item() == "1435"


def test_traction_tags_status_and_speeds(draft):
    main = between(draft, 30, 31).iloc[0]
    assert (main["traction"], main["traction_source"], main["tags"]) == ("electric", "OSM", "usage-main")
    assert set(between(draft, 32, 33)["traction"]) == {"diesel"}
    assert between(draft, 30, 40)["status_2026"].item() == "missing"
    assert between(draft, 10, 81)["status_2026"].item() == "under construction"
    road = between(draft, 10, 11).iloc[0]
    assert road["speed_kmh"] == pytest.approx(0.7 * 50 * 1.609344, abs=0.01)
    assert road["tags"] == "highway-primary;ref-E60;ref-S1"
    assert (road["signed"], between(draft, 12, 13)["signed"].item()) == ("yes", "")


def test_lengths_are_kilometres(draft):
    from corridor_opt.model.geography import great_circle_km

    assert between(draft, 10, 11)["length_km"].item() == pytest.approx(
        great_circle_km(44.8, 41.7, 44.9, 41.7), rel=1e-3
    )


def test_a_ferry_sails_as_long_as_the_map_says(draft):
    ferry = draft.links[draft.links["mode"] == "ferry"]
    assert len(ferry) == 2  # two stretches of one way; the ferry for people on foot is none
    assert (ferry["length_km"] / ferry["speed_kmh"]).sum() == pytest.approx(0.5)


def test_what_is_left_out_is_told(draft):
    said = "\n".join(draft.said)
    for word in ("hgv=no", "maxweight under 20", "motor_vehicle=no", "750", "maxspeed 'fast'"):
        assert word in said


def test_features_are_found(graph):
    found = features(graph).set_index("name")
    assert found.loc["Kalaki", ["kind", "aliases"]].tolist() == ["city", "ქალაქი"]
    assert found.loc["Navsadguri", ["kind", "lon"]].tolist() == ["seaport", pytest.approx(45.3)]
    assert found.loc["Sopeli Yard", "kind"] == "dry-port"
    assert found.loc["Zghvari", "kind"] == "border-post"
    assert "Mtiskari" not in found.index


def test_graphml_and_simplified_graphs_say_the_same(graph, draft, tmp_path):
    ox.save_graphml(graph, tmp_path / "one.graphml")
    again = draft_of(read_graph(tmp_path / "one.graphml"))
    columns = ["mode", "direction", "length_km", "gauge", "traction", "speed_kmh", "tags", "status_2026"]
    assert again.links[columns].equals(draft.links[columns])
    with tags_of_freight() as module:  # as a person would make it, each two-way road as two edges
        plain = module.graph_from_xml(SMALL, simplify=False, retain_all=True)
        plain = module.simplify_graph(
            plain, edge_attrs_differ=["highway", "railway", "route", "gauge", "motor_vehicle"]
        )
        module.save_graphml(plain, tmp_path / "two.graphml")
    for other in (plain, read_graph(tmp_path / "two.graphml")):
        simple = draft_of(other)
        for mode in ("road", "ferry"):
            km = [d.links.loc[d.links["mode"] == mode, "length_km"].sum() for d in (simple, draft)]
            assert km[0] == pytest.approx(km[1], rel=0.02)
        one_way = simple.links["direction"] == "forward"
        assert 0 < one_way.sum() < len(simple.links) / 2
        assert set(simple.links.loc[simple.links["mode"] == "rail", "gauge"]) == {"1435", "1520", "1435;1520", ""}


def test_packed_files(tmp_path, draft):
    for name, pack in (("a.osm.gz", gzip.compress), ("a.osm.bz2", bz2.compress)):
        (tmp_path / name).write_bytes(pack(SMALL.read_bytes()))
        assert len(draft_of(read_graph(tmp_path / name)).links) == len(draft.links)


def way(*more):
    return f"<osm version='0.6'><node id='1' lat='41' lon='44'/>{''.join(more)}</osm>".encode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.osm", None, "there is no file"),
        ("folder", "folder", "is a folder"),
        ("empty.osm", b"", "is empty"),
        ("cut.osm", SMALL.read_bytes()[:3000], "cut short or damaged"),
        ("text.osm", b"roads of Georgia", "is not XML"),
        ("page.osm", b"<html><body/></html>", "outermost element is <html>"),
        ("broken.osm.gz", b"no gzip at all", "cannot be unpacked"),
        ("cut.osm.gz", gzip.compress(SMALL.read_bytes())[:-400], "cannot be unpacked"),
        ("broken.osm.bz2", b"no bzip at all", "cannot be"),
        ("nodes.osm", way(), "no way"),
        ("part.osm", way("<way id='5'><nd ref='1'/><nd ref='2'/><tag k='highway' v='primary'/></way>"), "whole ways"),
        ("nowhere.osm", way("<node id='2' lat='41'/>"), "without lat and lon, such as <node id='2'"),
        ("words.osm", way("<way id='x'><nd ref='1'/></way>"), "such as <way id='x'"),
        ("georgia.osm.pbf", b"anything", "osmium tags-filter"),
        ("cut.graphml", b"<graphml><graph", "GraphML"),
        (
            "other.graphml",
            b"<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><node id='x'/></graphml>",
            "GraphML",
        ),
    ],
)
def test_bad_files(tmp_path, name, content, said):
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=said) as caught:
        check_graph(read_graph(path))
    assert name in str(caught.value)


def test_bad_graphs(graph):
    import networkx as nx

    def refused(made, *said):
        with pytest.raises(DataError) as caught:
            check_graph(made)
        for word in said:
            assert word in str(caught.value)

    refused("Tbilisi", "not str")
    projected = nx.MultiDiGraph(graph)
    projected.graph["crs"] = "epsg:32638"
    del projected.nodes[10]["x"]
    refused(projected, "to_latlong", "have no x and y, such as 10")
    refused(nx.MultiGraph(graph), "MultiDiGraph is needed")
    swapped = nx.MultiDiGraph()
    swapped.add_node(1, x=4.4e6, y=5e6)
    refused(swapped, "no points on earth", "no edges")
    bare = nx.MultiDiGraph()
    bare.add_node(1, x=44, y=41)
    bare.add_node(2, x=45, y=41)
    bare.add_edge(1, 2, length=5)
    refused(bare, "useful_tags_way")


def test_nothing_wanted_is_said_with_what_was_left_out(graph):
    with pytest.raises(DataError, match="no way for freight"):
        osm_draft(graph, Wanted((), rail=False, ferries=False), name="small", places=features(graph))


def test_without_osmnx(monkeypatch):
    monkeypatch.setitem(sys.modules, "osmnx", None)
    with pytest.raises(MissingExtraError, match=r"corridor_opt\[osm\]"):
        read_graph(SMALL)
    assert issubclass(MissingExtraError, co.CorridorError)
