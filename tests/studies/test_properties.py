"""What must hold of any question: small random networks against a naive search, the embedded one by comparison."""

from __future__ import annotations

import datetime as dt
import functools
import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import non_dominated
from studies.checks import beats_some, charges, covered, find, in_order, integers, nodes, touches
from studies.small_networks import HAZARDS, NODES, Small, Twin, small_networks
from trials import trials

import corridor_opt as co
from corridor_opt.graph.encode import NAMES, encode, weigh
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.elements import elements
from corridor_opt.model.prices import PriceIndex
from corridor_opt.studies.question import ask as ask_question
from corridor_opt.studies.task import Task

ALL = tuple(CRITERIA)
# Shrinking asks hundreds of questions more: minutes; the first example found says enough.
quick = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
few, some = settings(quick, max_examples=trials(8)), settings(quick, max_examples=trials(12))

PAIRS = [
    ("Mumbai", "Moscow"),
    ("Tehran", "Tbilisi"),
    ("Baku", "Mersin"),
    ("Urumqi", "Istanbul"),
    ("Yerevan", "Bandar Abbas"),
    ("Almaty", "Constanta"),
]
SELECTORS = [
    *("country:AZ", "country:TR", "country:TM", "country:RU", "country:GE", "country:IR"),
    *("mode:road", "mode:rail", "mode:sea", "mode:ferry"),
    *("border:AZ-IR", "border:AZ-RU", "border:AM-IR", "border:GE-TR"),
    *("chokepoint:hormuz", "chokepoint:suez", "chokepoint:caspian", "chokepoint:bosphorus"),
    *("corridor:instc-west", "corridor:btk", "corridor:middle-corridor"),
    *("node:THR", "node:TBS", "node:BAK", "link:RAS-ASI-road"),
]
pairs = st.sampled_from(PAIRS)
selectors = st.sampled_from(SELECTORS)
two_or_three = st.permutations(["cost", "time", "risk", "emissions"]).flatmap(
    lambda names: st.sampled_from([tuple(names[:2]), tuple(names[:3])])
)


@pytest.fixture(scope="module")
def ask(network):
    """Fronts of the embedded network, each searched and checked once; None where there is no route."""

    @functools.cache
    def search(origin, destination, criteria, **question):
        try:
            return find(network, origin, destination, criteria=criteria, **question)
        except co.NoRouteError:
            return None

    return search


# --- small networks against the twin

small_selectors = st.sampled_from(
    [
        "country:BB",
        "mode:rail",
        "mode:road",
        "mode:sea",
        "chokepoint:hormuz",
        "corridor:north",
        "node:NCC",
        "border:AA-BB",
    ]
)


def named(small: Small, selector: str) -> bool:
    """Whether the network knows what a selector names; the planner's words are checked elsewhere."""
    key, _, value = selector.partition(":")
    links, crossings = small.tables["links"], small.tables["crossings"]
    if key == "country":
        return value in set(small.tables["nodes"]["country"])
    if key == "mode":
        return value in {*links["mode"], *crossings["mode"]}
    if key == "node":
        return value in set(small.tables["nodes"]["id"])
    if key == "border":
        return len(crossings) > 0
    column = f"{key}s"
    return any(column in t.columns and (t[column] == value).any() for t in (links, crossings))


def permits(small: Small, exclude: list[str]):
    """What the twin may use."""
    country = dict(zip(small.tables["nodes"]["id"], small.tables["nodes"]["country"], strict=True))

    def allowed(table: str, kind: str, row: dict) -> bool:
        for selector in exclude:
            key, _, value = selector.partition(":")
            places = [row[c] for c in ("from", "to", "post_a", "post_b", "node") if row.get(c)]
            banned = {
                "country": value in [country[p] for p in places],
                "mode": value == row.get("mode", ""),
                "node": value in places,
                "border": table == "crossings",
                "corridor": value in row.get("corridors", "").split(";"),
                "chokepoint": value in row.get("chokepoints", "").split(";"),
            }[key]
            if banned:
                return False
        return True

    return allowed


