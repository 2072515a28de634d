"""Reports: drawings of networks, surfaces, data and results."""
