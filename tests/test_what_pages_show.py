"""What the pages of the documentation show runs, and prints what they quote."""

from __future__ import annotations

from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
repository = pytest.mark.skipif(not (TOP / "docs").is_dir(), reason="the repository is not beside the tests")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a page that shows something to run; the gallery is held by tests/test_examples.py."""
    if "page_that_runs" in metafunc.fixturenames:
        found = []
        if (TOP / "docs").is_dir():
            from tools.outputs import pages

            found = [page for page in pages() if page.name != "gallery.md"]
        metafunc.parametrize("page_that_runs", found, ids=lambda page: page.stem)


@repository
def test_what_pages_show_runs_and_prints_what_they_quote(page_that_runs):
    from tools.outputs import run_page

    assert run_page(page_that_runs) == page_that_runs.read_text("utf-8"), "run python tools/outputs.py"


@repository
def test_pages_of_every_guide_are_run():
    from tools.outputs import pages

    run = {page.name for page in pages()}
    assert {page.name for page in (TOP / "docs" / "guide").glob("*.md")} <= run
    assert {"README.md", "start.md", "data.md", "risk.md"} <= run


def test_a_page_is_run_as_it_is_written(tmp_path):
    if not (TOP / "tools").is_dir():
        pytest.skip("the repository is not beside the tests")
    from tools.outputs import run_page

    page = tmp_path / "page.md"
    page.write_text(
        "`a/b.csv`\n\n```csv\nx\n```\n\n```python\na = open('a/b.csv').read()\nprint(a, end='')\n```\n\n"
        "```text\nold\n```\n\nWords.\n\n```text\nkept: nothing was run right above\n```\n\n"
        "```python\nprint(a * 2)\n```\n",
        "utf-8",
    )
    assert "```text\nx\n```" in run_page(page)
    assert "kept: nothing" in run_page(page)
    page.write_text("```console\n$ corridor-opt scenarios baseline | head -1\nold\n```\n", "utf-8")
    assert run_page(page).splitlines()[2].startswith("baseline")
    page.write_text("```console\n$ corridor-opt scenarios nosuch\n```\n", "utf-8")
    with pytest.raises(SystemExit, match="ends with 2"):
        run_page(page)
