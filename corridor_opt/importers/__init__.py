"""Networks that others made."""