def ask_small(network, *args, **question) -> list[tuple[int, ...]]:
    try:
        return integers(find(network, *args, **question))
    except co.NoRouteError:
        return []


@settings(quick, max_examples=trials(25))
@given(small_networks(), st.permutations(ALL), st.integers(1, 5), st.lists(small_selectors, max_size=2, unique=True))
def test_front_equals_a_naive_search(small, order, count, exclude):
    """Each closure and hazard counts once a route, however many links it covers."""
    network, criteria = small.network, tuple(order[:count])
    exclude = [s for s in exclude if named(small, s)]
    hazards = HAZARDS.fitting(network)
    expected = Twin(network, permits(small, exclude), hazards).front(NODES[0], NODES[1], criteria)
    found = ask_small(network, NODES[0], NODES[1], criteria=criteria, exclude=exclude, hazards=hazards)
    assert found == expected


@some
@given(small_networks(), st.permutations(ALL), st.integers(1, 3), st.floats(0.3, 1.2))
def test_limits_cut_the_front_of_all_criteria(small, order, count, share):
    """A limit on a criterion, searched or not, keeps what a naive search over both would keep."""
    network, criteria, limited = small.network, tuple(order[:count]), order[-1]
    hazards = HAZARDS.fitting(network)
    whole = Twin(network, hazards=hazards).front(NODES[0], NODES[1], (*criteria, limited))
    greatest = max((point[-1] for point in whole), default=10)
    bound = int(greatest * share)
    limit = bound * CRITERIA[limited].resolution
    limit = float(-np.expm1(-limit)) if limited == "risk" else limit
    expected = non_dominated({point[:-1] for point in whole if point[-1] <= bound})
    found = ask_small(
        network, NODES[0], NODES[1], criteria=criteria, hazards=hazards, limits={limited: f"{limit:.12f}"}
    )
    assert found == expected


@some
@given(small_networks(), st.sampled_from(NODES[:3]), st.sampled_from(["", "corridor:north", "chokepoint:hormuz"]))
def test_stops_are_made_in_order(small, stop, selector):
    network = small.network
    via = [stop, *([selector] if selector and named(small, selector) else [])]
    free = ask_small(network, NODES[0], NODES[1], criteria=("cost", "time"))
    try:
        front = find(network, NODES[0], NODES[1], criteria=("cost", "time"), via=via)
    except co.NoRouteError:
        return
    assert covered(integers(front), free)
    for route in front:
        made = [i for i, row in enumerate(route.rows) if stop in (row["from"], row["to"])]
        assert made or stop == NODES[0]
        first = made[0] if made else 0
        if len(via) == 2:
            assert any(touches(network, row, selector) for row in route.rows[first:])


@few
@given(small_networks(), st.permutations(ALL), st.integers(0, 9))
def test_names_and_order_of_rows_do_not_matter(small, order, turn):
    criteria = tuple(order[:3])
    other = small.renamed(
        lambda rows: [*reversed([*rows][turn % len(rows) :]), *[*rows][: turn % len(rows)]] if rows else []
    )
    ours = ask_small(small.network, NODES[0], NODES[1], criteria=criteria)
    theirs = ask_small(other.network, Small.new_id(NODES[0]), Small.new_id(NODES[1]), criteria=criteria)
    assert ours == theirs


@few
@given(small_networks(), st.permutations(ALL))
def test_the_way_back_costs_what_the_way_there_costs(small, order):
    """These networks hold no number for one direction alone."""
    network, criteria = small.network, tuple(order[:3])
    assert ask_small(network, NODES[0], NODES[1], criteria=criteria) == ask_small(
        network, NODES[1], NODES[0], criteria=criteria
    )


# --- the embedded network


