"""The trade-off chart and the ranking on a page: they keep, order and show what Python says."""

from __future__ import annotations

import itertools
import json
import statistics
from pathlib import Path

import numpy as np
import pytest

import corridor_opt as co

LISTED = "[...document.querySelectorAll('#routes > li')].map(item => Number(item.dataset.route))"
KEPT = "[...corridorPage.kept].sort((a, b) => a - b)"
CRITERIA = ("cost", "time", "risk")


@pytest.fixture(scope="module")
def front(network) -> co.Front:
    return co.find_routes(network, "Mumbai", "Moscow", criteria=CRITERIA)


@pytest.fixture(scope="module")
def path(front, tmp_path_factory) -> Path:
    return front.save_map(tmp_path_factory.mktemp("chart") / "map.html")


@pytest.fixture(scope="module")
def compared(network, tmp_path_factory) -> Path:
    asked = {"scenarios": ["baseline", "iran-sanctions-lifted"], "criteria": ("cost", "time", "risk", "emissions")}
    comparison = co.compare_scenarios(network, "Yerevan", "Tabriz", **asked)
    return comparison.save_map(tmp_path_factory.mktemp("compared") / "map.html")


def place_of(browser, name: str, value: float) -> float:
    """Where a value of a criterion lies on its axis, in pixels of the window, by two ticks of the axis."""
    script = f"""[...[...document.querySelectorAll('#chart-picture .axis')][{0 if name == "x" else 1}]
        .querySelectorAll('.tick')].map(t => [Number(t.querySelector('text').textContent.replace(/,/g, '')),
        t.getBoundingClientRect(), t.querySelector('line').getBoundingClientRect()])
        .map(([v, , l]) => [v, {"l.x + l.width / 2" if name == "x" else "l.y + l.height / 2"}])"""
    (v0, p0), (v1, p1) = (lambda marks: (marks[0], marks[-1]))(browser.run(script))
    return p0 + (value - v0) * (p1 - p0) / (v1 - v0)


def drag(browser, x0: float, y0: float, x1: float, y1: float) -> None:
    browser.mouse("mouseMoved", x0, y0)
    browser.mouse("mousePressed", x0, y0, button="left", buttons=1, clickCount=1)
    for share in (0.3, 0.7, 1):
        browser.mouse("mouseMoved", x0 + share * (x1 - x0), y0 + share * (y1 - y0), button="left", buttons=1)
    browser.mouse("mouseReleased", x1, y1, button="left", clickCount=1)


def field(browser, name: str, end: int, value: str) -> None:
    browser.run(
        f"(() => {{ const f = document.querySelector('input[data-name={name}][data-end=\"{end}\"]');"
        f" f.value = '{value}'; f.dispatchEvent(new Event('input')); }})()"
    )


def weigh(browser, weights: dict[str, float], method: str) -> None:
    for name, value in weights.items():
        browser.run(
            f"(() => {{ const s = document.getElementById('weight-{name}');"
            f" s.value = {value}; s.dispatchEvent(new Event('input')); }})()"
        )
    browser.run(
        f"(() => {{ const m = document.getElementById('rank-method');"
        f" m.value = '{method}'; m.dispatchEvent(new Event('change')); }})()"
    )


def test_a_brush_filters_list_and_map(browser, front, path):
    browser.open(path, 1920, 1080)
    browser.run("document.getElementById('chart').scrollIntoView()")
    # across is cost in USD, up is time in days
    x0, x1 = place_of(browser, "x", 6000), place_of(browser, "x", 9000)
    y0, y1 = place_of(browser, "y", 24), place_of(browser, "y", 30)
    drag(browser, x0, y0, x1, y1)
    browser.wait(f"corridorPage.kept.size < {len(front)}")
    kept = browser.run(KEPT)
    sure = [i for i, r in enumerate(front) if 6100 < r.values["cost"] < 8900 and 24.2 < r.values["time"] / 24 < 29.8]
    may = {i for i, r in enumerate(front) if 5900 < r.values["cost"] < 9100 and 23.8 < r.values["time"] / 24 < 30.2}
    assert sure
    assert set(sure) <= set(kept) <= may
    assert browser.run(LISTED) == kept[:12]
    assert (
        browser.run("document.getElementById('chart-count').textContent") == f"{len(kept)} of {len(front)} routes kept"
    )
    browser.run("document.getElementById('chart-clear').click()")
    assert browser.run(KEPT) == list(range(len(front)))
    assert browser.complaints() == []


