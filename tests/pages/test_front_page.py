"""Pages of real fronts: every route is there, with the numbers of the JSON, and the page's state is obeyed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pages.map_sample import flat, sample
from pages.page_parts import data_of

import corridor_opt as co
from corridor_opt.results import maps
from corridor_opt.results.map_document import map_document
from corridor_opt.results.text import representatives

# Lines of a route that are neither in colour nor thin and grey: none may be.
MISSING = """(() => {
    const seen = [...document.querySelectorAll('#others path')].filter(p => p.style.display !== 'none');
    const thin = new Set(seen.map(p => Number(p.dataset.line)));
    const { routes, kept, coloured, data } = corridorPage;
    return routes.map((route, i) => i).filter(i => kept.has(i) && !coloured.has(i)
        && !route_lines(i).every(line => thin.has(line)));
    function route_lines(i) { return routes[i].legs.flatMap(n => data.legs[n].lines.map(l => l < 0 ? ~l : l)); }
})()"""
COLOURED = "[...document.querySelectorAll('#lines .route')].map(g => Number(g.dataset.route)).sort((a, b) => a - b)"
LISTED = "[...document.querySelectorAll('#routes > li')].map(item => Number(item.dataset.route))"
# Pairs of names and numbers that cover each other.
COLLISIONS = """(() => {
    const marks = [...document.querySelectorAll('#names text, #badges .badge rect')];
    const seen = marks.filter(n => n.parentNode.style.display !== 'none');
    const boxes = seen.map(n => n.getBoundingClientRect());
    const found = [];
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 && down > 4) found.push([seen[i].textContent, seen[i + 1 + j].textContent]);
    }));
    return found;
})()"""


@pytest.fixture(scope="module")
def front(network) -> co.Front:
    return co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time", "risk"))


@pytest.fixture(scope="module")
def large(front, tmp_path_factory) -> Path:
    assert len(front) > 500
    return front.save_map(tmp_path_factory.mktemp("large") / "map.html")


@pytest.fixture(scope="module")
def knot(network, tmp_path_factory) -> Path:
    return co.find_routes(network, "Yerevan", "Tabriz").save_map(tmp_path_factory.mktemp("knot") / "map.html")


def test_numbers_equal_the_json(front, large):
    page, told = data_of(large.read_text()), json.loads(front.to_json())
    group = page["groups"][0]
    assert group["searched"] == [criterion["name"] for criterion in told["criteria"]]
    assert [r["name"] for r in group["routes"]] == [str(i + 1) for i in range(len(front))]
    assert [i for i, r in enumerate(group["routes"]) if r["shown"]] == representatives(front)
    assert group["knee"] == front.rank(method="knee")["route"][0]
    names = {row["id"]: row["name"] for row in front.network["nodes"].to_dict("records")}
    for shown, route in zip(group["routes"], told["routes"], strict=True):
        for key in ("values", "countries", "corridors", "modes", "borders", "chokepoints", "notices"):
            assert shown[key] == route[key]
        assert [p["probability"] for p in shown["risk_parts"]] == [p["probability"] for p in route["risk_parts"]]
        legs = [page["legs"][i] for i in shown["legs"]]
        for key in ("kind", "mode", "values"):
            assert [leg[key] for leg in legs] == [leg[key] for leg in route["legs"]]
        for key in ("from", "to"):
            assert [leg[key] for leg in legs] == [names[leg[key]] for leg in route["legs"]]


def test_every_number_of_a_leg_has_its_sources(front, large):
    page = data_of(large.read_text())
    said = page["legs"][page["groups"][0]["routes"][0]["legs"][2]]
    leg = front[0].legs[2]
    rows = front.steps.loc[list(leg.steps)]
    cited = {s for column in rows if column.endswith("_source") for cell in rows[column] for s in cell.split(";") if s}
    assert cited
    assert set(said["sources"]) == cited
    assert said["confidence"] in ("low", "assumption", "medium", "high")
    assert cited <= set(page["sources"])
    titles = dict(zip(front.network["sources"]["id"], front.network["sources"]["title"], strict=True))
    assert all(page["sources"][one] == titles[one] for one in cited)


def test_a_large_front_is_small_and_whole(browser, front, large):
    assert large.stat().st_size < maps.MOST_BYTES
    browser.open(large, 1280, 800)
    assert browser.complaints() == []
    assert browser.requests() <= {"file", "data"}
    assert browser.run("corridorPage.routes.length") == len(front)
    assert browser.run(COLOURED) == representatives(front)
    assert browser.run(MISSING) == []
    assert browser.run("document.getElementById('count').textContent") == f"{len(front)} routes"
    browser.run("document.getElementById('more').click()")
    browser.wait(f"document.querySelectorAll('#routes > li').length === {len(front)}")
    assert browser.run(LISTED) == list(range(len(front)))


def test_filters_change_map_and_list(browser, front, large):
    browser.open(large, 1280, 800)
    limit = sorted(front.values["cost"])[99]
    browser.run(f"corridorPage.filter('cost', route => route.values.cost <= {limit})")
    kept = [i for i in range(len(front)) if front[i].values["cost"] <= limit]
    assert (
        browser.run("document.getElementById('count').textContent") == f"{len(kept)} of {len(front)} pass your filters"
    )
    assert browser.run(COLOURED) == kept[:12]
    assert browser.run(LISTED) == kept[:12]
    assert browser.run(MISSING) == []
    lines = {line for i in kept for leg in front[i].legs for line in leg.links}
    gone = {line for i in range(len(front)) for leg in front[i].legs for line in leg.links} - lines
    assert gone  # else the next line shows nothing
    thin = "[...document.querySelectorAll('#others path')].filter(p => p.style.display !== 'none').length"
    fewer = browser.run(thin)
    browser.run("corridorPage.filter('none', () => false)")
    assert browser.run(COLOURED) == []
    assert browser.run("document.getElementById('count').textContent") == f"0 of {len(front)} pass your filters"
    browser.run("corridorPage.filter('none', null), corridorPage.filter('cost', null)")
    assert browser.run(COLOURED) == representatives(front)
    assert browser.run(thin) > fewer
    assert browser.complaints() == []


def test_ranking_brings_up_the_best_kept(browser, front, large):
    browser.open(large, 1280, 800)
    order = [int(i) for i in front.rank({"time": 1})["route"]]
    browser.run(f"corridorPage.rank({order})")
    assert browser.run(LISTED) == order[:12]
    assert browser.run(COLOURED) == sorted(order[:12])
    browser.run(f"corridorPage.filter('x', (route, i) => i !== {order[0]})")
    assert browser.run(LISTED) == order[1:13]
    browser.run("corridorPage.filter('x', null), corridorPage.rank(null)")
    assert browser.run(LISTED) == representatives(front)


def test_a_grey_route_is_coloured_while_it_is_chosen(browser, front, large):
    browser.open(large, 1280, 800)
    number = next(i for i in range(len(front)) if i not in representatives(front))
    browser.run(f"corridorPage.choose({number})")
    assert browser.run(COLOURED) == sorted([*representatives(front), number])
    assert browser.run("document.querySelectorAll('#routes > li.on .leg').length") == len(front[number].legs)
    colours = "[...corridorPage.coloured.values()]"
    assert len(set(browser.run(colours))) == len(browser.run(colours))
    browser.press("Escape")
    assert browser.run(COLOURED) == representatives(front)


def test_the_keyboard_stays_on_a_route_that_is_chosen(browser, large):
    browser.open(large, 1280, 800)
    browser.run("document.querySelectorAll('.route-button')[3].focus()")
    browser.run("document.activeElement.click()")
    assert browser.run("document.activeElement.className") == "route-button"
    browser.run("corridorPage.rank(corridorPage.order.slice().reverse())")
    browser.run("document.querySelectorAll('.route-button')[3].focus(), document.activeElement.click()")
    assert browser.run("document.activeElement.closest('li').classList.contains('on')")


@pytest.mark.parametrize("which", ["large", "knot"])
@pytest.mark.parametrize("width", [360, 1280])
def test_names_and_numbers_do_not_cover_each_other(browser, request, which, width):
    browser.open(request.getfixturevalue(which), width, 800)
    for _ in range(4):
        assert browser.run(COLLISIONS) == []
        assert browser.run("document.querySelectorAll('#names text').length") > 1
        browser.run("document.querySelector('[data-zoom=in]').click()")


def test_closed_links_are_crossed_out_with_the_reason(browser, knot, network):
    browser.open(knot, 1280, 800)
    closed = int((~network["links"]["is_open"]).sum() + (~network["crossings"]["is_open"]).sum())
    assert browser.run("document.querySelectorAll('.symbol.closed[aria-label]').length") == closed
    assert browser.run("document.querySelectorAll('#network .link.closed').length") == closed
    browser.run("document.querySelector('.symbol[tabindex=\"0\"]').focus()")
    tip = "(tip => tip.hidden ? '' : tip.innerText)(document.getElementById('tip'))"
    first = browser.run(tip)
    browser.press("ArrowRight")
    assert browser.run(tip) not in ("", first)
    assert browser.run("document.querySelectorAll('.symbol[tabindex=\"0\"]').length") == 1
    browser.run("document.querySelector('#closed summary').click()")
    browser.wait(f"document.querySelectorAll('.closed-link').length === {closed}")
    where = "[...document.querySelectorAll('.closed-link')].find(b => b.innerText.includes('Akhurik'))"
    browser.run(f"{where}.click()")
    assert "Closed since 1993" in browser.run(tip)
    assert "Source" in browser.run(tip)
    assert browser.complaints() == []


def test_places_and_links_say_what_they_are_and_who_says_so(browser, large):
    browser.open(large, 1280, 800)
    tip = "(tip => tip.hidden ? '' : tip.innerText)(document.getElementById('tip'))"
    enter = "dispatchEvent(new PointerEvent('pointerenter', {{ clientX: 700, clientY: 300 }}))"
    point = "document.querySelectorAll('{}')[{}]." + enter
    browser.run(point.format("#hits .link-hit", 0))
    said = browser.run(tip)
    assert "link, " in said
    assert "Source " in said
    used = """(({ data, routes }) => data.links.findIndex(link => link.lines.some(n =>
        data.legs[routes[0].legs[2]].lines.map(m => m < 0 ? ~m : m).includes(n < 0 ? ~n : n))))(corridorPage)"""
    browser.run(point.format("#hits .link-hit", browser.run(used)))
    assert re.search(r"On \d+ of \d+ routes: 1, ", browser.run(tip))
    browser.run(point.format("#nodes .symbol", 0))
    assert "Source " in browser.run(tip)
    browser.run(point.format("#chokepoints .symbol", 0))
    assert "Source " in browser.run(tip)


def test_each_scenario_shows_what_it_closes(browser, network, tmp_path):
    names = ["baseline", "iran-armenia-border-lost", "turkey-armenia-open"]
    compared = co.compare_scenarios(network, "Yerevan", "Tabriz", scenarios=names)
    browser.open(compared.save_map(tmp_path / "map.html"), 1280, 800)
    counts = []
    for number, name in enumerate(names):
        browser.run(
            f"(s => (s.value = {number}, s.dispatchEvent(new Event('change'))))(document.getElementById('group'))"
        )
        tables = compared.outcomes[name].front.network
        closed = sum(int((~tables[table]["is_open"]).sum()) for table in ("links", "crossings"))
        assert browser.run("document.querySelectorAll('#network .link.closed').length") == closed
        assert f"({closed})" in browser.run("document.getElementById('closed-title').textContent")
        assert browser.run("corridorPage.data.links.filter(l => !l.is_open).length") == closed
        counts.append(closed)
        assert browser.run("corridorPage.routes.length") == len(compared.outcomes[name].front)
    assert counts[1] > counts[0] > counts[2]
    assert browser.complaints() == []


def test_a_corridor_stands_out_when_asked_for(browser, knot, network):
    browser.open(knot, 1280, 800)
    browser.run(
        "(s => { s.value = 'INSTC west'; s.dispatchEvent(new Event('change')); })(document.getElementById('corridor'))"
    )
    labelled = sum(("instc-west" in row.split(";")) for t in ("links", "crossings") for row in network[t]["corridors"])
    assert browser.run("document.querySelectorAll('#traced path').length") == labelled
    browser.run("(s => { s.value = ''; s.dispatchEvent(new Event('change')); })(document.getElementById('corridor'))")
    assert browser.run("document.querySelectorAll('#traced path').length") == 0


def test_the_knot_has_an_inset_until_the_map_is_legible(browser, large, network, tmp_path):
    browser.open(large, 1280, 800)
    assert browser.run("document.querySelectorAll('#inset .route').length") > 0
    assert browser.run("document.getElementById('inset').offsetWidth") > 200
    browser.run("document.getElementById('inset').click()")
    assert browser.run("document.getElementById('inset').hidden")
    assert browser.run("[...document.querySelectorAll('#names text')].some(t => t.textContent === 'Nakhchivan')")
    browser.open(large, 360, 740)
    assert browser.run("document.getElementById('inset').hidden")
    assert not browser.run("document.querySelector('[data-zoom=knot]').hidden")
    far = co.find_routes(network, "Vladivostok", "Moscow").save_map(tmp_path / "far.html")
    browser.open(far, 1280, 800)
    assert browser.run("document.getElementById('inset').hidden")
    assert browser.run("document.querySelector('[data-zoom=knot]').hidden")


def test_parts_of_the_page_can_be_jumped_to(browser, knot):
    for width, height in ((360, 740), (1280, 800)):
        browser.open(knot, width, height)
        browser.run("document.querySelector('[data-jump=legend]').click()")
        box = "document.getElementById('legend-title').getBoundingClientRect()"
        top, bottom = browser.run(f"(box => [box.top, box.bottom])({box})")
        assert 0 <= top < bottom <= height
        assert browser.run("document.activeElement.id") == "legend"
        assert width < 821 or browser.run("document.documentElement.scrollTop") == 0  # only the panel scrolls
    browser.open(knot, 1920, 1080)
    assert browser.run("document.getElementById('jump').offsetHeight") == 0
    side = browser.run("document.getElementById('legend').getBoundingClientRect().left")
    assert side > browser.run("document.getElementById('stage').getBoundingClientRect().right") - 1


def test_disputed_boundaries_are_dashed_and_named(browser, knot):
    browser.open(knot, 1280, 800)
    count = browser.run("JSON.parse(document.getElementById('outlines').textContent).disputed.length")
    assert count > 30
    assert browser.run("document.querySelectorAll('#disputed path').length") == count
    assert browser.run("getComputedStyle(document.querySelector('#disputed path')).strokeDasharray") != "none"
    # no dashed boundary is drawn solid as well
    outlines = browser.run("JSON.parse(document.getElementById('outlines').textContent)")
    names = {one["name"] for one in outlines["disputed"]}
    assert {
        "Northern Cyprus",
        "Crimea: Russia and Ukraine",
        "Kosovo and Serbia",
        "India and Pakistan in Kashmir",
    } <= names
    numbers = [i for one in outlines["disputed"] for i in one["arcs"]]
    assert len(numbers) == len(set(numbers))
    assert "Natural Earth" in browser.run("document.querySelector('footer').innerText")


def test_light_and_dark_by_system_and_by_button(browser, knot):
    paper = "getComputedStyle(document.body).backgroundColor"
    browser.open(knot, 1280, 800, dark=True)
    assert browser.run(paper) != "rgb(255, 255, 255)"
    browser.run("document.getElementById('theme').click()")
    assert browser.run(paper) == "rgb(255, 255, 255)"
    assert browser.run("document.getElementById('theme').getAttribute('aria-pressed')") == "false"
    browser.run("document.getElementById('theme').click()")
    assert browser.run(paper) != "rgb(255, 255, 255)"
    browser.send("Emulation.setEmulatedMedia", media="print")
    assert browser.run(paper) == "rgb(255, 255, 255)"
    legs = browser.run(
        "[...document.querySelectorAll('#routes > li')].map(item => item.querySelectorAll('.leg').length)"
    )
    browser.send("Emulation.setEmulatedMedia", media="")
    assert min(legs) > 0


def test_a_line_across_the_180th_meridian_does_not_smear(browser, tmp_path):
    leg = {"kind": "haul", "mode": "sea", "from": "Vladivostok", "to": "Los Angeles", "values": {"time": 300.0}}
    document = flat(
        {
            "title": "t",
            "groups": [{"name": "g", "routes": [{"name": "1", "values": {"time": 300.0}, "legs": [
                {**leg, "lines": [[(131.9, 43.1), (-118.2, 33.7)]]}
            ]}]}],
        }
    )  # fmt: skip
    browser.open(maps.save_map(tmp_path / "map.html", document), 1280, 800)
    steps = """(d => { const p = d.slice(1).split('L').map(q => q.split(' ').map(Number));
        return Math.max(...p.slice(1).map((q, i) => Math.hypot(q[0] - p[i][0], q[1] - p[i][1]))); })"""
    assert browser.run(f"{steps}(document.querySelector('#lines path').getAttribute('d'))") < 4


@pytest.mark.parametrize(
    ("room", "said"), [(1.02, "have no legs here"), (0.9, "countries, borders"), (0.84, "routes are in this page")]
)
def test_what_does_not_fit_is_left_out_and_said(front, monkeypatch, room, said):
    document = map_document([("baseline", front, "")])
    smallest = len(
        maps.map_html(
            {**document, "groups": [{**document["groups"][0], "routes": document["groups"][0]["routes"][:1]}]}
        )
    )
    whole = len(maps.map_html(document))
    light = len(maps._filled(maps._without_legs(document)))
    bare = len(maps._filled(maps._with_values_only(document)))
    assert smallest < bare < light < whole
    most = {1.02: light + 1000, 0.9: bare + 1000, 0.84: (smallest + bare) // 2}[room]
    monkeypatch.setattr(maps, "MOST_BYTES", most)
    page = maps.map_html(document)
    assert len(page) <= most
    data = data_of(page)
    group = data["groups"][0]
    assert said in group["message"]
    shown = [r for r in group["routes"] if r["shown"]]
    assert [r["name"] for r in shown] == [str(i + 1) for i in representatives(front)]
    assert all(len(r["legs"]) == len(front[int(r["name"]) - 1].legs) for r in shown)
    assert any(r["legs"] is None for r in group["routes"])
    told: dict[str, Any] = json.loads(front.to_json())
    for route in group["routes"]:
        assert route["values"] == told["routes"][int(route["name"]) - 1]["values"]
    knee = group["knee"]
    assert knee is not None
    assert int(group["routes"][knee]["name"]) - 1 == front.rank(method="knee")["route"][0]


def test_a_route_without_legs_can_be_chosen(browser, tmp_path):
    document = sample()
    document["groups"][0]["routes"][3] |= {"legs": None, "shown": False}
    browser.open(maps.save_map(tmp_path / "map.html", document), 1280, 800)
    browser.run("corridorPage.choose(3)")
    assert "left out of this page" in browser.run("document.querySelector('li.on .details').innerText")
    assert browser.complaints() == []
