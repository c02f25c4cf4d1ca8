"""The hinge between networks and kernels; its numeric door takes plain arrays.

Names are loaded when they are first used, so that `import corridor_opt.graph` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor_opt.graph.constrained import PathsArrays, constrained_paths
    from corridor_opt.graph.methods import Bounded, Exact, SearchLimits
    from corridor_opt.graph.prepared import PreparedGraph, Toward, prepare
    from corridor_opt.graph.ready import warm_up
    from corridor_opt.graph.search import FrontArrays, Progress, pareto_front
    from corridor_opt.graph.shared import Shared
    from corridor_opt.graph.shortest import UNREACHED, ShortestPath, distances, shortest_path

_HOME = {
    "Bounded": "methods",
    "Exact": "methods",
    "FrontArrays": "search",
    "PathsArrays": "constrained",
    "PreparedGraph": "prepared",
    "Progress": "search",
    "SearchLimits": "methods",
    "Shared": "shared",
    "ShortestPath": "shortest",
    "Toward": "prepared",
    "UNREACHED": "shortest",
    "constrained_paths": "constrained",
    "distances": "shortest",
    "pareto_front": "search",
    "prepare": "prepared",
    "shortest_path": "shortest",
    "warm_up": "ready",
}

__all__ = [
    "UNREACHED",
    "Bounded",
    "Exact",
    "FrontArrays",
    "PathsArrays",
    "PreparedGraph",
    "Progress",
    "SearchLimits",
    "Shared",
    "ShortestPath",
    "Toward",
    "constrained_paths",
    "distances",
    "pareto_front",
    "prepare",
    "shortest_path",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    """Load a name from the module it lives in (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
