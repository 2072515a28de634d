"""These modules are a user's: a test imports them when their names are to be known, not before."""

collect_ignore_glob = ["*.py"]
