"""The map page in Chromium, with a document made up for it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pages.map_sample import sample

from corridor_opt.results import maps


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return maps.save_map(tmp_path_factory.mktemp("map") / "map.html", sample())


TIP = "(tip => tip.hidden ? null : tip.innerText)(document.getElementById('tip'))"
SCALE = "Number(document.getElementById('world').getAttribute('transform').match(/scale\\(([^)]+)/)[1])"
LIFTED = "[...document.querySelectorAll('#lines .route.on')].map(g => Number(g.dataset.route))"


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800), (1920, 1080)])
def test_opens_quietly_without_a_network(browser, page, width, height):
    browser.open(page, width, height)
    assert browser.complaints() == []
    assert browser.requests() <= {"file", "data"}
    assert browser.run("document.querySelectorAll('#lines .route').length") == 7
    assert browser.run("document.querySelectorAll('#routes > li').length") == 7
    assert browser.run("document.documentElement.scrollWidth") <= width
    paths = browser.run("[...document.querySelectorAll('#lines path')].map(p => p.getAttribute('d') ?? '')")
    assert not [d for d in paths if "NaN" in d or "Infinity" in d]
    # the first view shows all routes
    seen = """[...document.querySelectorAll('#stops .end')].every(g => {
        const dot = g.getBoundingClientRect();
        const stage = document.getElementById('stage').getBoundingClientRect();
        return dot.left >= stage.left && dot.right <= stage.right
            && dot.top >= stage.top && dot.bottom <= stage.bottom; })"""
    assert browser.run(seen)


ODD = ("<script>alert(1)</script>", "البصرة", "بندر عباس & <b>", "Երևան", "乌鲁木齐", '"><img src=x onerror=alert(2)>')


def oddly_named() -> dict[str, Any]:
    """A route whose places, notices, links and sources have names that must stay text."""
    places = [(20.0 + 8 * i, 40.0 + (i % 2) * 4) for i in range(len(ODD))]
    haul = {"kind": "haul", "mode": "rail", "values": {"time": 9.0}, "sources": ["<i>S</i>"]}
    stretches = pairwise(zip(ODD, places, strict=True))
    legs = [{**haul, "from": a, "to": b, "lines": [[p, q]]} for (a, p), (b, q) in stretches]
    nodes = [
        {
            "id": str(i),
            "name": f"{name} 2",
            "kind": "seaport",
            "country": "IR",
            "lon": lon,
            "lat": lat - 6,
            "note": name,
        }
        for i, (name, (lon, lat)) in enumerate(zip(ODD, places, strict=True))
    ]
    link = {"id": "l", "kind": "link", "name": ODD[0], "mode": "rail", "status": "suspended", "is_open": False}
    link |= {"closed_by": ODD[5], "note": ODD[2], "lines": [[places[0], (24.0, 30.0)]], "sources": ["<i>S</i>"]}
    route = {
        "name": "1",
        "label": ODD[0],
        "values": {"time": 45.0},
        "notices": [ODD[0]],
        "legs": list(range(len(legs))),
    }
    return {
        "title": ODD[0],
        "subtitle": ODD[1],
        "notes": [ODD[5]],
        "groups": [{"name": ODD[0], "message": ODD[5], "routes": [route, {**route, "name": "<i>2"}]}],
        "legs": legs,
        "nodes": nodes,
        "links": [link],
        "sources": {"<i>S</i>": ODD[0]},
        "chokepoints": [{"id": "c", "name": ODD[5], "kind": "strait", "lon": 40.0, "lat": 36.0, "note": ODD[0]}],
    }


def test_names_of_all_scripts_are_text(browser, tmp_path):
    browser.open(maps.save_map(tmp_path / "map.html", oddly_named()), 1280, 800)
    names = set(browser.run("[...document.querySelectorAll('#names text')].map(t => t.textContent)"))
    assert set(ODD) <= names
    assert any(f"{name} 2" in names for name in ODD)
    assert browser.run("document.getElementById('title').textContent") == ODD[0]
    browser.run("corridorPage.choose(1)")
    legs = browser.run("[...document.querySelectorAll('li.on .leg [dir]')].map(t => t.textContent)")
    assert legs == [f"{a} → {b}" for a, b in pairwise(ODD)]
    browser.run("document.querySelector('li.on .leg').focus()")
    assert "<i>S</i>: <script>alert(1)</script>" in browser.run(TIP)
    browser.run("document.querySelector('.symbol.closed[tabindex]').focus()")
    assert ODD[5] in browser.run(TIP)
    assert browser.run("document.querySelectorAll('script').length") == 5
    assert browser.run("document.querySelectorAll('img, b, i').length") == 0
    assert not [e for e in browser.events if e.get("method") == "Page.javascriptDialogOpening"]
    assert browser.complaints() == []


def test_places_without_a_name_are_not_written_out(browser, tmp_path):
    document = oddly_named()
    for node in document["nodes"][1:]:
        node["unnamed"] = True
    browser.open(maps.save_map(tmp_path / "map.html", document), 1280, 800)
    names = browser.run("[...document.querySelectorAll('#names text')].map(t => t.textContent)")
    assert [name for name in names if name.endswith(" 2")] == [f"{ODD[0]} 2"]
    assert browser.run("document.querySelectorAll('#nodes .symbol').length") == len(ODD)


def test_choosing_a_route_lifts_it_out(browser, page):
    browser.open(page, 1280, 800)
    assert browser.run(LIFTED) == []
    browser.run("document.querySelectorAll('.route-button')[2].click()")
    assert browser.run(LIFTED) == [2]
    faded = "getComputedStyle(document.querySelector('#lines .route:not(.on)')).opacity"
    assert float(browser.run(faded)) < 0.5
    assert browser.run("document.querySelectorAll('#routes > li.on .leg').length") == len(
        sample()["groups"][0]["routes"][2]["legs"]
    )
    assert browser.run("document.querySelectorAll('#routes > li')[2].firstChild.getAttribute('aria-pressed')") == "true"
    browser.press("Escape")
    assert browser.run(LIFTED) == []


def test_pointing_at_and_focusing_a_leg_shows_its_values(browser, page):
    browser.open(page, 1280, 800)
    spot = """(() => { const p = document.querySelector('.leg-hit[data-route="6"][data-leg="0"]');
        const q = p.getPointAtLength(p.getTotalLength() * 0.4).matrixTransform(p.getScreenCTM());
        return [q.x, q.y]; })()"""
    x, y = browser.run(spot)
    browser.mouse("mouseMoved", x, y)
    assert browser.run(LIFTED) == [6]
    shown = browser.run(TIP)
    assert "St Petersburg" in shown
    assert "Sea" in shown
    assert "km" in shown
    browser.click(x, y)
    assert browser.run("document.querySelectorAll('#routes > li')[6].classList.contains('on')")
    browser.run("document.querySelectorAll('li.on .leg')[1].focus()")
    shown = browser.run(TIP)
    assert "Transshipment" in shown
    assert "2.5 days" in shown  # not 60 h
    browser.run("document.querySelector('#map').focus()")
    assert browser.run(TIP) is None
    browser.run("document.querySelector('.leg-hit[tabindex]').focus()")
    assert "St Petersburg" in browser.run(TIP)


def test_zooms_to_a_route_and_to_a_leg(browser, page):
    browser.open(page, 1280, 800)
    scales = [browser.run(SCALE)]
    browser.run("document.querySelectorAll('.route-button')[0].click()")
    browser.run("document.querySelector('li.on .closer').click()")
    scales.append(browser.run(SCALE))
    browser.run("document.querySelectorAll('li.on .leg')[6].click()")  # a border: one place
    scales.append(browser.run(SCALE))
    assert scales[0] * 1.5 < scales[1] < scales[2] / 5
    assert "Astara (AZ)" in browser.run(TIP)
    assert browser.complaints() == []


def test_another_scenario_shows_its_own_routes(browser, page):
    browser.open(page, 1280, 800)
    browser.run("(s => { s.value = 1; s.dispatchEvent(new Event('change')); })(document.getElementById('group'))")
    assert browser.run("document.querySelectorAll('#lines .route').length") == 3
    assert browser.run("document.querySelector('#routes .label').textContent").startswith("Chabahar")
    assert "proven within 2 %" in browser.run("document.getElementById('message').innerText")
    assert browser.run("document.querySelectorAll('.leg-hit').length") == sum(
        len(r["legs"]) for r in sample()["groups"][1]["routes"]
    )
    assert browser.complaints() == []


def test_moves_by_mouse_wheel_and_keys(browser, page):
    browser.open(page, 1280, 800)
    transform = "document.getElementById('world').getAttribute('transform')"
    first, k = browser.run(transform), browser.run(SCALE)
    browser.mouse("mouseWheel", 900, 400, deltaX=0, deltaY=-300)
    browser.wait(f"{SCALE} > {k} * 1.5")
    browser.mouse("mousePressed", 900, 400, button="left", clickCount=1)
    before = browser.run(transform)
    for x in range(900, 1000, 20):
        browser.mouse("mouseMoved", x, 420, button="left", buttons=1)
    browser.mouse("mouseReleased", 1000, 420, button="left", clickCount=1)
    assert browser.run(transform) != before
    browser.run("document.getElementById('map').focus()")
    browser.press("0")
    assert browser.run(transform) == first
    browser.press("ArrowLeft")
    browser.press("-")
    assert browser.run(SCALE) < k
    assert browser.complaints() == []


def test_two_fingers_zoom(browser, page):
    browser.open(page, 360, 740, touch=True)
    k = browser.run(SCALE)
    for kind, gap in [("touchStart", 40), ("touchMove", 60), ("touchMove", 80), ("touchMove", 120)]:
        browser.send(
            "Input.dispatchTouchEvent",
            type=kind,
            touchPoints=[{"x": 180 - gap / 2, "y": 250}, {"x": 180 + gap / 2, "y": 250}],
        )
    browser.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    assert browser.run(SCALE) > k * 1.8


def test_a_group_without_a_route_says_so(browser, tmp_path):
    document = sample()
    document["groups"][1] = {
        "name": "all-closed",
        "status": "no route",
        "message": "Cut off by: Iran.",
        "routes": [],
    }
    browser.open(maps.save_map(tmp_path / "map.html", document), 1280, 800)
    browser.run("(s => { s.value = 1; s.dispatchEvent(new Event('change')); })(document.getElementById('group'))")
    assert browser.run("document.getElementById('count').textContent") == "No route"
    assert browser.run("document.getElementById('message').textContent") == "Status: no route. Cut off by: Iran."
    assert browser.run("document.querySelectorAll('#lines .route').length") == 0
    assert browser.complaints() == []


def test_prints_all_legs_on_white(browser, page):
    browser.open(page, 1280, 800, dark=True)
    browser.send("Emulation.setEmulatedMedia", media="print")
    assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.run("[...document.querySelectorAll('.leg')].every(row => row.offsetHeight > 0)")
    browser.send("Emulation.setEmulatedMedia", media="")
    pdf = browser.printed()
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 3
