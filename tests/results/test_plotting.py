"""Pictures by matplotlib and folium: the routes asked for, in their colours, named, vectors."""

from __future__ import annotations

import importlib.util

import pytest

import corridor_opt as co
from corridor_opt.results.drawing import plotting
from corridor_opt.results.drawing.palette import ROUTES_LIGHT

MATPLOTLIB = importlib.util.find_spec("matplotlib") is not None
FOLIUM = all(importlib.util.find_spec(name) for name in ("folium", "mapclassify", "matplotlib"))
draws = pytest.mark.skipif(not MATPLOTLIB, reason="matplotlib is not installed (the extra maps)")


@pytest.fixture(scope="module")
def front(network):
    return co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time", "risk"))


@pytest.fixture(autouse=True)
def _quiet():
    if not MATPLOTLIB:
        yield
        return
    import matplotlib

    matplotlib.use("Agg")
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def routes_of(ax):
    """Lines of routes: those with a label for the legend."""
    return [line for line in ax.get_lines() if not line.get_label().startswith("_")]


@draws
def test_routes_stand_on_the_map_with_their_numbers_and_values(front):
    ax = front.plot()
    lines = routes_of(ax)
    assert 3 <= len(lines) <= 7
    assert [line.get_color() for line in lines] == list(ROUTES_LIGHT[: len(lines)])
    numbers = {text.get_text() for text in ax.texts}
    for line in lines:
        number = line.get_label().split()[0]
        route = front[int(number) - 1]
        assert number in numbers
        assert f"{route.values['cost']:,.0f} USD" in line.get_label()
        assert f"{route.values['time'] / 24:,.1f} d" in line.get_label()
    best = {int(front.values[c].idxmin()) + 1 for c in front.criteria}
    assert best <= {int(line.get_label().split()[0]) for line in lines}
    for end in ("Mumbai / Nhava Sheva (JNPT)", "Moscow"):
        assert end in numbers
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for line in lines:
        x, y = line.get_data()
        inside = [(a, b) for a, b in zip(x, y, strict=True) if a == a]
        assert all(left < a < right and bottom < b < top for a, b in inside)


@draws
def test_chosen_routes_axes_and_what_is_left_out(front, tmp_path):
    import matplotlib.pyplot as plt

    _, mine = plt.subplots()
    ax = front.plot(mine, routes=[0, 2], network=False, names=False, legend=False, title="as I say")
    assert ax is mine
    assert [int(line.get_label().split()[0]) for line in routes_of(ax)] == [1, 3]
    assert ax.get_title(loc="left") == "as I say"
    assert ax.get_legend() is None
    assert {text.get_text() for text in ax.texts} == {"1", "3"}
    ax.figure.savefig(tmp_path / "a.svg")
    assert "<image" not in (tmp_path / "a.svg").read_text()


@draws
@pytest.mark.parametrize("routes", [[99999], [-1], [], ["first"], [True]])
def test_a_route_that_is_not_there_is_told(front, routes):
    with pytest.raises(co.DataError, match="routes to draw"):
        front.plot(routes=routes)


@draws
def test_names_with_dollar_signs_are_no_mathematics(network, tmp_path):
    nodes = network["nodes"].copy()
    nodes.loc[nodes["id"] == "MUM", "name"] = "a$_{b$ <b>"
    front = co.find_routes(network.replace(nodes=nodes), "MUM", "Moscow", criteria="cost")
    front.plot().figure.savefig(tmp_path / "a.svg")


@draws
def test_a_short_route_and_one_across_the_pole_of_the_map(network):
    assert routes_of(co.find_routes(network, "Baku", "Nakhchivan", criteria="cost").plot())
    assert routes_of(co.find_routes(network, "Vladivostok", "Rotterdam", criteria="time").plot())


@draws
def test_comparison_is_a_small_map_a_scenario(network, tmp_path):
    path = tmp_path / "cut.toml"
    path.write_text('name = "cut"\n[[disruption]]\nnode = "MOS"\nclose = true\n')
    comparison = co.compare_scenarios(
        network, "Mumbai", "Moscow", scenarios=["baseline", "hormuz-closed", path], criteria=("cost", "time")
    )
    axes = comparison.plot()
    assert axes.shape == (2, 2)
    assert [ax.get_title(loc="left") for ax in axes.flat] == ["baseline", "hormuz-closed", "cut", ""]
    assert "no route" in {text.get_text() for text in axes[1, 0].texts}
    assert len(routes_of(axes[0, 0])) == 2


@pytest.mark.skipif(not FOLIUM, reason="folium, mapclassify or matplotlib is not installed (the extra maps)")
def test_map_of_the_web_has_a_line_a_haul_and_escaped_names(network):
    nodes = network["nodes"].copy()
    nodes.loc[nodes["id"] == "MUM", "name"] = "<script>alert(1)</script>"
    front = co.find_routes(network.replace(nodes=nodes), "MUM", "Moscow", criteria=("cost", "time"))
    page = front.explore(routes=[0, 1], tiles=None).get_root().render()
    assert "<script>alert(1)" not in page
    hauls = sum(leg.kind == "haul" for i in (0, 1) for leg in front[i].legs)
    assert page.count('"type": "Feature"') == hauls
    for colour in ROUTES_LIGHT[:2]:
        assert colour in page


@pytest.mark.parametrize("call", [lambda f: f.plot(), lambda f: f.explore()])
def test_what_is_missing_is_told_with_what_to_install(front, monkeypatch, call):
    monkeypatch.setattr(plotting, "find_spec", lambda name: None)
    with pytest.raises(co.MissingExtraError, match=r"pip install 'corridor_opt\[maps\]'"):
        call(front)
