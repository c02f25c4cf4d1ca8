"""Where there is no route: closed seasons that stand in the way, and the nearest terminals."""

from __future__ import annotations

import pandas as pd
import pytest

import corridor_opt as co
from corridor_opt.model.geography import great_circle_km

TO_KASHGAR = {"exclude": ["country:AF", "country:IR"], "limits": {"time": "12 d"}}
BY_WATER = {"exclude": ["mode:rail", "mode:road", "mode:sea", "mode:ferry"]}


def refused(network: co.Network, *places: str, **question) -> co.NoRouteError:
    with pytest.raises(co.NoRouteError) as caught:
        co.find_routes(network, *places, **question)
    return caught.value


def test_a_closed_season_that_breaks_a_limit_is_named(network_2022):
    error = refused(network_2022, "Islamabad", "Kashgar", departure="2023-01-15", **TO_KASHGAR)
    assert any("season: Khunjerab" in reason and "(N02)" in reason for reason in error.reasons)
    assert any(reason.startswith("limit time") for reason in error.reasons)
    assert len(co.find_routes(network_2022, "Islamabad", "Kashgar", departure="2023-07-15", **TO_KASHGAR))


def test_no_season_is_named_where_none_would_help(network, network_2022):
    summer = TO_KASHGAR | {"limits": {"time": "1 h"}}
    for month in ("01", "07"):
        error = refused(network_2022, "Islamabad", "Kashgar", departure=f"2023-{month}-15", **summer)
        assert "season" not in str(error)
    error = refused(network, "Tehran", "Moscow", departure="2026-01-15", limits={"time": "1 h"})
    assert "season" not in str(error)


def test_ice_is_named_beside_what_the_planner_excludes(network):
    error = refused(network, "Rostov-on-Don", "Astrakhan", departure="2026-01-15", **BY_WATER)
    said = str(error)
    for word in ("exclude mode:rail", "Volga-Don canal, ice", "Lower Volga, ice", "departure in January"):
        assert word in said
    assert len(co.find_routes(network, "Rostov-on-Don", "Astrakhan", departure="2026-07-15", **BY_WATER))


def test_seasons_are_named_though_much_else_is_lifted_first(network):
    """Twenty exclusions stand in front of the ice; it is told all the same."""
    countries = [c for c in network["nodes"]["country"].unique() if c != "RU"]
    shut = BY_WATER["exclude"] + [f"country:{c}" for c in countries[:20]]
    error = refused(network, "Rostov-on-Don", "Astrakhan", departure="2026-01-15", exclude=shut)
    assert "Volga-Don canal, ice" in str(error)
    assert len(error.reasons) <= 13


def bare_and_served(network: co.Network) -> tuple[str, list[str]]:
    """A place without a terminal and the names of the nearest that have one, by another way."""
    nodes = network["nodes"].set_index("id")
    served = set(network["terminals"]["node"][network["terminals"]["is_open"]])
    bare = next(name for name in nodes.index if name not in served)
    here = nodes.loc[bare]
    others = nodes[nodes.index.isin(served)]
    km = [great_circle_km(here["lon"], here["lat"], lon, lat) for lon, lat in zip(others["lon"], others["lat"])]
    return bare, others["name"].iloc[pd.Series(km).argsort()[:3]].tolist()


@pytest.mark.parametrize("outward", [True, False])
def test_a_place_without_a_terminal_names_the_nearest_with_one(network, outward):
    bare, near = bare_and_served(network)
    error = refused(network, *((bare, "Moscow") if outward else ("Moscow", bare)))
    (reason,) = error.reasons
    assert "has no terminal" in reason
    places = reason.partition("straight line: ")[2].split(" km)")
    assert [place.rpartition(" (")[0].removeprefix(", ") for place in places if place] == near


def test_a_closed_terminal_is_not_offered(network):
    bare, near = bare_and_served(network)
    terminals = network["terminals"].copy()
    nodes = network["nodes"].set_index("name")["id"]
    terminals.loc[terminals["node"] == nodes[near[0]], "is_open"] = False
    error = refused(network.replace(terminals=terminals), bare, "Moscow")
    assert near[0] not in str(error)
    assert near[1] in str(error)