def test_ranges_by_number_keep_exactly_what_they_say(browser, front, path):
    browser.open(path, 1280, 800)
    field(browser, "cost", 1, "7500")
    field(browser, "time", 1, "30")
    kept = [i for i, r in enumerate(front) if r.values["cost"] <= 7500 and r.values["time"] / 24 <= 30]
    assert kept
    assert browser.run(KEPT) == kept
    field(browser, "risk", 1, "36")
    fewer = [i for i in kept if front[i].values["risk"] <= 0.36]
    assert len(fewer) < len(kept)
    assert browser.run(KEPT) == fewer
    # what is kept stays when the picture changes
    browser.run("document.querySelector('[data-kind=parallel]').click()")
    assert browser.run(KEPT) == fewer
    for name in CRITERIA:
        field(browser, name, 1, "")
    assert browser.run(KEPT) == list(range(len(front)))


@pytest.mark.parametrize("method", ["weighted", "topsis", "lexicographic", "knee"])
def test_ranking_equals_python(browser, front, path, method):
    browser.open(path, 1280, 800)
    for weights in (
        {"cost": 5, "time": 5, "risk": 5},
        {"cost": 2, "time": 9, "risk": 1},
        {"cost": 0, "time": 0, "risk": 7},
    ):
        weigh(browser, weights, method)
        ranked = front.rank(weights, method=method)
        assert browser.run("corridorPage.order") == [int(i) for i in ranked["route"]]
        assert browser.run(LISTED) == [int(i) for i in ranked["route"][:12]]
        best = browser.run("[...document.querySelectorAll('#rank-best .score')].map(s => s.textContent)")
        shown = "{:.0f}" if method == "lexicographic" else "{:.4f}"
        assert best == [shown.format(score) for score in ranked["score"][:3]]


@pytest.mark.parametrize("method", ["weighted", "topsis", "lexicographic", "knee"])
def test_scores_equal_python_with_ties(browser, path, method):
    from corridor_opt.results.rank import scores

    browser.open(path, 1280, 800)
    random = np.random.default_rng(5)
    for _ in range(12):
        values = random.integers(0, 5, (40, 3)).astype(float)
        weights = random.integers(0, 11, 3).astype(float)
        weights[int(random.integers(3))] += 1
        said = browser.run(f"rankRoutes({json.dumps(values.T.tolist())}, {json.dumps(weights.tolist())}, '{method}')")
        score = scores(values, weights, method)
        assert said["score"] == pytest.approx(score.tolist(), abs=2e-12)
        assert said["order"] == np.argsort(score, kind="stable").tolist()


def test_all_weights_nought_are_told(browser, front, path):
    browser.open(path, 1280, 800)
    weigh(browser, dict.fromkeys(CRITERIA, 0), "weighted")
    assert "All weights are 0" in browser.run("document.getElementById('rank-said').textContent")
    assert browser.run("corridorPage.order") == list(range(len(front)))


def test_axes_are_the_readers_choice(browser, path):
    browser.open(path, 1280, 800)
    names = "[...document.querySelectorAll('#chart-picture .axis-name')].map(t => t.textContent)"
    assert browser.run(names) == ["Cost, USD", "Time, days"]
    browser.run(
        "(() => { const s = document.getElementById('chart-x');"
        " s.value = 'risk'; s.dispatchEvent(new Event('change')); })()"
    )
    assert browser.run(names) == ["Risk, %", "Time, days"]
    # the same on both axes says nothing: they change places
    browser.run(
        "(() => { const s = document.getElementById('chart-y');"
        " s.value = 'risk'; s.dispatchEvent(new Event('change')); })()"
    )
    assert browser.run(names) == ["Time, days", "Risk, %"]


