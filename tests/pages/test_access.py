"""Pages hold up for readers with a keyboard, a screen reader or little sight: axe-core finds no serious fault."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest

import corridor_opt as co

PAGES = [(360, False), (1280, True), (1920, False)]  # width, dark


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core, from the package that bundles it; its code alone is read."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        if os.environ.get("CI"):
            pytest.fail("axe-playwright-python is missing; CI needs it")
        pytest.skip("axe-playwright-python is not installed")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(network, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("access")
    asked = {"scenarios": ["baseline", "hormuz-closed"], "criteria": ("cost", "time")}
    comparison = co.compare_scenarios(network, "Mumbai", "Moscow", **asked)
    front = co.find_routes(network, "Yerevan", "Tabriz", criteria=("cost", "time", "risk"))
    return {
        "comparison": comparison.save_map(folder / "comparison.html"),
        "front": front.save_map(folder / "front.html"),
    }


def faults(browser, axe: str) -> list[Any]:
    browser.send("Runtime.evaluate", expression=axe)
    return browser.run(
        "axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations"
        ".filter(({ impact }) => impact === 'serious' || impact === 'critical')"
        ".map(({ id, impact, nodes }) => [id, impact, nodes.slice(0, 3).map(node => node.html.slice(0, 160))]))"
    )


@pytest.mark.parametrize(("width", "dark"), PAGES)
@pytest.mark.parametrize("name", ["front", "comparison"])
def test_a_map_page_has_no_serious_fault(browser, axe, pages, name, width, dark):
    browser.open(pages[name], width, 800, dark=dark, touch=width < 500)
    assert faults(browser, axe) == []
    browser.run("corridorPage.choose(0)")
    browser.run("document.querySelector('[data-kind=parallel]').click()")
    browser.run("document.querySelector('.by-number').open = true")
    assert faults(browser, axe) == []


def test_what_is_found_would_be_told(browser, axe, pages):
    browser.open(pages["front"], 1280, 800)
    browser.run("document.body.append(document.createElement('button'))")
    assert [fault[0] for fault in faults(browser, axe)] == ["button-name"]
