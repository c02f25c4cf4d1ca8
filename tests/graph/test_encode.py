"""The network as arrays: every arc pays for the row it stands for, and no scenario changes the graph."""

from __future__ import annotations

import numpy as np
import pytest

import corridor_opt as co
from corridor_opt.errors import DataError
from corridor_opt.graph.encode import NAMES, arcs_of, charges, encode, weigh
from corridor_opt.graph.routing_graph import layered
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.elements import Elements, elements
from corridor_opt.model.selector import parse_selector

SCHEDULED = ("sea", "ferry")


@pytest.fixture(scope="module")
def graph(network):
    return encode(network)


@pytest.fixture(scope="module")
def table(network) -> Elements:
    return elements(network, co.Shipment().load(network))


@pytest.fixture(scope="module")
def arcs(graph, table) -> list[dict]:
    """One dict an arc: its ends and the element it pays for."""
    node = np.asarray(graph.node, dtype=object)
    frame = table.frame.iloc[graph.element][["table", "row", "id", "kind", "mode", "direction"]].copy()
    frame["a"], frame["b"] = node[graph.tail], node[graph.head]
    frame["tail"], frame["head"] = graph.tail, graph.head
    return frame.to_dict("records")


def test_encoded_once(network, graph):
    assert encode(network) is graph


def test_arrays_fit_together(graph):
    assert graph.first_out[0] == 0
    assert graph.first_out[-1] == len(graph.head) == len(graph.tail) == len(graph.element)
    assert (np.repeat(np.arange(graph.vertices), np.diff(graph.first_out)) == graph.tail).all()
    assert (graph.origin == np.arange(len(graph.head))).all()
    assert len(graph.node) == graph.vertices
    assert graph.head.min() >= 0
    assert graph.head.max() < graph.vertices
    assert graph.element.min() >= 0, "in the base graph every arc pays for something"


def test_every_arc_has_the_right_element(network, arcs):
    tables = {name: network[name].to_dict("records") for name in ("links", "crossings", "terminals", "gauge_changes")}
    for arc in arcs:
        row = tables[arc["table"]][arc["row"]]
        assert row["id"] == arc["id"]
        if arc["kind"] == "haul":
            ends = [(row["from"], row["to"]), (row["to"], row["from"])][: 1 if row["direction"] == "forward" else 2]
            assert (arc["a"], arc["b"]) in ends
        elif arc["kind"] == "wait":
            assert arc["a"] == arc["b"]
            assert arc["a"] in (row["from"], row["to"])
            assert row["mode"] in SCHEDULED
        elif arc["kind"] == "border":
            there = (row["post_a"], row["post_b"])
            assert (arc["a"], arc["b"]) == (there if arc["direction"] == "ab" else there[::-1])
        else:
            assert arc["a"] == arc["b"] == row["node"]


def test_every_row_has_its_arcs(network, arcs):
    """Both ways of every link and crossing, closed ones as well; waits of sailings; changes of gauge both ways."""
    count: dict[tuple[str, str, str], int] = {}
    for arc in arcs:
        key = (arc["id"], arc["kind"], arc["direction"])
        count[key] = count.get(key, 0) + 1
    for row in network["links"].itertuples():
        ways = 1 if row.direction == "forward" else 2
        assert count[row.id, "haul", ""] == ways
        assert count.get((row.id, "wait", ""), 0) == (ways if row.mode in SCHEDULED else 0)
    changing = set(network["gauge_changes"]["node"])
    for row in network["crossings"].itertuples():
        breaks = row.mode == "rail" and row.gauge_a != row.gauge_b
        gauges = len({row.post_a, row.post_b} & changing) if breaks else 1
        assert count[row.id, "border", "ab"] == count[row.id, "border", "ba"] == gauges
    for name in network["gauge_changes"]["id"]:
        assert count[name, "gauge-change", ""] == 2
    served = {(r.node, r.mode) for r in network["terminals"].itertuples()}
    assert {(arc["a"], arc["mode"]) for arc in arcs if arc["kind"] == "load"} <= served


def test_each_node_has_one_hub_for_loading_and_unloading(network, graph, arcs):
    assert set(graph.hub) == set(network["nodes"]["id"])
    assert all(graph.node[hub] == node for node, hub in graph.hub.items())
    hubs = set(graph.hub.values())
    assert len(hubs) == len(graph.hub)
    for arc in arcs:
        assert (arc["tail"] in hubs) == (arc["kind"] == "load")
        assert (arc["head"] in hubs) == (arc["kind"] == "unload")


def test_sailings_start_after_loading_and_end_before_unloading(arcs):
    """No vertex at sea is both arrived at and sailed from, so that sailing on passes the hub."""
    arrived = {arc["head"] for arc in arcs if arc["kind"] == "haul" and arc["mode"] in SCHEDULED}
    boarding = {arc["tail"] for arc in arcs if arc["kind"] == "wait"}
    assert not arrived & boarding
    loaded = {arc["head"] for arc in arcs if arc["kind"] == "load" and arc["mode"] in SCHEDULED}
    assert boarding & loaded
    assert not loaded & arrived