def test_every_route_is_a_point_and_the_knee_is_marked(browser, front, path):
    browser.open(path, 1280, 800)
    dots = browser.run(
        "[...document.querySelectorAll('#chart-picture .points path')]"
        ".reduce((n, p) => n + p.getAttribute('d').split('M').length - 1, 0)"
    )
    coloured = browser.run("corridorPage.coloured.size")
    assert dots + coloured == len(front)
    knee = int(front.rank(method="knee")["route"][0])
    assert browser.run("corridorPage.group.knee") == knee
    assert browser.run("[...document.querySelectorAll('#chart-picture text')].some(t => t.textContent === 'knee')")


def test_the_keyboard_goes_from_route_to_route(browser, front, path):
    browser.open(path, 1280, 800)
    browser.run("document.getElementById('chart-picture').focus()")
    browser.press("Home")
    cheapest = browser.run("corridorPage.pointed.route")
    assert front[cheapest].values["cost"] == min(front.values["cost"])
    browser.press("ArrowRight")
    order = sorted(range(len(front)), key=lambda i: (front[i].values["cost"], i))
    assert browser.run("corridorPage.pointed.route") == order[1]
    assert f"Route {order[1] + 1}:" in browser.run("document.getElementById('chart-spoken').textContent")
    browser.press("Enter")
    assert browser.run("corridorPage.chosen") == order[1]


def test_more_than_three_criteria_stand_on_parallel_axes(browser, compared):
    browser.open(compared, 1280, 800)
    assert browser.run("document.getElementById('chart-picture').getAttribute('class')") == "parallel"
    routes = browser.run("corridorPage.routes.length")
    lines = browser.run(
        "[...document.querySelectorAll('#chart-picture path')].filter(p => !p.closest('.axis'))"
        ".reduce((n, p) => n + (p.getAttribute('d') ?? '').split('M').length - 1, 0)"
    )
    assert lines >= routes
    # ranges belong to a front: another one begins anew
    field(browser, "cost", 1, "1700")
    assert browser.run("corridorPage.kept.size") < routes
    browser.run(
        "(() => { const s = document.getElementById('group'); s.value = 1; s.dispatchEvent(new Event('change')); })()"
    )
    assert browser.run("corridorPage.kept.size") == browser.run("corridorPage.routes.length")
    assert browser.complaints() == []


def test_one_route_has_nothing_to_trade(browser, network, tmp_path):
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",))
    assert len(front) == 1
    browser.open(front.save_map(tmp_path / "one.html"), 1280, 800)
    assert browser.run("['chart', 'ranking'].map(id => document.getElementById(id).hidden)") == [True, True]


def test_it_follows_the_hand(browser, path):
    """A slider and a brush are answered within a blink; the bound is wide, for machines that are busy."""
    browser.open(path, 1280, 800)
    times = {}
    for what, act in (
        ("filter", "corridorPage.filter('brush', route => route.values.cost < {})"),
        ("rank", "corridorPage.rank(corridorPage.order.slice().reverse())"),
    ):
        taken = [
            browser.run(
                f"(() => {{ const t = performance.now(); {act.format(5000 + 400 * i)};"
                " return performance.now() - t; })()"
            )
            for i in range(9)
        ]
        times[what] = statistics.median(taken)
    assert all(ms < 400 for ms in times.values()), times


def test_chart_prints_as_a_scatter(browser, compared):
    browser.open(compared, 1280, 800)
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.run("document.getElementById('chart-picture').getAttribute('class')") == "scatter"
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert browser.run("document.getElementById('chart-picture').getAttribute('class')") == "parallel"
    assert browser.run("document.documentElement.scrollWidth") <= 1280


def test_no_part_runs_out_of_a_narrow_page(browser, path):
    browser.open(path, 360, 740, touch=True)
    for kind, _ in itertools.product(("scatter", "parallel"), range(1)):
        browser.run(f"document.querySelector('[data-kind={kind}]').click()")
        assert browser.run("document.documentElement.scrollWidth") <= 360
