"""A register of terminals and lines, as another office keeps it, becomes a network. The numbers are made up.

python examples/own_tables.py [routes.html]
"""

import sys
from pathlib import Path

import corridor_opt as co

# Two CSV files with their own names, units and commas, and mapping.toml, which says what is what.
REGISTER = Path(__file__).parent / "data" / "sidings"


def main(picture: Path | None = None) -> None:
    """Print what was read and the routes; given a path, save their map."""
    network = co.from_tables(REGISTER)
    print(network)
    for line in network.standing:
        print(f"  {line}")
    front = co.find_routes(network, "Own siding", "Khorgos Gate", criteria=("cost", "time"))
    print(front)
    if picture:
        front.save_map(picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
