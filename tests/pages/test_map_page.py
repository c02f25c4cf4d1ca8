"""The map page: without a browser, and in Chromium."""

from __future__ import annotations

import base64
import json
import math
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pages.chromium import CHROMIUM, Browser
from pages.map_sample import sample

from corridor_opt.errors import DataError
from corridor_opt.results import maps

# --- without a browser


class Scripts(HTMLParser):
    """What stands in the script elements, as a browser cuts them, and what every element asks to load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.loads: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        if tag == "script":
            self.scripts.append("")
        self.inside = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.scripts and self.inside:
            self.scripts[-1] += data


def data_of(page: str) -> dict[str, Any]:
    """The document in a page, unpacked as the page does it."""
    data: dict[str, Any] = json.loads(Scripts(page).scripts[2])
    words, shared = data["words"], set(data["shared"])

    def cell(name: str, value: Any) -> Any:
        if name not in shared or value is None:
            return value
        return [words[i] for i in value] if isinstance(value, list) else words[value]

    def items(table: dict[str, Any]) -> list[dict[str, Any]]:
        rows = [{n: cell(n, v) for n, v in zip(table["fields"], row, strict=True)} for row in table["rows"]]
        for row in rows:
            if "values" in row:
                row["values"] = dict(zip(table["criteria"], row["values"], strict=True))
        return rows

    for group in data["groups"]:
        group["routes"] = items(group["routes"])
    return {**data, **{name: items(data[name]) for name in ("legs", "links", "nodes")}}


def test_page_asks_for_nothing_outside_itself():
    page = maps.map_html(sample())
    assert Scripts(page).loads == ["data:,"]
    library = Scripts(page).scripts[3]
    assert library.lstrip().startswith("// https://d3js.org v7")
    page = page.replace(library, "")  # what d3 could do is forbidden to it by the policy below
    assert not re.search(r"https?://|@import|url\(|fetch\(|XMLHttpRequest|innerHTML|\beval\(", page)
    assert "default-src 'none'" in page
    assert page.isascii()


def test_page_is_small():
    assert len(maps.map_html(sample())) < 700_000


def test_no_text_can_leave_its_script_element():
    nasty = "</script><script>alert(1)</script><!-- <![CDATA[ {{document}} & \u2028 \U0001f682 عربي"
    document = sample()
    document["title"] = nasty
    document["notes"] = [nasty]
    document["nodes"][0]["name"] = nasty
    page = maps.map_html(document)
    parsed = Scripts(page)
    assert len(parsed.scripts) == 5
    data = data_of(page)
    assert data["notes"] == [nasty]
    assert data["nodes"][0]["name"] == nasty
    assert "<!--" not in page
    assert page.isascii()


def test_lines_are_stored_once_and_may_run_backwards():
    there = [[10.0, 50.0], [11.0, 51.0], [11.0, 51.0], [12.00004, 50.0]]
    legs = [
        {"kind": "haul", "mode": "rail", "from": "A", "to": "B", "values": {}, "lines": [there]},
        {
            "kind": "haul",
            "mode": "rail",
            "from": "B",
            "to": "A",
            "values": {},
            "lines": [there[::-1], [[1, 2]]],
        },
    ]
    document = {
        "title": "t",
        "groups": [{"name": "g", "routes": [{"name": "1", "values": {}, "legs": [0, 1]}]}],
        "legs": legs,
    }
    data = data_of(maps.map_html(document))
    assert data["shapes"] == [[[10.0, 50.0], [11.0, 51.0], [12.0, 50.0]]]
    assert [leg["lines"] for leg in data["legs"]] == [[0], [-1]]
    assert data["links"] == data["nodes"] == data["notes"] == []


def test_numbers_of_numpy_and_numbers_that_are_none():
    values = {
        "cost": np.float64(3.25),
        "time": np.int64(7),
        "risk": math.inf,
        "distance": np.float32(2),
        "emissions": math.nan,
    }
    document = {
        "title": "t",
        "groups": [{"name": "g", "routes": [{"name": "1", "values": values, "legs": []}]}],
    }
    data = data_of(maps.map_html(document))
    expected = {"cost": 3.25, "time": 7, "risk": None, "distance": 2.0, "emissions": None}
    assert data["groups"][0]["routes"][0]["values"] == expected


def test_a_document_without_groups_is_refused():
    with pytest.raises(DataError, match="at least one group"):
        maps.map_html({"title": "t", "groups": []})


def test_save_map_replaces_the_old_file(tmp_path):
    path = tmp_path / "map.html"
    path.write_text("old")
    assert maps.save_map(str(path), sample()) == path
    assert path.read_text().startswith("<!doctype html>")
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]


@pytest.mark.parametrize("name", ["missing/map.html", "file/map.html", "folder"])
def test_save_map_says_why_it_cannot_write(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot write the map to") as caught:
        maps.save_map(tmp_path / name, sample())
    assert "\n" not in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_save_map_keeps_the_old_file_when_writing_fails(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "map.html"
    path.write_text("old")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(DataError, match="No space left on device"):
        maps.save_map(path, sample())
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]


def test_outlines_show_the_caucasus():
    parsed = json.loads(Scripts(maps.map_html(sample())).scripts[0])
    countries = {country["name"]: country for country in parsed["countries"]}
    assert {"Armenia", "Azerbaijan", "Georgia", "Iran", "South Africa", "North Macedonia"} <= set(countries)
    sizes = {
        name: sum(
            len(parsed["arcs"][i if i >= 0 else ~i]) // 2
            for polygon in countries[name]["polygons"]
            for ring in polygon
            for i in ring
        )
        for name in ("Armenia", "Azerbaijan", "Georgia")
    }
    assert min(sizes.values()) > 40
    lon, lat = countries["Armenia"]["label"]
    assert 44 < lon < 46
    assert 39.5 < lat < 41


# --- in a browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium in PATH; CI needs one")
        pytest.skip("no chromium, chromium-browser or google-chrome in PATH")
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


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
    printed = base64.b64decode(browser.send("Page.printToPDF", printBackground=True)["data"])
    assert printed.startswith(b"%PDF")
