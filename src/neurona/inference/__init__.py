"""Predicting without training: what a model has learned as plain data, and its answers."""
