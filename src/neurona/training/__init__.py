"""Training: one problem, one loop, one history, one kind of event."""
