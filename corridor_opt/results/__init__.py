"""What a planner gets: routes, fronts, comparisons, and the ways to show them."""
