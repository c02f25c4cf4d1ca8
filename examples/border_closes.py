"""Tehran to Baku when the border of Iran and Azerbaijan closes: the detours, and a wish too strict."""

import corridor_opt as co

CLOSED = "azerbaijan-iran-border-closed"
network = co.load_network(as_of="2026")

comparison = co.compare_scenarios(
    network, "Tehran", "Baku", scenarios=["baseline", CLOSED], criteria=("cost", "time", "risk")
)
print(comparison)

before, after = comparison["baseline"].values, comparison[CLOSED].values
print(f"\nThe cheapest way costs {after['cost'].min() - before['cost'].min():,.0f} USD more,")
print(f"the fastest takes {(after['time'].min() - before['time'].min()) / 24:.1f} days more.\n")

try:
    co.find_routes(network, "Tehran", "Baku", scenario=CLOSED, exclude=["mode:sea"], limits={"time": "6 d"})
except co.NoRouteError as error:
    print(error)
