"""Networks go to networkx and come back; a hand-made graph with few attributes is a network too."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

import corridor_opt as co

TOWNS = {"ANK": (32.85, 39.93), "SIV": (37.02, 39.75), "ERZ": (41.28, 39.91), "IZM": (27.14, 38.42)}
WAYS = [
    ("ANK", "SIV", "rail", 602),
    ("ANK", "SIV", "rail", 450),
    ("ANK", "SIV", "road", 440),
    ("SIV", "ERZ", "rail", 545),
    ("IZM", "ANK", "rail", 824),
]


def graph(kind=nx.MultiGraph, *, key=None, both=False, ways=WAYS, **more):
    """A graph of four towns as a person would make it: no terminals, no ids, few attributes."""
    made = kind(name="towns")
    for town, (lon, lat) in TOWNS.items():
        made.add_node(town, name=f"{town.title()}ville", country="TR", lon=lon, lat=lat, location_source="K")
    for u, v, mode, km in ways:
        attributes = {"mode": mode, "length_km": km, "length_source": "K", "countries": "TR"}
        attributes |= {"class": "rail-turkey", "gauge_mm": 1435} if mode == "rail" else {"class": "road-europe"}
        attributes |= {"status_2022": "operating", "status_2026": "operating"} | more
        named = {} if key is None else {"key": key(mode, km)}
        made.add_edge(u, v, **named, **attributes)
        if both:
            made.add_edge(v, u, **named, **attributes)
    return made


def by_id(frame):
    return frame.sort_values("id").reset_index(drop=True)


def same_tables(one, other):
    assert set(one.tables) == set(other.tables)
    for table in one.tables:
        a, b = one[table], other[table]
        if table in ("links", "crossings"):  # a graph orders its edges by node
            a, b = by_id(a), by_id(b)
        pd.testing.assert_frame_equal(a, b, obj=table)


def distances(network, origin, destination, **asked):
    return co.find_routes(network, origin, destination, criteria=("distance",), **asked).values["distance"].tolist()


def lengths(network):
    links = network["links"]
    return sorted(zip(links["mode"], links["length_km"], strict=True))


# --- there and back


@pytest.fixture(scope="module")
def there(network):
    return network.to_networkx()


@pytest.fixture(scope="module")
def back(there):
    return co.from_networkx(there)


def test_round_trip_keeps_every_attribute(network, back):
    same_tables(network, back)
    assert (back.name, back.version, back.as_of) == (network.name, network.version, network.as_of)


def test_round_trip_keeps_the_answers(network, back):
    asked = {"criteria": ("cost", "time", "risk"), "scenario": "hormuz-closed"}
    one, other = (co.find_routes(n, "Mumbai", "Moscow", **asked).values for n in (network, back))
    pd.testing.assert_frame_equal(one, other)


def test_round_trip_of_the_other_vantage_point(network_2022):
    same_tables(network_2022, co.from_networkx(network_2022.to_networkx()))


def test_parallel_links_survive(network, there, back):
    pairs = network["links"].groupby(["from", "to"])["id"].agg(list)
    several = pairs[pairs.map(len) > 1]
    modes = network["links"].set_index("id")["mode"]
    assert any({"rail", "road"} <= {modes[i] for i in ids} for ids in several), "no rail beside a road to look at"
    for (u, v), ids in several.items():
        assert set(ids) <= {data["id"] for data in there[u][v].values()}
    assert set(back["links"]["id"]) == set(network["links"]["id"])


def test_every_direction_of_use_is_an_edge(network, there):
    both = (network["links"]["direction"] == "both").sum()
    expected = len(network["links"]) + both + 2 * len(network["crossings"])
    assert there.number_of_edges() == expected
    assert set(there.nodes) == set(network["nodes"]["id"])
    assert nx.shortest_path_length(there, "MUM", "MOS", weight="length_km") > 0


def test_neither_way_changes_what_it_is_given(network, there):
    sha, edges = network.sha256, there.number_of_edges()
    first = dict(next(iter(there.edges(data=True)))[2])
    co.from_networkx(network.to_networkx())
    assert network.sha256 == sha
    assert there.number_of_edges() == edges
    assert dict(next(iter(there.edges(data=True)))[2]) == first


def test_what_a_scenario_closed_is_not_opened_on_the_way(network):
    closed, _ = co.load_scenario("hormuz-closed").apply(network)
    shut = set(closed["links"].loc[~closed["links"]["is_open"], "id"])
    returned = co.from_networkx(closed.to_networkx())
    assert set(returned["links"].loc[~returned["links"]["is_open"], "id"]) == shut


# --- made by hand


@pytest.mark.parametrize("kind", [nx.MultiGraph, nx.MultiDiGraph])
def test_graph_with_few_attributes_is_a_network(kind):
    network = co.from_networkx(graph(kind, both=kind is nx.MultiDiGraph))
    assert network.name == "towns"
    assert len(network["nodes"]) == 4
    assert distances(network, "Ankville", "Erzville", exclude="mode:road") == [450 + 545]
    assert distances(network, "ERZ", "IZM", exclude="mode:road") == [545 + 450 + 824]


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph])
def test_simple_graphs_are_networks_too(kind):
    network = co.from_networkx(graph(kind, ways=[w for w in WAYS if w[2:] != ("rail", 602) and w[2] == "rail"]))
    assert lengths(network) == [("rail", 450), ("rail", 545), ("rail", 824)]
    assert distances(network, "IZM", "ERZ") == [824 + 450 + 545]


def test_direction_of_an_edge_is_kept():
    network = co.from_networkx(graph(nx.MultiDiGraph))
    assert distances(network, "IZM", "ERZ", exclude="mode:road") == [824 + 450 + 545]
    with pytest.raises(co.NoRouteError):
        distances(network, "ERZ", "IZM")


def test_edges_without_ids_stay_apart():
    assert lengths(co.from_networkx(graph())) == sorted((mode, km) for _, _, mode, km in WAYS)


def test_keys_that_repeat_lose_no_link():
    """The mode as key is what many write; a key is unique between two nodes only."""
    ways = [w for w in WAYS if w[2:] != ("rail", 602)]
    network = co.from_networkx(graph(nx.MultiGraph, key=lambda mode, km: mode, ways=ways))
    assert lengths(network) == sorted((mode, km) for _, _, mode, km in ways)


def test_one_id_in_both_directions_is_one_link_used_both_ways():
    network = co.from_networkx(graph(nx.MultiDiGraph, key=lambda mode, km: f"{mode}-{km}", both=True))
    assert len(network["links"]) in (5, 10)
    assert distances(network, "IZM", "ERZ", exclude="mode:road") == [824 + 450 + 545]
    assert distances(network, "ERZ", "IZM", exclude="mode:road") == [824 + 450 + 545]


def test_one_id_on_different_links_is_a_fault():
    with pytest.raises(co.DataError, match=r"same|twice"):
        co.from_networkx(graph(id="same"))


def test_nodes_that_are_numbers():
    numbered = nx.relabel_nodes(graph(), {town: n for n, town in enumerate(TOWNS)})
    assert distances(co.from_networkx(numbered), "0", "2", exclude="mode:road") == [450 + 545]
    clash = nx.relabel_nodes(graph(), {"ANK": 3, "SIV": "3"})
    with pytest.raises(co.DataError, match="'3'"):
        co.from_networkx(clash)


# --- what is no network


@pytest.mark.parametrize("what", [None, 5, "graph", [], {}, object(), pd.DataFrame()])
def test_what_is_no_graph_is_refused(what):
    with pytest.raises(co.DataError, match="networkx"):
        co.from_networkx(what)


def test_our_own_network_is_refused(network):
    with pytest.raises(co.DataError, match="networkx"):
        co.from_networkx(network)


@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiDiGraph])
def test_empty_and_bare_graphs_say_what_they_lack(kind):
    with pytest.raises(co.DataError):
        co.from_networkx(kind())
    bare = kind()
    bare.add_edge("A", "B")
    with pytest.raises(co.SchemaError) as caught:
        co.from_networkx(bare)
    for column in ("lon", "lat", "country", "mode", "length_km"):
        assert column in str(caught.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"length_km": -5}, "-5"),
        ({"length_km": float("nan")}, "length_km"),
        ({"length_km": None}, "length_km"),
        ({"length_km": "far"}, "'far'"),
        ({"mode": "rial"}, "'rail'"),
        ({"class": "rail-turky"}, "'rail-turkey'"),
        ({"status_2026": "opened"}, "opened"),
        ({"countries": "Turkey"}, "Turkey"),
        ({"countries": ["TR", "GE"]}, "countries"),
        ({"length_source": None}, "source"),
        ({"table": "lnks"}, "'lnks'"),
    ],
)
def test_bad_attribute_is_refused(more, said):
    with pytest.raises(co.DataError) as caught:
        co.from_networkx(graph(**more))
    assert said in str(caught.value)


def test_faults_of_nodes_and_edges_are_told_at_once():
    made = graph()
    made.nodes["ANK"]["lon"] = 400
    made.nodes["SIV"]["country"] = "Turkey"
    made["SIV"]["ERZ"][0]["length_km"] = -545
    made["IZM"]["ANK"][0]["mode"] = "rial"
    with pytest.raises(co.SchemaError) as caught:
        co.from_networkx(made)
    for words in ("400", "Turkey", "-545", "'rial'"):
        assert words in str(caught.value)


def test_ends_that_contradict_the_edge_are_refused():
    made = graph()
    made["SIV"]["ERZ"][0]["from"] = "IZM"
    with pytest.raises(co.DataError, match="from"):
        co.from_networkx(made)


@pytest.mark.parametrize("tables", [5, [1], {"terminals": 5}, {"termnals": [{"id": "x"}]}])
def test_bad_tables_of_a_graph_are_refused(tables):
    made = graph()
    made.graph["tables"] = tables
    with pytest.raises(co.DataError, match="table"):
        co.from_networkx(made)


def test_unknown_vantage_point_is_refused():
    with pytest.raises(co.DataError, match="2026"):
        co.from_networkx(graph(), as_of="2030")
    made = graph()
    made.graph["as_of"] = "2030"
    with pytest.raises(co.DataError, match="2026"):
        co.from_networkx(made)
