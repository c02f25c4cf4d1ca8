"""Ten origins and ten destinations: the cheapest and the fastest way of each pair.

python examples/many_city_pairs.py [routes.html]
"""

import sys
from pathlib import Path

import pandas as pd

import corridor_opt as co

ORIGINS = ["Mumbai", "Bandar Abbas", "Tehran", "Baku", "Tashkent", "Xi'an", "Shanghai", "Istanbul", "Moscow", "Mersin"]
DESTINATIONS = [
    *("St Petersburg", "Duisburg", "Rotterdam", "Hamburg", "Constanta"),
    *("Yerevan", "Almaty", "Urumqi", "Vladivostok", "Jebel Ali"),
]


def main(picture: Path | None = None) -> None:
    """Print two tables and, given a path, save the map of the pair with the most routes."""
    network = co.load_network(as_of="2026")
    rows, longest = [], None
    for origin in ORIGINS:
        for destination in DESTINATIONS:
            # One front of cost and time holds both the cheapest and the fastest route.
            try:
                front = co.find_routes(network, origin, destination, criteria=("cost", "time"))
            except co.NoRouteError:
                continue  # its cells stay empty
            usd, hours = front.values["cost"].min(), front.values["time"].min()
            rows.append((origin, destination, usd, hours / 24, len(front)))
            if longest is None or len(front) > len(longest):
                longest = front
        if sys.stderr.isatty():
            print(f"{len(rows)} of {len(ORIGINS) * len(DESTINATIONS)} pairs", end="\r", file=sys.stderr)
    table = pd.DataFrame(rows, columns=["from", "to", "USD", "days", "routes"])
    for title, column, form in (("Cheapest, USD a FEU", "USD", "{:,.0f}"), ("\nFastest, days", "days", "{:.1f}")):
        wide = table.pivot(index="from", columns="to", values=column).loc[ORIGINS, DESTINATIONS]
        short = wide.rename(columns=lambda name: name[:9]).rename_axis(index=None, columns=None)
        print(f"{title}\n{short.to_string(float_format=form.format)}")
    print(f"\n{len(table)} pairs, {table['routes'].sum():,} routes that no other beats in cost and time.")
    if picture and longest is not None:
        longest.save_map(picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
