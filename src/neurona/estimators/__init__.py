"""scikit-learn estimators: the face that users know."""
