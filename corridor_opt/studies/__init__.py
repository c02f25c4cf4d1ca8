"""What a planner asks: one question a file."""
