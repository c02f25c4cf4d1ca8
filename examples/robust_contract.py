"""A contract Mumbai to Moscow in 40 days: which route to sign for when hazards may strike.

python examples/robust_contract.py [routes.html]
"""

import sys
from pathlib import Path

import corridor_opt as co


def main(picture: Path | None = None) -> None:
    """Print what holds up and, given a path, save the map."""
    network = co.load_network(as_of="2026")
    robust = co.robust_routes(
        network,
        "Mumbai",
        "Moscow",
        shipment=co.Shipment(containers="1xFEU", value_usd=80_000),
        hazards="today",
        samples=1000,
        seed=7,  # the same seed gives the same worlds, on any machine
        deadline="40 d",
    )
    measures = robust.under_hazards
    chosen = robust.recommendation
    cheapest, safest = int(measures["cost.mean"].argmin()), int(measures["broken"].argmin())
    for word, number in (("recommended", chosen.route), ("cheapest on average", cheapest), ("least broken", safest)):
        row, route = measures.loc[number], robust[number]
        usd, days, worst = row["cost.mean"], row["time.mean"] / 24, row["time.cvar_90"] / 24
        print(f"{word}: route {number + 1}, {'-'.join(route.modes)} by {', '.join(route.corridors)}")
        print(f"  mean {usd:,.0f} USD and {days:.1f} days, worst tenth {worst:.1f} days; in time {row['on_time']:.1%}")
        breaks = ", ".join(f"{name} {p:.1%}" for name, p in robust.breaks[number][:3])
        print(f"  closed on the way with {row['broken']:.1%}: {breaks}")
    print(f"\nWhy the first: {chosen.reason}")
    worth = robust.value_of_information
    print(f"Being able to turn away on the road is worth {worth['flexibility']['usd']:,.0f} USD,")
    print(f"knowing all closures before setting out {worth['news']['usd']:,.0f} USD.")

    if picture:
        robust.save_map(picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