@few
@given(pairs, two_or_three, st.lists(selectors, min_size=1, max_size=3, unique=True))
def test_exclusions_are_never_violated_and_closing_betters_nothing(ask, pair, criteria, exclude):
    free, closed = ask(*pair, criteria), ask(*pair, criteria, exclude=tuple(exclude))
    if closed is None:
        return
    for route in closed:
        assert not [row for row in route.rows if any(touches(closed.network, row, s) for s in exclude)]
    assert not beats_some(integers(closed), integers(free))
    assert covered(integers(closed), integers(free))
    untouched = [
        point
        for point, route in zip(integers(free), free, strict=True)
        if not any(touches(free.network, row, s) for row in route.rows for s in exclude)
    ]
    assert set(untouched) <= set(integers(closed)), "a route that uses nothing excluded is still there"


@few
@given(
    pairs,
    st.lists(st.sampled_from(["THR", "TBS", "ALA", "QZV", "RST", "SVS"]), min_size=1, max_size=2, unique=True),
    selectors,
)
def test_vias_are_made_in_order(ask, pair, stops, last):
    free = ask(*pair, ("cost", "time"))
    if last.startswith("mode:"):
        last = "corridor:northern"  # modes have a test of their own below
    front = ask(*pair, ("cost", "time"), via=(*stops, last))
    if front is None:
        return
    assert covered(integers(front), integers(free))
    for route in front:
        assert in_order(stops, nodes(route))
        at = 0
        for stop in stops:
            at = next(i for i, row in enumerate(route.rows) if i >= at and stop in (row["from"], row["to"]))
        moved = [row for row in route.rows[at:] if row["kind"] not in ("load", "unload", "wait")]
        assert any(touches(front.network, row, last) for row in moved), f"never uses {last}"


@pytest.mark.parametrize("mode", ["road", "rail", "ferry", "waterway"])
def test_a_mode_to_be_used_is_travelled_by(network, mode):
    """Loading a truck and unloading it on the spot is no use of a road."""
    route = find(network, "Mumbai", "Moscow", criteria=("cost",), via=[f"mode:{mode}"])[0]
    assert mode in route.modes


@few
@given(pairs, st.sampled_from(["cost", "time", "distance", "risk", "emissions"]), st.floats(0.05, 1.0))
def test_limits_are_kept(ask, pair, limited, share):
    """Limits on criteria searched and not searched cut the front of both."""
    criteria = tuple(dict.fromkeys(("cost", "time", limited)))
    whole = ask(*pair, criteria)
    low, high = (float(f(whole.values[limited])) for f in (np.min, np.max))
    limit = round(low + share * (high - low), 6)
    front = ask(*pair, ("cost", "time"), limits=_frozen({limited: limit}))
    keeps = whole.values[limited] <= limit + 1e-9
    if not keeps.any():
        assert front is None
        return
    assert (front.values[limited] <= limit + 1e-9).all()
    kept = {p[:2] for p, keep in zip(integers(whole), keeps, strict=True) if keep}
    assert integers(front) == non_dominated(kept)


class _frozen(dict):
    """A dict that a cache can hold."""

    def __hash__(self) -> int:
        return hash(tuple(self.items()))


def test_a_small_limit_is_a_number(network):
    """Python writes 0.00005 as 5e-05."""
    free = find(network, "Minsk", "Moscow", criteria=("cost", "risk"))
    least = float(free.values["risk"].min())
    assert least > 0.00005
    for limit in (0.00005, "0.00005", "5e-05"):
        with pytest.raises(co.NoRouteError, match="the least possible is"):
            co.find_routes(network, "Minsk", "Moscow", limits={"risk": limit})
    assert len(find(network, "Minsk", "Moscow", limits={"cost": 1e16})) > 0


