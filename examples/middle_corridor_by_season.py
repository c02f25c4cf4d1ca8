"""Xi'an to Duisburg by block train: the Middle Corridor against the northern route, month by month.

python examples/middle_corridor_by_season.py [routes.html]
"""

import sys
from pathlib import Path

import corridor_opt as co

MONTHS = {"January": 1, "April": 4, "July": 7, "November": 11}
# Railways and short sea only: neither trucks nor the ocean, and neither way may use the other's countries.
NO_OCEAN = ["mode:road", "corridor:suez", "corridor:cape", "corridor:east-sea", "country:IR"]
WAYS = {
    "northern": {"exclude": [*NO_OCEAN, "chokepoint:caspian"], "via": ["corridor:northern"]},
    "middle": {"exclude": [*NO_OCEAN, "country:RU"], "via": ["corridor:middle-corridor"]},
}


def main(picture: Path | None = None) -> None:
    """Print the fastest route of each way by month and, given a path, save the map of the middle one in November."""
    network = co.load_network(as_of="2026")
    shipment = co.Shipment(containers="40xFEU", service="block-train")
    print(f"{'departure':10} {'way':9} {'days':>5} {'USD a FEU':>10} {'risk':>6}  borders")
    for month, number in MONTHS.items():
        for way, words in WAYS.items():
            departure = f"2026-{number:02}-15"  # ice and storms are judged by the month of departure
            front = co.find_routes(
                network, "Xi'an", "Duisburg", shipment=shipment, criteria=("cost", "time"), departure=departure, **words
            )
            route = front[int(front.values["time"].argmin())]
            days, usd, risk = route.values["time"] / 24, route.values["cost"] / 40, route.values["risk"]
            print(f"{month:10} {way:9} {days:5.1f} {usd:10,.0f} {risk:6.1%}  {' '.join(route.borders)}")
            if picture and (month, way) == ("November", "middle"):
                front.save_map(picture)
    print("\nWhat the season does to the last of them:")
    for notice in route.notices:
        print(f"- {notice}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
