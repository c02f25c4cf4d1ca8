"""What is the railway Rasht-Astara worth, to whom? Five pairs, with trucks and without.

python examples/rasht_astara_worth.py [routes.html]
"""

import sys
from pathlib import Path

import corridor_opt as co

PAIRS = [
    ("Bandar Abbas", "Moscow"),
    ("Bandar Abbas", "Baku"),
    ("Tehran", "Baku"),
    ("Mumbai", "Moscow"),
    ("Mumbai", "St Petersburg"),
]
BUILT = "rasht-astara-built"


def main(picture: Path | None = None) -> None:
    """Print what the line saves and, given a path, save the map of the first pair."""
    network = co.load_network(as_of="2026")
    line = set(network["links"]["id"]) - set(network["links"]["id"][network["links"]["is_open"]])
    opened = line & set(co.load_scenario(BUILT).apply(network)[0]["links"].query("is_open")["id"])
    print("The scenario opens:", ", ".join(sorted(opened)))
    print(f"\n{'':24} {'':13} {'cheapest saves':>15} {'fastest saves':>14}  routes by the line")
    for origin, destination in PAIRS:
        for word, exclude in (("any mode", []), ("without trucks", ["mode:road"])):
            comparison = co.compare_scenarios(
                network, origin, destination, scenarios=["baseline", BUILT], criteria=("cost", "time"), exclude=exclude
            )
            before, after = comparison["baseline"].values, comparison[BUILT].values
            usd = before["cost"].min() - after["cost"].min()
            days = (before["time"].min() - after["time"].min()) / 24
            by = sum(any(opened & set(leg.links) for leg in route.legs) for route in comparison[BUILT])
            pair = f"{origin} - {destination}"
            print(f"{pair:24} {word:14} {usd:10,.0f} USD {days:9.1f} days  {by} of {len(after)}")
            if picture and pair == "Bandar Abbas - Moscow" and exclude:
                comparison.save_map(picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