def test_limit_below_the_best_has_no_route(network):
    with pytest.raises(co.NoRouteError, match="the least possible is"):
        co.find_routes(network, "Mumbai", "Moscow", limits={"time": "5 d"})
    front = find(network, "Mumbai", "Moscow", criteria=("cost", "time"))
    best = {name: 1.01 * min(route.values[name] for route in front) for name in ("cost", "time")}
    assert not any(all(route.values[name] <= best[name] for name in best) for route in front)
    with pytest.raises(co.NoRouteError, match="no route keeps all limits at once"):
        co.find_routes(network, "Mumbai", "Moscow", limits={"time": f"{best['time']:.0f} h", "cost": best["cost"]})


def test_empty_scenario_is_the_baseline(network, ask):
    nothing = co.Scenario("nothing")
    for pair in PAIRS[:3]:
        front = find(network, *pair, criteria=("cost", "time"), scenario=nothing)
        base = ask(*pair, ("cost", "time"))
        assert integers(front) == integers(base)
        assert [nodes(r) for r in front] == [nodes(r) for r in base]


@pytest.mark.parametrize("pair", PAIRS[1:2])
def test_twice_the_shipment_costs_twice(network, pair):
    single, double = (
        {name: find(network, *pair, criteria=(name,), shipment=co.Shipment(n)).values.iloc[0] for name in ALL}
        for n in ("1xFEU", "2xFEU")
    )
    steps = 60  # no route has more; each is rounded to the resolution
    for name in ("cost", "emissions"):
        assert double[name][name] == pytest.approx(2 * single[name][name], abs=steps * CRITERIA[name].resolution)
    for name in ("time", "distance", "risk"):
        assert double[name][name] == single[name][name]


def test_a_large_shipment_is_searched_in_coarser_steps(network):
    one, many = (
        find(network, "Mumbai", "Moscow", criteria=("cost",), shipment=co.Shipment(n)).values["cost"][0]
        for n in ("2xFEU", "200000xFEU")
    )
    assert many == pytest.approx(100_000 * one, rel=1e-4)


def shortest(network, weight) -> dict[str, int]:
    """Least sums from Mumbai to each place, by networkx."""
    graph = encode(network)
    peer = nx.DiGraph()
    for arc in np.flatnonzero(weigh(graph, elements(network, co.Shipment().load(network)), ("IN", "RU")).is_open):
        u, v, w = int(graph.tail[arc]), int(graph.head[arc]), int(weight[arc])
        if not peer.has_edge(u, v) or w < peer[u][v]["weight"]:
            peer.add_edge(u, v, weight=w)
    lengths = nx.single_source_dijkstra_path_length(peer, graph.hub["MUM"])
    return {place: lengths[graph.hub[place]] for place in ("MOS", "IST", "BAK")}


@pytest.mark.parametrize("name", ALL)
def test_one_criterion_equals_networkx(network, name):
    """Without hazards every criterion adds up over links, and nothing delays."""
    weights = weigh(encode(network), elements(network, co.Shipment().load(network)), ("IN", "RU"))
    for place, least in shortest(network, weights.weight[:, NAMES.index(name)]).items():
        front = find(network, "MUM", place, criteria=(name,), hazards="none")
        assert integers(front) == [(least,)]
    assert (least > 0) == (name != "delay")


@pytest.mark.parametrize("name", ["risk", "delay"])
def test_hazards_count_once_and_not_at_each_link(network, name):
    """The least risk lies above what adds up link by link alone, and below the sum that meets a hazard at each link."""
    question = ask_question(network, "MUM", "MOS", scenarios=["baseline"], criteria=(name,))
    task = Task(question, question.worlds[0])
    alone = task.weights.weight[:, NAMES.index(name)]
    each = alone + task.held @ task.gain[:, NAMES.index(name)]
    low, high = shortest(network, alone), shortest(network, each)
    for place in low:
        ((value,),) = integers(find(network, "MUM", place, criteria=(name,)))
        assert low[place] < value <= high[place]
        assert value < high[place] or name == "delay", "every way meets some hazard at several links"


