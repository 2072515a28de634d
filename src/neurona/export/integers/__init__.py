"""A trained network in integers, for chips without floating point: formats from bounds."""
