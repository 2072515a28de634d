"""A pytest plugin: neurona's classes in place of scikit-learn's, before its own test files are
collected.
"""

from __future__ import annotations

import sklearn.neural_network

import neurona

sklearn.neural_network.MLPClassifier = neurona.MLPClassifier
sklearn.neural_network.MLPRegressor = neurona.MLPRegressor
