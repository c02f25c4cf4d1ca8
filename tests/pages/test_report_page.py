"""The report in Chromium: nothing is loaded, nothing runs out of the page at 360 px, it prints to clean A4 pages."""

from __future__ import annotations

import base64
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages.chromium import CHROMIUM, Browser

import corridor_opt as co

pytestmark = pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here")
A4 = (595, 842)  # points


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def path(network, tmp_path_factory) -> Path:
    front = co.find_routes(
        network, "Mumbai", "Moscow", criteria=("cost", "time"), compliance="eu", exclude=["mode:road"]
    )
    return front.save_report(
        tmp_path_factory.mktemp("report") / "report.html", scenarios=["hormuz-closed", "suez-blocked"]
    )


def open_page(browser: Browser, path: Path, width: int, dark: bool = False) -> None:
    browser.events.clear()
    browser.send("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500)
    theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.send("Emulation.setEmulatedMedia", features=[theme])
    browser.send("Page.navigate", url=path.as_uri())
    browser.wait("document.readyState === 'complete' && document.querySelector('main section') !== null")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_page_is_quiet_and_fits(browser, path, width, dark):
    open_page(browser, path, width, dark)
    assert browser.complaints() == []
    assert browser.requests() <= {"file", "data"}
    assert browser.run("document.documentElement.scrollWidth") <= width
    # wide tables scroll inside their own box, which the keyboard reaches
    assert browser.run("[...document.querySelectorAll('.table')].every(t => t.tabIndex === 0 && t.ariaLabel)")
    paper = browser.run("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") is not dark


def test_page_can_be_read_by_machines(browser, path):
    open_page(browser, path, 1280)
    said = browser.run(
        """({lang: document.documentElement.lang, title: document.title,
        main: document.querySelectorAll('main').length,
        heads: [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1]),
        scopes: [...document.querySelectorAll('th')].every(th => th.scope),
        captions: [...document.querySelectorAll('table')].every(t => t.caption && t.caption.textContent),
        pictures: [...document.querySelectorAll('svg[role=img]')]
        .map(s => s.getAttribute('aria-label').length)})"""
    )
    assert said["lang"] == "en"
    assert said["main"] == 1
    assert said["title"].endswith("Moscow")
    assert said["scopes"]
    assert said["captions"]
    assert len(said["pictures"]) == 2
    assert min(said["pictures"]) > 20
    assert all(b - a <= 1 for a, b in zip([0, *said["heads"]], said["heads"], strict=False))


@pytest.mark.parametrize("dark", [False, True])
def test_colours_can_be_told_apart(browser, path, dark):
    open_page(browser, path, 1280, dark)
    ratios = browser.run(
        """(() => { const light = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255)
          .map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
          return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2]; };
          const behind = n => { for (; n; n = n.parentElement) { const c = getComputedStyle(n).backgroundColor;
          if (!c.endsWith(', 0)')) return c; } return 'rgb(255,255,255)'; };
          const all = 'main p, main td, main th, main dd, main dt, h1, h2, h3, caption, nav a, pre';
          return [...document.querySelectorAll(all)]
          .map(n => { const [a, b] = [light(getComputedStyle(n).color), light(behind(n))].sort((x, y) => y - x);
          return (a + 0.05) / (b + 0.05); }); })()"""
    )
    assert len(ratios) > 100
    assert min(ratios) >= 4.5


def test_anchors_lead_to_their_sections(browser, path):
    open_page(browser, path, 1280)
    links = browser.run("[...document.querySelectorAll('nav a')].map(a => a.getAttribute('href'))")
    sections = browser.run("[...document.querySelectorAll('main > section')].map(s => '#' + s.id)")
    assert links == sections
    assert len(links) >= 11


def printed(browser: Browser) -> bytes:
    answer = browser.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
    return base64.b64decode(answer["data"])


def test_prints_to_a4_pages(browser, path):
    open_page(browser, path, 1280, dark=True)
    pdf = printed(browser)
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", pdf)
    rest = b"".join(_unpacked(pdf))
    pages += re.findall(rb"/Type\s*/Page\b(?!s)", rest)
    assert 12 <= len(pages) <= 40
    boxes = {
        tuple(round(float(x)) for x in box.split()) for box in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", pdf + rest)
    }
    assert boxes == {(0, 0, *A4)}


def _unpacked(pdf: bytes) -> Iterator[bytes]:
    """Object streams of a PDF."""
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            continue


def test_print_cuts_no_row_and_leaves_no_heading_alone(browser, path):
    open_page(browser, path, 1280)
    browser.send("Emulation.setEmulatedMedia", media="print")
    try:
        rules = browser.run(
            """({row: getComputedStyle(document.querySelector('tbody tr')).breakInside,
            head: getComputedStyle(document.querySelector('h2')).breakAfter,
            repeated: getComputedStyle(document.querySelector('thead')).display,
            nav: getComputedStyle(document.querySelector('nav')).display,
            paper: getComputedStyle(document.body).backgroundColor})"""
        )
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")
    assert rules == {
        "row": "avoid",
        "head": "avoid",
        "repeated": "table-header-group",
        "nav": "none",
        "paper": "rgb(255, 255, 255)",
    }