def test_sailing_on_pays_a_transshipment(network):
    """From ship to ship there is an unloading, a loading and a wait."""
    by_ship = {"criteria": ("cost", "time"), "exclude": ["mode:rail", "mode:road"]}
    front = find(network, "Bandar Abbas", "St Petersburg", **by_ship)
    several = [r for r in front if sum(row["kind"] == "haul" and row["mode"] == "sea" for row in r.rows) > 1]
    assert several
    for route in several:
        kinds = [(row["kind"], row["mode"]) for row in route.rows]
        sailings = [i for i, kind in enumerate(kinds) if kind == ("haul", "sea")]
        for a, b in itertools.pairwise(sailings):
            assert kinds[a + 1] == ("unload", "sea")
            assert kinds[b - 2 : b] == [("load", "sea"), ("wait", "sea")]
            assert sum(row["cost"] for row in route.rows[a + 1 : b]) > 100
            assert sum(row["time"] for row in route.rows[a + 1 : b]) > 24


@pytest.mark.parametrize(
    ("origin", "destination", "place"),
    [("Baku", "Kars", "AKH"), ("Minsk", "Warsaw", "MAL"), ("Tehran", "Ashgabat", None), ("Islamabad", "Tehran", "ZAH")],
)
def test_breaks_of_gauge_are_paid(network, origin, destination, place):
    question = {"criteria": ("cost", "time"), "exclude": ["mode:road", "mode:sea", "mode:ferry", "country:LT"]}
    for route in find(network, origin, destination, **question):
        changes = [row for row in route.rows if row["kind"] == "gauge-change"]
        assert changes
        assert all(row["cost"] > 0 and row["time"] > 0 for row in changes)
        assert place is None or place in [row["from"] for row in changes]


@few
@given(pairs, selectors, st.sampled_from([{"cost": 0.0}, {"cost": 250.0}, {"time": 30.0}, {"cost": 40.0, "time": 6.0}]))
def test_penalties_are_charged_and_told(ask, pair, selector, penalty):
    free = ask(*pair, ("cost", "time"))
    front = ask(*pair, ("cost", "time"), avoid=_frozen({selector: _frozen(penalty)}))
    for route in front:
        used = any(touches(front.network, row, selector) for row in route.rows)
        told = [notice for notice in route.notices if "was to be avoided" in notice]
        assert bool(told) == used
        times = charges(front.network, route.rows, selector)
        for name in ("cost", "time"):
            added = route.steps[f"{name}_penalty"].sum()
            assert added == pytest.approx(times * penalty.get(name, 0.0), abs=0.01)
    if not any(penalty.values()):
        assert integers(front) == integers(free)
    assert covered(integers(front), integers(free)), "a penalty makes nothing cheaper"


def test_a_great_penalty_is_an_exclusion_where_there_is_another_way(network):
    for selector in ("country:AZ", "border:AZ-IR", "chokepoint:suez", "mode:road"):
        excluded = find(network, "Mumbai", "Moscow", criteria=("cost", "time"), exclude=[selector])
        avoided = find(
            network, "Mumbai", "Moscow", criteria=("cost", "time"), avoid={selector: {"cost": 1e6, "time": 1e5}}
        )
        assert integers(excluded) == integers(avoided)
        assert not any("was to be avoided" in notice for route in avoided for notice in route.notices)


def test_a_great_penalty_alone_is_searched(network):
    """Thirty million is a number that a planner may write; nobody asked about arrays and arcs."""
    front = find(network, "Tehran", "Moscow", criteria=("cost",), avoid={"country:AZ": {"cost": 3e7}})
    assert "AZ" not in front[0].countries


