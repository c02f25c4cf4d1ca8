"""What a planner describes: the network, the shipment, scenarios, and their files."""
