"""Examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import corridor_opt

TOP = Path(__file__).parents[1]
repository = pytest.mark.skipif(not (TOP / "docs").is_dir(), reason="the repository is not beside the tests")

MODULES = sorted(
    m.name for m in pkgutil.walk_packages(corridor_opt.__path__, "corridor_opt.") if not m.name.endswith("__main__")
)


@pytest.mark.parametrize("name", ["corridor_opt", *MODULES])
def test_examples_in_docstrings(name):
    module = importlib.import_module(name)
    failed, tried = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert failed == 0
    if name == "corridor_opt":
        assert tried > 0, "the first thing a reader sees is an example"


@pytest.mark.parametrize("name", ["corridor_opt", *MODULES])
def test_every_module_says_what_it_is(name):
    assert importlib.import_module(name).__doc__


@pytest.mark.parametrize("room", ["kernels", "graph.engines", "results.report", "results.drawing"])
def test_every_file_of_a_room_stands_in_its_table(room):
    package = importlib.import_module(f"corridor_opt.{room}")
    files = {m.name for m in pkgutil.iter_modules(package.__path__)}
    assert files - set(re.findall(r"\w+", package.__doc__)) == set()


ROOMS = (
    *("model", "model/joining", "studies", "graph", "graph/engines", "results"),
    *("results/report", "results/drawing", "importers"),
)


@repository
def test_the_architecture_names_every_file_of_its_rooms():
    page = (TOP / "docs" / "architecture.md").read_text("utf-8")
    lost = set()
    for room in ROOMS:
        (row,) = re.findall(rf"^\| `{room}/` \|.*$", page, flags=re.MULTILINE)
        files = {m.name for m in pkgutil.iter_modules([str(TOP / "corridor_opt" / room)]) if not m.ispkg}
        lost |= {f"{room}/{name}" for name in files - set(re.findall(r"\w+", row))}
    assert lost == set()


def documents() -> list[Path]:
    """Pages for readers of the repository."""
    return [*TOP.glob("*.md"), *TOP.glob("docs/**/*.md"), *TOP.glob("benchmarks/*.md")]


def anchors(page: Path) -> set[str]:
    """Anchors that code hosts, and the site, give to the headings of a page."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^#+ +(.*?) *$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@repository
def test_links_between_documents_lead_somewhere():
    lost, count = [], 0
    for page in documents():
        for link, anchor in re.findall(r"\]\(([^)#\s]*)(#[^)\s]*)?\)", page.read_text("utf-8")):
            count += 1
            if "://" in link:
                if not re.fullmatch(r"https?://[\w.-]+\.\w+(/[\w./~%?=&+-]*)?", link):
                    lost.append(f"{page.name}: {link} is no address")
                continue
            target = page.parent / link if link else page
            if not target.exists():
                lost.append(f"{page.name}: {link}")
            # the site puts the columns of the schema on their page while it is built
            elif anchor and target.name != "schema.md" and anchor[1:] not in anchors(target):
                lost.append(f"{page.name}: {link}{anchor}")
    assert count > 50
    assert lost == []


@repository
def test_every_page_of_the_site_has_its_place_in_the_contents():
    said = (TOP / "docs" / "index.md").read_text("utf-8").split()
    pages = [p.relative_to(TOP / "docs").with_suffix("").as_posix() for p in (TOP / "docs").rglob("*.md")]
    assert len(pages) > 20
    assert set(pages) - set(said) == {"index"}


@repository
@pytest.mark.parametrize("room", ["corridor_opt", "corridor_opt.graph"])
def test_the_reference_has_every_public_name(room):
    text = "".join(page.read_text("utf-8") for page in (TOP / "docs" / "api").glob("*.rst"))
    # what both rooms offer stands once
    told = {
        name.rpartition(".")[2] for name in re.findall(r"^\.\. auto\w+:: (corridor_opt\S*)", text, flags=re.MULTILINE)
    }
    names = importlib.import_module(room).__all__
    assert len(names) > 20
    assert set(names) - told == set()


@repository
def test_pictures_are_small_and_shown():
    pictures = [*(TOP / "docs" / "pictures").glob("*.png"), TOP / "docs" / "mumbai-moscow.png"]
    assert len(pictures) > 8
    sizes = {picture.name: picture.stat().st_size for picture in pictures}
    assert [name for name, size in sizes.items() if size >= 120_000] == []
    assert sum(sizes.values()) < 1_200_000
    text = "".join(page.read_text("utf-8") for page in documents())
    assert [name for name in sizes if name not in text] == []
    assert all(line.strip() for line in re.findall(r"!\[(.*?)\]", text)), "a picture says what it shows"
