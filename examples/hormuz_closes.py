"""Hormuz closes: what happens to freight from India and from the Gulf, and a wish too strict.

python examples/hormuz_closes.py [routes.html]
"""

import sys
from pathlib import Path

import corridor_opt as co

PAIRS = [("Mumbai", "Moscow"), ("Mumbai", "Tehran"), ("Mumbai", "Jebel Ali"), ("Jebel Ali", "Moscow")]


def main(picture: Path | None = None) -> None:
    """Print what changes for four pairs and, given a path, save the map of the first."""
    network = co.load_network(as_of="2026")
    print(f"{'':21} {'cheapest, USD':>15} {'fastest, days':>15}")
    for origin, destination in PAIRS:
        comparison = co.compare_scenarios(
            network, origin, destination, scenarios=["baseline", "hormuz-closed"], criteria=("cost", "time")
        )
        open_, closed = (comparison[name].values for name in ("baseline", "hormuz-closed"))
        usd = f"{open_['cost'].min():,.0f} -> {closed['cost'].min():,.0f}"
        days = f"{open_['time'].min() / 24:.1f} -> {closed['time'].min() / 24:.1f}"
        print(f"{origin + ' - ' + destination:21} {usd:>15} {days:>15}")
        if picture and (origin, destination) == PAIRS[0]:
            comparison.save_map(picture)

    # Which ways did Mumbai-Moscow lose, counted by the strait they pass?
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time"))
    lost = sum("hormuz" in route.chokepoints for route in front)
    print(f"\nOf {len(front)} routes from Mumbai to Moscow, {lost} pass Hormuz.")

    # A wish too strict is no empty table: the error says what stands in the way, and what is cheapest to lift.
    print("\nMumbai to Moscow in 22 days, Hormuz closed, never by Azerbaijan:")
    try:
        co.find_routes(
            network, "Mumbai", "Moscow", scenario="hormuz-closed", exclude=["country:AZ"], limits={"time": "22 d"}
        )
    except co.NoRouteError as error:
        print(error)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
