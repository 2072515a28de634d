"""What frames hold, a view a file."""
