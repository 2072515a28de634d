"""Networks that other tools trained, as models of ours: MATLAB's functions, scikit-learn's MLPs."""
