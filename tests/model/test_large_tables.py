"""Fast ways for a million rows give what row after row gives."""

from __future__ import annotations

import collections
from collections.abc import Callable

import numpy as np
import pytest

import corridor_opt as co
from corridor_opt.model.build import build
from corridor_opt.model.cited import ROW
from corridor_opt.model.elements import elements
from corridor_opt.model.geography import link_lines, parse_waypoints
from corridor_opt.model.numbers import confidence_counts, number_rows
from corridor_opt.model.places import find_place, fold
from corridor_opt.model.schema import split, vocabulary
from corridor_opt.model.shipment import Shipment
from tests.embedded import network
from tests.large import large_network, large_tables


def test_lines_of_links_are_those_of_their_rows():
    net = network()
    way = dict(zip(net["geometry"]["link"], net["geometry"]["waypoints"], strict=True))
    place = {row.id: (row.lon, row.lat) for row in net["nodes"].itertuples()}
    ends = zip(net["links"]["id"], net["links"]["from"], net["links"]["to"], strict=True)
    expected = {link: [place[a], *parse_waypoints(way.get(link, "")), place[b]] for link, a, b in ends}
    assert link_lines(net) == expected
    some = net["links"].iloc[::5]
    assert link_lines(net, some) == {link: expected[link] for link in some["id"]}


def test_every_name_leads_where_a_search_through_all_names_leads():
    nodes = network()["nodes"]
    known = collections.defaultdict(set)
    for row in nodes.itertuples():
        for name in (row.name, *split(row.aliases)):
            known[name].add(row.id)
    alone = {name: min(ids) for name, ids in known.items() if len(ids) == 1}
    codes = {fold(row.id) for row in nodes.itertuples()} | {row.unlocode.lower() for row in nodes.itertuples()}
    full = collections.Counter(fold(name) for name in nodes["name"])
    said = collections.Counter(fold(name) for name, ids in known.items() for _ in ids)
    plain = {name: i for name, i in alone.items() if said[fold(name)] == 1 and full[fold(name)] <= 1}
    plain = {name: i for name, i in plain.items() if fold(name) not in codes}
    assert len(plain) > 200
    country = dict(zip(nodes["id"], nodes["country"], strict=True))
    for name, node in plain.items():
        assert find_place(network(), name.upper()).node == node
        assert find_place(network(), f"{name}, {country[node]}").node == node


@pytest.mark.parametrize("make", [network, lambda: large_network(300)], ids=["embedded", "made"])
def test_numbers_in_use_are_counted_as_one_by_one(make: Callable[[], co.Network]):
    net = make()
    frame = elements(net, Shipment().load(net)).frame
    uses = {}
    for criterion in ("cost", "time", "distance", "emissions"):
        columns = [frame[column] for column in ("table", "row", "kind", "id", f"{criterion}_number")]
        for table, row, kind, name, cell in zip(*columns, strict=True):
            for number in split(cell.replace(ROW, name)):
                uses[table, row, kind, number.removesuffix("_ab").removesuffix("_ba")] = number
    said = number_rows(net, dict.fromkeys(uses.values())).to_dict("index")
    counts = confidence_counts(net).set_index("kind")
    for kind in counts.index.drop(["closure rates", "coordinates"]):
        found = [(key[3], said[number]) for key, number in uses.items() if said[number]["kind"] == kind]
        words = collections.Counter(one["confidence"] for _, one in found)
        expected = [len(found), len({number for number, _ in found}), *(words[w] for w in vocabulary("confidence"))]
        expected.append(sum(one["checked"] for _, one in found))
        assert counts.loc[kind].tolist()[: len(expected)] == expected


def test_tables_that_are_taken_give_the_same_network_and_are_empty():
    tables = large_tables(400)
    rows = {table: len(frame) for table, frame in tables.items()}
    made = large_network(400)
    taken = build(tables, name=made.name, take=True)
    assert taken.sha256 == made.sha256
    assert {table: len(taken[table]) for table in rows} == rows
    assert not any(len(frame) for frame in tables.values())


def test_columns_of_defaults_hold_one_text():
    direction = large_network(400)["links"]["direction"].to_numpy()
    assert len({id(cell) for cell in direction}) == 1
    assert np.array_equal(direction, np.full(len(direction), "both"))
