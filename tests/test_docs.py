"""Examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import corridor_opt

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
