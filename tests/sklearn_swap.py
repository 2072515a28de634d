"""A pytest plugin: neurona's classes in place of scikit-learn's, before its own test files are
collected.
"""

from __future__ import annotations

import sklearn.neural_network

import neurona


def pytest_configure() -> None:
    # not on import: pytest's search for doctests imports this file too
    sklearn.neural_network.MLPClassifier = neurona.MLPClassifier
    sklearn.neural_network.MLPRegressor = neurona.MLPRegressor
