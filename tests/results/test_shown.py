"""What a map draws of a network that is too large to be drawn as a whole."""

from __future__ import annotations

import pytest

import corridor_opt as co
from corridor_opt.model.network import IMPORTED
from corridor_opt.results import shown
from corridor_opt.results.map_document import map_document
from tests.embedded import network


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> co.Front:
    net = network()
    tags = net["links"]["tags"].where(net["links"]["mode"] != "road", IMPORTED)
    half = net.replace(links=net["links"].assign(tags=tags))
    monkeypatch.setattr(shown, "MANY_ROWS", (tags != IMPORTED).sum())
    return co.find_routes(half, "Tehran", "Tbilisi", criteria=("cost", "time"))


def test_a_large_network_shows_its_own_rows_and_those_of_the_routes(front: co.Front):
    drawn, used = set(front.drawn), shown.used_rows(front)
    links = front.network["links"]
    imported = set(links["id"][links["tags"] == IMPORTED])
    assert imported & used
    assert drawn == set(links["id"]) - imported | used & set(links["id"])
    assert set(front.lines) == set(links["id"])


def test_the_page_says_what_it_leaves_out_and_draws_every_leg(front: co.Front):
    page = map_document([("baseline", front, "")])
    links, crossings = front.network["links"], front.network["crossings"]
    assert {one["id"] for one in page["links"]} == set(front.drawn) | set(crossings["id"])
    assert f"{len(links) - len(front.drawn):,} imported" in page["notes"][-1]
    hauls = [leg for leg in page["legs"] if leg["kind"] == "haul"]
    assert hauls
    assert all(len(line) > 1 for leg in hauls for line in leg["lines"])
    ends = {end for row in page["links"] for line in row["lines"] for end in (line[0], line[-1])}
    assert {(node["lon"], node["lat"]) for node in page["nodes"]} <= ends


def test_of_a_network_that_is_imported_as_a_whole_the_routes_alone_are_shown(
    front: co.Front, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shown, "MANY_ROWS", 10)
    used = shown.used_rows(front)
    for table in shown.ENDS:
        assert set(shown.shown_rows(front.network, table, used)["id"]) == used & set(front.network[table]["id"])
