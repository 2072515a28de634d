"""Runs beside each other: what differs, how they score on the same rows, and how sure that is."""
