"""A forwarder's own offers, two sheets of a spreadsheet, become a network. The numbers are made up.

python examples/own_network_from_spreadsheet.py [routes.html]
"""

import sys
from pathlib import Path

import networkx as nx
import pandas as pd

import corridor_opt as co

SHEETS = Path(__file__).parent / "data" / "own_network"
# What the sheets do not say: whose speeds, emissions and dwell hours to take, and the gauge of the rails.
CLASSES = {"sea": "sea-black-sea", "rail TR": "rail-turkey", "rail GE": "rail-caucasus", "road": "road-europe"}
GAUGES = {"TR": 1435, "GE": 1520}
OPEN = {"status_2022": "operating", "status_2026": "operating", "status_source": "offers"}


def as_link(offer: dict, country: dict[str, str]) -> dict:
    """Turn a line of the offers to the columns of a link, or of a border crossing."""
    a, b, mode = country[offer["from"]], country[offer["to"]], offer["mode"]
    said = {"length_km": offer["km"], "length_source": "offers", "length_confidence": "medium", **OPEN}
    if mode == "border":  # its hours and dollars are those of the formalities
        said |= {"dwell_hours_ab": offer["hours"], "dwell_hours_ba": offer["hours"], "dwell_source": "offers"}
        said |= {"fee_usd": offer["usd_per_teu"], "fee_year": 2026, "fee_source": "offers"}
        return said | {"table": "crossings", "mode": "road", "class": "road-europe", "country_a": a, "country_b": b}
    for column, value in (("transit_hours", offer["hours"]), ("freight_usd_per_teu", offer["usd_per_teu"])):
        said |= {column: value, f"{column.split('_')[0]}_source": "offers"}
    kind = f"rail {a}" if mode == "rail" else mode
    gauge = {"gauge_mm": GAUGES[a]} if mode == "rail" else {}
    between = a if a == b else f"{a};{b}"
    return said | gauge | {"mode": mode, "class": CLASSES[kind], "countries": between, "freight_year": 2026}


def main(picture: Path | None = None) -> None:
    """Print the routes and, given a path, save their map."""
    # pd.read_excel("offers.xlsx", sheet_name="places") reads a workbook in the same way.
    places, offers = (pd.read_csv(SHEETS / name) for name in ("places.csv", "offers.csv"))
    graph = nx.MultiGraph(name="offers")
    ours = pd.DataFrame([{"id": "offers", "title": "Our own offers of this autumn", "year": "2026"}])
    graph.graph["tables"] = {"sources": pd.concat([co.load_network()["sources"], ours])}
    for place in places.to_dict("records"):
        graph.add_node(place["id"], **place, kind="city", location_source="offers", location_confidence="medium")
    country = dict(zip(places["id"], places["country"], strict=True))
    for offer in offers.to_dict("records"):
        graph.add_edge(offer["from"], offer["to"], **as_link(offer, country))
    network = co.from_networkx(graph)  # every fault of the sheets would be told at once

    front = co.find_routes(network, "Mersin port", "Tbilisi depot", criteria=("cost", "time"), prices=2026)
    print(front)
    for leg in front[0].legs:
        print(f"  {leg.kind:13} {leg.mode:9} {leg.start} to {leg.end}: {leg.values['cost']:,.0f} USD")
    if picture:
        front.save_map(picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
