"""A browser for the tests of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pages.chromium import CHROMIUM, Browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium in PATH; CI needs one")
        pytest.skip("no chromium, chromium-browser or google-chrome in PATH")
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()
