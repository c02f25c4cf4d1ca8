"""Mumbai to Moscow: the routes that no other route beats, one of them explained, and a map."""

import corridor_opt as co

network = co.load_network(as_of="2026")
shipment = co.Shipment(containers="1xFEU", tonnes=18)

front = co.find_routes(
    network,
    "Mumbai",
    "Moscow",
    shipment=shipment,
    criteria=("cost", "time"),
    exclude=["chokepoint:suez"],
    limits={"risk": 0.05},
)
print(front)

ranked = front.rank({"cost": 2, "time": 1})
best = front[int(ranked["route"].iloc[0])]
print("\nIf cost counts twice as much as time:", best)
for leg in best.legs:
    if leg.kind == "haul":
        km, usd = leg.values["distance"], leg.values["cost"]
        print(f"  {leg.mode:5} {leg.start} to {leg.end}: {km:,.0f} km, {usd:,.0f} USD")
print(f"\n{best.explain()}")

print("\nMap written:", front.save_map("first_route.html"))
