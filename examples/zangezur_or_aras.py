"""Baku to Nakhchivan: by Zangezur / TRIPP, by the Aras bypass, or as today.

python examples/zangezur_or_aras.py [routes.html]
"""

import sys
from pathlib import Path

import corridor_opt as co

SCENARIOS = ["baseline", "zangezur-open", "aras-open", "zangezur-open+aras-open"]


def main(picture: Path | None = None) -> None:
    """Print the best route of each kind under four scenarios and, given a path, save the map."""
    network = co.load_network(as_of="2026")
    comparison = co.compare_scenarios(
        network, "Baku", "Nakhchivan", scenarios=SCENARIOS, criteria=("cost", "time", "risk")
    )
    for scenario in SCENARIOS:
        front = comparison[scenario]
        print(f"{scenario}: {len(front)} route{'s' if len(front) > 1 else ''}")
        # One route may be the best in several criteria: it is named once.
        best: dict[int, list[str]] = {}
        for word, criterion in (("cheapest", "cost"), ("fastest", "time"), ("safest", "risk")):
            best.setdefault(int(front.values[criterion].argmin()), []).append(word)
        for number, words in best.items():
            route = front[number]
            usd, days, risk = route.values["cost"], route.values["time"] / 24, route.values["risk"]
            way = f"{'-'.join(route.modes)} by {', '.join(route.corridors)}; {' '.join(route.borders)}"
            print(f"  {usd:,.0f} USD, {days:.1f} days, risk {risk:.1%}: {way} ({', '.join(words)})")

    # What a scenario assumes is no secret: which rows it opens, and on whose word.
    print(f"\n{co.load_scenario('zangezur-open').description}")

    if picture:
        comparison.save_map(picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
