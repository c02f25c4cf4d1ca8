"""Merging, contracting, pruning and clipping keep the shortest paths between nodes that stay."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from trials import trials

from corridor_opt.errors import DataError
from corridor_opt.model.joining.chains import contract, prune
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.near import merge_near
from corridor_opt.model.joining.pieces import components, gaps
from corridor_opt.model.joining.tidy import clip, tidy
from corridor_opt.model.joining.ways import length_km, lines

pytest.importorskip("scipy", reason="joining needs scipy, an extra")
SOURCES = pd.DataFrame({"id": ["T01"], "title": ["made for a test"], "year": ["2026"]})


@st.composite
def drafts(draw):
    """Small random drafts with chains, parallel ways, loops, one-ways and a number for each node."""
    count = draw(st.integers(2, 9))
    size = draw(st.integers(1, 14))
    number = st.integers(0, count - 1)
    rows = draw(
        st.lists(
            st.tuples(number, number, st.integers(1, 9), st.sampled_from(["both", "both", "forward"]), st.booleans()),
            min_size=size,
            max_size=size,
        )
    )
    links = pd.DataFrame(rows, columns=["start", "end", "length_km", "direction", "tolled"])
    links["length_km"] = links["length_km"].astype(float)
    links["mode"], links["tags"] = "road", np.where(links.pop("tolled"), "toll", "")
    points = np.random.default_rng(draw(st.integers(0, 99))).uniform(10, 12, (count, 2))
    nodes = pd.DataFrame(points, columns=["lon", "lat"])
    return Draft("made", nodes.assign(note=[str(i) for i in range(count)]), links, "T01", SOURCES)


def paths(draft, *, both_ways=False):
    """Shortest lengths between nodes, by the numbers that they were given."""
    graph = nx.MultiDiGraph()
    number = draft.nodes["note"].to_numpy()
    graph.add_nodes_from(number)
    for row in draft.links.itertuples():
        graph.add_edge(number[row.start], number[row.end], km=row.length_km)
        if row.direction == "both" or both_ways:
            graph.add_edge(number[row.end], number[row.start], km=row.length_km)
    return dict(nx.all_pairs_dijkstra_path_length(graph, weight="km"))


@given(drafts(), st.sets(st.integers(0, 8)))
@settings(max_examples=trials(60), deadline=None)
def test_contracting_keeps_paths_between_nodes_that_stay(draft, kept):
    mask = np.isin(np.arange(len(draft.nodes)), list(kept))
    before, result = paths(draft), contract(draft, keep=mask)
    after = paths(result)
    assert {str(i) for i in np.flatnonzero(mask)} <= set(after)
    for a, far in after.items():
        assert far == {b: km for b, km in before[a].items() if b in after}
    assert (result.links["start"] != result.links["end"]).all()
    if "rings" in result.said[-1]:
        return
    # no chain is left: a node of two links of one kind that was not asked for has a reason to stay
    ends = result.links[["start", "end"]].to_numpy()
    for node in np.flatnonzero(np.bincount(ends.ravel(), minlength=len(result.nodes)) == 2):
        two = result.links[(ends == node).any(axis=1)]
        if result.nodes["note"][node] in {str(i) for i in kept} or len(set(two["tags"])) == 2:
            continue
        one_way = two["direction"] == "forward"
        closed_ring = len(set(two[["start", "end"]].to_numpy().ravel())) == 2
        assert one_way.any() or closed_ring


def test_a_chain_keeps_its_line_and_parallel_ways_stay():
    nodes = pd.DataFrame({"lon": [0, 1, 2, 3.0], "lat": [0, 1, 1, 0.0], "note": list("abcd")})
    rows = [(1, 0, 10.0), (1, 2, 20.0), (3, 2, 30.0), (0, 3, 50.0), (0, 3, 55.0)]
    links = pd.DataFrame(rows, columns=["start", "end", "length_km"]).assign(mode="rail", direction="both")
    links["way"] = [None, shapely.LineString([(1, 1), (1.5, 2), (2, 1)]), None, None, None]
    result = contract(Draft("made", nodes, links, "T01", SOURCES), keep=np.array([1, 0, 0, 1], bool))
    assert sorted(result.links["length_km"]) == [50, 55, 60]
    whole = result.links.set_index("length_km")["way"][60]
    points = [(0, 0), (1, 1), (1.5, 2), (2, 1), (3, 0)]
    assert list(whole.coords) in (points, points[::-1])
    assert np.allclose(lines(result)[0].coords[0], result.points()[result.links["start"][0]])


@given(drafts(), st.integers(0, 12))
@settings(max_examples=trials(60), deadline=None)
def test_merging_never_makes_a_path_shorter(draft, km):
    before, one_ways = paths(draft, both_ways=True), paths(draft)
    result = merge_near(draft, km=km)
    after, merged = paths(result, both_ways=True), paths(result)
    for a, far in after.items():
        assert all(far[b] >= before[a][b] - 1e-6 for b in far)
    nodes = len(result.nodes)
    for a, far in merged.items():
        for b in far:
            assert b in one_ways[a]
            assert one_ways[a][b] - 1e-6 <= far[b] <= one_ways[a][b] + 2 * km * nodes
        assert {b for b in one_ways[a] if b in merged} <= set(far)


def test_published_hours_add_up_along_a_chain():
    nodes = pd.DataFrame({"lon": [0, 1, 2, 3.0], "lat": 0.0})
    links = pd.DataFrame({"start": [0, 1, 2], "end": [1, 2, 3], "length_km": 111.0, "transit_hours": [2, 3, None]})
    made = contract(Draft("made", nodes, links.assign(mode="rail", direction="both"), "T01", SOURCES)).links
    assert made["transit_hours"].fillna(0).tolist() == [5, 0]
    assert made["length_km"].tolist() == [222, 111]


def test_a_row_of_near_nodes_is_not_one_node():
    count = 101
    nodes = pd.DataFrame({"lon": np.arange(count) * 0.001, "lat": 0.0, "note": [str(i) for i in range(count)]})
    links = pd.DataFrame({"start": np.arange(count - 1), "end": np.arange(1, count), "length_km": 0.1112})
    draft = Draft("made", nodes, links.assign(mode="road", direction="both"), "T01", SOURCES)
    result = merge_near(draft, km=1)
    assert 5 <= len(result.nodes) <= 15
    assert result.links["length_km"].sum() <= 11.2


@given(drafts())
@settings(max_examples=trials(30), deadline=None)
def test_pruning_leaves_no_dead_end(draft):
    keep = np.zeros(len(draft.nodes), bool)
    keep[:2] = True
    result = prune(draft, keep=keep)
    degree = np.bincount(result.links[["start", "end"]].to_numpy().ravel(), minlength=len(result.nodes))
    assert not [n for n, d in zip(result.nodes["note"], degree, strict=True) if d == 1 and n not in "01"]
    before, after = paths(draft), paths(result)
    for a, far in after.items():
        assert far == {b: km for b, km in before[a].items() if b in after}


def test_what_cannot_be_used_is_told_all_at_once():
    nodes = pd.DataFrame({"lon": [10.0, float("nan"), 20.0, 4e6], "lat": [50.0, 50, 95, 5]})
    links = pd.DataFrame({"start": [0, 1, 2], "end": [1, 9, 0], "mode": ["rail", "rode", "road"]})
    draft = Draft(
        "bad", nodes, links.assign(length_km=[1.0, -2.0, float("inf")], gauge_mm=[1436, 1520, None]), "T", SOURCES
    )
    with pytest.raises(DataError) as told:
        tidy(draft)
    for words in (
        *("nodes, row 1, lon: no place", "nodes, row 2, lat: beyond a pole; longitude and latitude mixed up"),
        *("nodes, row 3, lon: is not between", "links, row 1, start, end: names no node", "did you mean 'road'"),
        *("links, row 1, length_km", "links, row 2, length_km", "links, row 0, gauge_mm: is not a known gauge"),
    ):
        assert words in str(told.value)


def test_a_map_in_metres_is_refused():
    geopandas = pytest.importorskip("geopandas")
    frame = geopandas.GeoDataFrame({"lon": [1.0], "lat": [1.0]}, geometry=[shapely.Point(1, 1)], crs="EPSG:3857")
    links = pd.DataFrame({"start": [0], "end": [0], "mode": ["rail"], "length_km": [1.0], "direction": ["both"]})
    with pytest.raises(DataError, match=r"EPSG:3857.*to_crs\('EPSG:4326'\)"):
        tidy(Draft("metres", frame, links, "T01", SOURCES))


def test_what_leads_nowhere_is_dropped_and_counted():
    nodes = pd.DataFrame({"lon": [0, 1, 1, 2, 9.0], "lat": 0.0})
    rows = [(0, 0, 3.0), (0, 1, 111.0), (1, 2, 0.0), (2, 3, 111.0)]
    links = pd.DataFrame(rows, columns=["start", "end", "length_km"]).assign(mode="rail")
    links["way"] = [None, shapely.LineString([(0, 0, 5), (1, 0, 7)]), None, shapely.LineString()]
    result = tidy(Draft("made", nodes, links, "T01", SOURCES))
    assert "1 self-loops and 1 links of no length" in result.said[0]
    assert "1 ways with heights" in result.said[0]
    assert len(result.nodes) == 3
    assert components(result).tolist() == [0, 0, 0]
    assert not shapely.has_z(result.links["way"][0])
    assert result.links["direction"].tolist() == ["both", "both"]


def test_a_link_over_the_antimeridian_is_told():
    nodes = pd.DataFrame({"lon": [179.0, -179.0], "lat": [60.0, 60.0]})
    links = pd.DataFrame({"start": [0], "end": [1], "mode": ["sea"], "length_km": [111.0]})
    draft = Draft("made", nodes, links, "T01", SOURCES)
    with pytest.raises(DataError, match=r"links, row 0.*antimeridian"):
        tidy(draft)
    assert len(clip(draft, region=(170, 50, 180, 70)).links) == 0
    with pytest.raises(DataError, match="antimeridian"):
        clip(draft, region=(170, 50, -170, 70))


def test_links_are_cut_at_the_edge_of_a_region():
    nodes = pd.DataFrame({"lon": [0.0, 4, 0, 9], "lat": [0.0, 0, 1, 9]})
    links = pd.DataFrame({"start": [0, 2], "end": [1, 3], "mode": "road", "length_km": [500.0, 1300.0]})
    links["way"] = [None, None]
    draft = Draft("made", nodes, links.assign(direction="both"), "T01", SOURCES)
    result = clip(draft, region=(1, -1, 3, 2))
    assert result.links["length_km"].tolist() == pytest.approx([250, 1300 / 9 * 0.125], rel=0.02)
    assert result.points()[:, 0].min() == pytest.approx(1)
    assert result.points()[:, 0].max() == pytest.approx(3)
    triangle = shapely.Polygon([(-1, -1), (2, 5), (5, -1), (2, -0.5)])
    assert length_km(lines(clip(draft, region=triangle))).sum() > 0


def test_gaps_between_pieces_and_between_loose_ends():
    nodes = pd.DataFrame({"lon": [0, 1, 1.1, 2, 2.2, 0.0], "lat": [0, 0, 0, 0, 0, 5.0]})
    rows = [(0, 1), (2, 3), (4, 5), (5, 0)]
    links = pd.DataFrame(rows, columns=["start", "end"]).assign(mode="rail", length_km=100.0, direction="both")
    found = gaps(Draft("made", nodes, links, "T01", SOURCES), km=30, mode="rail")
    assert found[["start", "end"]].to_numpy().tolist() == [[1, 2], [3, 4]]
    assert found["distance_km"].tolist() == pytest.approx([11.12, 22.24], rel=0.01)
    assert found["kind"].tolist() == ["pieces", "ends"]
