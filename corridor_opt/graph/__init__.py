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
    from corridor_opt.graph.weightings import CLOSED, Items, Weightings, make_weightings
    from corridor_opt.graph.worlds import WorldArrays, trace, world_blocks, world_distances

_HOME = {
    "Bounded": "methods",
    "CLOSED": "weightings",
    "Exact": "methods",
    "FrontArrays": "search",
    "Items": "weightings",
    "PathsArrays": "constrained",
    "PreparedGraph": "prepared",
    "Progress": "search",
    "SearchLimits": "methods",
    "Shared": "shared",
    "ShortestPath": "shortest",
    "Toward": "prepared",
    "UNREACHED": "shortest",
    "Weightings": "weightings",
    "WorldArrays": "worlds",
    "constrained_paths": "constrained",
    "distances": "shortest",
    "make_weightings": "weightings",
    "pareto_front": "search",
    "prepare": "prepared",
    "shortest_path": "shortest",
    "trace": "worlds",
    "warm_up": "ready",
    "world_blocks": "worlds",
    "world_distances": "worlds",
}

__all__ = [
    "CLOSED",
    "UNREACHED",
    "Bounded",
    "Exact",
    "FrontArrays",
    "Items",
    "PathsArrays",
    "PreparedGraph",
    "Progress",
    "SearchLimits",
    "Shared",
    "ShortestPath",
    "Toward",
    "Weightings",
    "WorldArrays",
    "constrained_paths",
    "distances",
    "make_weightings",
    "pareto_front",
    "prepare",
    "shortest_path",
    "trace",
    "warm_up",
    "world_blocks",
    "world_distances",
]


def __getattr__(name: str) -> Any:
    """Load a name from the module it lives in (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
