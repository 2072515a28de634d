"""TableRegressor, TableClassifier and TableAutoencoder: tables as they are."""
