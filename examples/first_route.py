"""Mumbai to Moscow: the routes that no other route beats, one of them explained.

python examples/first_route.py [routes.html]
"""

import sys
from pathlib import Path

import corridor_opt as co


def main(picture: Path | None = None) -> None:
    """Print the routes and, given a path, save their map."""
    network = co.load_network(as_of="2026")
    front = co.find_routes(
        network,
        "Mumbai",
        "Moscow",
        shipment=co.Shipment(containers="1xFEU", tonnes=18),
        criteria=("cost", "time"),
        exclude=["chokepoint:suez"],  # never by Suez
        limits={"time": "35 d"},
    )
    print(front)

    # Every route above is the best for somebody; weights say for whom.
    ranked = front.rank({"cost": 2, "time": 1})
    best = front[int(ranked["route"].iloc[0])]
    print(f"\nIf cost counts twice as much as time: route {best.number + 1}, {', '.join(best.corridors)}")
    for leg in best.legs:
        if leg.kind == "haul":
            km, usd = leg.values["distance"], leg.values["cost"]
            print(f"  {leg.mode:5} {leg.start} to {leg.end}: {km:,.0f} km, {usd:,.0f} USD")

    # explain() names the source of every number; these three are the least certain that matter most.
    print("\nLeast certain of what it rests on:")
    for number in best.explain().least_certain.head(3).itertuples():
        print(f"  {number.number}: {number.value:g} {number.unit}, {number.confidence} confidence")

    if picture:
        front.save_map(picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