def test_from_a_country_to_be_avoided(network):
    """Where there is no other way the route is given, with a notice; what starts inside does not enter."""
    (route,) = find(network, "Baku", "Tbilisi", criteria=("cost",), avoid=["country:AZ=500"])
    assert route.steps["cost_penalty"].sum() == 0
    assert route.notices
    (route,) = find(network, "Tbilisi", "Baku", criteria=("cost",), avoid=["country:AZ=500"])
    assert route.steps["cost_penalty"].sum() == 500
    assert route.notices


WATERWAY = {"via": ["link:VLG-RST-waterway"], "criteria": ("cost",)}


def test_a_december_departure_does_not_use_a_summer_waterway(network):
    for day in ("2026-12-01", "2027-03-31", dt.date(2027, 1, 15)):
        with pytest.raises(co.NoRouteError, match=r"season|months 4-11"):
            co.find_routes(network, "Astrakhan", "Rostov-on-Don", departure=day, **WATERWAY)
        for route in find(network, "Astrakhan", "Rostov-on-Don", criteria=("cost", "time"), departure=day):
            assert "waterway" not in route.modes
    (route,) = find(network, "Astrakhan", "Rostov-on-Don", departure="2026-07-01", **WATERWAY)
    assert "waterway" in route.modes
    assert route.notices == []


def test_a_trip_into_another_season_carries_a_notice(network):
    (route,) = find(network, "Astrakhan", "Rostov-on-Don", departure="2026-11-29", **WATERWAY)
    assert "December 2026" in " ".join(route.notices)
    (route,) = find(network, "Astrakhan", "Rostov-on-Don", **WATERWAY)
    assert "no departure was given" in " ".join(route.notices)


def test_a_search_that_stops_early_gives_a_part_of_the_front(network, ask):
    whole = integers(ask("Mumbai", "Moscow", ("cost", "time")))
    part = find(network, "Mumbai", "Moscow", criteria=("cost", "time"), search_limits=co.SearchLimits(labels=400))
    assert part.status == "limit"
    assert 0 < len(part) < len(whole)
    # the search finds routes in the order of one criterion and says of which and how far it came
    [(name, reached)] = part.proven.items()
    place, resolution = ("cost", "time").index(name), CRITERIA[name].resolution
    assert integers(part) == [value for value in whole if value[place] * resolution < reached - resolution / 2]
    with pytest.raises(co.SearchLimitError):
        co.find_routes(network, "Mumbai", "Moscow", search_limits=co.SearchLimits(labels=1))


def test_points_reach_the_network_by_road(network):
    front = find(network, "51.2,35.7", "37.6,55.9", criteria=("cost", "time"))
    for route in front:
        assert [route.legs[0].kind, route.legs[-1].kind] == ["access", "access"]
        assert all(leg.values["distance"] > 0 for leg in (route.legs[0], route.legs[-1]))
    plain = find(network, "THR", "MOS", criteria=("cost", "time"))
    assert not beats_some(integers(front), integers(plain))


def test_staying_where_one_is_costs_nothing(network):
    (route,) = find(network, "Moscow", "Moscow")
    assert set(route.values.values()) == {0.0}
    assert route.legs == []
    assert route.countries == ["RU"]


def test_prices_are_those_of_the_year_asked(network):
    index = PriceIndex(network)
    moved = [index.factor(2022, 2025, kind) for kind in ("sea", "short-sea", "rail", "road", "general")]
    then, now = (
        find(network, "Tehran", "Baku", criteria=("cost",), prices=year).values["cost"][0] for year in (2022, 2025)
    )
    assert min(moved) <= now / then * (1 + 1e-4)
    assert now / then <= max(moved) * (1 + 1e-4)


def test_a_block_train_is_quicker(network):
    ordinary, block = (
        find(network, "Xi'an", "Duisburg", criteria=("time",), shipment=co.Shipment(service=s), exclude=["mode:road"])
        for s in ("ordinary", "block-train")
    )
    assert block.values["time"][0] < 0.8 * ordinary.values["time"][0]
