"""Two networks, one of them with a shortcut or a cut: what the check says of each route."""

import dataclasses
import json

import pytest

import corridor_opt as co
from corridor_opt.errors import DataError

PAIR = [("Tbilisi", "Baku")]
ASKED = {"criteria": ("distance",), "exclude": ["mode:road"]}


def changed(change):
    """The embedded network with other links."""
    network = co.load_network()
    tables = dict(network.tables)
    tables["links"] = change(tables["links"].copy())
    return dataclasses.replace(network, tables=tables, name="changed")


def used():
    front = co.find_routes(co.load_network(), *PAIR[0], **ASKED)
    return [link for leg in front[0].legs for link in leg.links]


def shorter(links, factor):
    links.loc[links["id"].isin(used()), "length_km"] *= factor
    return links


def test_the_same_network_is_unchanged():
    check = co.check_overlay(co.load_network(), co.load_network(), pairs=PAIR, **ASKED)
    assert check.is_unchanged
    assert [(p.same, p.lost, p.new) for p in check.pairs] == [(1, 0, ())]


@pytest.mark.parametrize(("factor", "better"), [(0.9, 1), (0.995, 0)])
def test_a_shorter_way_is_better_beyond_the_tolerance(factor, better):
    merged = changed(lambda links: shorter(links, factor))
    check = co.check_overlay(merged, co.load_network(), pairs=PAIR, **ASKED)
    (pair,) = check.pairs
    assert (pair.same, pair.lost, len(pair.new), len(pair.better)) == (0, 1, 1, better)
    assert pair.new[0].gains["distance"] == pytest.approx(1 - factor, rel=0.05)
    assert check.is_unchanged is bool(better)
    assert f"{better} truly better" in str(check)
    assert json.loads(check.to_json())["pairs"][0]["lost"] == 1


def test_links_that_only_one_has_are_named():
    own = set(co.load_network()["links"]["id"]) & set(used())

    def renamed(links):
        links["length_km"] *= 1 - 0.2 * links["id"].isin(own)
        return links.assign(id=[f"N-{link}" if link in own else link for link in links["id"]])

    (pair,) = co.check_overlay(changed(renamed), co.load_network(), pairs=PAIR, **ASKED).pairs
    assert set(pair.better[0].imported) == {f"N-{link}" for link in own}


def test_no_route_on_one_side_is_told():
    base = co.load_network()
    cut = changed(lambda links: links.assign(is_open=False))
    check = co.check_overlay(cut, base, pairs=PAIR, **ASKED)
    assert set(check.pairs[0].reasons) == {"merged"}
    assert not check.is_unchanged
    back = co.check_overlay(base, cut, pairs=PAIR, **ASKED)
    assert set(back.pairs[0].reasons) == {"curated"}
    assert back.pairs[0].better[0].gains == {}
    with pytest.raises(DataError, match="tolerance"):
        co.check_overlay(base, base, pairs=PAIR, tolerance=2)
    with pytest.raises(DataError, match="'Baku' is no"):
        co.check_overlay(base, base, pairs=["Baku"])
    with pytest.raises(DataError, match="not NoneType"):
        co.check_overlay(None, base)
