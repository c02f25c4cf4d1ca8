"""What an import costs: nothing heavy is loaded before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import corridor_opt as co

HEAVY = (
    "numba",
    "numpy",
    "pandas",
    "geopandas",
    "shapely",
    "networkx",
    "osmnx",
    "matplotlib",
    "folium",
    "pyarrow",
    "scipy",
    "distributed",
    "dask",
)


def loaded(statement: str) -> set[str]:
    """Heavy packages that a new process holds after a statement."""
    code = f"import sys\n{statement}\nprint(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert loaded("import corridor_opt") == set()
    assert loaded("import corridor_opt, corridor_opt.graph") == set()


def test_the_numeric_door_loads_no_tables():
    call = """
import numpy as np
from corridor_opt.graph import pareto_front
found = pareto_front(np.array([0, 1, 1]), np.array([1]), np.array([[3, 4]]), 0, 1)
assert found.values.tolist() == [[3, 4]]
"""
    assert loaded(call) <= {"numba", "numpy", "scipy"}  # numba looks for scipy by itself


def test_errors_and_words_of_the_model_load_no_kernels():
    assert not loaded("import corridor_opt as co; co.load_scenario('hormuz-closed'); co.Shipment()") & {
        "numba",
        "geopandas",
    }
    assert not loaded("import corridor_opt as co; co.load_network()") & {"numba", "geopandas", "networkx", "folium"}


def test_every_public_name_is_there():
    for name in co.__all__:
        assert getattr(co, name).__name__ == name
    assert set(co.__all__) <= set(dir(co))
    with pytest.raises(AttributeError, match="no attribute 'find_route'"):
        co.find_route  # noqa: B018