@pytest.mark.parametrize("name", list(co.scenarios()["name"]))
def test_topology_does_not_depend_on_the_scenario(network, graph, table, name):
    changed, _ = co.load_scenario(name).apply(network)
    other = encode(changed)
    for array in ("first_out", "head", "tail", "element"):
        assert (getattr(graph, array) == getattr(other, array)).all(), array
    assert list(graph.node) == list(other.node)
    assert graph.hub == other.hub
    if name in ("zangezur-open", "azerbaijan-transit-closed", "caspian-low-water"):
        frame = elements(changed, co.Shipment().load(changed)).frame
        for column in ("table", "row", "id", "kind", "mode", "direction"):
            assert (frame[column] == table.frame[column]).all(), column


def test_topology_is_that_of_both_vantage_points(graph, network_2022):
    assert (encode(network_2022).head == graph.head).all()


def test_weights_are_the_elements_in_whole_steps(graph, table):
    weights = weigh(graph, table, ("IN", "RU"))
    assert weights.weight.shape == (len(graph.head), len(NAMES))
    assert weights.weight.dtype == np.int64
    assert weights.weight.min() >= 0
    for j, name in enumerate(NAMES):
        assert weights.resolution[name] == CRITERIA[name].resolution
        exact = table.frame[name].to_numpy()[graph.element]
        assert (
            np.abs(weights.weight[:, j] * weights.resolution[name] - exact).max() <= 0.5001 * weights.resolution[name]
        )
    assert (weights.is_open == table.frame["is_open"].to_numpy()[graph.element]).all()
    assert not weights.is_open.all(), "planned links are in the graph, closed"


def test_transit_is_closed_to_others_only(network, graph):
    changed, _ = co.load_scenario("azerbaijan-transit-closed").apply(network)
    table = elements(changed, co.Shipment().load(changed))
    through, trade = weigh(graph, table, ("IN", "RU")), weigh(graph, table, ("IN", "AZ"))
    plain = weigh(graph, elements(network, co.Shipment().load(network)), ("IN", "RU"))
    assert (trade.is_open == plain.is_open).all()
    gone = plain.is_open & ~through.is_open
    assert gone.any()
    country = network["nodes"].set_index("id")["country"]
    tables = {"links": ("from", "to"), "crossings": ("post_a", "post_b")}
    for arc in np.flatnonzero(gone):  # a sailing to Azerbaijan is waited for elsewhere
        element = table.frame.iloc[graph.element[arc]]
        row = network[element["table"]].iloc[element["row"]]
        assert "AZ" in {country[row[end]] for end in tables[element["table"]]}


def test_values_that_cannot_be_searched_are_refused(graph, table):
    for bad in (-1.0, float("nan"), float("inf")):
        frame = table.frame.copy()
        frame.loc[7, "time"] = bad
        with pytest.raises(DataError, match="cannot be searched") as caught:
            weigh(graph, Elements(frame, table.risk))
        assert frame["id"][7] in caught.value.faults[0]


def test_large_values_are_searched_in_coarser_steps(graph, table):
    frame = table.frame.copy()
    frame["cost"] = frame["cost"] * 1e6
    weights = weigh(graph, Elements(frame, table.risk))
    assert weights.resolution["cost"] > CRITERIA["cost"].resolution
    assert weights.weight.max() < 2**31
    assert weights.resolution["time"] == CRITERIA["time"].resolution


def test_arcs_of_a_selector(network, graph, table, arcs):
    mask = arcs_of(graph, table, parse_selector("border:IR-AZ").match(network))
    assert mask.any()
    for arc, hit in zip(arcs, mask, strict=True):
        ends = {network.node(arc["a"])["country"], network.node(arc["b"])["country"]}
        assert hit == (arc["kind"] == "border" and ends == {"AZ", "IR"})


def test_penalties_are_charged_where_a_country_is_entered(network, graph, table, arcs):
    selector = parse_selector("country:AM")
    used = arcs_of(graph, table, selector.match(network))
    times = charges(graph, network, table, selector, used)
    for arc, hit in zip(arcs, times, strict=True):
        inside = [network.node(arc[end])["country"] == "AM" for end in ("a", "b")]
        assert hit == (inside == [False, True])


def test_layers_for_stops(graph):
    n, m = graph.vertices, len(graph.head)
    gate = np.zeros(m, bool)
    gate[5] = True
    twice = layered(graph, ["THR", gate])
    here = sum(node == "THR" for node in graph.node)
    assert twice.vertices == 3 * n
    assert len(twice.head) == 3 * m + here + 1
    assert twice.hub == graph.hub
    layer = np.stack([twice.tail // n, twice.head // n])
    up = layer[0] != layer[1]
    assert (layer[1] - layer[0])[up].tolist() == [1] * (here + 1), "only forward, one layer at a time"
    free = twice.origin < 0
    assert free.sum() == here
    assert {twice.node[v] for v in twice.tail[free]} == {"THR"}
    assert (twice.element[free] == -1).all()
    copies = ~free
    assert (twice.element[copies] == graph.element[twice.origin[copies]]).all()
    assert (twice.tail[copies] % n == graph.tail[twice.origin[copies]]).all()
    assert (twice.head[copies] % n == graph.head[twice.origin[copies]]).all()
