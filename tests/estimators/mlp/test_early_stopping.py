"""Early stopping with every solver: rows put aside, or given, or left out as scikit-learn does."""

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV

from neurona import Autoencoder, MLPClassifier, MLPRegressor
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning",
    "ignore::neurona.CollapsedWarning",
    "ignore::neurona.DivergenceWarning",
)

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(60, 3))
Y = np.sin(X[:, 0]) + X[:, 1]
CLASSES = np.digitize(Y, [-0.5, 0.5])
EVERY = [*OPTIMIZERS, *SOLVERS, *map(SOLVERS.find, SOLVERS)]
WORDS = {"hidden_layer_sizes": (4,), "max_iter": 6, "random_state": 0}


@pytest.mark.parametrize("monitor", ["auto", "loss", "val_loss", "score"])
@pytest.mark.parametrize("solver", EVERY, ids=str)
def test_every_solver_fits(solver, monitor):
    words = {**WORDS, "solver": solver, "early_stopping": True, "monitor": monitor}
    for model, y in ((MLPRegressor(**words), Y), (MLPClassifier(**words), CLASSES)):
        model.fit(X, y)
        as_theirs = solver == "lbfgs" and monitor in ("auto", "loss")
        assert (model.validation_scores_ is None) == as_theirs
        assert np.isfinite(model.predict(X)).all()
        model.fit(X, y, X_val=X[:20], y_val=y[:20])
        assert len(model.validation_scores_) == model.n_iter_


@pytest.mark.parametrize("monitor", ["val_loss", "score"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs", "lm"])
def test_what_cannot_be_monitored_is_refused_in_a_sentence(solver, monitor):
    with pytest.raises(ValueError, match=f"monitor='{monitor}' needs validation rows"):
        MLPRegressor(solver=solver, monitor=monitor).fit(X, Y)


@pytest.mark.parametrize("solver", ["adam", "lbfgs", "scg", "lm"])
def test_a_search_over_early_stopping_has_no_nan(solver):
    grid = {"early_stopping": [False, True], "warm_start": [False, True]}
    for model, y in ((MLPRegressor(), Y), (MLPClassifier(), CLASSES)):
        model.set_params(**WORDS, solver=solver)
        search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(X, y)
        assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_autoencoders(solver):
    model = Autoencoder(1, solver=solver, early_stopping=True, max_iter=6, random_state=0).fit(X)
    assert (model.validation_scores_ is None) == (solver == "lbfgs")
