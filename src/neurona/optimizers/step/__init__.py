"""First-order methods, one file each."""
