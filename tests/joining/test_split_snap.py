"""Snapping, cutting, connecting: lengths sum, and the nearest point is the nearest."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor_opt.errors import DataError
from corridor_opt.model.joining.connect import connect
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.snap import snap
from corridor_opt.model.joining.split import split
from corridor_opt.model.joining.to_network import to_network
from corridor_opt.model.joining.ways import apart_km, length_km, lines

SOURCES = pd.DataFrame({"id": ["T01"], "title": ["made for a test"], "year": ["2026"]})


def made(points, links, **columns):
    """A draft of points and (start, end, km) of rail."""
    nodes = pd.DataFrame(points, columns=["lon", "lat"]).astype(float)
    frame = pd.DataFrame(links, columns=["start", "end", "length_km"])
    frame["mode"], frame["direction"] = "rail", "both"
    return Draft("made", nodes, frame.assign(**columns), "T01", SOURCES)


def bent():
    """One link with a bend, 0 to 2 degrees east at 40 north."""
    way = shapely.LineString([(0, 40), (1, 41), (2, 40)])
    draft = made([(0, 40), (2, 40)], [(0, 1, 300.0)])
    return draft.but(links=draft.links.assign(way=[way], gauge_mm=1435.0, **{"class": "rail-europe"}))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_parts_of_a_cut_link_sum_to_it(shares):
    draft = bent()
    draft = draft.but(links=draft.links.assign(transit_hours=6.0, freight_usd_per_teu=float("nan"), id="A-B-rail"))
    cut, nodes = split(draft, at=pd.DataFrame({"link": 0, "share": shares}))
    assert cut.links["length_km"].sum() == pytest.approx(300)
    assert cut.links["transit_hours"].sum() == pytest.approx(6)
    assert (cut.links["gauge_mm"] == 1435).all()
    assert length_km(lines(cut)).sum() == pytest.approx(length_km(lines(draft)).sum(), rel=1e-3)
    # the parts follow one another from the first node to the last
    onward = dict(zip(cut.links["start"], cut.links["end"], strict=True))
    at, passed = 0, [0]
    while at in onward:
        at = onward[at]
        passed.append(at)
    assert passed[-1] == 1
    assert len(passed) == len(cut.links) + 1
    assert set(nodes) <= set(passed)
    ends = np.array([shape.coords[0] for shape in lines(cut)])
    assert apart_km(ends, cut.points()[cut.links["start"]]).max() < 0.01


def test_a_cut_outside_the_link_is_told():
    with pytest.raises(DataError, match=r"(?s)no link 3.*share 1\.5"):
        split(bent(), at=pd.DataFrame({"link": [3, 0], "share": [0.5, 1.5]}))


def test_the_nearest_point_lies_on_the_bend():
    found = snap(bent(), points=[(1, 41.1), (1, 50)], mode="rail", km=50)
    assert found["point"].tolist() == [0]
    assert found["share"][0] == pytest.approx(0.5)
    assert found["distance_km"][0] == pytest.approx(11.1, abs=0.1)


def test_an_unknown_mode_is_suggested():
    with pytest.raises(DataError, match="did you mean 'rail'"):
        snap(bent(), points=[(1, 41)], mode="rial", km=1)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_no_link_is_nearer_than_the_one_found(seed):
    rng = np.random.default_rng(seed)
    points = rng.uniform((20, 60), (26, 63), (12, 2))
    pairs = [(a, b, 1.0) for a in range(12) for b in range(a) if rng.random() < 0.3] or [(0, 1, 1.0)]
    draft = made(points, pairs)
    asked = rng.uniform((20, 60), (26, 63), (5, 2))
    found = snap(draft, points=asked, mode="rail", km=5000)
    assert len(found) == 5
    shapes = lines(draft)
    along = np.linspace(0, 1, 501)
    for row in found.itertuples():
        steps = [shapely.get_coordinates(shapely.line_interpolate_point(s, along, normalized=True)) for s in shapes]
        best = min(apart_km(s, asked[row.point]).min() for s in steps)
        assert row.distance_km <= best * 1.03 + 0.5  # Mercator is not quite true over 300 km


def test_a_place_joins_its_own_country_by_an_access_link():
    draft = made([(0, 40), (2, 40), (0, 40.2), (2, 40.2)], [(0, 1, 180.0), (2, 3, 180.0)], **{"class": "rail-europe"})
    draft = draft.but(
        nodes=draft.nodes.assign(country=["FR", "FR", "ES", "ES"]), links=draft.links.assign(gauge_mm=1435)
    )
    places = pd.DataFrame(
        {"id": ["TWN"], "name": ["Town"], "country": ["ES"], "lon": [1.0], "lat": [40.05], "kind": ["city"]}
    )
    joined = connect(draft, places=places, modes=["rail", "road"], km=30)
    access = joined.links[joined.links["tags"] == "access"]
    assert access["length_km"].tolist() == pytest.approx([1.3 * 0.15 * 111.2], rel=0.01)
    assert joined.nodes["country"][access["end"].iat[0]] == "ES"
    assert joined.links["length_km"].sum() == pytest.approx(360 + access["length_km"].iat[0])
    network = to_network(joined)
    assert network["terminals"]["id"].tolist() == ["TWN-rail-1435"]
    assert len(network["links"]) == 4
    assert network["links"]["length_source"].tolist() == ["T01"] * 3 + ["A"]
