"""MLPRegressor, MLPClassifier and Autoencoder: scikit-learn's face of networks."""
