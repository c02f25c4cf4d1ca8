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


@pytest.mark.parametrize("room", ["kernels", "graph.engines"])
def test_every_file_of_a_room_stands_in_its_table(room):
    package = importlib.import_module(f"corridor_opt.{room}")
    files = {m.name for m in pkgutil.iter_modules(package.__path__)}
    assert files - set(re.findall(r"\w+", package.__doc__)) == set()


@pytest.mark.skipif(not (TOP / "docs").is_dir(), reason="the repository is not beside the tests")
def test_the_architecture_names_every_file_of_its_rooms():
    page = (TOP / "docs" / "architecture.md").read_text("utf-8")
    lost = set()
    for room in ("model", "studies", "graph", "graph/engines", "results", "importers"):
        (row,) = re.findall(rf"^\| `{room}/` \|.*$", page, flags=re.MULTILINE)
        files = {m.name for m in pkgutil.iter_modules([str(TOP / "corridor_opt" / room)]) if not m.ispkg}
        lost |= {f"{room}/{name}" for name in files - set(re.findall(r"\w+", row))}
    assert lost == set()


@pytest.mark.skipif(not (TOP / "docs").is_dir(), reason="the repository is not beside the tests")
def test_links_between_documents_lead_somewhere():
    top = TOP
    documents = [*top.glob("*.md"), *top.glob("docs/*.md"), *top.glob("benchmarks/*.md")]
    linked = [(d, link) for d in documents for link in re.findall(r"\]\(([^)#]+)[^)]*\)", d.read_text("utf-8"))]
    lost = [f"{d.name}: {link}" for d, link in linked if "://" not in link and not (d.parent / link).exists()]
    assert len(linked) > 10
    assert lost == []
