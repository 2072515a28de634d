"""Perceptron and Adaline: one layer of units, each trained by itself."""
