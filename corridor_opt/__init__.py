"""corridor_opt: freight corridors of Eurasia, routed by cost, time, distance, political risk and emissions.

>>> import corridor_opt as co
>>> network = co.load_network()
>>> front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time"))
>>> len(front) > 1
True

Names are loaded when they are first used, so that `import corridor_opt` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor_opt.errors import (
        CorridorError,
        DataError,
        MissingExtraError,
        MissingSourceError,
        NoRouteError,
        ScenarioError,
        SchemaError,
        SearchLimitError,
        UnknownPlaceError,
    )
    from corridor_opt.graph.methods import Bounded, Exact, SearchLimits
    from corridor_opt.importers.networkx_graph import from_networkx
    from corridor_opt.importers.osm import from_osm
    from corridor_opt.importers.osm_download import download_osm
    from corridor_opt.importers.tables import from_tables
    from corridor_opt.model.compliance import Profile, Rule
    from corridor_opt.model.compliance_files import compliance_profiles, load_profile
    from corridor_opt.model.ensemble import Ensemble, draw_worlds, enumerate_worlds
    from corridor_opt.model.hazard import Hazard
    from corridor_opt.model.hazard_files import hazard_sets, load_hazards
    from corridor_opt.model.hazard_set import Group, HazardSet
    from corridor_opt.model.load import load_network
    from corridor_opt.model.network import Network
    from corridor_opt.model.scenario import Scenario, load_scenario, scenarios
    from corridor_opt.model.selector import Selector, parse_selector
    from corridor_opt.model.shipment import Shipment
    from corridor_opt.results.comparison import Comparison
    from corridor_opt.results.front import Front
    from corridor_opt.results.matrix import CostMatrix, FrontMatrix
    from corridor_opt.results.overlay_check import OverlayCheck
    from corridor_opt.results.quality import Quality, quality
    from corridor_opt.results.robust import Robust
    from corridor_opt.results.route import Leg, Route
    from corridor_opt.results.scenario_choice import ScenarioChoice
    from corridor_opt.results.why_not import WhyNot
    from corridor_opt.studies.avoidance import price_of_avoidance
    from corridor_opt.studies.compare import compare_scenarios
    from corridor_opt.studies.front_matrix import front_matrix
    from corridor_opt.studies.matrix import cost_matrix
    from corridor_opt.studies.overlay_check import check_overlay
    from corridor_opt.studies.robust import robust_routes
    from corridor_opt.studies.routes import find_routes
    from corridor_opt.studies.scenario_routes import scenario_routes
    from corridor_opt.studies.warm_up import warm_up
    from corridor_opt.studies.why_not import why_not

__version__ = "0.1.0"

_HOME = {
    "Bounded": "graph.methods",
    "Comparison": "results.comparison",
    "CorridorError": "errors",
    "CostMatrix": "results.matrix",
    "DataError": "errors",
    "Ensemble": "model.ensemble",
    "Exact": "graph.methods",
    "Front": "results.front",
    "FrontMatrix": "results.matrix",
    "Group": "model.hazard_set",
    "Hazard": "model.hazard",
    "HazardSet": "model.hazard_set",
    "Leg": "results.route",
    "MissingExtraError": "errors",
    "MissingSourceError": "errors",
    "Network": "model.network",
    "NoRouteError": "errors",
    "OverlayCheck": "results.overlay_check",
    "Profile": "model.compliance",
    "Quality": "results.quality",
    "Robust": "results.robust",
    "Route": "results.route",
    "Rule": "model.compliance",
    "Scenario": "model.scenario",
    "ScenarioChoice": "results.scenario_choice",
    "ScenarioError": "errors",
    "SchemaError": "errors",
    "SearchLimitError": "errors",
    "SearchLimits": "graph.methods",
    "Selector": "model.selector",
    "Shipment": "model.shipment",
    "UnknownPlaceError": "errors",
    "WhyNot": "results.why_not",
    "check_overlay": "studies.overlay_check",
    "compare_scenarios": "studies.compare",
    "compliance_profiles": "model.compliance_files",
    "cost_matrix": "studies.matrix",
    "download_osm": "importers.osm_download",
    "draw_worlds": "model.ensemble",
    "enumerate_worlds": "model.ensemble",
    "find_routes": "studies.routes",
    "front_matrix": "studies.front_matrix",
    "from_networkx": "importers.networkx_graph",
    "from_osm": "importers.osm",
    "from_tables": "importers.tables",
    "hazard_sets": "model.hazard_files",
    "parse_selector": "model.selector",
    "load_hazards": "model.hazard_files",
    "load_network": "model.load",
    "load_profile": "model.compliance_files",
    "load_scenario": "model.scenario",
    "price_of_avoidance": "studies.avoidance",
    "quality": "results.quality",
    "robust_routes": "studies.robust",
    "scenario_routes": "studies.scenario_routes",
    "scenarios": "model.scenario",
    "warm_up": "studies.warm_up",
    "why_not": "studies.why_not",
}

__all__ = [
    "Bounded",
    "Comparison",
    "CorridorError",
    "CostMatrix",
    "DataError",
    "Ensemble",
    "Exact",
    "Front",
    "FrontMatrix",
    "Group",
    "Hazard",
    "HazardSet",
    "Leg",
    "MissingExtraError",
    "MissingSourceError",
    "Network",
    "NoRouteError",
    "OverlayCheck",
    "Profile",
    "Quality",
    "Robust",
    "Route",
    "Rule",
    "Scenario",
    "ScenarioChoice",
    "ScenarioError",
    "SchemaError",
    "SearchLimitError",
    "SearchLimits",
    "Selector",
    "Shipment",
    "UnknownPlaceError",
    "WhyNot",
    "check_overlay",
    "compare_scenarios",
    "compliance_profiles",
    "cost_matrix",
    "download_osm",
    "draw_worlds",
    "enumerate_worlds",
    "find_routes",
    "from_networkx",
    "from_osm",
    "from_tables",
    "front_matrix",
    "hazard_sets",
    "load_hazards",
    "load_network",
    "load_profile",
    "load_scenario",
    "parse_selector",
    "price_of_avoidance",
    "quality",
    "robust_routes",
    "scenario_routes",
    "scenarios",
    "warm_up",
    "why_not",
]


def __getattr__(name: str) -> Any:
    """Load a name from the module it lives in (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """Names for completion."""
    return sorted([*globals(), *__all__])
